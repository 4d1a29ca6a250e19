import { afterSearch, searchesAgain, type Search } from '../../../src/domain/process/search';
import { needsOwner } from '../../../src/domain/staffing/owning';
import { hasRule } from '../../../src/domain/case/revision';
import type { CaseState } from '../../../src/domain/case/state';
import type { RunningCase } from '../case';
import { routeQueryOf } from '../route';

/**
 * Stage assign. If the policy assigns this grade by itself, looks for an owner: by the policy's routing rules, or without
 * them by grade (an agent, a supervisor, or a supervisor with a task force of other departments). With routing and nobody
 * free, the case is `queued` until the dispatcher signals it. Returns when the stage is left, or when the history is too
 * long.
 */
export async function assign(running: RunningCase): Promise<void> {
  for (;;) {
    const { against } = running.state;
    if (needsOwner(running.state) && running.policy.steps[running.state.grade].autoAssign) {
      const search = await appoint(running);
      if (searchesAgain(running.state, search)) continue;
    }
    await running.until(() => !running.in('assign') || hasLostOwner(running.state, against));
    if (!running.in('assign') || running.tooLong) return;
  }
}

/** Whether the owner was taken away since, because the complaint turned out to be about them: the search starts again. */
const hasLostOwner = (state: CaseState, against: readonly string[]): boolean =>
  hasRule(state, 'impartial') && state.owner === undefined && state.against.some((id) => !against.includes(id));

/** One search for an owner, and the events of its outcome: assigned, queued, or escalated because nobody was found. */
async function appoint(running: RunningCase): Promise<Search> {
  const { grade, against } = running.state;
  const { caseNo } = running;
  const route = routeQueryOf(running.policy, running.state);
  const { owner, taskForce, why } = await running.effect(({ pickOwner }) =>
    pickOwner({ caseNo, grade, against, exclude: [], ...route }),
  );
  const search = { found: owner && { owner, taskForce, grade }, why, against };
  await running.happen((state) => afterSearch(state, search, running.policy));
  return search;
}
