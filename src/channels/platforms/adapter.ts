/**
 * What the relay of platforms needs of a kind. A kind is a file in `kinds/` with its contract's notes, a line in `ADAPTERS`, one in
 * `PLATFORM_KINDS` (src/domain/case/platforms.ts), and a server for tests (test/support/platforms/).
 * @module
 */
import type { Instant, Words } from '../../domain/basics/types';
import type { PlatformActName, PlatformPhase } from '../../domain/case/platforms';
import type { OutgoingClient } from '../../outgoing';

/** An account with its keys as they are used. */
export interface OpenAccount {
  url: string;
  merchantId: string;
  serial: string;
  publicKeyId: string;
  publicKey: string;
  privateKey: string;
  apiKey: string;
}

/** How an account is spoken with. */
export interface There {
  account: OpenAccount;
  /** Reads whole answers and the adapters' headers. */
  out: OutgoingClient;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** What a list says of a complaint. */
export interface ListedComplaint {
  complaintId: string;
  /** Another text whenever something about it has changed. */
  listed: string;
  isFinished: boolean;
}

/**
 * An entry of the negotiation. `said`: by the customer, for us. `told`: what else has happened, for whoever handles the case; `ours`:
 * a reply from our side, which may be our own. Anything else is left out.
 */
export interface Entry {
  id: string;
  at: Instant;
  kind: 'said' | 'told' | 'ours';
  /** What it is; of `said` nothing. */
  label?: Words;
  text: string;
  /** Photos of the customer, as `picture` takes them. */
  pictures: string[];
  /** It is the act that we have passed on, or another one did so there. */
  act?: PlatformActName;
  /** The customer complains of the same once more. */
  isAgain: boolean;
  /** The owner is to be told. */
  isPressing: boolean;
}

/** What a complaint looks like there. */
export interface SeenComplaint {
  complaintId: string;
  at: Instant;
  text: string;
  phone?: string;
  orderNo?: string;
  transactionId?: string;
  merchantId: string;
  /** In the smallest unit of the currency. */
  amount?: number;
  refundAmount?: number;
  problem?: string;
  phase: PlatformPhase;
  /** In the platform's own word. */
  status: string;
  isRefunded: boolean;
  isHelped: boolean;
  pictures: string[];
  /** In the order in which they were made. */
  entries: Entry[];
}

/** A decision as it is passed on. */
export interface PassedAct {
  act: PlatformActName;
  reason?: string;
  days?: number;
}

/** A notice of a platform, as it came; headers in lower case. */
export interface GivenNotice {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  raw: Buffer;
}

export interface ReadNotice {
  noticeId: string;
  complaintId: string;
  action: string;
}

export interface PlatformAdapter {
  /** The most days that one list may span, both ends included. */
  spanDays: number;
  /** Complaints that were made on these days of the platform, one page after the other. @throws PlatformFault */
  list(there: There, days: { from: string; to: string }): AsyncIterable<ListedComplaint[]>;
  /** Whether the account can list complaints. @throws PlatformFault */
  reach(there: There): Promise<void>;
  look(there: There, complaintId: string): Promise<SeenComplaint>;
  picture(there: There, ref: string): Promise<Buffer>;
  reply(there: There, to: { complaintId: string; merchantId: string }, text: string): Promise<void>;
  act(there: There, to: { complaintId: string; merchantId: string }, act: PassedAct): Promise<void>;
  /** @returns undefined: it is not signed by the platform, too old, or not for this account */
  notice(account: OpenAccount, given: GivenNotice, now: number): ReadNotice | undefined;
}
