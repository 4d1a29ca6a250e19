import { ipKeyGenerator, rateLimit, type AugmentedRequest } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import { Refused } from '../../cases/refused';
import { sendProblem } from './problem';

const MINUTE = 60_000;

const tooMany = (request: Request, response: Response): void => {
  const resetTime = (request as AugmentedRequest).rateLimit?.resetTime?.getTime() ?? Date.now() + MINUTE;
  const retryAfterSeconds = Math.max(1, Math.ceil((resetTime - Date.now()) / 1_000));
  sendProblem(
    response,
    new Refused(
      429,
      'too_many',
      { zh: '请求太频繁，请稍后再试', en: 'too many requests; try again soon' },
      { retryAfterSeconds },
    ),
  );
};

const KEYS_KEPT = 10_000;
const keys = new Map<string, string>();

/** One v4 address or one v6 /64. Reading an address costs more than the rest of a limit, so each is read once. */
function keyOf({ ip = '' }: Request): string {
  let key = keys.get(ip);
  if (key === undefined) {
    if (keys.size >= KEYS_KEPT) keys.clear();
    key = ipKeyGenerator(ip, 64);
    keys.set(ip, key);
  }
  return key;
}

interface LimitOptions {
  /** A minute. */
  limit: number;
  skip?: (request: Request, response: Response) => boolean;
}

/** So many requests a minute from one address. */
export const limitRequests = ({ limit, skip }: LimitOptions): RequestHandler =>
  rateLimit({
    windowMs: MINUTE,
    limit,
    keyGenerator: keyOf,
    standardHeaders: false,
    legacyHeaders: false,
    skip,
    handler: tooMany,
  });

/** Only misses count: whoever has the right code or token is never slowed down, whoever guesses soon is. */
export const limitMisses = (limit: number): RequestHandler =>
  rateLimit({
    windowMs: MINUTE,
    limit,
    keyGenerator: keyOf,
    standardHeaders: false,
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.locals.missed !== true,
    handler: tooMany,
  });

/** Marks a request that came with a wrong code, token or key. */
export const missed = (response: Response): void => {
  response.locals.missed = true;
};
