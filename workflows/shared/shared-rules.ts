import '../../src/domain/corrective-action/state';
import '../../src/domain/decisions/decide';
import '../../src/domain/process/due';
import '../../src/domain/views/progress';
import { freezeExports } from './frozen';
import { answerWithoutStacks, leaveUnfrozen, sharedModules } from './sdk-patches';

/**
 * The rules and zod are pure but large: evaluating them anew cost every case some 50 ms before its first task and 2 MB
 * for as long as it was cached. So they are evaluated once a worker, and nothing in them can be changed.
 */
const rules = sharedModules(/\/src\/domain\//);
for (const rule of rules) freezeExports(rule.exports);
leaveUnfrozen([...rules, ...sharedModules(/\/node_modules\/zod\//)]);
answerWithoutStacks();
