import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import type { Recipient } from '../../domain/process/notices';

/**
 * Whether the mail planned for `cause` would tell its reader nothing new; it is then skipped. A simple complaint should
 * cost its customer four mails (receipt, answer, result with the survey, closing); the progress page shows the rest.
 *
 * True for:
 * - the customer, when work begins in the first round and handler and dates are still those of the receipt;
 * - the customer, when the case enters `revisit` or `review`: the result mail has announced both;
 * - the provisional owner who graded the case, by which it went to somebody else, and who is not on its task force;
 * - the provisional owner who keeps the case, unless it was graded otherwise than suggested or has a task force.
 * @param events the ledger of the case, from its first event to `cause` at least
 */
export function isNoNews(caseNo: string, events: readonly CaseEvent[], cause: CaseEvent, to: Recipient): boolean {
  if (cause.type === 'stageEntered') {
    const { stage, round } = cause.data;
    if (stage === 'revisit' || stage === 'review') return true;
    return stage === 'resolve' && round === 1 && sameAsInReceipt(caseNo, events, cause);
  }
  if (cause.type !== 'assigned' || cause.data.provisional) return false;
  const past = events.filter(({ seq }) => seq < cause.seq);
  const before = fold(caseNo, past);
  const reader = to.kind === 'user' ? to.id : undefined;
  if (reader !== cause.data.owner && before?.owner?.provisional && before.owner.id === reader) {
    const graded = past.findLast(({ type }) => type === 'graded' || type === 'regraded');
    return graded?.actor.kind === 'staff' && graded.actor.id === reader && !cause.data.taskForce.includes(reader);
  }
  return (
    before?.owner?.provisional === true &&
    before.owner.id === cause.data.owner &&
    cause.data.taskForce.length === 0 &&
    before.grade === before.suggestion?.grade &&
    before.category === before.suggestion.category
  );
}

/** Whether handler and promised times at `cause` are those that the receipt told. */
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

/** What the receipt tells of a state, as one text to compare: owner, and the due times of answer and solution. */
const told = (state: CaseState | undefined): string =>
  JSON.stringify([state?.owner?.id, state?.clocks.firstResponse?.dueAt, state?.clocks.resolution?.dueAt]);

/** Dates that differ by less are the same to a customer: a pause that is taken back at once moves them by seconds. */
const SAME_MS = 60_000;

/**
 * Whether moved dates are again those that the customer was last told, because nothing that moved them in between has
 * reached them. The mail about them would tell nothing new.
 * @param hasLeft whether the mail about the entry of this `seq` has left, or may have; true where there was none to send,
 *   since another mail named the dates
 */
export function areAsTold(
  events: readonly CaseEvent[],
  cause: Extract<CaseEvent, { type: 'datesMoved' }>,
  hasLeft: (seq: number) => boolean,
): boolean {
  const earlier = events.flatMap((one) => (one.type === 'datesMoved' && one.seq < cause.seq ? [one] : [])).toReversed();
  const reached = earlier.findIndex(({ seq }) => hasLeft(seq));
  const untold = reached < 0 ? earlier : earlier.slice(0, reached);
  if (untold.length === 0) return false;
  return cause.data.dates.every(({ clock, from, to }) => {
    let known = from;
    for (const { data } of untold) known = data.dates.find((date) => date.clock === clock)?.from ?? known;
    return Math.abs(Date.parse(known) - Date.parse(to)) < SAME_MS;
  });
}
