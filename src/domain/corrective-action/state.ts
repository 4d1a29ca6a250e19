import type { Policy } from '../policy/schema';
import type { Clock } from '../promises/clock';
import type { Cause, Instant } from '../basics/types';

/** What the workflow of a corrective action is started with. */
export interface CorrectiveActionInput {
  actionId: string;
  /** The cases that are told how it goes. */
  cases: string[];
  kind: 'urgent' | 'preventive';
  owner: string;
  cause: Cause;
  plannedAt: Instant;
  rules: Policy['correctiveAction'];
  /** Its state where it goes on after continue-as-new. */
  carry?: CorrectiveActionState;
}

/** A corrective action: planned → started → measured against the complaint data → ended, or another round. */
export interface CorrectiveActionState {
  id: string;
  /** Grows with every change. The row in Postgres does not take an older one. */
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
  /** The last effect check: complaints of the cause before and after. */
  measured?: { before: number; after: number; reached: boolean; at: Instant };
  clocks: Record<string, Clock>;
}

/**
 * Whether the action has worked: complaints of the cause have fallen by at least this fraction. If there were none
 * before, it has worked if there are none after.
 */
export const effectReached = (before: number, after: number, targetReduction: number): boolean =>
  before === 0 ? after === 0 : after <= before * (1 - targetReduction);

/** What a corrective action tells its cases. `promise` is the clock that warned or was broken. */
export type ActionReport =
  | { actionId: string; kind: 'warned' | 'breached'; promise: string; dueAt: Instant }
  | { actionId: string; kind: 'measured'; before: number; after: number; reached: boolean; round: number; at: Instant }
  | { actionId: string; kind: 'ended'; rounds: number; at: Instant }
  /** It got a signal that made no sense, or somebody asked Temporal to cancel it. Either is only recorded. */
  | { actionId: string; kind: 'signalRefused'; signal: string }
  | { actionId: string; kind: 'cancelRequested' };
