/**
 * Folds events into the state of a case.
 * @module
 */
import { readIn, type CaseEvent, type EventData } from './events';
import { atLeast } from './permissions';
import type { Clock } from '../promises/clock';
import { reachedAfter } from './milestones';
import { hasRule } from './revision';
import { movedAsOf, isChasedOn, messagesOn, type CaseState } from './state';
import { rankOf, type Category, type Instant, type Role } from '../basics/types';

/**
 * How many decision ids a case remembers, to recognise repeats. It bounds the size of the state; the repeat of an older
 * decision would be judged like a new one.
 */
const DECISIONS_KEPT = 500;

/** The state after the first event. */
function opened(caseNo: string, first: CaseEvent): CaseState {
  if (first.type !== 'complaintReceived') throw new Error(`a ledger opens with complaintReceived, not ${first.type}`);
  const { channel, language, customerId, text, policyVersion, receivedAt, revision, zone } = first.data;
  return {
    caseNo,
    policyVersion,
    revision,
    ...(zone && { zone }),
    seq: first.seq,
    lastAt: first.at,
    stage: 'receive',
    round: 1,
    receivedAt,
    channel,
    language,
    customerId,
    text,
    grade: 'general',
    category: 'other',
    gradeConfirmed: false,
    against: [],
    repeatOf: [],
    taskForce: [],
    accepted: false,
    deciders: [],
    evidence: [],
    helpTasks: [],
    proposals: 0,
    declines: 0,
    redress: [],
    surveys: 0,
    actions: [],
    chases: { count: 0, today: 0 },
    reopenings: 0,
    undelivered: [],
    absorbed: [],
    clocks: {},
    decisions: {},
  };
}

/**
 * Folds one event into the state. Pure: it judges nothing, and accepts every event that was ever written.
 * @throws Error when the first event is not `complaintReceived`
 */
export function evolve(state: CaseState | undefined, event: CaseEvent, caseNo: string): CaseState {
  if (state === undefined) return opened(caseNo, event);
  const next: CaseState = { ...change(state, event), seq: event.seq, lastAt: event.at };
  const mood = readIn(event)?.sentiment;
  if (mood) next.mood = mood;
  if (event.decision) {
    const { id, name, print } = event.decision;
    const kept = Object.entries(state.decisions).slice(-(DECISIONS_KEPT - 1));
    next.decisions = { ...Object.fromEntries(kept), [id]: { decision: name, seq: event.seq, print } };
  }
  if (next.held && (state.held === next.held ? letsGoOn(event, next.held.by) : isWithLead(next, next.held.by))) {
    delete next.held;
  }
  if (event.actor.kind === 'staff' && DECIDING.has(event.type) && !next.deciders.includes(event.actor.id)) {
    next.deciders = [...next.deciders, event.actor.id];
  }
  if (hasRule(next, 'stopNotReached')) next.reached = reachedAfter(event, next.reached);
  if (hasRule(next, 'freshFollowUp')) next.handlers = handlersAfter(event, next.handlers ?? []);
  return next;
}

/** The state that a ledger, complete and in order, folds to; undefined if it is empty. */
export const fold = (caseNo: string, events: readonly CaseEvent[]): CaseState | undefined =>
  events.reduce<CaseState | undefined>((state, event) => evolve(state, event, caseNo), undefined);

/** Events whose author has had a hand in the matter and is not uninvolved any more. */
const DECIDING = new Set(['proposed', 'approved', 'rejected', 'notSubstantiatedFound', 'resolved', 'carriedOut']);

/**
 * The handlers after an event. It adds a new owner, and the author of a decision, of an answer to the customer or of an
 * extension. A provisional owner is only named in the receipt and has not led the case.
 */
