import type { PromiseName } from '../promises/names';
import type { Planned } from '../promises/clock';
import type { QueueReason } from '../staffing/routing';
import type {
  Actor,
  Category,
  Cause,
  Channel,
  Fishbone,
  Grade,
  Instant,
  Language,
  Outcome,
  Remedy,
  Stage,
  TextRef,
} from '../basics/types';
import type { FrozenZone } from '../time/house-day';

/** Where a name stands: characters (UTF-16) of the complaint's text or of the remedy that is asked for. */
export interface NamedStaff {
  id: string;
  at: { in: 'text' | 'wantedRemedy'; from: number; to: number }[];
}

/**
 * Everything that can happen to a case: the ledger's vocabulary. Data holds ids, grades, times and amounts, never a
 * free text, a name or an address. Types are only ever added; the meaning of an old one never changes.
 */
export interface EventData {
  complaintReceived: {
    channel: Channel;
    language: Language;
    customerId: string;
    text: TextRef;
    policyVersion: number;
    receivedAt: Instant;
    /** `PROCESS_REVISION` of the worker that took it in; absent: 1. */
    revision?: number;
    /** The house's, when the case was opened; its days are counted by it. */
    zone?: FrozenZone;
  };
  gradeSuggested: { grade: Grade; category: Category; rules: string[]; engine: string };
  repeatFound: { of: string[] };
  /** Staff whose names stand in the complaint: they may be whom it is about, until somebody who leads has said so or not. */
  staffNamed: { people: NamedStaff[] };
  stageEntered: { stage: Stage; round: number };
  graded: {
    grade: Grade;
    category: Category;
    subcategory?: string;
    agreesWithSuggestion: boolean;
    against?: string[];
    reason?: TextRef;
  };
  regraded: {
    grade: Grade;
    category: Category;
    subcategory?: string;
    from: Grade;
    against?: string[];
    reason?: TextRef;
  };
  /** `provisional`: the first handler, named in the receipt before anybody has graded the case. */
  assigned: { owner: string; role: string; team: string; taskForce: string[]; provisional: boolean };
  /** Nobody who may have it is free: the case waits for its turn. */
  queued: { why: QueueReason };
  reassigned: {
    owner: string;
    role: string;
    team: string;
    taskForce: string[];
    from?: string;
    /** Members of the task force who are not on it any more. */
    left?: string[];
    reason?: TextRef;
  };
  accepted: Record<string, never>;
  responded: { via: string; text: TextRef };
  evidenceAdded: { evidenceId: string; sha256: string; note?: TextRef };
  /** Without a question where the process itself asks. */
  helpRequested: { taskId: string; department: string; assignee?: string; question?: TextRef };
  helpAnswered: { taskId: string; answer: TextRef };
  helpWithdrawn: { taskId: string };
  proposed: {
    proposalId: string;
    remedies: Remedy[];
    total: number;
    solution: TextRef;
    findings?: TextRef;
    needsApproval: boolean;
  };
  /** `round`: whoever leads lets the owner go on after a round or an answer that went up to them. */
  approved: { subject: 'proposal' | 'notSubstantiated' | 'round'; proposalId?: string; note?: TextRef };
  rejected: { subject: 'proposal' | 'notSubstantiated'; proposalId?: string; reason: TextRef };
  /** From here on the customer sees the proposal and may answer. */
  solutionOffered: { proposalId: string };
  customerAnswered: { proposalId: string; accepted: boolean; via: string; reason?: TextRef };
  /** The customer did not answer in time: the promises run on, and the owner decides how to reach them. */
  customerSilent: { proposalId: string };
  carriedOut: { proposalId: string; remedies: Remedy[]; proof?: TextRef };
  notSubstantiatedFound: { reasons: TextRef; evidence: string[]; needsApproval: boolean };
  resolved: { outcome: Outcome; cause: Cause; summary: TextRef };
  surveySent: { surveyId: string };
  surveyReminded: { surveyId: string };
  surveyRecorded: {
    surveyId: string;
    speed: number;
    solution: number;
    attitude: number;
    total: number;
    low: boolean;
    via: string;
    answers?: Record<string, number>;
    comment?: TextRef;
  };
  surveyClosed: { surveyId: string };
  followUpOpened: { followUpId: string; notBy: string[] };
  followUpAssigned: { followUpId: string; assignee: string };
  followedUp: { followUpId: string; satisfied: boolean; report: TextRef };
  revisitPlanned: { by: 'agent' | 'supervisor'; dueAt: Instant };
  revisitRecorded: { satisfied: boolean; method: string; report: TextRef };
  roundOpened: { round: number; because: 'survey' | 'revisit' | 'reopened' };
  reopened: { reason: TextRef; from: Stage };
  rootCauseRecorded: { fishbone: Fishbone; cause: Cause; whys: TextRef[]; systemic: boolean };
  actionPlanned: {
    actionId: string;
    kind: 'urgent' | 'preventive';
    owner: string;
    cause: Cause;
    description: TextRef;
  };
  actionStarted: { actionId: string };
  actionWarned: { actionId: string; dueAt: Instant; promise: string };
  actionBreached: { actionId: string; dueAt: Instant; promise: string };
  /** The effect check: complaints of the same cause before and after. */
  actionMeasured: { actionId: string; before: number; after: number; reached: boolean; round: number };
  /** `early`: why the effect could be judged before its check was due. */
  actionVerified: { actionId: string; reached: boolean; report: TextRef; early?: TextRef };
  actionEnded: { actionId: string; rounds: number };
  archived: { outcome: Outcome };
  paused: { reason: 'customer' | 'parts' | 'third_party'; until: Instant; note: TextRef };
  resumed: { because: 'decision' | 'time' };
  chased: { count: number; note?: TextRef };
  merged: { into: string; reason: TextRef };
  absorbed: { from: string };
  withdrawn: { reason: TextRef };
  noted: { text: TextRef };
  /** A message could not be delivered for good; the owner has to reach the customer another way. */
  mailFailed: { mail: string; to: 'customer' | 'staff'; of: number };
  /** A decision that came as a signal and could not be taken; nobody waits for its answer, so it is written down. */
  decisionRefused: { decision: string; code: string; decisionId?: string };
  /** A message of the product's own, from a corrective action, say, that no part of it would send: nothing came of it. */
  signalRefused: { signal: string; actionId?: string };
  /** Somebody pressed "Request Cancellation" in Temporal UI; `actionId`: of that corrective action. It goes on. */
  cancelRequested: { actionId?: string };

