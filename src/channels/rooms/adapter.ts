/**
 * What the relay of rooms needs of a platform. A platform is a file in `kinds/` with its contract's notes, a line in
 * `ADAPTERS`, one in `ROOM_KINDS` (src/domain/case/rooms.ts), and a server for tests (test/support/rooms.ts).
 * @module
 */
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Outgoing } from '../../outgoing';

/** A person whom a message calls. */
export interface Called {
  /** As the platform knows them. */
  chatId: string;
  name: string;
}

/** A message to a room. All its texts are our own words, numbers and times; in `called` alone is a name. */
export interface RoomMessage {
  title: string;
  /** Something is late or serious: its colour says so where there are colours. */
  isLoud: boolean;
  /** Of one case: what there is to know. */
  facts: readonly { name: string; value: string }[];
  /** Of several: a line for each, which opens it. */
  lines: readonly { text: string; url: string }[];
  /** How many lines were left out, in words. */
  more?: string;
  /** The one button. */
  button: { words: string; url: string };
  called: readonly Called[];
  /** Who speaks, for robots that take only messages with a word of the house. */
  from: string;
}

export interface RoomAddress {
  url: string;
  secret: string | undefined;
}

/**
 * What an answer means.
 * - `taken`.
 * - `later`: not taken; the same may be taken later. `afterMs`: not before.
 * - `unknown`: it may have been taken.
 * - `unfit`: this message is never taken; others may be.
 * - `refused`: nothing is taken any more until somebody has put it right.
 *
 * `code` holds nothing of an address, and of the answer its own error code alone.
 */
export type Verdict =
  | { kind: 'taken' }
  | { kind: 'later'; code: string; afterMs?: number }
  | { kind: 'unknown' | 'unfit' | 'refused'; code: string };

export interface RoomAdapter {
  /** The address to call and what to post there, as JSON. @param at milliseconds since 1970 */
  request(message: RoomMessage, address: RoomAddress, at: number): { url: string; body: object };
  /** What a whole answer means. */
  meaning(answer: Answer): Verdict;
}

export interface Answer {
  status: number;
  text: string;
  retryAfterMs?: number;
}

/** Codes after which nobody knows whether a call has arrived. */
const AMBIGUOUS: readonly string[] = ['TIMEOUT', 'ECONNRESET', 'EPIPE', 'BODY_TOO_LARGE'];

/** What became of a call. */
export function verdictOf(outgoing: Outgoing, { meaning }: Pick<RoomAdapter, 'meaning'>): Verdict {
  if (outgoing.kind === 'failed') {
    return { kind: AMBIGUOUS.includes(outgoing.code) ? 'unknown' : 'later', code: outgoing.code };
  }
  // Somebody has to change the address, or allow it.
  if (outgoing.kind === 'refused') return { kind: 'refused', code: outgoing.code };
  const { status, body, retryAfterMs } = outgoing;
  return meaning({ status, text: body.toString(), ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** What a status means that says all there is to say. */
export function byStatus({ status, retryAfterMs }: Answer): Verdict {
  const code = `http_${status}`;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 429) return { kind: 'later', code, afterMs: retryAfterMs ?? MINUTE };
  if (status === 400 || status === 413) return { kind: 'unfit', code };
  if (status >= 400 && status < 500 && status !== 408) return { kind: 'refused', code };
  return { kind: 'later', code, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
}

/** The numeric field of an answer in JSON that says how it went, and its words; undefined: there is none. */
export function resultIn(text: string, code: string, words: string): { code: number; words: string } | undefined {
  try {
    const answer = JSON.parse(text) as unknown;
    if (typeof answer !== 'object' || answer === null) return undefined;
    const { [code]: said, [words]: why } = answer as Record<string, unknown>;
    return typeof said === 'number' ? { code: said, words: typeof why === 'string' ? why : '' } : undefined;
  } catch {
    return undefined;
  }
}

/** A 2xx that says nothing else: it may have been taken. Any other status as `byStatus`, but nothing is switched off. */
export function withoutResult(answer: Answer): Verdict {
  const verdict = byStatus(answer);
  if (verdict.kind === 'taken') return { kind: 'unknown', code: 'no_result' };
  return verdict.kind === 'refused' ? { kind: 'later', code: verdict.code } : verdict;
}
