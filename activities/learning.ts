import type { Stores } from '../src/db';
import { toInstant } from '../src/domain/time/duration';
import { type ConfirmedCase, learnOwn } from '../src/text/own/learn';

/** What the workflow that learns asks for. */
export interface LearningActivities {
  /**
   * Learns from the department's own confirmed cases, and keeps it as the newest own model.
   * @returns its version and what it has a say in; empty: too few cases are confirmed
   */
  learnReading(): Promise<{ version?: string; used?: string[] }>;
}

/** The newest confirmed cases that are learnt from. */
const MOST_CASES = 20_000;
/** Cases of one read: few enough that their texts take little memory. */
const BATCH = 200;

interface Needs {
  ownModels: Pick<Stores['ownModels'], 'confirmed' | 'keep'>;
  clock: () => number;
  /** The program ends: another worker begins again. */
  ended: AbortSignal;
}

/** The activities of the workflow that learns. It takes a minute of computing, in small steps beside other work. */
export function createLearning({ ownModels, clock, ended }: Needs): LearningActivities {
  async function* confirmed(): AsyncGenerator<ConfirmedCase> {
    let last: Awaited<ReturnType<typeof ownModels.confirmed>>[number] | undefined;
    for (let left = MOST_CASES; left > 0; left -= BATCH) {
      const page = await ownModels.confirmed(BATCH, last);
      yield* page;
      last = page.at(-1);
      if (page.length < BATCH) return;
    }
  }

  async function pause(): Promise<void> {
    ended.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    async learnReading() {
      const learnt = await learnOwn(confirmed(), pause);
      if (!learnt) return {};
      const { version, used } = learnt;
      await ownModels.keep({ ...learnt, madeAt: toInstant(clock()) });
      return { version, used };
    },
  };
}
