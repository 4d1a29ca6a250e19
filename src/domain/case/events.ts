/**
 * The vocabulary of the ledger: the events of a case and their data.
 * @module
 */
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
  Sentiment,
  Stage,
  TextRef,
} from '../basics/types';
import type { FrozenZone } from '../time/house-day';

/**
 * A member of staff whose name appears in the complaint. `at`: the places, as characters (UTF-16) `from` up to but not
 * including `to`, in the complaint's text or in the remedy asked for.
 */
export interface NamedStaff {
  id: string;
  at: { in: 'text' | 'wantedRemedy'; from: number; to: number }[];
}

/** What a text suggests as grade and category, with the rules that say so (src/text/lexicon) and what read it. */
export interface ReadGrade {
  grade: Grade;
  category: Category;
  rules: string[];
  engine: string;
  /** How the customer sounds in it. */
  sentiment?: Sentiment;
}

/**
 * Of an entry with words of the customer. `reads`: what they alone suggest. `soured`: the customer sounds dissatisfied, and
 * did not in what they said before.
 */
export interface WithReading {
  reads?: ReadGrade;
  soured?: true;
}

/**
 * The events that can happen to a case, each with its data: the vocabulary of the ledger. Data holds ids, grades, times
 * and amounts, never a free text, a name or an address. Ledgers are kept for good: types and optional fields are only
 * ever added, and what an old one means never changes.
 */
export interface EventData {
  complaintReceived: {
    channel: Channel;
    language: Language;
    customerId: string;
    text: TextRef;
    policyVersion: number;
    receivedAt: Instant;
    /** `PROCESS_REVISION` of the worker that ran the first task; absent: 1. */
    revision?: number;
    /** The house's when the case was opened: its days are counted by it. */
    zone?: FrozenZone;
  };
  /**
   * A complaint that another system had received and closed came in with its history: the case is in the archive from here
   * on, and no workflow was ever started for it. `at` is when it was imported. `isGraded`: that system had graded it; else
   * grade and category are what its text suggests. `summary`: how it was solved. `history`: what was written in between.
   */
  imported: {
    importId: string;
    grade: Grade;
    category: Category;
    isGraded: boolean;
    outcome: Outcome;
    cause: Cause;
    resolvedAt: Instant;
    closedAt: Instant;
    summary?: TextRef;
    history?: TextRef;
  };
  gradeSuggested: { grade: Grade; category: Category; rules: string[]; engine: string };
  repeatFound: { of: string[] };
  /**
   * Staff whose names appear in the complaint. They count as complained of until somebody who leads has confirmed or
   * cleared them.
   */
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
    /** The policy has raised it, since a message of the customer speaks of danger; a person has still to look. */
    because?: 'danger';
  };
  /** `provisional`: only named to the customer in the receipt, before anybody has graded the case. */
  assigned: { owner: string; role: string; team: string; taskForce: string[]; provisional: boolean };
  /** Nobody who may own the case is free: it waits in the queue. */
  queued: { why: QueueReason };
  reassigned: {
    owner: string;
    role: string;
    team: string;
    taskForce: string[];
    from?: string;
    /** Former members of the task force who are not on it any more. */
    left?: string[];
    reason?: TextRef;
  };
  accepted: Record<string, never>;
  responded: { via: string; text: TextRef };
  /** A person has written to the customer; the text goes out by mail as it stands. */
  wroteToCustomer: { text: TextRef };
  /**
   * The customer has written: on their page (`via: 'link'`), or in another way to staff who took it down.
   */
  customerWrote: { via: string; text: TextRef } & WithReading;
  /** The customer wants to be called, at any time or between `from` and `to`. */
  callBackWanted: { via: string; from?: Instant; to?: Instant; note?: TextRef } & WithReading;
  /**
   * What the customer has written since (entry `of`) suggests a higher grade than the case has, or speaks of a danger
   * that nothing before did. It regrades nothing by itself.
   */
  turnedWorse: { grade: Grade; category: Category; rules: string[]; of: number };
  evidenceAdded: { evidenceId: string; sha256: string; note?: TextRef } & WithReading;
  /** `question` is absent where the policy asks the department automatically. */
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
  /** `round`: somebody who leads lets the owner go on with a held round. */
  approved: { subject: 'proposal' | 'notSubstantiated' | 'round'; proposalId?: string; note?: TextRef };
  rejected: { subject: 'proposal' | 'notSubstantiated'; proposalId?: string; reason: TextRef };
  /** From here on the customer sees the proposal and may answer. */
  solutionOffered: { proposalId: string };
  customerAnswered: { proposalId: string; accepted: boolean; via: string; reason?: TextRef } & WithReading;
  /** The customer did not answer the offer in time. The promises run on, and the owner decides how to reach them. */
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
  } & WithReading;
  surveyClosed: { surveyId: string };
  followUpOpened: { followUpId: string; notBy: string[] };
  followUpAssigned: { followUpId: string; assignee: string };
  followedUp: { followUpId: string; satisfied: boolean; report: TextRef };
  revisitPlanned: { by: 'agent' | 'supervisor'; dueAt: Instant };
  revisitRecorded: { satisfied: boolean; method: string; report: TextRef };
  roundOpened: { round: number; because: 'survey' | 'revisit' | 'reopened' };
  reopened: { reason: TextRef; from: Stage } & WithReading;
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
  /** The effect check: how many complaints of the same cause there were before and after the action began. */
  actionMeasured: { actionId: string; before: number; after: number; reached: boolean; round: number };
  /** A person has judged the effect. `early`: why it could be judged before its check was due. */
  actionVerified: { actionId: string; reached: boolean; report: TextRef; early?: TextRef };
  actionEnded: { actionId: string; rounds: number };
  archived: { outcome: Outcome };
  paused: { reason: 'customer' | 'parts' | 'third_party'; until: Instant; note: TextRef };
  /** `customer`: what we waited for has come from them. */
  resumed: { because: 'decision' | 'time' | 'customer' };
  chased: { count: number; note?: TextRef } & WithReading;
  merged: { into: string; reason: TextRef };
  absorbed: { from: string };
  withdrawn: { reason: TextRef } & WithReading;
  /** `mentions`: the colleagues whom the note names, who are told. */
  noted: { text: TextRef; mentions?: string[] };
  /**
   * A message could not be delivered for good; the owner has to reach the reader another way. `of`: the sequence of the
   * event that the message was about; `by`: left out, it was a mail; `unsure`: nobody knows whether it arrived.
   */
  mailFailed: { mail: string; to: 'customer' | 'staff'; of: number; by?: 'sms' | 'wechat'; unsure?: true };
  /**
   * A decision that came as a signal and was refused. Nobody waits for the answer to a signal, so the refusal is
   * recorded here.
   */
  decisionRefused: { decision: string; code: string; decisionId?: string };
  /**
   * A signal of our own kinds (from a corrective action, say) that made no sense or lacked our signature: it was
   * ignored. `actionId`: it came to that corrective action.
   */
  signalRefused: { signal: string; actionId?: string };
  /**
   * Somebody pressed "Request Cancellation" in Temporal UI, of the case or, with `actionId`, of that corrective action.
   * It has no effect but this record.
   */
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
   * Dates promised to the customer are later than they were last told, or were put right: one event for a change,
   * however many promises it moves. `entered`: the stage that the case entered in the same change, whose own mail may
   * name the dates.
   */
  datesMoved: { dates: MovedDate[]; why: MovedBecause; entered?: Stage };
  promisePaused: { clock: string };
  promiseResumed: { clock: string; dueAt: Instant; pausedMs: number; plan?: Planned[] };
  promiseWarned: { clock: string; version: number; point: number; dueAt: Instant };
  /** `dueAt` is the true due time, however late the breach was noticed. */
  promiseBreached: { clock: string; version: number; dueAt: Instant };
  promiseStopped: { clock: string; verdict: 'met' | 'late' | 'cancelled' };
  /** Somebody who leads has acted on a broken promise: the remaining steps of its chain are dropped. */
  chainStopped: { clock: string; version: number };
  /** The case follows another version of the policy from here on; this happens by a decision only. */
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
      /** Staff are named in the complaint: somebody who leads has to say whether it is about them. */
      | 'named'
      /** The complaint is about somebody who had the case, or who owns a corrective action of it. */
      | 'complainedOf'
      /** The grade was lowered by somebody who does not lead. */
      | 'gradedDown';
    to: 'supervisor' | 'manager' | 'owner' | 'person';
    /** Who, when `to` is `person`. */
    person?: string;
    team?: string;
    /** Which step of the chain, from 0, and what it does besides telling. */
    step?: number;
    action?: 'remind' | 'reassign' | 'raiseGrade' | 'openTaskForce';
    /** How that step reaches them in place of a mail, as the policy says; absent: by mail. */
    channel?: 'push' | 'room';
    clock?: string;
    version?: number;
    dueAt?: Instant;
    actionId?: string;
  };
}

