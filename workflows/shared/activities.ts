/**
 * Side effects of workflows, one at a time (docs/determinism.md).
 * @module
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/interface';
import type { Timed } from '../../activities/timed';
import { activityAnswered, nowMs } from './clock';

/**
 * Local activities: each is one short Postgres transaction, so a decision fits into one workflow task (6 history events
 * instead of 11). All are idempotent by a natural key (activities/interface.ts) and are retried without end: while
 * Postgres is away the case waits, and it does not fail.
 *
 * Not exported: two local activities at once do not replay, so callers get them from `Turns` only.
 */
const local = proxyLocalActivities<Called>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  // A longer wait before a retry becomes a timer, so that no workflow task is kept open while Postgres is away.
  localRetryThreshold: '5 seconds',
});

type Name = keyof Activities;

/** The side effects of a workflow. `summary` is the text that Temporal UI shows beside the call. */
export type Effects = {
  [N in Name]: (
    input: Parameters<Activities[N]>[0],
    summary?: string,
  ) => Promise<Awaited<ReturnType<Activities[N]>> & Asked>;
};

/** Part of the answer of every side effect. */
export interface Asked {
  /** When it was asked for, in milliseconds since 1970: the value of the first run, also in a replay. */
  askedMs: number;
}

/** The activities with the parameters and answers that the worker registers them with (activities/timed.ts). */
type Called = Record<Name, (input: object, askedMs: number) => Promise<Timed | undefined>>;

/** The compiler asks for every activity here: the proxy itself cannot list their names. */
const NAMES = {
  appendEvents: true,
  prepareCase: true,
  pickOwner: true,
  claimMerge: true,
  readPolicy: true,
  saveAction: true,
  measureEffect: true,
} as const satisfies Record<Name, true>;

/**
 * Callable side effects that keep workflow time (clock.ts) up to date with each answer.
 * @param around wraps each call: it starts it and sees it end
 */
function effects(around: <T>(name: string, call: () => Promise<T>) => Promise<T>): Effects {
  const call = (name: Name) => (input: never, summary?: string) =>
    around<unknown>(name, async () => {
      const beganMs = nowMs();
      const answer = await (summary === undefined
        ? local[name](input, beganMs)
        : local[name].executeWithOptions({ summary }, [input, beganMs]));
      // Histories from before answers carried times have no `askedMs`.
      const askedMs = answer?.askedMs ?? beganMs;
      activityAnswered(askedMs, answer?.tookMs);
      return { ...answer, askedMs };
    });
  return Object.fromEntries(Object.keys(NAMES).map((name) => [name, call(name as Name)])) as unknown as Effects;
}

/**
 * Lets a workflow do one side effect at a time, in the order in which they were asked for. If two ran at once, the one
 * that ends first in the first run might end second in a replay; what follows would come in another order, and the case
 * would fail every later task (docs/determinism.md).
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private underWay: string | undefined;

  /**
   * Waits for its turn, runs `work`, and returns or throws what `work` does.
   * @param work has the turn until its promise settles. It must not call `inTurn` itself: it would wait for its own end.
   */
  async inTurn<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    const before = this.last;
    let done = (): void => undefined;
    this.last = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      return await work(this.guarded);
    } finally {
      done();
    }
  }

  /** Runs `work` without waiting for a turn. Only to replay histories from before turns existed. */
  outOfTurn<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    return work(beside);
  }

  private readonly guarded = effects(async (name, call) => {
    // Two calls at once are a bug of the workflow code. A plain error fails the task before anything runs out of order,
    // and every test that takes this path meets it.
    if (this.underWay) throw new Error(`${name} begun while ${this.underWay} is under way: one side effect at a time`);
    this.underWay = name;
    try {
      return await call();
    } finally {
      this.underWay = undefined;
    }
  });
}

/** Side effects that wait for nothing (`outOfTurn`). */
const beside = effects((_name, call) => call());
