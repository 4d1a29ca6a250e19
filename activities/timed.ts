import { Context } from '@temporalio/activity';
import type { Activities } from './interface';

/** The times in the answer of every local activity, beside its own fields. Histories from before they existed lack them. */
export interface Timed {
  /** The workflow's own time at which it asked, in milliseconds since 1970: its argument, returned unchanged. */
  askedMs?: number;
  /** How long the workflow waited, in milliseconds: since the first scheduling, retries included, by the worker's clock. */
  tookMs?: number;
}

/**
 * Adds these times to the answer of every activity. The workflow takes its time from them (workflows/shared/clock.ts),
 * because answers are recorded in the history, whereas the SDK's own time after a slow local activity may differ in a
 * replay.
 * @returns the activities as the worker registers them; each takes `askedMs` as its second argument
 */
export function timed(activities: Activities): Activities {
  const each = Object.entries(activities) as [string, (input: never) => Promise<object | undefined>][];
  return Object.fromEntries(
    each.map(([name, activity]) => [
      name,
      async (input: never, askedMs: number): Promise<object & Timed> => {
        const answer = await activity(input);
        const tookMs = Math.max(0, Date.now() - Context.current().info.scheduledTimestampMs);
        return { ...answer, askedMs, tookMs };
      },
    ]),
  ) as unknown as Activities;
}
