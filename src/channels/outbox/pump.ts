import { MINUTE } from '../../domain/basics/milliseconds';
import type { Attempts } from './attempts';
import type { Channel, Job } from './channel';
import { createClaiming } from '../claiming';
import { faultName, type Log } from '../log';

/** For how long a claimed message is this process's own. */
const LEASE = 3 * MINUTE;
/**
 * How long a message may wait for the earlier ones of its line; what is left of the lease is for its own attempt, whose
 * steps (connecting, sending, the server's answer) have shorter limits of their own.
 */
const LONGEST_WAIT = MINUTE / 2;

export interface PumpOptions {
  channel: Channel;
  attempts: Pick<Attempts, 'guard'>;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Messages under way at once; left out: 4. */
  concurrency?: number;
  /** Milliseconds between two looks while nothing is due; left out: 500. */
  idleMs?: number;
  /**
   * Asked before each look. While it is true, no message is claimed, for a minute at most: this process has cases to
   * serve, and a message costs more CPU time than the decision that causes it.
   */
  busy?: () => boolean;
}

export interface Pump {
  /** Begins the loop; does nothing while it runs. @throws Error after `stop`, which has closed the channel for good */
  start(): void;
  /** Claims nothing more, waits for the messages under way, then closes the channel. May be called again. */
  stop(): Promise<void>;
}

/**
 * The loop that claims what is due from a channel's sources and has the channel deliver it, from `start` to `stop`. A
 * message that fails is tried again by `Attempts.guard`. While a source cannot be read, the loop logs it and goes on.
 */
export function createPump(options: PumpOptions): Pump {
  const { channel, attempts, log, clock, concurrency = 4, idleMs = 500, busy } = options;
  let isOver = false;

  /**
   * The last turn of each line; it resolves to whether the line goes on. The next one waits for it, so that a receipt
   * goes out before the result.
   */
  const last = new Map<string, Promise<boolean>>();
  async function inTurn(job: Job): Promise<void> {
    const { line } = job;
    const claimedAt = clock();
    const turn = (last.get(line) ?? Promise.resolve(true)).then((goesOn) => take(job, claimedAt, goesOn));
    last.set(line, turn);
    await turn;
    if (last.get(line) === turn) last.delete(line);
  }

  /**
   * Delivers a message whose turn has come. One that has waited too long for it, and all that wait behind it, are put
   * back and claimed anew under a fresh lease, in their order: else a lease could end during the attempt, and another
   * relay would send the message as well.
   * @param goesOn false: an earlier message of the line was put back
   * @returns whether the line goes on
   */
  async function take(job: Job, claimedAt: number, goesOn: boolean): Promise<boolean> {
    const waited = clock() - claimedAt;
    if (goesOn && waited <= LONGEST_WAIT) {
      await attempts.guard(job.parcel, () => job.deliver());
      return true;
    }
    // What is claimed from now on does not wait behind those that are put back.
    if (goesOn) last.delete(job.line);
    // After the lease it is due again by itself, and may be another relay's already. Due from when it was planned, so
    // that what was planned after it does not overtake it.
    if (waited < LEASE) await job.parcel.retry('waited', job.parcel.plannedAt).catch(() => undefined);
    return false;
  }

  const claiming = createClaiming({
    async claim(free, add) {
      let left = free;
      for (const source of channel.sources) {
        if (left <= 0) break;
        for (const job of await source.claim(left, LEASE)) {
          left--;
          add(inTurn(job));
        }
      }
    },
    failed: (error) => log.warn({ code: faultName(error) }, 'outbox cannot be read'),
    concurrency,
    idleMs,
    busy,
    clock,
  });

  return {
    start() {
      if (isOver) throw new Error(`the ${channel.name} pump was stopped, and its channel is closed`);
      claiming.start();
    },
    async stop() {
      isOver = true;
      await claiming.stop();
      channel.close();
    },
  };
}
