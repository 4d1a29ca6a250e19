/**
 * `revisit`: left when somebody has spoken to the customer again. Satisfied: then comes `review`; not satisfied: another
 * round begins in `resolve`. The revisit may have been made before the stage was reached.
 * @module
 */
import { event } from '../../case/events';
import { cancelClock, startPromise, stopClock } from './clock-events';
import { enter, openRound, type Followers, type OnEntering } from './define';

/** The revisit may have been made in stage `feedback` already; then the case goes straight on. */
export const onRevisit: OnEntering = ({ state }) => (state.revisit?.status === 'done' ? [enter(state, 'review')] : []);

/** What leads from `revisit` to `review`, or into another round; and what each round begins with. */
export const revisitFollowers: Followers = {
  revisitPlanned: ({ state, at, policy }) => [startPromise(state, policy, 'revisit', at)],
  revisitRecorded: ({ data, state, at }) => {
    const stopped = stopClock(state.clocks.revisit, at);
    if (!data.satisfied) return [...stopped, openRound(state, 'revisit')];
    return state.stage === 'revisit' ? [...stopped, enter(state, 'review')] : stopped;
  },
  reopened: ({ state, policy }) => {
    const limit = policy.escalation?.reopenings;
    const often = limit !== undefined && state.reopenings >= limit;
    return [
      ...(often ? [event('escalated', { because: 'reopened', to: 'manager' })] : []),
      openRound(state, 'reopened'),
    ];
  },
  roundOpened: ({ data, state, at, policy }) => {
    const { survey, followUp, revisit, review } = state.clocks;
    const escalated =
      data.round >= policy.rounds.escalateAt ? [event('escalated', { because: 'rounds', to: 'manager' })] : [];
    return [
      ...[survey, followUp, revisit, review].flatMap(cancelClock),
      startPromise(state, policy, 'resolution', at),
      ...escalated,
      enter(state, 'resolve'),
    ];
  },
};
