import type { NamedStaff } from './events';
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
  Stage,
  TextRef,
} from '../basics/types';
import { dayOf, type FrozenZone } from '../time/house-day';

export interface Proposal {
  id: string;
  by: string;
  remedies: Remedy[];
  total: number;
  solution: TextRef;
  status:
    'awaitingApproval' | 'returned' | 'offered' | 'unanswered' | 'withdrawn' | 'accepted' | 'declined' | 'carriedOut';
}

export interface CorrectiveActionRef {
  id: string;
  kind: 'urgent' | 'preventive';
  owner: string;
  status: 'planned' | 'started' | 'ended';
  /** The last effect check did not reach its target: the action goes another round. */
  missed?: boolean;
  /** The round of effect checks it is in, and since when. */
  round?: number;
  roundFrom?: Instant;
}

/** A case as the fold of its ledger. Plain JSON: it crosses process borders and continue-as-new. */
export interface CaseState {
  caseNo: string;
  policyVersion: number;
  /** The revision of the process's own rules that the case was opened under; absent: 1. */
  revision?: number;
  /** The house's, when the case was opened; absent: days are counted by UTC. */
  zone?: FrozenZone;
  /** Sequence of the last event folded in. */
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
  /** Staff who are complained of, or named in the complaint and not cleared: they neither see the case nor have a say. */
  against: string[];
  /** Those of them who are only named, with where; somebody who leads confirms or clears them. */
  named?: NamedStaff[];
  /** The grade has been lowered, from what and by whom, and nobody who leads has confirmed it. */
  lowered?: { by: string; from: Grade };
  repeatOf: string[];

  owner?: { id: string; role: string; team: string; provisional: boolean };
  /** Waits in stage assign until somebody is free. */
  queued?: { since: Instant; why: QueueReason };
  taskForce: string[];
  accepted: boolean;
  /** The customer has heard from a person. */
  respondedAt?: Instant;
  /** Staff who decided in this case before: a second follow-up needs somebody else. */
  deciders: string[];
  /** Whoever has led the case, answered, decided or put off its dates in it (rule `freshFollowUp`). */
  handlers?: string[];

  evidence: string[];
  /** Forms that have been filled in, each with where its values are. */
  forms?: Record<string, { values: TextRef; seq: number }>;
  helpTasks: { id: string; department: string; assignee?: string; askedBy: string; open: boolean }[];
  proposal?: Proposal;
  proposals: number;
  declines: number;
  /** Went up to somebody who leads, and waits for them: no solution is proposed before they have decided. */
  held?: { because: 'rounds' | 'declined'; by: 'supervisor' | 'manager' };
  notSubstantiated?: { by: string; status: 'awaitingApproval' | 'confirmed' };
  resolution?: { outcome: Outcome; cause: Cause; at: Instant };
  redress: { kind: string; amount: number; at: Instant }[];

  survey?: { id: string; status: 'open' | 'answered' | 'closed'; total?: number; low?: boolean };
  surveys: number;
  followUp?: { id: string; status: 'open' | 'done'; notBy: string[]; assignee?: string };
  revisit?: { by: 'agent' | 'supervisor'; dueAt: Instant; status: 'planned' | 'done' };
  rootCause?: { fishbone: Fishbone; cause: Cause; systemic: boolean };
  actions: CorrectiveActionRef[];

  paused?: { reason: 'customer' | 'parts' | 'third_party'; until: Instant };
  chases: { count: number; lastAt?: Instant; today: number };
  reopenings: number;
  /** Sequences of events whose message could not be delivered for good. */
  undelivered: number[];
  mergedInto?: string;
  absorbed: string[];
  outcome?: Outcome;
  archivedAt?: Instant;

  clocks: Record<string, Clock>;
  /** Dates the customer was told after the receipt, by clock. */
  datesTold?: Record<string, Instant>;
  /** Decisions taken, newest last: the second arrival of an id changes nothing. */
  decisions: Record<string, { decision: string; seq: number; print: string }>;
}

/** Has it been pressed for on this day of the house? */
export const isChasedOn = ({ chases, zone }: Pick<CaseState, 'chases' | 'zone'>, at: Instant): boolean =>
  chases.lastAt !== undefined && dayOf(chases.lastAt, zone) === dayOf(at, zone);

/** Danger to life or body stands in the complaint (rule M1 of the grading rubric): the customer is told to get safe first. */
export const isDangerous = (state: Pick<CaseState, 'suggestion'>): boolean => isMajorBy(state, ['M1']);

/** Suggested as major, by one of these rules of the grading rubric. */
export const isMajorBy = ({ suggestion }: Pick<CaseState, 'suggestion'>, rules: readonly string[]): boolean =>
  suggestion?.grade === 'major' && suggestion.rules.some((rule) => rules.includes(rule));

export const waitsForCustomer = (state: CaseState): boolean =>
  state.proposal?.status === 'offered' || state.paused?.reason === 'customer';

export const openActions = (state: CaseState): CorrectiveActionRef[] =>
  state.actions.filter((action) => action.status !== 'ended');

export const openHelpTasks = (state: CaseState): CaseState['helpTasks'] => state.helpTasks.filter((task) => task.open);