function handlersAfter({ type, data, actor }: CaseEvent, so: string[]): string[] {
  const leads = type === 'reassigned' || (type === 'assigned' && !data.provisional) ? [data.owner] : [];
  const answers = type === 'responded' || type === 'wroteToCustomer';
  const acts = DECIDING.has(type) || answers || (type === 'promiseMoved' && data.because === 'extended');
  const now = [...leads, ...(acts && actor.kind === 'staff' ? [actor.id] : [])].filter((id) => !so.includes(id));
  return now.length === 0 ? so : [...so, ...now];
}

/** Events by which somebody who leads takes a held round in hand. */
const LEADS_ON: ReadonlySet<string> = new Set(['assigned', 'reassigned', 'proposed', 'notSubstantiatedFound']);

/**
 * Whether an event ends a held round: the role it waits for lets the owner go on, names another owner or takes a step
 * itself; or the case ends or starts another round.
 */
const letsGoOn = (event: CaseEvent, by: 'supervisor' | 'manager'): boolean =>
  event.type === 'archived' ||
  event.type === 'roundOpened' ||
  (event.type === 'approved' && event.data.subject === 'round') ||
  (LEADS_ON.has(event.type) && atLeast(event.actor, by));

/** Whether the owner already has the role that the round would wait for: then it need not wait. */
const isWithLead = ({ owner }: CaseState, by: 'supervisor' | 'manager'): boolean =>
  owner !== undefined && !owner.provisional && atLeast({ kind: 'staff', ...owner, role: owner.role as Role }, by);

const withClock = (state: CaseState, id: string, alter: (clock: Clock) => Clock): CaseState => {
  const clock = state.clocks[id];
  return clock ? { ...state, clocks: { ...state.clocks, [id]: alter(clock) } } : state;
};

/** Counts one more moment of the plan as written. */
const tellMoment = (clock: Clock): Clock => (clock.plan ? { ...clock, told: (clock.told ?? 0) + 1 } : clock);

/**
 * The subcategory after a grading: the one given, else the one so far; a new category drops it, because a subcategory
 * belongs to its category.
 */
function subcategoryOf(
  { category, subcategory }: CaseState,
  data: { category: Category; subcategory?: string },
): Pick<CaseState, 'subcategory'> | undefined {
  if (data.subcategory !== undefined) return { subcategory: data.subcategory };
  return subcategory === undefined || data.category === category ? undefined : { subcategory: undefined };
}

type Grading = Extract<CaseEvent, { type: 'graded' | 'regraded' }>;

/** What a grading says of a turn for the worse: it is judged, unless the policy alone has raised the grade for it. */
function judged({ worse }: CaseState, event: Grading): Pick<CaseState, 'worse'> | undefined {
  const isByPolicy = event.type === 'regraded' && event.data.because === 'danger';
  return worse && !isByPolicy ? { worse: { ...worse, judged: true } } : undefined;
}

/**
 * Whom the complaint is about after a grading. When somebody who leads says so, those who were only named are thereby
 * confirmed or cleared.
 */
function accused(state: CaseState, { data, actor }: Grading): Pick<CaseState, 'against' | 'named'> {
  if (!data.against) return { against: state.against };
  return state.named && atLeast(actor, 'supervisor')
    ? { against: data.against, named: undefined }
    : { against: data.against };
}

/**
 * What a grading changes about a lowered grade that waits to be confirmed. It waits no more once somebody who leads has
 * graded, or the grade is as high as before.
 */
function lowered(state: CaseState, { data, actor }: Grading): Pick<CaseState, 'lowered'> | undefined {
  if (!hasRule(state, 'lowerGradeHeld')) return undefined;
  const from = state.lowered?.from ?? state.grade;
  const isBack = rankOf(data.grade) >= rankOf(from);
  if (isBack || atLeast(actor, 'supervisor')) return state.lowered ? { lowered: undefined } : undefined;
  const lower = rankOf(data.grade) < rankOf(state.grade);
  return lower && actor.kind === 'staff' ? { lowered: { by: actor.id, from } } : undefined;
}