  promiseStarted: {
    clock: string;
    promise: PromiseName;
    version: number;
    startedAt: Instant;
    dueAt: Instant;
    lengthMs: number;
    pausable: boolean;
    warnAt: number[];
    managerAfterMs?: number;
    plan?: Planned[];
    calendar?: { id: string; version: number };
  };
  promiseMoved: {
    clock: string;
    version: number;
    dueAt: Instant;
    lengthMs: number;
    because: 'regraded' | 'extended' | 'policy';
    reason?: TextRef;
    plan?: Planned[];
    calendar?: { id: string; version: number };
  };
  /**
   * What the customer was promised comes later than they were last told, or was put right: once a change, however many
   * promises it moves. `entered`: the stage the case entered in the same change, whose own mail may name the dates.
   */
  datesMoved: { dates: MovedDate[]; why: MovedBecause; entered?: Stage };
  promisePaused: { clock: string };
  promiseResumed: { clock: string; dueAt: Instant; pausedMs: number; plan?: Planned[] };
  promiseWarned: { clock: string; version: number; point: number; dueAt: Instant };
  /** `dueAt` is the true due time, however late it was noticed. */
  promiseBreached: { clock: string; version: number; dueAt: Instant };
  promiseStopped: { clock: string; verdict: 'met' | 'late' | 'cancelled' };
  /** Somebody who leads has taken a broken promise in hand: the rest of its chain is not gone through. */
  chainStopped: { clock: string; version: number };
  /** Running cases move to another version of the policy by an explicit step only. */
  policyMoved: { from: number; to: number };
  formFilled: { form: string; values: TextRef };
  taskForceOpened: { members: string[] };
  escalated: {
    because:
      | 'promise'
      | 'rounds'
      | 'declined'
      | 'unassigned'
      | 'action'
      | 'reopened'
      | 'repeat'
      /** Staff are named in the complaint: who leads says whether it is about them. */
      | 'named'
      /** It is about somebody who had the case, or an action of it. */
      | 'complainedOf'
      /** Graded lower than suggested, by somebody who does not lead. */
      | 'gradedDown';
    to: 'supervisor' | 'manager' | 'owner' | 'person';
    /** `person`: who. */
    person?: string;
    team?: string;
    /** Step of the promise's chain, and what it does beside telling. */
    step?: number;
    action?: 'remind' | 'reassign' | 'raiseGrade' | 'openTaskForce';
    clock?: string;
    version?: number;
    dueAt?: Instant;
    actionId?: string;
  };
}

/** `from`: the date so far. `to`: the new one; while a case is paused, the latest it can become. */
export interface MovedDate {
  clock: string;
  from: Instant;
  to: Instant;
}

/**
 * `offer`: the time stood still while the customer was asked, as the offer says. `resumed`: a pause ended before its time,
 * so what is promised comes earlier than the customer was told when it began.
 */
export type MovedBecause = 'extended' | 'regraded' | 'policy' | 'paused' | 'resumed' | 'silent' | 'offer';

export type EventType = keyof EventData;

/** Entries of the promises themselves; each names its clock. */
export const CLOCK_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'promiseStarted',
  'promiseMoved',
  'promisePaused',
  'promiseResumed',
  'promiseWarned',
  'promiseBreached',
  'promiseStopped',
  'chainStopped',
]);

/** What happened, before it has its place in the ledger. */
export type EventBody = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** One row of the ledger. `at` never runs backwards inside a case; `seq` has no gaps. */
export type CaseEvent = EventBody & { seq: number; at: Instant; actor: Actor; decision?: DecisionTrace };

/** Which decision caused an event. `print` tells a repeat of the decision from another one under the same id. */
export interface DecisionTrace {
  id: string;
  name: string;
  print: string;
  /** It came through Temporal without a signature: the actor is who its sender says it was. */
  via?: 'temporal';
}

/** An entry of this type. */
export type EventOf<T extends EventType> = CaseEvent & Extract<EventBody, { type: T }>;

/** What the last event of a type says, of those that `where` takes; undefined when there is none. */
export function lastOf<T extends EventType>(
  events: readonly CaseEvent[],
  type: T,
  where: (data: EventData[T]) => boolean = () => true,
): EventData[T] | undefined {
  const found = events.findLast((item) => item.type === type && where(item.data as EventData[T]));
  return found?.data as EventData[T] | undefined;
}
export const event = <T extends EventType>(type: T, data: EventData[T]): EventBody =>
  ({ type, data }) as Extract<EventBody, { type: T }>;
