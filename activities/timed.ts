import { Context } from '@temporalio/activity';
import type { Activities } from './interface';

/** Beside the fields of its own answer, each local activity says when it was asked for and how long its workflow waited. */
export interface Timed {
  /** Workflow time, in milliseconds since 1970, at which it was asked for; what the workflow was told then, given back. */
  askedMs?: number;
  /** Milliseconds from its first scheduling on, with all retries; by the worker's clock alone. */
  tookMs?: number;
}

/**
 * Lets every answer carry the times from which the workflow goes on (workflows/shared/clock.ts): answers are recorded, and
 * what the SDK says around a local activity that outlived its workflow task is another time in a replay.
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
