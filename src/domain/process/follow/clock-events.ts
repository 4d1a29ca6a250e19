/**
 * The events by which followers start, stop, pause and move clocks.
 * @module
 */
import { event, type EventBody } from '../../case/events';
import { movedAsOf, waitsForCustomer, type CaseState } from '../../case/state';
import type { Instant } from '../../basics/types';
import type { Policy, ProcessPromise } from '../../policy/schema';
import { dueAfterPause, isOpen, verdictAt, type Clock } from '../../promises/clock';
import { afterPause } from '../../promises/plan';
import { toMs } from '../../time/duration';
import { moveClock, ruleOf, ruleOfClock, startClock } from '../clocks';

/**
 * Starts a promise of the process by the policy's rule for the present grade. `clock`: its id, where several may be
 * open at once.
 */
export const startPromise = (
  state: CaseState,
  policy: Policy,
  promise: ProcessPromise,
  startedAt: Instant,
  clock: string = promise,
): EventBody => startClock(state, { id: clock, promise, rule: ruleOf(policy, promise, state.grade) }, startedAt);

/** Stops a clock as kept or late, by when it happened. Empty for a clock that has ended, or none. */
export const stopClock = (clock: Clock | undefined, at: Instant): EventBody[] =>
  clock && isOpen(clock) ? [event('promiseStopped', { clock: clock.id, verdict: verdictAt(clock, at) })] : [];

/**
 * Stops a clock as neither kept nor late: what was promised is not asked for any more. Empty for a clock that has
 * ended, or none.
 */
export const cancelClock = (clock: Clock | undefined): EventBody[] =>
  clock && isOpen(clock) ? [event('promiseStopped', { clock: clock.id, verdict: 'cancelled' })] : [];

/**
 * Pauses or resumes the pausable clocks, so that they are paused exactly while the case is paused or waits for the
 * customer (`waitsForCustomer`). Resuming gives the paused time back.
 */
export function holdClocks(state: CaseState, at: Instant, policy: Policy): EventBody[] {
  const shouldStand = waitsForCustomer(state) || state.paused !== undefined;
  return Object.values(state.clocks).flatMap((clock): EventBody[] => {
    if (!clock.pausable || !isOpen(clock)) return [];
    if (shouldStand && clock.status === 'running') return [event('promisePaused', { clock: clock.id })];
    if (!shouldStand && clock.status === 'paused' && clock.pausedAt !== undefined) {
      if (clock.plan) {
        const rule = ruleOfClock(state, policy, clock);
        return rule ? [event('promiseResumed', { clock: clock.id, ...afterPause(clock, rule, at) })] : [];
      }
      const pausedMs = clock.pausedMs + Math.max(0, toMs(at) - toMs(clock.pausedAt));
      return [event('promiseResumed', { clock: clock.id, dueAt: dueAfterPause(clock, at), pausedMs })];
    }
    return [];
  });
}

/**
 * Gives the two promises whose length depends on the grade their new length. A lower grade that nobody who leads has
 * confirmed makes none of them longer.
 */
export const replanByGrade = (state: CaseState, at: Instant, policy: Policy): EventBody[] =>
  (['firstResponse', 'resolution'] as const).flatMap((name) => {
    const clock = state.clocks[name];
    const planned = clock
      ? moveClock(clock, ruleOf(policy, name, state.grade), movedAsOf(state, clock, at), 'regraded')
      : [];
    return state.lowered
      ? planned.filter((body) => body.type === 'promiseMoved' && body.data.dueAt <= (clock?.dueAt ?? ''))
      : planned;
  });
