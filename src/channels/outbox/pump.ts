import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Attempts } from './attempts';
import type { Channel, Job, Log } from './channel';

/** Longer than any attempt: connecting, talking and the last answer have their own, shorter limits. */
const LEASE = 3 * MINUTE;
/** How long messages step back at most. */
const STEP_BACK = MINUTE;

export interface PumpOptions {
  channel: Channel;
  attempts: Pick<Attempts, 'guard'>;
  log: Log;
  clock: () => number;
  /** Messages under way at once. */
  concurrency?: number;
  idleMs?: number;
  /** Cases wait for this process: messages step back for a while, since they cost more than the decisions that cause them. */
  busy?: () => boolean;
}

export interface Pump {
  start(): void;
  /** Waits for the messages under way. */
  stop(): Promise<void>;
}

/** Takes what is due out of a channel's sources, as long as it runs, and lets the channel deliver it. */
export function createPump(options: PumpOptions): Pump {
  const { channel, attempts, log, clock, concurrency = 4, idleMs = 500, busy = () => false } = options;
  let running: Promise<void> | undefined;
  let ended = new AbortController();

  /** What is under way in a line: the next one waits, so that a receipt comes before the result. */
  const last = new Map<string, Promise<void>>();
  function inTurn(job: Job): Promise<void> {
    const { line, parcel } = job;
    const turn = (last.get(line) ?? Promise.resolve()).then(() => attempts.guard(parcel, () => job.deliver()));
    last.set(line, turn);
    return turn.finally(() => {
      if (last.get(line) === turn) last.delete(line);
    });
  }

  /** Keeps up to `concurrency` messages under way; a slow one holds up nobody. */
  async function run(): Promise<void> {
    const under = new Set<Promise<void>>();
    let busySince: number | undefined;
    while (!ended.signal.aborted) {
      busySince = busy() ? (busySince ?? clock()) : undefined;
      if (busySince !== undefined && clock() - busySince < STEP_BACK) {
        await pause();
        continue;
      }
      let found = 0;
      try {
        for (const source of channel.sources) {
          if (under.size >= concurrency) break;
          for (const job of await source.claim(concurrency - under.size, LEASE)) {
            found++;
            const task = inTurn(job).finally(() => under.delete(task));
            under.add(task);
          }
        }
      } catch (error) {
        log.warn({ code: error instanceof Error ? error.name : 'Error' }, 'outbox cannot be read');
      }
      if (under.size >= concurrency) await Promise.race(under);
      else if (found === 0) await Promise.race([pause(), ...under]);
    }
    await Promise.all(under);
  }

  /** One at a time: a message that ends sooner leaves it running for the next look. */
  let resting: Promise<void> | undefined;
  const pause = (): Promise<void> =>
    (resting ??= sleep(idleMs, undefined, { signal: ended.signal })
      .catch(() => undefined)
      .finally(() => {
        resting = undefined;
      }));

  return {
    start() {
      if (ended.signal.aborted) ended = new AbortController();
      running ??= run();
    },
    async stop() {
      ended.abort();
      await running;
      running = undefined;
      channel.close();
    },
  };
}
