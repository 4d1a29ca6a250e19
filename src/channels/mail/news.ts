import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import { hasRule } from '../../domain/case/revision';
import type { CaseState } from '../../domain/case/state';
import type { Recipient } from '../../domain/process/notices';
import { isOpen } from '../../domain/promises/clock';

/**
 * Whether the mail that `cause` asks for tells its reader anything new. A simple complaint is told of in four mails: the
 * receipt, the answer, the result with the survey, the closing. What else happens is on the progress page.
 *
 * - The customer has read in the receipt who handles the case and by when; that the work has begun is news only when
 *   one of these has changed, or in another round.
 * - What comes after the result (revisit, review) is said in the result itself.
 * - Whoever was named at the receipt and has graded the case knows that it goes on to somebody else.
 * - Whoever was named at the receipt has the case before them already; that it stays theirs is news only when it was
 *   graded otherwise than suggested.
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
 * Whether a mail that has waited (for its reader's hours, or for a mail server) says what is not so any more, or asks for
 * what has been done since: the promise has been kept or moved, the offer answered, the case given to somebody else. What
 * has come instead is told of by a mail of its own.
 */
export function isMoot(event: CaseEvent, to: Recipient, state: CaseState): boolean {
  const { type, data } = event;
  switch (type) {
    case 'stageEntered':
      // The last word of a complaint that goes on, or that the work has begun when it is done.
      if (data.stage === 'archived') return state.stage !== 'archived';
      return data.stage === 'resolve' && (state.stage !== 'resolve' || state.round !== data.round);
    case 'assigned':
    case 'reassigned':
    case 'taskForceOpened':
      return to.kind === 'user' && !isPlaceOf(to.id, event, state);
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
    case 'proposed':
      return state.proposal?.id !== data.proposalId || state.proposal.status !== 'awaitingApproval';
    case 'notSubstantiatedFound':
      return state.notSubstantiated?.status !== 'awaitingApproval';
    case 'solutionOffered': {
      // One that only informs is true whenever it is read.
      const asks = state.clocks[`customerAnswer:${data.proposalId}`] !== undefined;
      const open = state.proposal?.status === 'offered' || state.proposal?.status === 'unanswered';
      return asks && (state.proposal?.id !== data.proposalId || !open);
    }
    case 'customerSilent':
      return state.proposal?.id !== data.proposalId || state.proposal.status !== 'unanswered';
    case 'surveyReminded':
      return state.survey?.id !== data.surveyId || state.survey.status !== 'open';
    case 'helpRequested':
      return !state.helpTasks.some(({ id, open }) => id === data.taskId && open);
    case 'followUpAssigned': {
      const { followUp } = state;
      return followUp?.id !== data.followUpId || followUp.status !== 'open' || followUp.assignee !== data.assignee;
    }
    case 'datesMoved':
      // How late a pause may make it, of a case that goes on: a letter of its own has the date.
      return data.why === 'paused' && state.paused === undefined && hasRule(state, 'resumeTold');
    case 'actionPlanned':
    case 'actionWarned':
      return state.actions.some(({ id, status }) => id === data.actionId && status === 'ended');
    default:
      return false;
  }
}

type Placing = Extract<CaseEvent, { type: 'assigned' | 'reassigned' | 'taskForceOpened' }>;

/** Whether somebody still has the place that a mail says they have: the lead, a seat in the task force, or none. */
function isPlaceOf(id: string, event: Placing, state: CaseState): boolean {
  if (state.stage === 'archived') return false;
  const leads = state.owner?.id === id;
  if (event.type !== 'taskForceOpened' && event.data.owner === id) return leads;
  const members = event.type === 'taskForceOpened' ? event.data.members : event.data.taskForce;
  const sits = !leads && state.taskForce.includes(id);
  return members.includes(id) ? sits : !leads && !sits;
}
