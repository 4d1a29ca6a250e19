import { condition } from '@temporalio/workflow';
import { nextMoment, type Clock, type Moment } from '../../src/domain/promises/clock';
import { toMs } from '../../src/domain/time/duration';
import { nowMs, timerFired } from './clock';

/** A workflow that has clocks: a case, a corrective action or the canary. */
export interface Promising {
  /** The clocks as they are now, by id. A changed clock must be in a new record: changes are noticed by identity. */
  clocks(): Readonly<Record<string, Clock>>;
  /** True when no promise has to be kept any more; `keepPromises` then returns. */
  ended(): boolean;
  /**
   * Deals with the moments that are due by `nowMs()`: all of them, or the first. It must move the clocks past what it has
   * dealt with, or `keepPromises` calls it again at once, for ever.
   */
  onDue(): Promise<void>;
}

/**
 * The one owner of every deadline of a workflow, with one timer at a time. Sleeps until the next moment of any clock and
 * calls `onDue` for it; starts the sleep anew when a change moves that moment. A late wake-up (after an outage) calls
 * `onDue` in the same way, which dates each moment with its true time. Resolves once `ended()` is true.
 */
export async function keepPromises(promising: Promising): Promise<void> {
  while (!promising.ended()) {
    const clocks = promising.clocks();
    const next = nextMoment(clocks);
    if (next && toMs(next.at) <= nowMs()) {
      await promising.onDue();
      continue;
    }
    // The SDK evaluates this condition after every activation, so unchanged clocks are recognised by identity first.
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
      // Date.now() is safe here alone: a replay does not compare the length of a timer. At least 1 ms, so that a moment
      // which is past by the time of the workflow task fires at once.
      const waitMs = Math.max(1, toMs(next.at) - Date.now());
      const woken = await condition(moved, waitMs, { summary: `${next.kind} ${next.clock}` });
      if (!woken) timerFired(toMs(next.at));
    }
  }
}

const key = (moment: Moment | undefined): string =>
  moment ? `${moment.clock}/${moment.version}/${moment.kind}/${moment.at}` : '';
