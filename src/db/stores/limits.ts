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

interface Limiter {
  limiter: RateLimiterAbstract;
  aMinute: number;
}

/** What one statement found for all who waited for it: how many of them are within the limit, and how long the others wait. */
interface Counted {
  within: number;
  waitMs: number;
}

async function consume({ limiter, aMinute }: Limiter, key: string, points: number): Promise<Counted> {
  try {
    await limiter.consume(key, points);
    return { within: points, waitMs: 0 };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const { consumedPoints, msBeforeNext: waitMs } = error;
    // 0: refused from memory. Else the counter stands for all of them; those that still fitted in came first.
    const within = consumedPoints === 0 ? 0 : Math.max(0, aMinute - (consumedPoints - points));
    return { within, waitMs };
  }
}

/** Counted with the next statement: how many they are, and what it will find. */
interface Batch {
  size: number;
  counted: Promise<Counted>;
}

/**
 * One statement a key at a time: who comes meanwhile is counted together with the next one. So a flood from one address
 * costs one connection and never a queue of locks on its row.
 */
function counting(limiter: RateLimiterAbstract, aMinute: number): Count {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Batch>();

  function statement(key: string, points: number): Promise<Counted> {
    const counted = consume({ limiter, aMinute }, key, points);
    const settled = counted
      .catch(() => undefined)
      .then(() => {
        if (running.get(key) === settled) running.delete(key);
      });
    running.set(key, settled);
    return counted;
  }

  return async (key) => {
    const before = running.get(key);
    let place = 1;
    let counted: Promise<Counted>;
    if (before === undefined) counted = statement(key, 1);
    else {
      const joined = waiting.get(key);
      if (joined) {
        place = ++joined.size;
        ({ counted } = joined);
      } else {
        const batch: Batch = {
          size: 1,
          counted: before.then(() => {
            waiting.delete(key);
            return statement(key, batch.size);
          }),
        };
        waiting.set(key, batch);
        ({ counted } = batch);
      }
    }
    const { within, waitMs } = await counted;
    return place <= within ? undefined : waitMs;
  };
}

const inMemory = (name: string, aMinute: number): RateLimiterMemory =>
  new RateLimiterMemory({ keyPrefix: name, points: aMinute, duration: MINUTE_S });

/** Of one process alone. */
export const countsInMemory: Counts = (name, aMinute) => counting(inMemory(name, aMinute), aMinute);

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
      aMinute,
    );
