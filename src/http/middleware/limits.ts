import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import { Refused } from '../../cases';

/**
 * Counts one for a key; @returns undefined while it is within its limit, else the milliseconds until it may come again.
 * Kept where all servers see it.
 */
type Count = (key: string) => Promise<number | undefined>;

/** Wrong access codes and links a minute from one address. They are too long to be guessed; this is for the load. */
const WRONG_CODES = 60;
/** Wrong bearer tokens a minute from one address. */
const WRONG_TOKENS = 300;

/** Counts one more request of its kind. */
export interface Limit {
  /** @returns the seconds to wait, once there are too many */
  wait(request: Request): Promise<number | undefined>;
  /** Throws 429 once there are too many. */
  check(request: Request): Promise<void>;
}

/**
 * `wrongCodes` and `wrongTokens` are asked only after a look-up has found nothing: whoever has the right code, link or token
 * never meets them, whatever others behind the same address do, and a request under way or broken off counts for nothing.
 * Asking for a lost link (/p/lost) counts each time: its answer tells nobody whether anything was found.
 */
export interface Limits {
  wrongCodes: Limit;
  wrongTokens: Limit;
  complaints: Limit;
  /** Forms with more files for a complaint. */
  uploads: Limit;
}

/** What counts as one address: an IPv4 address, also one written as IPv6, or an IPv6 network of 64 bits. */
export function addressKey({ ip }: Pick<Request, 'ip'>): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'none';
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}

const tooMany = (retryAfterSeconds: number): Refused =>
  new Refused(
    'tooMany',
    'too_many',
    { zh: '请求太频繁，请稍后再试', en: 'too many requests; try again soon' },
    { retryAfterSeconds },
  );

export function createLimits(
  counts: (name: string, aMinute: number) => Count,
  { COMPLAINT_RATE_LIMIT: complaints }: { COMPLAINT_RATE_LIMIT: number },
): Limits {
  const limit = (name: string, aMinute: number): Limit => {
    const count = counts(name, aMinute);
    const wait: Limit['wait'] = async (request) => {
      const ms = await count(addressKey(request));
      return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1_000));
    };
    return {
      wait,
      async check(request) {
        const seconds = await wait(request);
        if (seconds !== undefined) throw tooMany(seconds);
      },
    };
  };
  return {
    wrongCodes: limit('code', WRONG_CODES),
    wrongTokens: limit('token', WRONG_TOKENS),
    complaints: limit('complaint', complaints),
    uploads: limit('upload', complaints),
  };
}

/**
 * Counts every request, except of staff, before its body is read. What that took is not given again (see route.ts).
 * @param underway says to others that a complaint is being taken, from here on and not only when it is stored
 */
export const limitStrangers =
  (limit: Limit, underway = { count: 0 }): RequestHandler =>
  async (request, response, next) => {
    const began = performance.now();
    underway.count++;
    try {
      if (response.locals.staff === undefined) await limit.check(request);
    } finally {
      underway.count--;
    }
    response.locals.spentMs = performance.now() - began;
    next();
  };
