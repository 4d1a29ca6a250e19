import type { CaseEvent, EventData } from '../case/events';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import type { Stage } from '../basics/types';
import type { MailKind } from '../policy/mail-kinds';

/**
 * What an event makes us write to whom. The ledger's activity puts these rows into the outbox in the transaction of
 * their event, so a message is neither forgotten nor sent for something that did not happen.
 * @module
 */

export type Recipient =
  { kind: 'customer' } | { kind: 'user'; id: string } | LeadRecipient | { kind: 'department'; department: string };

/** Everybody of this role in the owner's team; of the house when the case has no owner yet. */
export interface LeadRecipient {
  kind: 'role';
  role: 'supervisor' | 'manager';
  team?: string;
  /** They are asked to take this decision: whoever may not take it is passed over. */
  may?: 'approve';
  /** Whose own doing it is about: told that they have let something slip, they would be told by themselves. */
  not?: string[];
}

export interface Message {
  mail: MailKind;
  to: Recipient;
}

const customer = (mail: MailKind): Message => ({ mail, to: { kind: 'customer' } });
const user = (mail: MailKind, id: string): Message => ({ mail, to: { kind: 'user', id } });

/**
 * @param state the case after the event
 * @param before the case before it: who leads or sits on the task force already is not invited again
 */
export function messagesFor(event: CaseEvent, state: CaseState, before?: CaseState): Message[] {
  const team = state.owner?.team;
  const owner = (mail: MailKind): Message =>
    state.owner ? user(mail, state.owner.id) : { mail, to: { kind: 'role', role: 'supervisor' } };
  const lead = (mail: MailKind, more: Partial<LeadRecipient> = {}): Message => {
    const { role = 'supervisor', team: named = role === 'supervisor' ? team : undefined } = more;
    return { mail, to: { kind: 'role', ...more, role, team: named } };
  };
  /** To whoever may say yes: not who asks for it, and above the limit of a supervisor only who may go above it. */
  const approver = (mail: MailKind, more: Partial<LeadRecipient> = {}): Message =>
    lead(mail, { ...more, may: 'approve' });
  switch (event.type) {
    case 'stageEntered':
      return onStage(event.data.stage, state);
    case 'assigned':
      return placed(state, before);
    case 'reassigned': {
      const { from, left = [] } = event.data;
      return placed(state, before, [...(from === undefined ? [] : [from]), ...left]);
    }
    case 'responded':
      return event.data.via === 'mail' ? [customer('response')] : [];
    case 'helpRequested':
      return event.data.assignee === undefined
        ? [{ mail: 'helpRequested', to: { kind: 'department', department: event.data.department } }]
        : [user('helpRequested', event.data.assignee)];
    case 'helpAnswered':
      return [owner('helpAnswered')];
    case 'proposed':
    case 'notSubstantiatedFound':
      return event.data.needsApproval ? [approver('approvalNeeded')] : [];
    case 'rejected':
      return [owner('returned')];
    case 'solutionOffered':
      return [customer('solution')];
    case 'customerAnswered':
      return event.actor.kind === 'customer' ? [owner('customerAnswered')] : [];
    case 'customerSilent':
      return [owner('customerSilent')];
    case 'resolved':
      return [customer('result')];
    case 'roundOpened':
      return [
        owner('reopened'),
        ...(event.data.because === 'reopened' ? [lead('reopened', besides(state.owner?.id))] : []),
      ];
    case 'withdrawn':
      return event.actor.kind === 'customer' ? [owner('customerWithdrew')] : [];
    case 'evidenceAdded':
      // What comes with the complaint is read with it.
      return event.actor.kind === 'customer' && state.gradeConfirmed ? [owner('customerAdded')] : [];
    case 'resumed':
      return event.data.because === 'time' ? [owner('resumed')] : [];
    case 'surveyReminded':
      return [customer('surveyReminder')];
    case 'followUpAssigned':
      return [user('followUp', event.data.assignee)];
    case 'actionPlanned':
      return [user('actionPlanned', event.data.owner)];
    case 'actionWarned': {
      const action = state.actions.find((item) => item.id === event.data.actionId);
      return action ? [user('actionDue', action.owner)] : [];
    }
    case 'actionMeasured': {
      const action = state.actions.find((item) => item.id === event.data.actionId);
      if (!action || event.data.reached) return [];
      return [user('actionDue', action.owner), lead('actionDue', besides(action.owner))];
    }
    case 'chased':
      return [owner('chased'), lead('chased', besides(state.owner?.id))];
    case 'datesMoved': {
      const { why, entered } = event.data;
      // One letter a change: that of the stage names the dates, and an offer has said that the time stands still.
      const named = entered !== undefined && NAMES_DATES.has(entered) && onStage(entered, state).length > 0;
      return why === 'offer' || named ? [] : [customer('extension')];
    }
    case 'promiseMoved': {
      if (hasRule(state, 'datesTold')) return [];
      // Help and review are between ourselves: their dates were never promised to the customer.
      const told = ['resolution', 'followUp', 'revisit', 'further'].includes(
        state.clocks[event.data.clock]?.promise ?? '',
      );
      return event.data.because === 'extended' && told ? [customer('extension')] : [];
    }
    case 'promiseWarned': {
      const clock = state.clocks[event.data.clock];
      if (clock?.promise === 'customerAnswer') return [customer('solutionReminder')];
      if (clock?.promise === 'survey') return [];
      if (clock?.promise === 'approval')
        return [approver('promiseWarned', { role: clock.id === 'approval:round' ? state.held?.by : undefined })];
      const task = state.helpTasks.find((item) => `help:${item.id}` === event.data.clock);
      if (task?.assignee !== undefined) return [user('promiseWarned', task.assignee), owner('promiseWarned')];
      const followUp = event.data.clock === 'followUp' ? state.followUp?.assignee : undefined;
      return [followUp === undefined ? owner('promiseWarned') : user('promiseWarned', followUp)];
    }
    case 'escalated':
      return escalated(event.data, state, { owner, lead, approver });
    case 'taskForceOpened':
      return newMembers(event.data.members, state, before).map((id) => user('assigned', id));
    case 'mailFailed':
      return [owner('mailFailed')];
    default:
      return [];
  }
}

