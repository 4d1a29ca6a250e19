import { Context } from '@temporalio/activity';
import type { Activities } from './interface';

/** Beside the fields of its own answer, each local activity says how long its workflow has waited for it. */
export interface Timed {
  /** Milliseconds from its first scheduling on, with all retries; by the worker's clock alone. */
  tookMs?: number;
}

/**
 * Lets every answer carry `tookMs`, from which the workflow reads the time (workflows/shared/clock.ts): what the SDK says
 * after a local activity that outlived its workflow task is another time in a replay.
 */
export function timed(activities: Activities): Activities {
  const each = Object.entries(activities) as [string, (input: never) => Promise<object | undefined>][];
  return Object.fromEntries(
    each.map(([name, activity]) => [
      name,
      async (input: never): Promise<object & Timed> => {
        const answer = await activity(input);
        const tookMs = Math.max(0, Date.now() - Context.current().info.scheduledTimestampMs);
        return { ...answer, tookMs };
      },
    ]),
  ) as unknown as Activities;
}