/** `from`: the date so far. `to`: the new one; while a case is paused, the latest that it can become. */
export interface MovedDate {
  clock: string;
  from: Instant;
  to: Instant;
}

/**
 * Why dates moved. `offer`: the clocks stood still while the customer was asked; the mail with the offer says so.
 * `resumed`: a pause ended before its time, so the dates are earlier than the customer was told when it began.
 */
export type MovedBecause = 'extended' | 'regraded' | 'policy' | 'paused' | 'resumed' | 'silent' | 'offer';

/** The name of an event. */
export type EventType = keyof EventData;

/** The events of clocks; each names its clock in `data.clock`. */
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

/** What happened, without its place in the ledger. */
export type EventBody = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** One row of the ledger. Within a case `seq` counts from 1 without gaps, and `at` never runs backwards. */
export type CaseEvent = EventBody & { seq: number; at: Instant; actor: Actor; decision?: DecisionTrace };

/**
 * Which decision caused an event. `print` is the fingerprint of its name and input: it tells a repeat of the decision
 * from another one under the same id.
 */
export interface DecisionTrace {
  id: string;
  name: string;
  print: string;
  /** It came through Temporal without our signature, so the actor is who its sender claims to be. */
  via?: 'temporal';
}

/** A ledger row of this type. */
export type EventOf<T extends EventType> = CaseEvent & Extract<EventBody, { type: T }>;

/** The data of the last event of a type that `where` accepts; undefined when there is none. */
export function lastOf<T extends EventType>(
  events: readonly CaseEvent[],
  type: T,
  where: (data: EventData[T]) => boolean = () => true,
): EventData[T] | undefined {
  const found = events.findLast((item) => item.type === type && where(item.data as EventData[T]));
  return found?.data as EventData[T] | undefined;
}

/** What the customer's words in an entry suggest; undefined: they were not read, or there are none. */
export const readIn = ({ data }: EventBody): ReadGrade | undefined => ('reads' in data ? data.reads : undefined);

/** Whether the customer sounds dissatisfied in an entry, and did not before. */
export const isSoured = ({ data }: EventBody): boolean => 'soured' in data && data.soured === true;

/** Makes the body of an event. */
export const event = <T extends EventType>(type: T, data: EventData[T]): EventBody =>
  ({ type, data }) as Extract<EventBody, { type: T }>;