const newMembers = (members: readonly string[], { owner }: CaseState, before: CaseState | undefined): string[] =>
  members.filter((id) => id !== owner?.id && !before?.taskForce.includes(id));

/**
 * Another owner or task force: told to whoever leads now and sits on it, and to whoever is out of it, but not to whom it
 * is about. Members who stay hear who leads them when that is somebody else.
 */
function placed(state: CaseState, before: CaseState | undefined, out: readonly string[] = []): Message[] {
  const { owner, taskForce, against } = state;
  const sameOwner = owner !== undefined && before?.owner?.id === owner.id && !before.owner.provisional;
  const members = sameOwner ? newMembers(taskForce, state, before) : taskForce;
  const former = new Set([...out, ...(before?.taskForce ?? []), ...(before?.owner ? [before.owner.id] : [])]);
  const gone = [...former].filter((id) => id !== owner?.id && !taskForce.includes(id) && !against.includes(id));
  const told = [...members, ...gone].map((id) => user('assigned', id));
  if (sameOwner) return told;
  return [owner ? user('assigned', owner.id) : { mail: 'assigned', to: { kind: 'role', role: 'supervisor' } }, ...told];
}

/** Stages whose letter to the customer names the dates of answer and solution. */
const NAMES_DATES: ReadonlySet<Stage> = new Set<Stage>(['assign', 'resolve']);

function onStage(stage: Stage, state: CaseState): Message[] {
  switch (stage) {
    case 'grade':
      return [customer('receipt')];
    // The other nodes speak for themselves: the result letter at feedback, which says that a revisit follows, and the
    // last word at the archive. A review is the house's own affair.
    case 'assign':
    case 'resolve':
      return [customer('progress')];
    case 'archived':
      return state.outcome === 'merged' ? [customer('progress')] : [customer('closed')];
    default:
      return [];
  }
}

/** A lead is a second pair of eyes: it is nobody who looks already. */
const besides = (...ids: (string | undefined)[]): Pick<LeadRecipient, 'not'> => {
  const not = ids.filter((id) => id !== undefined);
  return not.length > 0 ? { not } : {};
};

interface Told {
  owner: (mail: MailKind) => Message;
  lead: (mail: MailKind, more?: Partial<LeadRecipient>) => Message;
  approver: (mail: MailKind, more?: Partial<LeadRecipient>) => Message;
}

/** Who is told as the one who leads: of what a supervisor has let slip, the manager. */
export function leadTold(data: EventData['escalated'], state: CaseState): 'supervisor' | 'manager' {
  if (data.to === 'manager') return 'manager';
  const isOwners = state.owner !== undefined && bearerOf(data, data.clock, state) === state.owner.id;
  return isOwners && state.owner?.role === 'supervisor' ? 'manager' : 'supervisor';
}

function escalated(data: EventData['escalated'], state: CaseState, { owner, lead, approver }: Told): Message[] {
  const { to, person, team } = data;
  if (to === 'owner') return [owner('escalation')];
  if (to === 'person' && person !== undefined) return [user('escalation', person)];
  const meant = { role: leadTold(data, state), ...(team !== undefined && { team }) };
  const clock = data.clock === undefined ? undefined : state.clocks[data.clock];
  // What a round or a second 'no' waits for is a decision too, unless the case is with whoever would take it.
  if (clock?.promise === 'approval' || (state.held && (data.because === 'rounds' || data.because === 'declined'))) {
    return [approver('escalation', meant)];
  }
  return [lead('escalation', { ...meant, ...besides(bearerOf(data, clock?.id, state)) })];
}

/** Whose promise it is, or whose action: an escalation to them would go in a circle. */
function bearerOf(
  { because, actionId }: EventData['escalated'],
  clock: string | undefined,
  state: CaseState,
): string | undefined {
  switch (because) {
    case 'promise':
      // An approval is late by whoever may give it.
      if (clock?.startsWith('approval:')) return undefined;
      if (clock === 'followUp') return state.followUp?.assignee;
      return state.helpTasks.find(({ id }) => `help:${id}` === clock)?.assignee ?? state.owner?.id;
    case 'action':
      return state.actions.find(({ id }) => id === actionId)?.owner;
    case 'declined':
      return state.owner?.id;
    default:
      return undefined;
  }
}
