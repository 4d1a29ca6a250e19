/**
 * What may happen in more than one stage and leads to no other: the case is paused and goes on, or moves to another
 * version of the policy.
 * @module
 */
import { event } from '../../case/events';
import { toMs } from '../../time/duration';
import { movedClocks } from '../clocks';
import { cancelClock, holdClocks } from './clock-events';
import type { Followers } from './define';

/** What follows in any stage from a pause, its end, and another version of the policy. */
export const anytimeFollowers: Followers = {
  paused: ({ data, state, at, policy }) => [
    event('promiseStarted', {
      clock: 'pause',
      promise: 'pause',
      version: (state.clocks.pause?.version ?? 0) + 1,
      startedAt: at,
      dueAt: data.until,
      lengthMs: Math.max(1, toMs(data.until) - toMs(at)),
      pausable: false,
      warnAt: [],
    }),
    ...holdClocks(state, at, policy),
  ],
  resumed: ({ state, at, policy }) => [...cancelClock(state.clocks.pause), ...holdClocks(state, at, policy)],
  policyMoved: ({ state, at, policy }) => movedClocks(state, at, policy),
};
