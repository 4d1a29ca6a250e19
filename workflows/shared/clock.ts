import { toInstant } from '../../src/domain/time/duration';

/**
 * The time that decides what a workflow does next.
 *
 * `Date.now()` is that of the workflow task. Two answers of it are not the same in a replay: after a local activity that
 * outlived its task (live: the time of the next task; in a replay: of the one before), and when a timer has fired on a
 * worker that had to rebuild the case from its history first. Whoever branches by them orders another command the second
 * time, and the case never runs again. So what is recorded counts instead: how long an activity took stands in its answer,
 * and a timer that has fired proves that its moment has come.
 * @module
 */

/** What `Date.now()` said when the last activity answered, and what the time was. */
let answered: { taskTime: number; now: number } | undefined;
/** The latest moment whose timer has fired. */
let reached = 0;

/** Milliseconds since 1970; the same in every replay. */
export function nowMs(): number {
  const taskTime = Date.now();
  return Math.max(reached, answered?.taskTime === taskTime ? answered.now : taskTime);
}

export const workflowNow = (): string => toInstant(nowMs());

/** @param beganMs `nowMs()` when it was asked for; @param tookMs what it says itself, unknown in older histories */
export function activityAnswered(beganMs: number, tookMs: number | undefined): void {
  answered = tookMs === undefined ? undefined : { taskTime: Date.now(), now: beganMs + tookMs };
}

export function timerFired(atMs: number): void {
  reached = Math.max(reached, atMs);
}
