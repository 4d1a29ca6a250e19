import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Database } from '../database';

const MINUTE_S = 60;
/** A database that takes longer than this to count would hold up every request; then each process counts for itself. */
const COUNT_MS = 2_000;

/**
 * Counts one request of a key, for example an address.
 * @returns undefined while the key is within its limit, else the milliseconds until it may come again
 */
export type Count = (key: string) => Promise<number | undefined>;
/** A limit by its name, and how many a minute it allows each key. */
export type Counts = (name: string, aMinute: number) => Count;

interface Limiter {
  limiter: RateLimiterAbstract;
  aMinute: number;
}

/**
 * What one statement found for a batch of requests: how many are within the limit, and how long the others must wait.
 */
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
    // 0: the limiter refused from memory, without counting. Else the whole batch was counted at once and went over the
    // limit: as many of it as still fitted in are let through, the earliest first.
    const within = consumedPoints === 0 ? 0 : Math.max(0, aMinute - (consumedPoints - points));
    return { within, waitMs };
  }
}

/**
 * Runs one statement at a time for each key. Requests that come meanwhile are counted together by the next statement,
 * so a flood from one address needs one connection and no queue of locks on its row.
 */
function counting(limiter: RateLimiterAbstract, aMinute: number): Count {
  /** By key: the statement that is running, and the batch of requests that waits for it to end. */
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, { size: number; counted: Promise<Counted> }>();

  function open(key: string): { size: number; counted: Promise<Counted> } {
    const before = running.get(key) ?? Promise.resolve();
    const batch = { size: 0, counted: before.then(() => count(key)) };
    waiting.set(key, batch);
    return batch;
  }

  function count(key: string): Promise<Counted> {
    const points = waiting.get(key)?.size ?? 0;
    waiting.delete(key);
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
    const batch = waiting.get(key) ?? open(key);
    const place = ++batch.size;
    const { within, waitMs } = await batch.counted;
    return place <= within ? undefined : waitMs;
  };
}

const inMemory = (name: string, aMinute: number): RateLimiterMemory =>
  new RateLimiterMemory({ keyPrefix: name, points: aMinute, duration: MINUTE_S });

/** Counts for this process alone. */
export const countsInMemory: Counts = (name, aMinute) => counting(inMemory(name, aMinute), aMinute);

/**
 * Counts in the table `limits`, for all servers together. A key that has used up its limit is remembered in
 * memory until its minute ends, and costs no further statement. When Postgres fails or is slow, this
 * process counts for itself.
 */
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
