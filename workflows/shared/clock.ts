import { toInstant } from '../../src/domain/time/duration';

/**
 * The time that decides what a workflow does next.
 *
 * `Date.now()` is that of the workflow task, and it is not always the same in a replay. A task that is kept alive for a
 * slow local activity becomes several in the history; a replay takes them as one, and gives whatever began it the time of
 * the last. A timer that has fired on a worker that had to rebuild the case first is given the time of the task before.
 * Whoever branches by such a time orders another command the second time, and the case never runs again; whoever dates
 * an event by it has another state than the ledger. So what is recorded counts instead: when an activity was asked for and
 * how long it took stand in its answer, and a timer that has fired proves that its moment has come.
 * @module
 */

/** What `Date.now()` said when the last activity answered, and what the time was. */
let answered: { taskTime: number; now: number } | undefined;
/** The latest moment whose timer has fired. */
let reached = 0;

/** The time that holds while something is worked out anew, as it was worked out the first time. */
let given: number | undefined;

/** Milliseconds since 1970. */
export function nowMs(): number {
  if (given !== undefined) return given;
  const taskTime = Date.now();
  return Math.max(reached, answered?.taskTime === taskTime ? answered.now : taskTime);
}

export const workflowNow = (): string => toInstant(nowMs());

/** @param work is done at once, and is told that it is `atMs` */
export function asOf<T>(atMs: number, work: () => T): T {
  given = atMs;
  try {
    return work();
  } finally {
    given = undefined;
  }
}

/** @param askedMs `nowMs()` when it was asked for; @param tookMs what it says itself, unknown in older histories */
export function activityAnswered(askedMs: number, tookMs: number | undefined): void {
  answered = tookMs === undefined ? undefined : { taskTime: Date.now(), now: askedMs + tookMs };
}

export function timerFired(atMs: number): void {
  reached = Math.max(reached, atMs);
}
