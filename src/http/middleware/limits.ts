import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import { isRefused, Refused } from '../../cases';

/**
 * Counts one request for a key; resolves to undefined while the key is within its limit, else to the milliseconds until
 * it may come again. The counts are shared by all servers (`countsInDatabase`).
 */
type Count = (key: string) => Promise<number | undefined>;

/**
 * Wrong access codes and links a minute from one address. They are too long to be guessed: this limits the load only.
 */
const WRONG_CODES = 60;
/** Wrong bearer tokens a minute from one address. */
const WRONG_TOKENS = 300;

/** Messages of a system of the house a minute from one address: far more than a house has, and less than a loop sends. */
const POSTS = 30_000;
/** Wrong signatures a minute from one address. */
const WRONG_SIGNATURES = 300;

/** What customers say in chats a minute from one address, for each complaint that may come from there. */
const CHAT_LINES = 4;

/** A number of requests a minute from one address. Both methods count the request. */
export interface Limit {
  /** @returns the seconds to wait, 1 or more, once there are too many; else undefined */
  count(request: Request): Promise<number | undefined>;
  /** @throws Refused `tooMany` (429, with `Retry-After`) once there are too many */
  check(request: Request): Promise<void>;
}

/**
 * The limits for requests from one address.
 *
 * `wrongCodes` and `wrongTokens` are counted only after a look-up has found nothing. So somebody with the right code,
 * link or token is never refused because of others behind the same address. Only asking for a lost link (/p/lost)
 * counts every time, since its answer must not tell whether anything was found.
 */
export interface Limits {
  wrongCodes: Limit;
  wrongTokens: Limit;
  /** Complaints filed by API and form together. */
  complaints: Limit;
  /** Messages of systems of the house. */
  posts: Limit;
  /** Of these, those that are not signed as they have to be. */
  wrongSignatures: Limit;
  /** Forms that bring further files for a complaint. */
  uploads: Limit;
  /** What customers say in chats. */
  chatLines: Limit;
  /** Chats that begin. */
  newChats: Limit;
}

/**
 * What counts as one sender: an IPv4 address (also one written as IPv6), or the first 64 bits of an IPv6 address, since
 * a single line gets that whole network. `none` for all requests whose address is unknown.
 */
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

/**
 * Builds the limits.
 * @param counts makes the counter for a limit of this name and number a minute
 */
export function createLimits(
  counts: (name: string, aMinute: number) => Count,
  { COMPLAINT_RATE_LIMIT: complaints }: { COMPLAINT_RATE_LIMIT: number },
): Limits {
  const limit = (name: string, aMinute: number): Limit => {
    const countFor = counts(name, aMinute);
    const count: Limit['count'] = async (request) => {
      const ms = await countFor(addressKey(request));
      return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1_000));
    };
    return {
      count,
      async check(request) {
        const seconds = await count(request);
        if (seconds !== undefined) throw tooMany(seconds);
      },
    };
  };
  return {
    wrongCodes: limit('code', WRONG_CODES),
    wrongTokens: limit('token', WRONG_TOKENS),
    complaints: limit('complaint', complaints),
    posts: limit('post', POSTS),
    wrongSignatures: limit('signature', WRONG_SIGNATURES),
    uploads: limit('upload', complaints),
    chatLines: limit('chat-line', CHAT_LINES * complaints),
    newChats: limit('chat', complaints),
  };
}

/** Does what a request asks for; one whose signature or key is wrong is counted. @throws what `work` throws, or `tooMany` */
export async function countingWrong<T>(
  { wrongSignatures }: Pick<Limits, 'wrongSignatures'>,
  request: Request,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRefused(error, 'unauthenticated')) await wrongSignatures.check(request);
    throw error;
  }
}

/**
 * Middleware that counts every request except those of staff, before its body is read; 429 once there are too many. The
 * time it waits for the count is subtracted from the route's time limit (`spentMs`, see `handler` in api/route.ts).
 * @param underway is counted up meanwhile, so that starts of workflows step back for complaints that are just arriving
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