/**
 * Takes every part in the case from whoever is complained of: ownership, seat on the task force, open requests for help
 * and an open follow-up.
 */
function withoutPartial(state: CaseState): CaseState {
  const { against, owner, taskForce, helpTasks, followUp } = state;
  if (!hasRule(state, 'impartial') || against.length === 0) return state;
  const partial = (id: string | undefined): boolean => id !== undefined && against.includes(id);
  return {
    ...state,
    ...(partial(owner?.id) && { owner: undefined, accepted: false }),
    taskForce: taskForce.filter((id) => !partial(id)),
    // The request stays open for their department.
    helpTasks: helpTasks.map((task) => (task.open && partial(task.assignee) ? { ...task, assignee: undefined } : task)),
    ...(followUp?.status === 'open' &&
      partial(followUp.assignee) && { followUp: { ...followUp, assignee: undefined } }),
  };
}

const withAction = (
  state: CaseState,
  id: string,
  alter: (action: CaseState['actions'][number]) => CaseState['actions'][number],
): CaseState => ({ ...state, actions: state.actions.map((action) => (action.id === id ? alter(action) : action)) });

/** The beginning of a round of effect checks; recorded only under the rule `verifiedEnds`. */
const roundOf = (state: CaseState, round: number, from: Instant): { round?: number; roundFrom?: Instant } =>
  hasRule(state, 'verifiedEnds') ? { round, roundFrom: from } : {};

/** The case out of the queue. */
const waitingNoMore = ({ queued: _queued, ...state }: CaseState): CaseState => state;

/**
 * Forgets the date that the customer was told of a clock: the clock starts anew, so the old date says nothing about it.
 */
function untold({ datesTold }: CaseState, clock: string): Pick<CaseState, 'datesTold'> | undefined {
  if (datesTold?.[clock] === undefined) return undefined;
  return { datesTold: Object.fromEntries(Object.entries(datesTold).filter(([id]) => id !== clock)) };
}

/** The case after somebody has spoken or written to its customer, who waits for no call any more. */
const calledBack = ({ callBack, ...state }: CaseState): CaseState => (callBack ? state : { ...state });

/** Counts what the customer has written or asked for; what staff took down for them is not counted against them. */
const heard = (state: CaseState, { at, actor }: CaseEvent): CaseState =>
  actor.kind === 'customer' ? { ...state, messages: { lastAt: at, today: messagesOn(state, at) + 1 } } : state;

/** The case with a new owner, who has not accepted it yet. */
const owned = (
  state: CaseState,
  data: EventData['assigned'] | EventData['reassigned'],
  provisional: boolean,
): CaseState => ({
  ...waitingNoMore(state),
  owner: { id: data.owner, role: data.role, team: data.team, provisional },
  taskForce: data.taskForce,
  accepted: false,
});

