import { condition } from '@temporalio/workflow';
import { nextMoment, type Clock, type Moment } from '../../src/domain/promises';
import { toInstant, toMs } from '../../src/domain/time';

/** What keeps promises: something with clocks that says what a due moment means. */
export interface Promising {
  clocks(): Readonly<Record<string, Clock>>;
  ended(): boolean;
  /** Writes down what the moment means; must move the clock on, or the same moment would come again. */
  onMoment(moment: Moment): void;
  /** Called after all moments that were due together. */
  settled(): Promise<void>;
}

export const workflowNow = (): string => toInstant(Date.now());

/**
 * The one owner of every deadline. Sleeps until the next absolute moment of any clock, and is woken when a decision
 * moves it. Whether it wakes in time or after an outage, the moments come in the order of their true times.
 */
export async function keepPromises(promising: Promising): Promise<void> {
  while (!promising.ended()) {
    let moment = nextMoment(promising.clocks());
    let fired = false;
    while (moment && toMs(moment.at) <= Date.now() && !promising.ended()) {
      promising.onMoment(moment);
      fired = true;
      moment = nextMoment(promising.clocks());
    }
    if (fired) await promising.settled();
    const awaited = key(nextMoment(promising.clocks()));
    const moved = (): boolean => promising.ended() || key(nextMoment(promising.clocks())) !== awaited;
    if (promising.ended() || moved()) continue;
    const next = nextMoment(promising.clocks());
    if (next === undefined) await condition(moved);
    else await condition(moved, Math.max(1, toMs(next.at) - Date.now()), { summary: `${next.kind} ${next.clock}` });
  }
}

const key = (moment: Moment | undefined): string =>
  moment ? `${moment.clock}/${moment.version}/${moment.kind}/${moment.at}` : '';
