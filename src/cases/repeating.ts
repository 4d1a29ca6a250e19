import { setTimeout as sleep } from 'node:timers/promises';

/** Work that comes again and again. */
export interface Repeating {
  /** Begins; a second call changes nothing. */
  readonly run: () => void;
  /** Ends a pause. */
  readonly wake: () => void;
  /** Resolves when the round that is under way has ended. */
  readonly stop: () => Promise<void>;
}

interface Needs {
  /** One round. @returns whether the next one follows at once */
  round: () => Promise<boolean>;
  /** Told of a round that has failed. The next one comes all the same, after the pause. */
  failed: (error: unknown) => void;
  /** Milliseconds between two rounds. */
  pauseMs: () => number;
  /** Aborted by `stop`, so that a round under way can end sooner. */
  ended: AbortController;
}

/** Builds `Repeating`. */
export function createRepeating({ round, failed, pauseMs, ended }: Needs): Repeating {
  let loop: Promise<void> | undefined;
  let pause = new AbortController();

  async function repeat(): Promise<void> {
    while (!ended.signal.aborted) {
      // Whoever wakes during the round means the pause after it.
      pause = new AbortController();
      let goesOn = false;
      try {
        goesOn = await round();
      } catch (error) {
        failed(error);
      }
      if (!goesOn && !ended.signal.aborted)
        await sleep(pauseMs(), undefined, { signal: pause.signal }).catch(() => undefined);
    }
  }

  return {
    run() {
      loop ??= repeat();
    },
    wake: () => pause.abort(),
    async stop() {
      ended.abort();
      pause.abort();
      await loop;
    },
  };
}
