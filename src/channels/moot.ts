import type { CaseEvent } from '../domain/case/events';
import { hasRule } from '../domain/case/revision';
import type { CaseState } from '../domain/case/state';
import type { Recipient } from '../domain/process/notices';
import { isOpen } from '../domain/promises/clock';

/**
 * Whether a mail that has waited (for its reader's working hours, or for the mail server) is out of date: it would say
 * what is no longer true, or ask for what has been done since. For example the promise has been kept or moved, the
 * offer has been answered, or the case has another owner. The event that made it so plans a mail of its own, so this
 * one is skipped.
 * @param event the event that the mail was planned with
 * @param state the case as it stands now
 */
export function isMoot(event: CaseEvent, to: Recipient, state: CaseState): boolean {
  const { type, data } = event;
  switch (type) {
    case 'stageEntered':
      // Out of date: "closed" for a case that was reopened, "work has begun" for a round that is already over.
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
    case 'callBackWanted':
      // Somebody has spoken to them since, or they have said another time.
      return state.callBack?.at !== event.at;
    case 'turnedWorse':
      return state.worse?.judged === true || state.worse?.seq !== data.of;
    case 'proposed':
      return state.proposal?.id !== data.proposalId || state.proposal.status !== 'awaitingApproval';
    case 'notSubstantiatedFound':
      return state.notSubstantiated?.status !== 'awaitingApproval';
    case 'solutionOffered': {
      // An offer that asks for no answer (no clock of its own) only informs, and stays true.
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
      // Another mail names the dates to which all of these were moved since.
      if (data.why === 'extended') {
        return data.dates.every(({ clock, to: date }) => (state.datesTold?.[clock] ?? date) !== date);
      }
      // It names the latest date a pause can lead to. Once the case has resumed, another mail has the real date.
      return data.why === 'paused' && state.paused === undefined && hasRule(state, 'resumeTold');
    case 'actionPlanned':
    case 'actionWarned':
      return state.actions.some(({ id, status }) => id === data.actionId && status === 'ended');
    default:
      return false;
  }
}

type Placing = Extract<CaseEvent, { type: 'assigned' | 'reassigned' | 'taskForceOpened' }>;

/**
 * Whether somebody still has the place in the case that the mail about `event` gives them: owner, member of the task
 * force, or neither (the mail told them that they are out of it). Never in an archived case.
 */
function isPlaceOf(id: string, event: Placing, state: CaseState): boolean {
  if (state.stage === 'archived') return false;
  const leads = state.owner?.id === id;
  if (event.type !== 'taskForceOpened' && event.data.owner === id) return leads;
  const members = event.type === 'taskForceOpened' ? event.data.members : event.data.taskForce;
  const sits = !leads && state.taskForce.includes(id);
  return members.includes(id) ? sits : !leads && !sits;
}
