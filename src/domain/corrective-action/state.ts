import type { Policy } from '../policy/schema';
import type { Clock } from '../promises/clock';
import type { Cause, Instant } from '../basics/types';

export interface CorrectiveActionInput {
  actionId: string;
  /** Cases that wait to hear of its end. */
  cases: string[];
  kind: 'urgent' | 'preventive';
  owner: string;
  cause: Cause;
  plannedAt: Instant;
  rules: Policy['correctiveAction'];
  /** Goes on after continue-as-new. */
  carry?: CorrectiveActionState;
}

/** A corrective action: planned → started → measured against the complaint data → ended, or another round. */
export interface CorrectiveActionState {
  id: string;
  /** Grows with each change; the row in Postgres ignores what is older. */
  revision: number;
  cases: string[];
  kind: 'urgent' | 'preventive';
  owner: string;
  cause: Cause;
  status: 'planned' | 'started' | 'ended';
  plannedAt: Instant;
  startedAt?: Instant;
  endedAt?: Instant;
  /** The round of effect checks it is in; 1 is the first. */
  round: number;
  measured?: { before: number; after: number; reached: boolean; at: Instant };
  clocks: Record<string, Clock>;
}

/**
 * Has the action worked? Complaints of the cause must have fallen by the target. Nothing before and nothing after
 * counts as reached: the cause has not come back.
 */
export const effectReached = (before: number, after: number, targetReduction: number): boolean =>
  before === 0 ? after === 0 : after <= before * (1 - targetReduction);

/** What a corrective action tells the cases that wait for it. */
export type ActionReport =
  | { actionId: string; kind: 'warned' | 'breached'; promise: string; dueAt: Instant }
  | { actionId: string; kind: 'measured'; before: number; after: number; reached: boolean; round: number; at: Instant }
  | { actionId: string; kind: 'ended'; rounds: number; at: Instant }
  /** A signal that made no sense came to it, or somebody asked Temporal to cancel it. */
  | { actionId: string; kind: 'signalRefused'; signal: string }
  | { actionId: string; kind: 'cancelRequested' };
