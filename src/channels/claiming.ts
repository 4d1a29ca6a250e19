import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '../domain/basics/milliseconds';

/** For how long `busy` may keep work back; then it is done all the same. */
const STEP_BACK = MINUTE;

interface Needs {
  /**
   * Claims up to `free` pieces of work and begins each; `add` is told of it at once, so that none is forgotten when the
   * next one cannot be claimed. A piece of work never rejects.
   */
  claim: (free: number, add: (work: Promise<void>) => void) => Promise<void>;
  /** Told of a claim that has failed; the next one comes after a pause. */
  failed: (error: unknown) => void;
  /** Pieces of work under way at once. */
  concurrency: number;
  /** Milliseconds between two looks while nothing is due. */
  idleMs: number;
  /** Asked before each look. While it is true nothing is claimed, for a minute at most. */
  busy?: (() => boolean) | undefined;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** A loop over work that waits in Postgres. */
export interface Claiming {
  /** Begins the loop; does nothing while it runs. */
  start(): void;
  /** Claims nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Keeps up to `concurrency` pieces of claimed work under way: a slow one takes its own place and holds up no other. */
export function createClaiming({ claim, failed, concurrency, idleMs, busy = () => false, clock }: Needs): Claiming {
  let running: Promise<void> | undefined;
  const ended = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function run(): Promise<void> {
    let busySince: number | undefined;
    while (!ended.signal.aborted) {
      busySince = busy() ? (busySince ?? clock()) : undefined;
      if (busySince !== undefined && clock() - busySince < STEP_BACK) {
        await pause();
        continue;
      }
      let found = 0;
      try {
        await claim(concurrency - underWay.size, (work) => {
          found++;
          const task = work.finally(() => underWay.delete(task));
          underWay.add(task);
        });
      } catch (error) {
        failed(error);
      }
      if (underWay.size >= concurrency) await Promise.race(underWay);
      else if (found === 0) await Promise.race([pause(), ...underWay]);
    }
    await Promise.all(underWay);
  }

  /** At most one timer: when work ends sooner, the next look waits for the timer that still runs. */
  let resting: Promise<void> | undefined;
  const pause = (): Promise<void> =>
    (resting ??= sleep(idleMs, undefined, { signal: ended.signal })
      .catch(() => undefined)
      .finally(() => {
        resting = undefined;
      }));

  return {
    start() {
      running ??= run();
    },
    async stop() {
      ended.abort();
      await running;
    },
  };
}
