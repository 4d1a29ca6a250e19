/**
 * Whose turn it is in a case, in three words that lists filter by. `waitsFor` (src/domain/views/progress.ts) says it in
 * a sentence, and of one of them only.
 * @module
 */
import { openHelpTasks, waitsForCustomer, type CaseState } from './state';

/**
 * The customer: their answer to an offer or to the survey, or the case is paused for them. A department: its answer to a
 * request for help. An approval: the decision of somebody who leads on a proposal, a finding or a held round.
 */
export const AWAITED = ['customer', 'department', 'approval'] as const;
export type AwaitedParty = (typeof AWAITED)[number];

/** Everybody a case waits for, in the order of `AWAITED`; none once it is archived. */
export function awaits(state: CaseState): AwaitedParty[] {
  if (state.stage === 'archived') return [];
  const is: Record<AwaitedParty, boolean> = {
    customer: waitsForCustomer(state) || state.survey?.status === 'open',
    department: openHelpTasks(state).length > 0,
    approval:
      state.held !== undefined ||
      state.proposal?.status === 'awaitingApproval' ||
      state.notSubstantiated?.status === 'awaitingApproval',
  };
  return AWAITED.filter((party) => is[party]);
}

/**
 * Whether the case waits for what somebody who leads decides, this person or any of them: an approval, a second follow-up
 * that is given to nobody else, a revisit by a supervisor. Lists find the same ones by `toDecide`
 * (src/db/stores/case-list.ts).
 * @param id a user id
 */
export function awaitsLeader(state: CaseState, id: string): boolean {
  const { stage, followUp, revisit } = state;
  return (
    awaits(state).includes('approval') ||
    (stage === 'feedback' && followUp?.status === 'open' && (followUp.assignee ?? id) === id) ||
    (stage === 'revisit' && revisit?.status === 'planned' && revisit.by === 'supervisor')
  );
}
