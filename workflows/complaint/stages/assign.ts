import { afterSearch } from '../../../src/domain/dispatch';
import { needsOwner } from '../../../src/domain/process';
import { pickOwner } from '../../shared/activities';
import type { RunningCase } from '../case';
import { toRoute } from '../route';

/**
 * Assign: by grade an agent, a supervisor, or a task force of several departments with one lead; by the policy's routing
 * rules, where it has any. There the case waits until somebody is free.
 */
export async function assign(running: RunningCase): Promise<void> {
  if (needsOwner(running.state) && running.policy.steps[running.state.grade].autoAssign) await appoint(running);
  await running.until(() => !running.in('assign'));
}

async function appoint(running: RunningCase): Promise<void> {
  const { grade, against } = running.state;
  const { caseNo } = running;
  const { owner, taskForce, why } = await pickOwner({
    caseNo,
    grade,
    against,
    exclude: [],
    ...toRoute(running.policy, running.state),
  });
  const found = owner && { owner, taskForce, grade };
  await running.happen((state) => afterSearch(state, { found, why }, running.policy));
}
