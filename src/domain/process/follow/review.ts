/**
 * `review`: left when the root cause is known as the grade asks for it and every corrective action has ended; by itself
 * where the policy says so, else by a person. Then the case is `archived`, as it is by a merge or a withdrawal.
 * @module
 */
import { event, type EventBody } from '../../case/events';
import { endsEarly } from '../../case/milestones';
import { hasRule } from '../../case/revision';
import { openActions, type CaseState } from '../../case/state';
import type { Policy } from '../../policy/schema';
import { cancelClock, startPromise, stopClock } from './clock-events';
import { enter, type Followers, type OnEntering } from './define';

/** Starts the promise of the review, and archives the case at once where nothing is left to review. */
export const onReview: OnEntering = ({ state, at, policy }) => [
  startPromise(state, policy, 'review', at),
  ...archiveIfDone(state, policy),
];

/** What leads from `review` to `archived`, and what ends with the case. */
export const reviewFollowers: Followers = {
  actionVerified: ({ data, state }) => {
    if (!data.reached || !hasRule(state, 'verifiedEnds')) return [];
    const { actionId } = data;
    const rounds = state.actions.find(({ id }) => id === actionId)?.round ?? 1;
    return [event('actionEnded', { actionId, rounds })];
  },
  actionEnded: ({ state, policy }) => (state.stage === 'review' ? archiveIfDone(state, policy) : []),
  merged: () => [event('archived', { outcome: 'merged' })],
  withdrawn: () => [event('archived', { outcome: 'withdrawn' })],
  archived: ({ data, state, at }) => [
    ...stopClock(state.clocks.review, at),
    ...Object.values(state.clocks).flatMap((clock) =>
      clock.id === 'review' || (clock.promise === 'further' && !endsEarly(data.outcome)) ? [] : cancelClock(clock),
    ),
    enter(state, 'archived'),
  ],
};

/**
 * Whether a case may not be archived before its root cause is recorded: by its grade, or because it went through so
 * many rounds that it was escalated.
 */
export const needsRootCause = (state: CaseState, { steps, rounds }: Policy): boolean =>
  steps[state.grade].rootCause === 'analysed' || (hasRule(state, 'heldForLead') && state.round >= rounds.escalateAt);

/**
 * Archives without anybody's click where the policy allows it: the coded cause is enough, the case is resolved, and no
 * corrective action is open.
 */
function archiveIfDone(state: CaseState, policy: Policy): EventBody[] {
  const { autoArchive, rootCause } = policy.steps[state.grade];
  if (needsRootCause(state, policy) && !state.rootCause) return [];
  const done = autoArchive && rootCause === 'coded' && openActions(state).length === 0 && state.resolution;
  return done ? [event('archived', { outcome: done.outcome })] : [];
}
