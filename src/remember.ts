import { LRUCache } from 'lru-cache';

/** How much is remembered, and for how long. */
export interface Remembering {
  /** How many answers are kept at most; the least recently used one goes first. */
  max: number;
  /** How long an answer is used, in whole milliseconds, two or more. */
  forMs: number;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Remembered answers by key. */
export interface Memory<V> {
  /**
   * The answer for `key`. `ask` is called unless an answer is known or being asked for: callers at the
   * same time share one call.
   * @throws what `ask` throws; the next caller asks again
   */
  get(key: string, ask: () => Promise<V>): Promise<V>;
  /** Forgets all answers. */
  forget(): void;
}

/**
 * Remembers the answers of something slower, such as a look-up in Postgres, for a short while. `undefined` is an answer
 * too; a failure is not remembered.
 */
export function createMemory<V>({ max, forMs, clock }: Remembering): Memory<V> {
  // The library still gives an answer that is exactly `ttl` old, hence one millisecond less.
  const known = new LRUCache<string, Promise<V>>({ max, ttl: forMs - 1, ttlResolution: 0, perf: { now: clock } });
  return {
    get(key, ask) {
      const before = known.get(key);
      if (before) return before;
      const answer = ask();
      known.set(key, answer);
      answer.catch(() => {
        if (known.peek(key) === answer) known.delete(key);
      });
      return answer;
    },
    forget: () => known.clear(),
  };
}
