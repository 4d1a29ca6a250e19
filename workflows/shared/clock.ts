/**
 * Workflow time: the only clock by which workflow code may branch or date an event.
 *
 * In workflow code `Date.now()` is the start of the current workflow task, and a replay may give another value:
 * - A task that is kept alive for a slow local activity becomes several tasks in the history. A replay runs them as one
 *   and uses the start of the last for what happened in the first.
 * - When a timer fires on a worker that has to rebuild the case first, the SDK still gives the time of the task before.
 *
 * Code that branches by such a value gives other commands in the replay, and the case fails every later task; code that
 * dates events by it gets a state that differs from the ledger. So `nowMs` uses what the history records: the answer of
 * an activity says when it was asked for and how long it took, and a timer that has fired proves that its moment has
 * come. See docs/determinism.md.
 *
 * The variables here belong to one workflow: the SDK evaluates this module once for each.
 * @module
 */
import { toInstant } from '../../src/domain/time/duration';

/** `Date.now()` when the last activity answered, and the time that its answer proves. Valid within the same task. */
let answered: { taskTime: number; now: number } | undefined;
/** The latest moment whose timer has fired; time is never earlier than this. */
let reached = 0;

/** While `asOf` runs its work: the time that `nowMs` returns. */
let given: number | undefined;

/** Workflow time in milliseconds since 1970; the same in a replay, unlike `Date.now()`. */
export function nowMs(): number {
  if (given !== undefined) return given;
  const taskTime = Date.now();
  return Math.max(reached, answered?.taskTime === taskTime ? answered.now : taskTime);
}

/** `nowMs` as an `Instant` (ISO 8601, UTC, milliseconds). */
export const workflowNow = (): string => toInstant(nowMs());

/**
 * Runs `work` with workflow time standing at `atMs` (milliseconds since 1970), and returns its result.
 * @param work synchronous: the time is put back as soon as it returns
 */
export function asOf<T>(atMs: number, work: () => T): T {
  given = atMs;
  try {
    return work();
  } finally {
    given = undefined;
  }
}

/**
 * Moves workflow time on to the end of an activity. To be called as soon as its answer is there.
 * @param askedMs `nowMs()` when the activity was asked for
 * @param tookMs how long the workflow waited, as the answer says; undefined in histories from before answers said so,
 *   where the time of the workflow task counts
 */
export function activityAnswered(askedMs: number, tookMs: number | undefined): void {
  answered = tookMs === undefined ? undefined : { taskTime: Date.now(), now: askedMs + tookMs };
}

/** Notes that the timer for the moment `atMs` (milliseconds since 1970) has fired: from now on it is at least that late. */
export function timerFired(atMs: number): void {
  reached = Math.max(reached, atMs);
}
