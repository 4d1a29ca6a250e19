/**
 * What happens when moments of clocks fall due.
 * @module
 */
import { event, type CaseEvent, type EventBody } from '../case/events';
import type { CaseState } from '../case/state';
import type { Instant } from '../basics/types';
import type { Policy } from '../policy/schema';
import { nextMoment, type Moment } from '../promises/clock';
import { append, SYSTEM } from './append';
import { stepTaken } from './clocks';
import { cancelClock } from './follow/clock-events';

/**
 * Everything that has fallen due up to `now`, in the order of the true times; each moment is judged on the state that
 * the one before has left. Writes nothing: it gives the new state and the events to be written.
 * @returns undefined when nothing is due
 */
export function overdue(
  before: CaseState,
  now: Instant,
  policy: Policy,
): { state: CaseState; events: CaseEvent[] } | undefined {
  let state = before;
  const events: CaseEvent[] = [];
  for (let moment = dueMoment(state, now); moment; moment = dueMoment(state, now)) {
    const next = append(state, state.caseNo, onMoment(state, moment), { at: moment.at, actor: SYSTEM }, policy);
    state = next.state;
    events.push(...next.events);
  }
  return events.length > 0 ? { state, events } : undefined;
}

function dueMoment(state: CaseState, now: Instant): Moment | undefined {
  const moment = nextMoment(state.clocks);
  return moment && moment.at <= now ? moment : undefined;
}

/**
 * What a due moment causes. The events are dated at the moment itself, so that a workflow that wakes late writes the
 * same ledger as one that wakes in time. Never empty for a clock that exists: one whose subject is gone is cancelled,
 * or the same moment would be due again and again.
 */
function onMoment(state: CaseState, moment: Moment): EventBody[] {
  const clock = state.clocks[moment.clock];
  if (!clock) return [];
  const { id, version, dueAt } = clock;
  const orphaned = cancelClock(clock);
  if (moment.kind === 'warn') {
    const warned = event('promiseWarned', { clock: id, version, point: moment.point, dueAt });
    return clock.promise === 'survey' && state.survey
      ? [warned, event('surveyReminded', { surveyId: state.survey.id })]
      : [warned];
  }
  if (moment.kind === 'step') return [stepTaken(clock, moment)];
  if (moment.kind === 'toManager')
    return [event('escalated', { because: 'promise', to: 'manager', clock: id, version, dueAt })];
  switch (clock.promise) {
    case 'survey':
      return state.survey ? [event('surveyClosed', { surveyId: state.survey.id })] : orphaned;
    case 'pause':
      return [event('resumed', { because: 'time' })];
    case 'customerAnswer':
      return state.proposal ? [event('customerSilent', { proposalId: state.proposal.id })] : orphaned;
    default:
      if (clock.plan) return [event('promiseBreached', { clock: id, version, dueAt })];
      return [
        event('promiseBreached', { clock: id, version, dueAt }),
        event('escalated', { because: 'promise', to: 'supervisor', clock: id, version, dueAt }),
      ];
  }
}
