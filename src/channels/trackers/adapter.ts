/**
 * What the relay of trackers needs of a kind. A kind is a file in `kinds/` with its contract's notes, a line in `ADAPTERS`, one
 * in `TRACKER_KINDS` (src/domain/case/trackers.ts), and a server for tests (test/support/trackers/).
 * @module
 */
import type { TicketComment } from '../../db';
import type { Api } from './api';

/** What a ticket says. Its texts are our own words and those of the request. */
export interface TicketWords {
  /** One line. */
  title: string;
  body: string;
  /** By which it is found again; it stands in the body too. */
  mark: string;
}

/** A ticket that is there. */
export interface Made {
  /** As the API names it. */
  ref: string;
  /** As people name it. */
  key: string;
  /** Where people look at it. */
  url: string;
}

/** What a ticket looks like there. */
export interface Seen extends Made {
  /** In the tracker's own word. */
  status: string;
  isDone: boolean;
  assignee: string | undefined;
  /** Another text whenever anything about it has changed. */
  changedAt: string;
  /** How many comments it has, where the kind says so. */
  comments?: number;
}

/** A ticket of ours. */
export interface Known {
  ref: string;
  mark: string;
  /** When it was planned: it has not changed before. */
  since: string;
}

export interface TrackerAdapter {
  /** Headers of all its calls. */
  headers(token: string): Record<string, string>;
  /** Whether the place can be reached. @throws TrackerFault */
  reach(api: Api): Promise<void>;
  /** The ticket with this mark, made after `since`. It may be late by some seconds. */
  find(api: Api, mark: string, since: string): Promise<Made | undefined>;
  create(api: Api, words: TicketWords): Promise<Made>;
  /** One ticket. @throws TrackerFault `gone` if it is deleted or moved away */
  look(api: Api, ref: string): Promise<Seen>;
  /**
   * What has changed, in as few calls as the kind allows; tickets of others may be among them. What is missing is not gone.
   * @param cursor what the last call gave; undefined: the first one
   */
  changed(api: Api, tickets: readonly Known[], cursor: string | undefined): Promise<{ seen: Seen[]; cursor?: string }>;
  /** Its last comments, the newest last, 20 at most. */
  comments(api: Api, ticket: Pick<Seen, 'ref' | 'comments'>): Promise<TicketComment[]>;
  /** Says something. @returns the comment's id */
  comment(api: Api, ref: string, text: string): Promise<string>;
  close(api: Api, ref: string): Promise<void>;
  /** How it tells us of changes; left out: it does not. */
  hook?: HookAdapter;
}

export interface HookAdapter {
  /** The header, in lower case, that has to be what `signature` gives. */
  header: string;
  signature(secret: string, raw: Buffer, address: string): string;
  /** The header, in lower case, by which it tells its secret first, to be sent back. */
  handshake?: string;
  /** The tickets that a call is about, from its parsed body. */
  refs(body: unknown): string[];
}

/** The most comments that are copied. */
export const MOST_COMMENTS = 20;
const MOST_LETTERS = 4_000;

/** A comment as it is kept. */
export const commentOf = (id: unknown, author: unknown, at: unknown, text: unknown): TicketComment => ({
  id: String(id),
  author: typeof author === 'string' && author !== '' ? author.slice(0, 100) : '?',
  at: typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? new Date(at).toISOString() : new Date(0).toISOString(),
  text: clean(typeof text === 'string' ? text : '').slice(0, MOST_LETTERS),
});

/** Without what Postgres cannot store. */
export const clean = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();
