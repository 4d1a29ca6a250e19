/**
 * The state of a case, and simple questions about it.
 * @module
 */
import type { NamedStaff } from './events';
import type { Reached } from './milestones';
import { hasRule } from './revision';
import type { Clock } from '../promises/clock';
import type { QueueReason } from '../staffing/routing';
import type {
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
import { localDate, type FrozenZone } from '../time/house-day';

/**
 * A solution with its remedies, from being proposed to being carried out. `by`: who proposed it. `total`: the sum of
 * its remedies.
 */
export interface Proposal {
  id: string;
  by: string;
  remedies: Remedy[];
  total: number;
  solution: TextRef;
  status:
    'awaitingApproval' | 'returned' | 'offered' | 'unanswered' | 'withdrawn' | 'accepted' | 'declined' | 'carriedOut';
}

/** A corrective action as its case knows it; its own state is `CorrectiveActionState`. */
export interface CorrectiveActionRef {
  id: string;
  kind: 'urgent' | 'preventive';
  owner: string;
  status: 'planned' | 'started' | 'ended';
  /** The last effect check did not reach its target, so the action is in another round. */
  missed?: boolean;
  /**
   * The round of effect checks it is in, from 1, and when that began; absent before it is started, and in cases without
   * the rule `verifiedEnds`.
   */
  round?: number;
  roundFrom?: Instant;
}

/** A case as the fold of its ledger (`evolve`). Plain JSON, because it crosses process borders and continue-as-new. */
export interface CaseState {
  caseNo: string;
  policyVersion: number;
  /** The revision of the process's own rules that the case was opened under; absent: 1. */
  revision?: number;
  /** The house's when the case was opened; absent: its days are counted by UTC. */
  zone?: FrozenZone;
  /** `seq` and `at` of the last event folded in. */
  seq: number;
  lastAt: Instant;
  stage: Stage;
  round: number;
  receivedAt: Instant;
  channel: Channel;
  language: Language;
  customerId: string;
  text: TextRef;

  suggestion?: { grade: Grade; category: Category; rules: string[] };
  grade: Grade;
  category: Category;
  subcategory?: string;
  gradeConfirmed: boolean;
  /**
   * Staff who are complained of, or named in the complaint and not cleared. They neither see the case nor have a say in
   * it.
   */
  against: string[];
  /** Those of `against` who are only named, with the places; somebody who leads confirms or clears them. */
  named?: NamedStaff[];
  /** The grade has been lowered, from what and by whom, and nobody who leads has confirmed it yet. */
  lowered?: { by: string; from: Grade };
  repeatOf: string[];

  owner?: { id: string; role: string; team: string; provisional: boolean };
  /** Waits in stage `assign` until somebody is free. */
  queued?: { since: Instant; why: QueueReason };
  taskForce: string[];
  accepted: boolean;
  /** When a person first spoke to the customer. */
  respondedAt?: Instant;
  /**
   * Staff who took one of the deciding steps in this case (`DECIDING` in `evolve.ts`). Somebody else has to make a
   * second follow-up.
   */
  deciders: string[];
  /** Everybody who has led the case, answered the customer, decided or extended dates in it (rule `freshFollowUp`). */
  handlers?: string[];

  evidence: string[];
  /** Forms that have been filled in, by id: where the values are, and the sequence of the entry. */
  forms?: Record<string, { values: TextRef; seq: number }>;
  helpTasks: { id: string; department: string; assignee?: string; askedBy: string; open: boolean }[];
  proposal?: Proposal;
  proposals: number;
  declines: number;
  /**
   * The round, or a second declined solution, was escalated to this role and waits for its decision: until then nothing
   * is proposed.
   */
  held?: { because: 'rounds' | 'declined'; by: 'supervisor' | 'manager' };
  notSubstantiated?: { by: string; status: 'awaitingApproval' | 'confirmed' };
  resolution?: { outcome: Outcome; cause: Cause; at: Instant };
  /** How far the case has come (rule `stopNotReached`). */
  reached?: Reached;
  redress: { kind: string; amount: number; at: Instant }[];

  survey?: { id: string; status: 'open' | 'answered' | 'closed'; total?: number; low?: boolean };
  surveys: number;
  followUp?: { id: string; status: 'open' | 'done'; notBy: string[]; assignee?: string };
  revisit?: { by: 'agent' | 'supervisor'; dueAt: Instant; status: 'planned' | 'done' };
  rootCause?: { fishbone: Fishbone; cause: Cause; systemic: boolean };
  actions: CorrectiveActionRef[];

  /** The customer wants to be called, and nobody has spoken or written to them since. `at`: when they said so. */
  callBack?: { at: Instant; from?: Instant; to?: Instant };
  /** How often the customer has written or asked for a call on the day of `lastAt`. */
  messages?: { lastAt: Instant; today: number };
  /**
   * The last message that made the case look worse than it is graded, by its entry. `judged`: somebody has graded the
   * case since.
   */
  worse?: { grade: Grade; rules: string[]; seq: number; judged?: true };
  /** How the customer sounded in what they wrote last after the complaint. */
  mood?: Sentiment;

  paused?: { reason: 'customer' | 'parts' | 'third_party'; until: Instant };
  chases: { count: number; lastAt?: Instant; today: number };
  reopenings: number;
  /** Sequences of the events whose message could not be delivered for good. */
  undelivered: number[];
  mergedInto?: string;
  absorbed: string[];
  outcome?: Outcome;
  archivedAt?: Instant;
  /** It came in closed, from another system: nothing of ours was promised in it. */
  imported?: true;

  clocks: Record<string, Clock>;
  /** The latest date of each clock that the customer was told after the receipt. */
  datesTold?: Record<string, Instant>;
  /** Decisions taken, by id, the newest last and the oldest dropped: the second arrival of an id changes nothing. */
  decisions: Record<string, { decision: string; seq: number; print: string }>;
}

const isSameDay = (one: Instant | undefined, other: Instant, zone: FrozenZone | undefined): boolean =>
  one !== undefined && localDate(one, zone) === localDate(other, zone);

/** Whether the last chase was on the same day of the house as `at`. */
export const isChasedOn = ({ chases, zone }: Pick<CaseState, 'chases' | 'zone'>, at: Instant): boolean =>
  isSameDay(chases.lastAt, at, zone);

/** How often the customer has written or asked for a call on the house's day of `at`. */
export const messagesOn = ({ messages, zone }: Pick<CaseState, 'messages' | 'zone'>, at: Instant): number =>
  messages && isSameDay(messages.lastAt, at, zone) ? messages.today : 0;

/** The rule of danger to life or body (src/text/lexicon). */
export const DANGER = 'M1';

/**
 * Whether the complaint speaks of danger to life or body (rule M1, src/text/lexicon). The customer is then told to get
 * to safety first.
 */
export const isDangerous = (state: Pick<CaseState, 'suggestion'>): boolean => isMajorBy(state, [DANGER]);

/** Whether major was suggested because of one of these rules (M1 to M5, src/text/lexicon). */
export const isMajorBy = ({ suggestion }: Pick<CaseState, 'suggestion'>, rules: readonly string[]): boolean =>
  suggestion?.grade === 'major' && suggestion.rules.some((rule) => rules.includes(rule));

/** Whether a solution is on offer, or the case is paused for the customer: pausable clocks are then paused. */
export const waitsForCustomer = (state: CaseState): boolean =>
  state.proposal?.status === 'offered' || state.paused?.reason === 'customer';

/**
 * The instant as of which a clock is moved: now, or for a paused clock the beginning of its pause (rule
 * `movedAsPaused`). None of its length has been used since, and all that was still to come then is to come when it runs
 * again.
 */
export const movedAsOf = (state: Pick<CaseState, 'revision'>, { pausedAt }: Clock, now: Instant): Instant =>
  hasRule(state, 'movedAsPaused') ? (pausedAt ?? now) : now;

/** Corrective actions that have not ended. */
export const openActions = (state: CaseState): CorrectiveActionRef[] =>
  state.actions.filter((action) => action.status !== 'ended');

export const openHelpTasks = (state: CaseState): CaseState['helpTasks'] => state.helpTasks.filter((task) => task.open);
