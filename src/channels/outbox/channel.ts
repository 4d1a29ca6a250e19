/**
 * The contract between the outbox (retrying, order, breaker) and a channel such as mail (its tables, its protocol).
 * Nothing here knows what a message looks like.
 * @module
 */
import type { Instant } from '../../domain/basics/types';

/**
 * What became of one attempt.
 * - `sent`: the server has taken it.
 * - `temporary`: not delivered; the same message may succeed later. With `ours`, whatever we send fails (login, TLS,
 *   sender, quota) until an administrator puts it right.
 * - `permanent`: this recipient will never take it.
 * - `ambiguous`: the connection broke when the server may already have taken the message, so a retry may arrive twice.
 *
 * `code` says why, for log and database; it never holds an address.
 */
export type Delivery =
  | { kind: 'sent' }
  | { kind: 'temporary'; code: string; ours?: true }
  | { kind: 'permanent' | 'ambiguous'; code: string };

/**
 * One claimed message as the outbox sees it: what the rules of retrying need to know, and one method for each result,
 * which the channel writes into its own table.
 */
export interface Parcel {
  /** Identifies the message in the log: ids only, never a name or an address. */
  logFields: Record<string, unknown>;
  /** The 72 hours after which a message is given up are counted from here, unless `failingSince` says otherwise. */
  plannedAt: Instant;
  /** It had waited for its reader before: so the hours are counted from here. */
  failingSince?: Instant;
  /** Attempts begun, the present one included; it decides the waiting time. 0 counts as 1. */
  attempts: number;
  /** Its reader gets few of them anyway (reminders are gathered), so the breaker does not hold it. */
  exemptFromBreaker: boolean;
  sent(): Promise<unknown>;
  /** Not delivered; to be claimed again from `nextAt` on. */
  retry(code: string, nextAt: Instant): Promise<unknown>;
  /** As `retry`, but the message may have arrived already; this is counted in the table. */
  ambiguous(code: string, nextAt: Instant): Promise<unknown>;
  /** Ends the message as undelivered, and tells whoever has to act on that. */
  giveUp(code: string): Promise<void>;
}

/** A message that was claimed: leased to this process, to be delivered by it. */
export interface Job {
  /** Jobs with the same line are delivered one after the other, in the order in which they were claimed. */
  line: string;
  parcel: Parcel;
  /** Renders and sends it by `Attempts.send`. When it rejects, this message alone is tried again later. */
  deliver(): Promise<void>;
}

/** A table of messages to send. */
export interface Source {
  /**
   * Leases up to `limit` messages that are due to this process; empty when nothing is. Nobody else gets them for
   * `leaseMs` milliseconds; a message that is not ended by then (this process may have crashed) is due again.
   * @throws the database's error while it is away
   */
  claim(limit: number, leaseMs: number): Promise<Job[]>;
}

/** What a kind of message (mail) brings to the outbox. */
export interface Channel {
  /** As log lines call it: `mail`. */
  name: string;
  /** Asked in this order; each claims no more than the earlier ones have left free. */
  sources: readonly Source[];
  /** Ends the connections; called by `Pump.stop` once nothing is under way any more. */
  close(): void;
}
