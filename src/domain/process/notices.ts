/**
 * Which mails an event causes, and to whom. The ledger's activity plans them in the outbox in the transaction of their
 * event, so a mail is neither forgotten nor sent for something that did not happen.
 * @module
 */
import type { CaseEvent, EventData } from '../case/events';
import { hasRule } from '../case/revision';
import { DANGER, type CaseState } from '../case/state';
import type { Stage } from '../basics/types';
import type { MailKind } from '../policy/mail-kinds';

/**
 * Whom a mail is for. Who reads it in the end (deputies, the next rank) is decided when it is sent
 * (src/channels/mail/duty.ts).
 */
export type Recipient =
  { kind: 'customer' } | { kind: 'user'; id: string } | LeadRecipient | { kind: 'department'; department: string };

/** Everybody with this role in a team; without a team, in the house. */
export interface LeadRecipient {
  kind: 'role';
  role: 'supervisor' | 'manager';
  team?: string;
  /** They are asked to take this decision: whoever may not take it is passed over. */
  may?: 'approve';
  /** Whose own delay or action the mail is about. They are passed over, or they would be told about themselves. */
  not?: string[];
}

/** One mail to be planned. */
export interface Message {
  mail: MailKind;
  to: Recipient;
}

const customer = (mail: MailKind): Message => ({ mail, to: { kind: 'customer' } });
const user = (mail: MailKind, id: string): Message => ({ mail, to: { kind: 'user', id } });

/**
 * The mails that an event causes.
 * @param state the case after the event
 * @param before the case before it: owners and members who were there already are not told again
 */
export function messagesFor(event: CaseEvent, state: CaseState, before?: CaseState): Message[] {
  const team = state.owner?.team;
  const owner = (mail: MailKind): Message =>
    state.owner ? user(mail, state.owner.id) : { mail, to: { kind: 'role', role: 'supervisor' } };
  const lead = (mail: MailKind, more: Partial<LeadRecipient> = {}): Message => {
    const { role = 'supervisor', team: named = role === 'supervisor' ? team : undefined } = more;
    return { mail, to: { kind: 'role', ...more, role, team: named } };
  };
  /** To those who may approve it: not to its proposer, and above a supervisor's limit to managers only. */
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
    case 'wroteToCustomer':
      return [customer('letter')];
    case 'customerWrote':
    case 'callBackWanted': {
      // An owner who took it down themselves knows of it.
      const isOwners = event.actor.kind === 'staff' && event.actor.id === state.owner?.id;
      return isOwners ? [] : [owner(event.type)];
    }
    case 'turnedWorse':
      return [
        owner('turnedWorse'),
        // Of a danger to life somebody who leads is told as well.
        ...(event.data.rules.includes(DANGER) ? [lead('turnedWorse', besides(state.owner?.id))] : []),
      ];
    case 'noted':
      return (event.data.mentions ?? []).map((id) => user('mentioned', id));
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
      // Files that come with the complaint are read with it; only later ones are worth a mail.
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
      // One mail a change: the mail of the stage entered names the dates, and the mail with an offer has said that the
      // clocks are paused.
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

/** Members who were not on the task force before, without the owner. */
const newMembers = (members: readonly string[], { owner }: CaseState, before: CaseState | undefined): string[] =>
  members.filter((id) => id !== owner?.id && !before?.taskForce.includes(id));

/**
 * The mails about a new owner or task force: to the owner, the members, and everybody who is out of it, except whoever
 * is complained of. Under the same owner, members who stay hear nothing.
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

/** Stages whose mail to the customer names the dates of answer and solution. */
const NAMES_DATES: ReadonlySet<Stage> = new Set<Stage>(['assign', 'resolve']);

function onStage(stage: Stage, state: CaseState): Message[] {
  switch (stage) {
    case 'grade':
      return [customer('receipt')];
    // `feedback`, `revisit` and `review` have no mail of their own: the result letter announces the revisit, and a
    // review does not concern the customer.
    case 'assign':
    case 'resolve':
      return [customer('progress')];
    case 'archived':
      return state.outcome === 'merged' ? [customer('progress')] : [customer('closed')];
    default:
      return [];
  }
}

/**
 * Leaves people out of those who lead: a lead is told as a second pair of eyes, so not somebody who knows of the matter
 * already.
 */
const besides = (...ids: (string | undefined)[]): Pick<LeadRecipient, 'not'> => {
  const not = ids.filter((id) => id !== undefined);
  return not.length > 0 ? { not } : {};
};

interface Told {
  owner: (mail: MailKind) => Message;
  lead: (mail: MailKind, more?: Partial<LeadRecipient>) => Message;
  approver: (mail: MailKind, more?: Partial<LeadRecipient>) => Message;
}

/**
 * The role that is told of an escalation as the one who leads: the manager if it goes to them, or if a supervisor owns
 * the case and the delay is theirs.
 */
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
  // A late approval and a held round wait for a decision, so only those who may take it are told.
  if (clock?.promise === 'approval' || (state.held && (data.because === 'rounds' || data.because === 'declined'))) {
    return [approver('escalation', meant)];
  }
  return [lead('escalation', { ...meant, ...besides(bearerOf(data, clock?.id, state)) })];
}

/**
 * Whose promise or corrective action it is, undefined if nobody's alone. An escalation to them would go in a circle.
 */
function bearerOf(
  { because, actionId }: EventData['escalated'],
  clock: string | undefined,
  state: CaseState,
): string | undefined {
  switch (because) {
    case 'promise':
      // An approval is owed by everybody who may give it.
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
