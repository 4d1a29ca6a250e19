import { condition } from '@temporalio/workflow';
import { nextMoment, type Clock, type Moment } from '../../src/domain/promises/clock';
import { toMs } from '../../src/domain/time/duration';
import { nowMs, timerFired } from './clock';

/** What keeps promises: something with clocks that says what a due moment means. */
export interface Promising {
  clocks(): Readonly<Record<string, Clock>>;
  ended(): boolean;
  /** Writes down everything that is due by now; must move the clocks on, or it would be asked again at once. */
  onDue(): Promise<void>;
}

/**
 * The one owner of every deadline. Sleeps until the next absolute moment of any clock, and is woken when a decision
 * moves it. Whether it wakes in time or after an outage, everything due is written in the order of its true time.
 */
export async function keepPromises(promising: Promising): Promise<void> {
  while (!promising.ended()) {
    const clocks = promising.clocks();
    const next = nextMoment(clocks);
    if (next && toMs(next.at) <= nowMs()) {
      await promising.onDue();
      continue;
    }
    // Asked after everything that happens: clocks that are still the same objects are not worked through again.
    let seen = clocks;
    const moved = (): boolean => {
      if (promising.ended()) return true;
      const now = promising.clocks();
      if (now === seen) return false;
      seen = now;
      return key(nextMoment(now)) !== key(next);
    };
    if (next === undefined) await condition(moved);
    else {
      // How long a timer runs is not compared in a replay; what has come by the task's own time fires at once.
      const waitMs = Math.max(1, toMs(next.at) - Date.now());
      const woken = await condition(moved, waitMs, { summary: `${next.kind} ${next.clock}` });
      if (!woken) timerFired(toMs(next.at));
    }
  }
}

const key = (moment: Moment | undefined): string =>
  moment ? `${moment.clock}/${moment.version}/${moment.kind}/${moment.at}` : '';
