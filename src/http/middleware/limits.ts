import { rateLimit, type Store } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import { Refused } from '../../cases/refused';
import { sendProblem } from './problem';

const MINUTE = 60_000;

const tooMany = (_request: Request, response: Response): void =>
  sendProblem(
    response,
    new Refused(429, 'too_many', { zh: '请求太频繁，请稍后再试', en: 'too many requests; try again soon' }),
  );

interface LimitOptions {
  /** A minute, for one v4 address or one v6 /64. */
  limit: number;
  skip?: (request: Request, response: Response) => boolean;
  store?: Store;
}

/** So many requests a minute from one address. */
export const limitRequests = ({ limit, skip, store }: LimitOptions): RequestHandler =>
  rateLimit({
    windowMs: MINUTE,
    limit,
    ipv6Subnet: 64,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    skip,
    store,
    handler: tooMany,
  });

/** Only misses count: whoever has the right code or token is never slowed down, whoever guesses soon is. */
export const limitMisses = (limit: number): RequestHandler =>
  rateLimit({
    windowMs: MINUTE,
    limit,
    ipv6Subnet: 64,
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
