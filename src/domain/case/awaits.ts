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
