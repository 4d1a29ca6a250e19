/**
 * What the relay of platforms needs of a kind. A kind is a file in `kinds/` with its contract's notes, a line in `ADAPTERS`, one in
 * `PLATFORM_KINDS` (src/domain/case/platforms.ts), and a server for tests (test/support/platforms/).
 * @module
 */
import type { Instant, Words } from '../../domain/basics/types';
import type { PlatformActName, PlatformPhase } from '../../domain/case/platforms';
import type { OutgoingClient } from '../../outgoing';
import type { Tokens } from '../weixin/tokens';

/** An account with its keys as they are used; those that its kind does not have are empty. */
export interface OpenAccount {
  id: string;
  url: string;
  merchantId: string;
  serial: string;
  publicKeyId: string;
  publicKey: string;
  privateKey: string;
  apiKey: string;
  secret: string;
  token: string;
  aesKey: string;
}

/** How an account is spoken with. */
export interface There {
  account: OpenAccount;
  /** Reads whole answers and the adapters' headers. */
  out: OutgoingClient;
  /** Access tokens of those kinds that need one. */
  tokens: Tokens;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** A photo of the customer: by `id` it is known again, `at` says where it lies now. */
export interface Picture {
  id: string;
  at: string;
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
  pictures: Picture[];
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
  /** What was bought. */
  product?: string;
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
  /** When the step ends in which it is. */
  expiresAt?: Instant;
  /** What may be decided there now. */
  acts: PlatformActName[];
  /** What our side has decided, as far as the state says it and no entry does. */
  done?: PlatformActName[];
  pictures: Picture[];
  /** In the order in which they were made. */
  entries: Entry[];
}

/** A picture that goes with a decision. */
export interface ActPicture {
  fileName: string;
  type: string;
  content: Buffer;
}

/** A decision as it is passed on. */
export interface PassedAct {
  act: PlatformActName;
  reason?: string;
  result?: string;
  days?: number;
  pictures: readonly ActPicture[];
}

/** Who is asked about which complaint. */
export interface Whom {
  complaintId: string;
  merchantId: string;
}

/** The query of an address, each name once. */
export type NoticeQuery = Readonly<Record<string, string>>;

/** A notice of a platform, as it came; headers in lower case. */
export interface GivenNotice {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  query: NoticeQuery;
  raw: Buffer;
}

export interface ReadNotice {
  noticeId: string;
  complaintId: string;
  action: string;
}

export interface PlatformAdapter {
  /** Left out: it has no list, and a complaint is heard of by its push alone. */
  lists?: {
    /** The most days that one list may span, both ends included. */
    spanDays: number;
    /** Complaints that were made on these days of the platform, one page after the other. @throws PlatformFault */
    read(there: There, days: { from: string; to: string }): AsyncIterable<ListedComplaint[]>;
  };
  /** Makes a call that changes nothing there, to see whether the account works. @throws PlatformFault */
  reach(there: There): Promise<void>;
  look(there: There, complaintId: string): Promise<SeenComplaint>;
  picture(there: There, at: string): Promise<Buffer>;
  /** Left out: it takes none (`mostReply` is 0). */
  reply?(there: There, to: Whom, text: string): Promise<void>;
  act(there: There, to: Whom, act: PassedAct): Promise<void>;
  /** Left out: it tells us of nothing. */
  notices?: {
    /** @returns undefined: it is not signed by the platform, too old, or not for this account; `aside`: it is of something else */
    read(account: OpenAccount, given: GivenNotice, now: number): ReadNotice | 'aside' | undefined;
    /** What it wants to hear once a notice is kept: JSON, or text. */
    heard: object | string;
    /** What it wants to hear when an admin enters our address there; undefined: it is not signed. Left out: it does not ask. */
    greet?(account: OpenAccount, query: NoticeQuery, now: number): string | undefined;
  };
}
