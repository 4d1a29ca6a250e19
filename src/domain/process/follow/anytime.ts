/**
 * What may happen in more than one stage and leads to no other: the case is paused and goes on, the customer is heard,
 * or the case moves to another version of the policy.
 * @module
 */
import { rankOf } from '../../basics/types';
import { event, readIn, type CaseEvent, type EventBody } from '../../case/events';
import { hasRule } from '../../case/revision';
import { DANGER, isDangerous, type CaseState } from '../../case/state';
import { toMs } from '../../time/duration';
import { movedClocks } from '../clocks';
import { cancelClock, holdClocks } from './clock-events';
import type { Followers } from './define';

/** What follows in any stage from a pause, its end, what the customer says, and another version of the policy. */
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
  customerWrote: ({ state }) => endOfWait(state),
  callBackWanted: ({ state }) => endOfWait(state),
  evidenceAdded: ({ actor, state }) =>
    actor.kind === 'customer' && hasRule(state, 'filesEndWait') ? endOfWait(state) : [],
  policyMoved: ({ state, at, policy }) => movedClocks(state, at, policy),
};

/** Ends a pause in which the case waits for its customer, who has been heard now; any other pause goes on. */
const endOfWait = ({ paused }: CaseState): EventBody[] =>
  paused?.reason === 'customer' ? [event('resumed', { because: 'customer' })] : [];

/**
 * Flags what the customer has just written when it suggests a higher grade than the case has, or speaks of a danger for
 * the first time. Once for each grade: what somebody has judged, or has still to judge, is not flagged again.
 */
export function turnForTheWorse(cause: CaseEvent, state: CaseState): EventBody[] {
  const reads = readIn(cause);
  // Whoever takes the complaint back has nobody who would judge it any more.
  if (!reads || cause.type === 'withdrawn') return [];
  const { grade, category, rules } = reads;
  const { worse } = state;
  const isHigher = rankOf(grade) > rankOf(state.grade) && (!worse || rankOf(grade) > rankOf(worse.grade));
  const isDanger = rules.includes(DANGER) && !isDangerous(state) && worse?.rules.includes(DANGER) !== true;
  return isHigher || isDanger ? [event('turnedWorse', { grade, category, rules, of: state.seq })] : [];
}
