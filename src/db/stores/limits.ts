import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Database } from '../database';

const MINUTE_S = 60;
/** Whoever waits for a count waits for a stuck database, too: then each process counts for itself. */
const COUNT_MS = 2_000;

/** @returns undefined while the key is within its limit, else the milliseconds until it may come again */
export type Count = (key: string) => Promise<number | undefined>;
/** A limit by its name, and how many a minute it allows each key. */
export type Counts = (name: string, aMinute: number) => Count;

const counting =
  (limiter: RateLimiterAbstract): Count =>
  async (key) => {
    try {
      await limiter.consume(key);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error.msBeforeNext;
      throw error;
    }
  };

const inMemory = (name: string, aMinute: number): RateLimiterMemory =>
  new RateLimiterMemory({ keyPrefix: name, points: aMinute, duration: MINUTE_S });

/** Of one process alone. */
export const countsInMemory: Counts = (name, aMinute) => counting(inMemory(name, aMinute));

/** Of all servers together. A key that has used up its limit is remembered and costs no further statement. */
export const countsInDatabase =
  ({ pool }: Pick<Database, 'pool'>): Counts =>
  (name, aMinute) =>
    counting(
      new RLWrapperTimeouts({
        limiter: new RateLimiterPostgres({
          storeClient: pool,
          storeType: 'pool',
          tableName: 'limits',
          tableCreated: true,
          keyPrefix: name,
          points: aMinute,
          duration: MINUTE_S,
          inMemoryBlockOnConsumed: aMinute,
        }),
        timeoutMs: COUNT_MS,
        insuranceLimiter: inMemory(name, aMinute),
      }),
    );
