/**
 * The side effects of the workflows: what they may ask for, and what they are answered.
 * @module
 */
import type { CaseEvent, NamedStaff } from '../src/domain/case/events';
import type { CorrectiveActionState } from '../src/domain/corrective-action/state';
import type { Refusal } from '../src/domain/decisions/define';
import type { Policy } from '../src/domain/policy/schema';
import type { QueueReason, Routing } from '../src/domain/staffing/routing';
import type { Category, Cause, Channel, Grade, Instant, Language } from '../src/domain/basics/types';

/** The policy's routing rules, and the facts of a case that they ask about; product and place are read from Postgres. */
export interface RouteQuery {
  routing: Routing;
  category: Category;
  channel: Channel;
  language: Language;
}

/** A decision or signed signal exactly as it arrived; its signature is still to be checked. */
export interface Sender {
  /** Of the decision or signal. */
  name: string;
  message: unknown;
}

/**
 * Every side effect that a workflow may have. A second run does no harm: each is idempotent by a natural key or only
 * reads. Workflows import this type and nothing else of this folder.
 */
export interface Activities {
  /**
   * Writes events, projection and outbox in one transaction. An empty answer: it is written.
   *
   * Idempotent by (case, sequence): rows that are there already are compared, not written again. If the ledger has other
   * rows there, which a lost workflow task has written, nothing is written and `adopted` is every row from the first of
   * these sequences on: what is in the ledger stands.
   *
   * With a `sender`, its signature is checked first. If it is missing or wrong nothing is written, and `unsigned` says
   * whether such decisions are taken here; if so (`allowed`), call again with `via: 'temporal'` in the decision's events.
   */
  appendEvents(input: { caseNo: string; events: CaseEvent[]; sender?: Sender }): Promise<{
    adopted?: CaseEvent[];
    unsigned?: 'allowed' | 'refused';
  }>;
  /** Finds out what the receipt says: repeats, staff named in the text, and a provisional owner. */
  prepareCase(input: { caseNo: string; grade: Grade; repeatWithinMs: number; route?: RouteQuery }): Promise<{
    /** Numbers of earlier complaints of the same customer, order or device within `repeatWithinMs`, the latest first. */
    repeatOf: string[];
    /** The provisional owner; absent if nobody is free, or if earlier cases wait for the same people. */
    handler?: { id: string; role: string; team: string };
    /** Staff whose names stand in the complaint; absent if there are none. */
    named?: NamedStaff[];
    /** The revision of the rules that this worker follows: the case keeps it to its end. */
    revision: number;
  }>;
  /**
   * Finds an owner: by the routing rules, or without them by grade (general: an agent; important and major: a supervisor;
   * a higher role when nobody of that one can be had). A major case, or with routing one whose rule names departments,
   * also gets a task force of other departments. With `taskForceFor`, finds a task force alone.
   */
  pickOwner(input: {
    caseNo: string;
    grade: Grade;
    /** Staff who are complained of; never picked. */
    against: string[];
    /** Others who are not to be picked. If the case is handed on, the first is its present owner. */
    exclude: string[];
    /** This person, if they may own it, and nobody else. */
    only?: string;
    /**
     * The case keeps its owner (`owner`: a user id; absent while it has none) and only gets a task force: nobody is picked,
     * and nobody's turn or place under a cap is used.
     */
    taskForceFor?: { owner?: string };
    /** Absent: by grade alone. */
    route?: RouteQuery;
  }): Promise<{
    /** Absent: nobody was found, and the case waits or is escalated; or only a task force was looked for. */
    owner?: { id: string; role: string; team: string };
    /** Empty unless a task force was asked for and somebody was found. */
    taskForce: string[];
    /** Only with routing: why there is no owner. */
    why?: QueueReason;
  }>;
  /**
   * Reserves a merge in Postgres, so that two cases cannot be merged into each other. Idempotent by (case, target).
   * Without a good signature nothing is reserved, unless unsigned decisions are taken here.
   * @returns no refusal: it is reserved
   */
  claimMerge(input: {
    caseNo: string;
    into: string;
    at: Instant;
    decisionId: string;
    sender?: Sender;
  }): Promise<{ refusal?: Refusal }>;
  /** A published version of the policy, for a case whose ledger says that it moved there; undefined: no such version. */
  readPolicy(input: { version: number }): Promise<{ policy?: Policy }>;
  /** Writes the corrective action's own row. Idempotent by (action, revision). */
  saveAction(input: { state: CorrectiveActionState }): Promise<void>;
  /** The effect check: counts complaints of the cause from `from` to `middle`, and from `middle` to `to`. Reads only. */
  measureEffect(input: { cause: Cause; from: Instant; middle: Instant; to: Instant }): Promise<{
    before: number;
    after: number;
  }>;
}
