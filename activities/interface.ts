import type { CaseEvent, NamedStaff } from '../src/domain/case/events';
import type { CorrectiveActionState } from '../src/domain/corrective-action/state';
import type { Refusal } from '../src/domain/decisions/define';
import type { Policy } from '../src/domain/policy/schema';
import type { QueueReason, Routing } from '../src/domain/staffing/routing';
import type { Category, Cause, Channel, Grade, Instant, Language } from '../src/domain/basics/types';

/** What routing needs of a case; product and place are read where they are stored. */
export interface ToRoute {
  routing: Routing;
  category: Category;
  channel: Channel;
  language: Language;
}

/** A decision as it arrived, whose signature is still to be looked at. */
export interface Sender {
  name: string;
  message: unknown;
}

/**
 * Every side effect a workflow may have, each with the natural key that makes a second run harmless. Workflows import
 * only this type.
 */
export interface Activities {
  /**
   * Writes events, projection and outbox in one transaction.
   * Idempotent by (case, sequence): rows that are there already are compared, not written again. Where the ledger has
   * other rows at that place, written by a workflow task that was lost afterwards, nothing is written and they are
   * returned: what is in the ledger stands.
   *
   * With a `sender`, its signature is looked at first. Without a good one nothing is written, and the answer says whether
   * such decisions are taken here; if so, they are asked for again with `via: 'temporal'` in their events.
   */
  appendEvents(input: { caseNo: string; events: CaseEvent[]; sender?: Sender }): Promise<{
    adopted?: CaseEvent[];
    unsigned?: 'allowed' | 'refused';
  }>;
  /** Looks for repeats and for staff named in the text, and picks who speaks to the customer first. Idempotent: reads, and one rotation stamp. */
  prepareCase(input: { caseNo: string; grade: Grade; repeatWithinMs: number; route?: ToRoute }): Promise<{
    repeatOf: string[];
    handler?: { id: string; role: string; team: string };
    /** Staff whose names stand in the complaint; absent where there are none. */
    named?: NamedStaff[];
    /** The revision of the rules this worker follows: the case keeps it to its end. */
    revision: number;
  }>;
  /** The owner by grade: general an agent, important a supervisor, major a supervisor leading a task force. */
  pickOwner(input: {
    caseNo: string;
    grade: Grade;
    against: string[];
    exclude: string[];
    /** This person, if they may own it, and nobody else. */
    only?: string;
    /** By the policy's routing rules; who fits may then be nobody, and the case waits. */
    route?: ToRoute;
  }): Promise<{
    owner?: { id: string; role: string; team: string };
    taskForce: string[];
    /** Why there is no owner. */
    why?: QueueReason;
  }>;
  /** Reserves a merge across cases, so that two cases cannot be merged into each other. Idempotent by decision id. */
  claimMerge(input: {
    caseNo: string;
    into: string;
    at: Instant;
    decisionId: string;
    sender?: Sender;
  }): Promise<{ refusal?: Refusal }>;
  /** A published version of the policy, for a case whose ledger says that it moved there. Reads only. */
  readPolicy(input: { version: number }): Promise<{ policy?: Policy }>;
  /** The corrective action's own row. Idempotent by (action, revision). */
  saveAction(input: { state: CorrectiveActionState }): Promise<void>;
  /** The effect check against the complaint data: complaints of the cause before and after the action. Reads only. */
  measureEffect(input: { cause: Cause; from: Instant; middle: Instant; to: Instant }): Promise<{
    before: number;
    after: number;
  }>;
}
