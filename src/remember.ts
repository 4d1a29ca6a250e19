import { LRUCache } from 'lru-cache';

export interface Remembering {
  /** How many answers are kept; the ones used longest ago go first. */
  max: number;
  /** How long an answer is good, in whole milliseconds, two or more. */
  forMs: number;
  clock: () => number;
}

export interface Memory<V> {
  /** The answer to `key`, asked with `ask` unless it is known. Those who ask at the same time share one answer. */
  get(key: string, ask: () => Promise<V>): Promise<V>;
  forget(): void;
}

/** Answers of a slower store for a short while. `undefined` is an answer too; a failure is not remembered. */
export function createMemory<V>({ max, forMs, clock }: Remembering): Memory<V> {
  // For the library an answer as old as its `ttl` is still good.
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
