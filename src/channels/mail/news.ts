import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { isOpen } from '../../domain/promises/clock';

/**
 * Whether the mail that `cause` asks for tells its reader anything new. A simple complaint is told of in four mails: the
 * receipt, the answer, the result with the survey, the closing. What else happens is on the progress page.
 *
 * - The customer has read in the receipt who handles the case and by when; that the work has begun is news only when
 *   one of these has changed, or in another round.
 * - What comes after the result (revisit, review) is said in the result itself.
 * - Whoever was named at the receipt has the case before them already; that it stays theirs is news only when it was
 *   graded otherwise than suggested.
 * @param events the ledger of the case, from its first event to `cause` at least
 */
export function isNoNews(caseNo: string, events: readonly CaseEvent[], cause: CaseEvent): boolean {
  if (cause.type === 'stageEntered') {
    const { stage, round } = cause.data;
    if (stage === 'revisit' || stage === 'review') return true;
    return stage === 'resolve' && round === 1 && sameAsInReceipt(caseNo, events, cause);
  }
  if (cause.type !== 'assigned' || cause.data.provisional) return false;
  const before = fold(
    caseNo,
    events.filter(({ seq }) => seq < cause.seq),
  );
  return (
    before?.owner?.provisional === true &&
    before.owner.id === cause.data.owner &&
    cause.data.taskForce.length === 0 &&
    before.grade === before.suggestion?.grade &&
    before.category === before.suggestion.category
  );
}

function sameAsInReceipt(caseNo: string, events: readonly CaseEvent[], cause: CaseEvent): boolean {
  const receipt = events.find(
    ({ type, data }) => type === 'stageEntered' && (data as { stage: string }).stage === 'grade',
  );
  if (!receipt) return false;
  const [then, now] = [receipt, cause].map((until) =>
    told(
      fold(
        caseNo,
        events.filter(({ seq }) => seq <= until.seq),
      ),
    ),
  );
  return then === now;
}

/** What the receipt tells: who handles the case, and by when it is answered and solved. */
const told = (state: CaseState | undefined): string =>
  JSON.stringify([state?.owner?.id, state?.clocks.firstResponse?.dueAt, state?.clocks.resolution?.dueAt]);

/**
 * Whether a reminder that has waited for its reader asks for what has been done since: the promise has been kept or
 * moved, the lower grade confirmed or undone, the named person cleared, the customer has answered.
 */
export function isMoot({ type, data }: CaseEvent, state: CaseState): boolean {
  switch (type) {
    case 'promiseWarned': {
      const clock = state.clocks[data.clock];
      return !clock || !isOpen(clock) || clock.version !== data.version;
    }
    case 'escalated': {
      if (data.because === 'gradedDown') return state.lowered === undefined;
      if (data.because === 'named') return state.named === undefined;
      const clock = data.because === 'promise' && data.clock !== undefined ? state.clocks[data.clock] : undefined;
      return clock !== undefined && !isOpen(clock);
    }
    case 'customerSilent':
      return state.proposal?.id !== data.proposalId || state.proposal.status !== 'unanswered';
    default:
      return false;
  }
}
