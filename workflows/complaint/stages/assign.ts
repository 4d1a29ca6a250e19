import { afterSearch } from '../../../src/domain/process/search';
import { needsOwner } from '../../../src/domain/staffing/owning';
import { hasRule } from '../../../src/domain/case/revision';
import type { CaseState } from '../../../src/domain/case/state';
import type { RunningCase } from '../case';
import { toRoute } from '../route';

/**
 * Assign: by grade an agent, a supervisor, or a task force of several departments with one lead; by the policy's routing
 * rules, where it has any. There the case waits until somebody is free.
 */
export async function assign(running: RunningCase): Promise<void> {
  for (;;) {
    const { against } = running.state;
    if (needsOwner(running.state) && running.policy.steps[running.state.grade].autoAssign) await appoint(running);
    await running.until(() => !running.in('assign') || hasLostOwner(running.state, against));
    if (!running.in('assign') || running.tooLong) return;
  }
}

/** Whoever was found has turned out to be complained of. */
const hasLostOwner = (state: CaseState, against: readonly string[]): boolean =>
  hasRule(state, 'impartial') && state.owner === undefined && state.against.some((id) => !against.includes(id));

async function appoint(running: RunningCase): Promise<void> {
  const { grade, against } = running.state;
  const { caseNo } = running;
  const route = toRoute(running.policy, running.state);
  const { owner, taskForce, why } = await running.effect(({ pickOwner }) =>
    pickOwner({ caseNo, grade, against, exclude: [], ...route }),
  );
  const found = owner && { owner, taskForce, grade };
  await running.happen((state) => afterSearch(state, { found, why }, running.policy));
}
