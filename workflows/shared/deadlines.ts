import { condition } from '@temporalio/workflow';
import { nextMoment, type Clock, type Moment } from '../../src/domain/promises/clock';
import { toInstant, toMs } from '../../src/domain/time/duration';

/** What keeps promises: something with clocks that says what a due moment means. */
export interface Promising {
  clocks(): Readonly<Record<string, Clock>>;
  ended(): boolean;
  /** Writes down everything that is due by now; must move the clocks on, or it would be asked again at once. */
  onDue(): Promise<void>;
}

export const workflowNow = (): string => toInstant(Date.now());

/**
 * The one owner of every deadline. Sleeps until the next absolute moment of any clock, and is woken when a decision
 * moves it. Whether it wakes in time or after an outage, everything due is written in the order of its true time.
 */
export async function keepPromises(promising: Promising): Promise<void> {
  while (!promising.ended()) {
    const clocks = promising.clocks();
    const next = nextMoment(clocks);
    if (next && toMs(next.at) <= Date.now()) {
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
    else await condition(moved, toMs(next.at) - Date.now(), { summary: `${next.kind} ${next.clock}` });
  }
}

const key = (moment: Moment | undefined): string =>
  moment ? `${moment.clock}/${moment.version}/${moment.kind}/${moment.at}` : '';
