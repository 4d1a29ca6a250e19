import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { OutgoingClient } from '../../outgoing';

/**
 * Why a call did not do what it should.
 * - `later`: maybe another time; it may have been done all the same. `afterMs`: not before.
 * - `refused`: nothing is taken until somebody has put it right.
 * - `unfit`: this one is never taken; others may be.
 * - `gone`: what it was about is not there, or not there any more.
 *
 * `code` holds nothing of an address or an answer.
 */
export class TrackerFault extends Error {
  override name = 'TrackerFault';
  constructor(
    readonly kind: 'later' | 'refused' | 'unfit' | 'gone',
    readonly code: string,
    readonly afterMs?: number,
  ) {
    super(code);
  }
}

export interface ApiAnswer {
  status: number;
  /** Parsed; undefined: there was none. */
  body: unknown;
  headers: Readonly<Record<string, string>>;
}

export interface Api {
  /** The address before the path, without a slash at its end. */
  readonly base: string;
  /** The place as the admin wrote it. */
  readonly place: string;
  /** What it is signed in with. */
  readonly token: string;
  /**
   * Makes one call.
   * @param path with its query; every part of it that is not our own has gone through `encodeURIComponent`
   * @throws TrackerFault for everything but a 2xx, and a 304 where `headers` asks for it
   */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer>;
}

interface Needs {
  out: OutgoingClient;
  url: string;
  place: string;
  token: string;
  headers: Record<string, string>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Headers of answers that calls go by. */
export const WANTED_HEADERS = ['etag', 'x-ratelimit-remaining', 'x-ratelimit-reset'] as const;

/** One tracker, as its adapter speaks with it. */
export function createApi({ out, url, place, token, headers: own, clock }: Needs): Api {
  const base = url.replace(/\/+$/, '');
  return {
    base,
    place,
    token,
    async call(method, path, body, headers = {}) {
      const outgoing = await out.call({
        url: base + path,
        method,
        headers: {
          accept: 'application/json',
          'user-agent': 'Redress-Trackers/1',
          ...(body && { 'content-type': 'application/json; charset=utf-8' }),
          ...own,
          ...headers,
        },
        body: body ? JSON.stringify(body) : null,
      });
      if (outgoing.kind === 'failed') throw new TrackerFault('later', outgoing.code);
      // It lies elsewhere now, and nobody follows; or it may not be called at all.
      if (outgoing.kind === 'refused') {
        throw new TrackerFault(outgoing.code === 'redirect' ? 'gone' : 'refused', outgoing.code);
      }
      const answer = { status: outgoing.status, headers: outgoing.headers ?? {}, retryAfterMs: outgoing.retryAfterMs };
      const fault = faultOf(answer, clock());
      if (fault) throw fault;
      return { status: answer.status, headers: answer.headers, body: parsed(outgoing.body) };
    },
  };
}

function parsed(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString()) as unknown;
  } catch {
    throw new TrackerFault('later', 'no_json');
  }
}

interface Status {
  status: number;
  headers: Readonly<Record<string, string>>;
  retryAfterMs: number | undefined;
}

/** What a status means; undefined: it went well. */
function faultOf({ status, headers, retryAfterMs }: Status, now: number): TrackerFault | undefined {
  if ((status >= 200 && status < 300) || status === 304) return undefined;
  const code = `http_${status}`;
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  if (status === 429 || (status === 403 && (isSpent || retryAfterMs !== undefined))) {
    const reset = isSpent ? Number(headers['x-ratelimit-reset']) * SECOND - now : Number.NaN;
    return new TrackerFault('later', code, Math.min(retryAfterMs ?? (reset > 0 ? reset : MINUTE), HOUR));
  }
  if (status === 404 || status === 410) return new TrackerFault('gone', code);
  if (status === 401 || status === 403 || status === 407) return new TrackerFault('refused', code);
  if (status === 408 || status === 409 || status >= 500) return new TrackerFault('later', code, retryAfterMs);
  return new TrackerFault('unfit', code);
}

/** A field of an answer, however deep; undefined: it is not there. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[part];
  }
  return found;
}

/** A field that is a text, or a number as text; undefined: it is neither. */
export function textAt(value: unknown, ...path: (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : undefined;
}

/** As `textAt`. @throws TrackerFault `later` where an answer lacks what it has to have */
export function mustText(value: unknown, ...path: (string | number)[]): string {
  const found = textAt(value, ...path);
  if (found === undefined || found === '') throw new TrackerFault('later', 'odd_answer');
  return found;
}

/** A field that is a list; else an empty one. */
export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
