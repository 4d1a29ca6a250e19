import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/interface';
import type { Timed } from '../../activities/timed';
import { activityAnswered, nowMs } from './clock';

/**
 * Local activities: each is one short Postgres transaction, and keeps a decision inside one workflow task (6 history
 * events instead of 11). All are idempotent by a natural key (see activities/interface.ts), so they retry for ever:
 * Postgres away means that the case waits, never that it fails.
 *
 * Not exported: two of them at once do not replay, so they are to be had from `Turns` only.
 */
const local = proxyLocalActivities<Called>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  // Longer waits become timers: a workflow task is not kept open while Postgres is away.
  localRetryThreshold: '5 seconds',
});

type Name = keyof Activities;

/** The side effects of a workflow, each with what Temporal UI shows beside it. */
export type Effects = {
  [N in Name]: (
    input: Parameters<Activities[N]>[0],
    summary?: string,
  ) => Promise<Awaited<ReturnType<Activities[N]>> & Asked>;
};

/** When a side effect was asked for, in milliseconds since 1970: in a replay as it was the first time. */
export interface Asked {
  askedMs: number;
}

/** The activities as the worker registers them (activities/timed.ts). */
type Called = Record<Name, (input: object, askedMs: number) => Promise<Timed | undefined>>;

const NAMES = {
  appendEvents: true,
  prepareCase: true,
  pickOwner: true,
  claimMerge: true,
  readPolicy: true,
  saveAction: true,
  measureEffect: true,
} as const satisfies Record<Name, true>;

/** @param around sees each call as it begins and ends */
function effects(around: <T>(name: string, call: () => Promise<T>) => Promise<T>): Effects {
  const call = (name: Name) => (input: never, summary?: string) =>
    around<unknown>(name, async () => {
      const beganMs = nowMs();
      const answer = await (summary === undefined
        ? local[name](input, beganMs)
        : local[name].executeWithOptions({ summary }, [input, beganMs]));
      // Histories from before answers said so have none.
      const askedMs = answer?.askedMs ?? beganMs;
      activityAnswered(askedMs, answer?.tookMs);
      return { ...answer, askedMs };
    });
  return Object.fromEntries(Object.keys(NAMES).map((name) => [name, call(name as Name)])) as unknown as Effects;
}

/**
 * One side effect of a workflow at a time, in the order in which they were asked for. Of two that are under way at once,
 * one may end first today and the other in a replay, and whatever follows comes in another order: such a case never runs
 * again (docs/determinism.md).
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private underWay: string | undefined;

  /** @param work has the turn until its promise settles. It must not ask for another one, which would never come. */
  async take<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    const before = this.last;
    let done = (): void => undefined;
    this.last = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      return await work(this.inTurn);
    } finally {
      done();
    }
  }

  /** Without waiting: only as histories from before the turn have it. */
  outOfTurn<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    return work(beside);
  }

  private readonly inTurn = effects(async (name, call) => {
    // A fault of the code, which every test of that path meets: the task fails before anything goes out of order.
    if (this.underWay) throw new Error(`${name} begun while ${this.underWay} is under way: one side effect at a time`);
    this.underWay = name;
    try {
      return await call();
    } finally {
      this.underWay = undefined;
    }
  });
}

const beside = effects((_name, call) => call());
