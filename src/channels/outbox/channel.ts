import type { Instant } from '../../domain/basics/types';

/** What an outbox needs of a channel, and what a channel is told by it. Nothing here knows what a message looks like. */

/**
 * What became of one attempt. `temporary`: the same again later may succeed; `ours`: not for this message's sake, the house
 * has to put something right. `permanent`: never to this recipient. `ambiguous`: it may have been taken, nobody knows.
 * `code` never holds an address.
 */
export type Delivery =
  | { kind: 'sent' }
  | { kind: 'temporary'; code: string; ours?: true }
  | { kind: 'permanent' | 'ambiguous'; code: string };

/** One message while it is tried: what is known of it, and how it ends. The channel writes each end into its own table. */
export interface Parcel {
  /** For the log: ids, never a name or an address. */
  what: Record<string, unknown>;
  plannedAt: Instant;
  /** Those before this one count, too; 0 or 1: the first. */
  attempts: number;
  /** Its reader gets few of them whatever happens: no breaker holds it. */
  limited: boolean;
  sent(): Promise<unknown>;
  retry(code: string, nextAt: Instant): Promise<unknown>;
  /** As `retry`, and it is known that the message may come twice. */
  ambiguous(code: string, nextAt: Instant): Promise<unknown>;
  /** For good: whoever has to know is told here. */
  giveUp(code: string): Promise<void>;
}

/** A message that was claimed. */
export interface Job {
  /** Jobs of one line go out one after the other, in the order in which they were claimed. */
  line: string;
  parcel: Parcel;
  /** Writes and sends it, with `Attempts.send`. A rejection is a fault of this message alone: it is tried again later. */
  deliver(): Promise<void>;
}

export interface Source {
  /**
   * Takes up to `limit` messages that are due, and keeps others from them for `leaseMs`: after a crash they come again.
   * Rejects while the database is away.
   */
  claim(limit: number, leaseMs: number): Promise<Job[]>;
}

/** What is plugged into an outbox. */
export interface Channel {
  /** For the log: `mail`. */
  name: string;
  /** Asked in this order, each for what room is left. */
  sources: readonly Source[];
  /** Ends the connections; called when nothing is under way any more. */
  close(): void;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
