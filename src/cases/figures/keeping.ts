import type { Stores } from '../../db';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { createRepeating, type Repeating } from '../repeating';

/** Between two looks at what has happened: entries that come together are folded once. */
const LOOK_MS = 10 * SECOND;
/** Cases whose facts one transaction writes. */
const AT_ONCE = 50;
/** Between two searches for cases that nobody said are due: those that a worker of a former release wrote. */
const SWEEP_MS = 10 * MINUTE;

interface Needs {
  facts: Pick<Stores['facts'], 'keepUp' | 'sweep'>;
  log: { warn(fields: object, message: string): void };
  clock?: () => number;
}

/** What keeps the facts up with the ledger. */
export interface FactKeeping extends Omit<Repeating, 'wake'> {
  /** One look. @returns how many cases it has brought up to date */
  readonly look: () => Promise<number>;
}

/** Builds `FactKeeping`. Any number may run beside each other: one of them works at a time. */
export function createFactKeeping({ facts, log, clock = Date.now }: Needs): FactKeeping {
  let swept = Number.NEGATIVE_INFINITY;

  async function look(): Promise<number> {
    if (clock() - swept >= SWEEP_MS) {
      await facts.sweep();
      swept = clock();
    }
    return facts.keepUp(AT_ONCE, (caseNo) => log.warn({ caseNo }, 'facts: this ledger cannot be folded'));
  }

  const { run, stop } = createRepeating({
    round: async () => (await look()) === AT_ONCE,
    failed: (error) => log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'facts: keeping up'),
    pauseMs: () => LOOK_MS,
    ended: new AbortController(),
  });
  return { look, run, stop };
}
