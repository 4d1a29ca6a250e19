/**
 * Evaluates the rules (`src/domain`) and zod once a worker instead of once a case. Evaluating them anew costs each case
 * some 50 ms before its first task and 2 MB for as long as it is cached. They are pure; what they export is frozen, so
 * that no case can change what another one reads.
 * @module
 */
import '../../src/domain/corrective-action/state';
import '../../src/domain/decisions/decide';
import '../../src/domain/process/due';
import '../../src/domain/views/progress';
import { freezeExports } from './frozen';
import { answerWithoutStacks, leaveUnfrozen, sharedModules } from './sdk-patches';

/** The imports above have evaluated these: between them they reach every rule that workflows use. */
const rules = sharedModules(/\/src\/domain\//);
for (const rule of rules) freezeExports(rule.exports);
leaveUnfrozen([...rules, ...sharedModules(/\/node_modules\/zod\//)]);
answerWithoutStacks();