/** What one event changes by itself; what all events change is in `evolve`. */
function change(state: CaseState, event: CaseEvent): CaseState {
  switch (event.type) {
    case 'complaintReceived':
      return state;
    case 'imported': {
      const { grade, category, isGraded, outcome, cause, resolvedAt, closedAt } = event.data;
      const resolution = { outcome, cause, at: resolvedAt };
      const closed = { stage: 'archived', outcome, resolution, archivedAt: closedAt } as const;
      return { ...state, ...closed, grade, category, gradeConfirmed: isGraded, imported: true };
    }
    case 'gradeSuggested': {
      const { grade, category, rules } = event.data;
      return { ...state, suggestion: { grade, category, rules }, grade, category };
    }
    case 'repeatFound':
      return { ...state, repeatOf: event.data.of };
    case 'stageEntered':
      return { ...(event.data.stage === 'assign' ? state : waitingNoMore(state)), stage: event.data.stage };
    case 'staffNamed': {
      const { people } = event.data;
      const named = {
        ...state,
        named: people,
        against: [...new Set([...state.against, ...people.map(({ id }) => id)])],
      };
      return withoutPartial(named);
    }
    case 'graded':
    case 'regraded':
      return withoutPartial({
        ...state,
        grade: event.data.grade,
        category: event.data.category,
        // A subcategory belongs to its category and goes with it.
        ...subcategoryOf(state, event.data),
        gradeConfirmed: true,
        ...judged(state, event),
        ...accused(state, event),
        ...lowered(state, event),
      });
    case 'assigned':
      return owned(state, event.data, event.data.provisional);
    case 'queued':
      return { ...state, queued: { since: event.at, why: event.data.why } };
    case 'reassigned':
      return { ...owned(state, event.data, false), accepted: false };
    case 'accepted':
      return { ...state, accepted: true };
    case 'responded':
    case 'wroteToCustomer':
      return { ...calledBack(state), respondedAt: state.respondedAt ?? event.at };
    case 'customerWrote':
      return heard(state, event);
    case 'callBackWanted': {
      const { from, to } = event.data;
      return { ...heard(state, event), callBack: { at: event.at, ...(from && { from }), ...(to && { to }) } };
    }
    case 'turnedWorse': {
      const { grade, rules, of } = event.data;
      return { ...state, worse: { grade, rules, seq: of } };
    }
    case 'evidenceAdded':
      return { ...state, evidence: [...state.evidence, event.data.evidenceId] };
    case 'helpRequested': {
      const { taskId: id, department, assignee } = event.data;
      const askedBy = event.actor.kind === 'staff' ? event.actor.id : '';
      return { ...state, helpTasks: [...state.helpTasks, { id, department, assignee, askedBy, open: true }] };
    }
    case 'helpAnswered':
    case 'helpWithdrawn':
      return {
        ...state,
        helpTasks: state.helpTasks.map((task) => (task.id === event.data.taskId ? { ...task, open: false } : task)),
      };
    case 'proposed': {
      const { proposalId: id, remedies, total, solution, needsApproval } = event.data;
      const by = event.actor.kind === 'staff' ? event.actor.id : '';
      const status = needsApproval ? 'awaitingApproval' : 'offered';
      return { ...state, proposals: state.proposals + 1, proposal: { id, by, remedies, total, solution, status } };
    }
    case 'approved':
      return event.data.subject === 'notSubstantiated' && state.notSubstantiated
        ? { ...state, notSubstantiated: { ...state.notSubstantiated, status: 'confirmed' } }
        : state;
    case 'rejected':
      return event.data.subject === 'notSubstantiated'
        ? { ...state, notSubstantiated: undefined }
        : withProposal(state, 'returned');
    case 'solutionOffered':
      return withProposal(state, 'offered');
    case 'customerAnswered':
      return event.data.accepted
        ? withProposal(state, 'accepted')
        : { ...withProposal(state, 'declined'), declines: state.declines + 1 };
    case 'customerSilent':
      return withProposal(state, 'unanswered');
    case 'carriedOut': {
      const given = event.data.remedies.map((remedy) => ({ ...remedy, at: event.at }));
      return { ...withProposal(state, 'carriedOut'), redress: [...state.redress, ...given] };
    }
    case 'notSubstantiatedFound': {
      const by = event.actor.kind === 'staff' ? event.actor.id : '';
      return {
        // Takes an open offer back: else the customer could accept it although the complaint was found without ground.
        ...withProposal(state, 'withdrawn'),
        notSubstantiated: { by, status: event.data.needsApproval ? 'awaitingApproval' : 'confirmed' },
      };
    }
    case 'resolved': {
      const { outcome, cause } = event.data;
      return { ...state, resolution: { outcome, cause, at: event.at } };
    }
    case 'surveySent':
      return { ...state, surveys: state.surveys + 1, survey: { id: event.data.surveyId, status: 'open' } };
    case 'surveyReminded':
      return state;
    case 'surveyRecorded': {
      const { surveyId: id, total, low } = event.data;
      return { ...state, survey: { id, status: 'answered', total, low } };
    }
    case 'surveyClosed':
      return { ...state, survey: { id: event.data.surveyId, status: 'closed' } };
    case 'followUpOpened':
      return { ...state, followUp: { id: event.data.followUpId, status: 'open', notBy: event.data.notBy } };
    case 'followUpAssigned':
      return state.followUp ? { ...state, followUp: { ...state.followUp, assignee: event.data.assignee } } : state;
    case 'followedUp':
      return state.followUp
        ? { ...calledBack(state), followUp: { ...state.followUp, status: 'done' } }
        : calledBack(state);
    case 'revisitPlanned':
      return { ...state, revisit: { ...event.data, status: 'planned' } };
    case 'revisitRecorded':
      return state.revisit
        ? { ...calledBack(state), revisit: { ...state.revisit, status: 'done' } }
        : calledBack(state);
    case 'roundOpened':
      return {
        ...state,
        round: event.data.round,
        proposal: undefined,
        notSubstantiated: undefined,
        resolution: undefined,
        survey: undefined,
        followUp: undefined,
        revisit: undefined,
        outcome: undefined,
        archivedAt: undefined,
      };
    case 'reopened':
      return { ...state, reopenings: state.reopenings + 1 };
    case 'rootCauseRecorded': {
      const { fishbone, cause, systemic } = event.data;
      return { ...state, rootCause: { fishbone, cause, systemic } };
    }
    case 'actionPlanned': {
      const { actionId: id, kind, owner } = event.data;
      return { ...state, actions: [...state.actions, { id, kind, owner, status: 'planned' }] };
    }
    case 'actionStarted':
      return withAction(state, event.data.actionId, (action) => ({
        ...action,
        status: 'started',
        ...roundOf(state, 1, event.at),
      }));
    case 'actionMeasured':
      return withAction(state, event.data.actionId, (action) => ({
        ...action,
        missed: !event.data.reached,
        ...(!event.data.reached && roundOf(state, event.data.round + 1, event.at)),
      }));
    case 'actionEnded':
      return withAction(state, event.data.actionId, (action) => ({ ...action, status: 'ended' }));
    case 'archived':
      return { ...calledBack(state), outcome: event.data.outcome, archivedAt: event.at, paused: undefined };
    case 'paused':
      return { ...state, paused: { reason: event.data.reason, until: event.data.until } };
    case 'resumed':
      return { ...state, paused: undefined };
    case 'chased': {
      const { count } = event.data;
      const today = isChasedOn(state, event.at) ? state.chases.today + 1 : 1;
      return { ...state, chases: { count, lastAt: event.at, today } };
    }
    case 'mailFailed':
      return { ...state, undelivered: [...state.undelivered, event.data.of] };
    case 'merged':
      return { ...state, mergedInto: event.data.into };
    case 'absorbed':
      return { ...state, absorbed: [...state.absorbed, event.data.from] };
    case 'withdrawn':
    case 'noted':
    case 'decisionRefused':
    case 'signalRefused':
    case 'cancelRequested':
    case 'actionWarned':
    case 'actionBreached':
      return state;
    case 'actionVerified':
      return event.data.reached
        ? state
        : withAction(state, event.data.actionId, (action) => ({
            ...action,
            ...roundOf(state, (action.round ?? 1) + 1, event.at),
          }));

    case 'promiseStarted': {
      const { clock: id, promise, version, startedAt, dueAt, lengthMs, pausable, warnAt, managerAfterMs } = event.data;
      const { plan, calendar } = event.data;
      const clock: Clock = {
        id,
        promise,
        version,
        status: 'running',
        startedAt,
        dueAt,
        lengthMs,
        pausable,
        warnAt,
        warned: 0,
        managerAfterMs,
        pausedMs: 0,
        escalated: 0,
        ...(plan && { plan, told: 0 }),
        ...(calendar && { calendar }),
      };
      return { ...state, ...untold(state, id), clocks: { ...state.clocks, [id]: clock } };
    }
    case 'promiseMoved': {
      const { clock, version, dueAt, lengthMs, because, plan, calendar } = event.data;
      return withClock(state, clock, (old) => ({
        ...old,
        version,
        dueAt,
        lengthMs,
        ...(hasRule(state, 'soundDates') && {
          beforeExtension: because === 'extended' ? (old.beforeExtension ?? old.dueAt) : undefined,
        }),
        ...(hasRule(state, 'extensionsCounted') &&
          because === 'extended' &&
          dueAt > old.dueAt && { extended: (old.extended ?? 0) + 1 }),
        ...(plan && { plan, told: 0 }),
        ...(calendar && { calendar }),
        warned: old.warnAt.filter(
          (point) => Date.parse(dueAt) - lengthMs * (1 - point) <= Date.parse(movedAsOf(state, old, event.at)),
        ).length,
        breachedAt: undefined,
        escalated: 0,
      }));
    }
    case 'datesMoved': {
      const told = event.data.dates.map(({ clock, to }) => [clock, to]);
      return { ...state, datesTold: { ...state.datesTold, ...(Object.fromEntries(told) as Record<string, string>) } };
    }
    case 'promisePaused':
      return withClock(state, event.data.clock, (old) => ({ ...old, status: 'paused', pausedAt: event.at }));
    case 'promiseResumed':
      return withClock(state, event.data.clock, (old) => ({
        ...old,
        status: 'running',
        pausedAt: undefined,
        dueAt: event.data.dueAt,
        pausedMs: event.data.pausedMs,
        ...(event.data.plan && { plan: event.data.plan }),
      }));
    case 'promiseWarned':
      return withClock(state, event.data.clock, (old) => ({ ...tellMoment(old), warned: old.warned + 1 }));
    case 'promiseBreached':
      return withClock(state, event.data.clock, (old) => ({ ...tellMoment(old), breachedAt: event.data.dueAt }));
    case 'formFilled': {
      const { form, values } = event.data;
      return { ...state, forms: { ...state.forms, [form]: { values, seq: event.seq } } };
    }
    case 'chainStopped':
      return withClock(state, event.data.clock, (old) =>
        hasRule(state, 'movedChainGoesOn') && old.version !== event.data.version
          ? old
          : { ...old, told: old.plan?.length },
      );
    case 'policyMoved':
      return { ...state, policyVersion: event.data.to };
    case 'taskForceOpened':
      return { ...state, taskForce: [...new Set([...state.taskForce, ...event.data.members])] };
    case 'promiseStopped':
      return withClock(state, event.data.clock, (old) => ({
        ...old,
        status: event.data.verdict,
        stoppedAt: event.at,
        pausedAt: undefined,
      }));
    case 'escalated': {
      const { because, to } = event.data;
      const held =
        hasRule(state, 'heldForLead') &&
        (because === 'rounds' || because === 'declined') &&
        (to === 'supervisor' || to === 'manager')
          ? { held: { because, by: to } }
          : {};
      return escalated({ ...state, ...held }, event.data);
    }
    default:
      return unknownEvent(state, event);
  }
}

/** A ledger written by a newer release may hold events that this one does not know: they change nothing here. */
const unknownEvent = (state: CaseState, _event: never): CaseState => state;

const withProposal = (state: CaseState, status: NonNullable<CaseState['proposal']>['status']): CaseState =>
  state.proposal ? { ...state, proposal: { ...state.proposal, status } } : state;

/** Counts an escalation on its clock: one more step of the chain, or without a plan the level it has reached. */
const escalated = (state: CaseState, { clock, step, to }: EventData['escalated']): CaseState =>
  clock === undefined
    ? state
    : withClock(state, clock, (old) =>
        step === undefined
          ? { ...old, escalated: to === 'manager' ? 2 : 1 }
          : { ...tellMoment(old), escalated: old.escalated + 1 },
      );
