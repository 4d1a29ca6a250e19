/**
 * `feedback`: left when the customer has rated (or the time for it is over) and was not dissatisfied; then comes
 * `revisit`. A low score opens a second follow-up by somebody else: satisfied, the case goes on to `revisit`; not, another
 * round begins in `resolve`.
 * @module
 */
import { event } from '../../case/events';
import { cancelClock, startPromise, stopClock } from './clock-events';
import { enter, openRound, type Followers } from './define';

/** What leads from `feedback` to `revisit`, or into another round. */
export const feedbackFollowers: Followers = {
  surveySent: ({ state, at, policy }) => [startPromise(state, policy, 'survey', at)],
  surveyRecorded: ({ data, state, at }) => {
    const stopped = stopClock(state.clocks.survey, at);
    if (!data.low) return [...stopped, enter(state, 'revisit')];
    const involved = [...(state.owner ? [state.owner.id] : []), ...state.deciders, ...(state.handlers ?? [])];
    const notBy = [...new Set(involved)];
    return [...stopped, event('followUpOpened', { followUpId: `f${state.surveys}`, notBy })];
  },
  surveyClosed: ({ state }) => [...cancelClock(state.clocks.survey), enter(state, 'revisit')],
  followUpOpened: ({ state, at, policy }) => [startPromise(state, policy, 'followUp', at)],
  followedUp: ({ data, state, at }) => [
    ...stopClock(state.clocks.followUp, at),
    data.satisfied ? enter(state, 'revisit') : openRound(state, 'survey'),
  ],
};
