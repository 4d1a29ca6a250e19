import { effectReached, type ActionReport, type CorrectiveActionInput, type CorrectiveActionState } from './state';
import type { Policy } from '../policy/schema';
import { nextMoment, type Clock } from '../promises/clock';
import { addMs, durationMs, toMs } from '../time/duration';
import type { Cause, Instant } from '../basics/types';

/**
 * The life of a corrective action: started in time, its effect checked against the complaint data a month later, and
 * again until it is reached. Pure; the workflow only waits and carries the reports to the cases.
 */
export interface Step {
  state: CorrectiveActionState;
  /** What the cases are told, in this order. */
  reports: ActionReport[];
}

type Rules = Policy['correctiveAction'];

/** Planned, or as it stood where it goes on. */
export function begin({
  actionId: id,
  cases,
  kind,
  owner,
  cause,
  plannedAt,
  rules,
  carry,
}: CorrectiveActionInput): Step {
  if (carry) return { state: carry, reports: [] };
  const length = durationMs(kind === 'urgent' ? rules.containment : rules.preventiveStart);
  const containment = clockOf('containment', plannedAt, length, rules.warnAt);
  const state: CorrectiveActionState = {
    id,
    revision: 1,
    cases,
    kind,
    owner,
    cause,
    status: 'planned',
    plannedAt,
    round: 1,
    clocks: { containment },
  };
  return { state, reports: [] };
}

/** Under way: from here its effect is due to be checked. Once only. */
export function start(state: CorrectiveActionState, at: Instant, rules: Rules): Step {
  if (state.status !== 'planned') return unchanged(state);
  const clocks = { ...stopped(state, 'containment', at), effectCheck: effectCheck(state, at, rules) };
  return changed(state, { status: 'started', startedAt: at, clocks });
}

/** A person's judgement: reached ends the action, not reached opens the next round at once. */
export function judge(state: CorrectiveActionState, at: Instant, reached: boolean, rules: Rules): Step {
  if (state.status !== 'started') return unchanged(state);
  return reached ? ended(state, at) : nextRound(state, at, rules);
}

/** The first of its moments that has come. Always moves its clock on. */
export function due(state: CorrectiveActionState): Step {
  const moment = nextMoment(state.clocks);
  const clock = moment && state.clocks[moment.clock];
  if (!clock) return unchanged(state);
  const { id: actionId } = state;
  const { id, dueAt } = clock;
  const moved = (part: Partial<Clock>) => ({ clocks: { ...state.clocks, [id]: { ...clock, ...part } } });
  if (moment.kind === 'warn') {
    const report: ActionReport = { actionId, kind: 'warned', promise: id, dueAt };
    return changed(state, moved({ warned: clock.warned + 1 }), [report]);
  }
  // Nobody's promise: the figures are looked at.
  if (id === 'effectCheck') return changed(state, moved({ status: 'met', stoppedAt: moment.at }));
  const report: ActionReport = { actionId, kind: 'breached', promise: id, dueAt };
  return changed(state, moved({ breachedAt: dueAt, escalated: 1 }), [report]);
}

/** The day of the check has come, and its figures have not. */
export const checkIsDue = ({ status, clocks }: CorrectiveActionState): boolean =>
  status === 'started' && clocks.effectCheck?.status === 'met';

/** Complaints of the cause in the time since the action began, against as long a time before it. */
export function checkSpan(
  { cause, startedAt, plannedAt }: CorrectiveActionState,
  to: Instant,
): { cause: Cause; from: Instant; middle: Instant; to: Instant } {
  const middle = startedAt ?? plannedAt;
  return { cause, from: addMs(middle, toMs(middle) - toMs(to)), middle, to };
}

/** What the check has found. A person may have ended the action while it looked. */
export function measured(
  state: CorrectiveActionState,
  { before, after }: { before: number; after: number },
  at: Instant,
  rules: Rules,
): Step {
  if (state.status === 'ended') return unchanged(state);
  const reached = effectReached(before, after, rules.targetReduction);
  const report: ActionReport = { actionId: state.id, kind: 'measured', before, after, reached, round: state.round, at };
  const found = changed(state, { measured: { before, after, reached, at } }, [report]);
  const then = reached ? ended(found.state, at) : nextRound(found.state, at, rules);
  return { state: then.state, reports: [...found.reports, ...then.reports] };
}

function ended(state: CorrectiveActionState, at: Instant): Step {
  const clocks = stopped(state, 'effectCheck', at);
  const report: ActionReport = { actionId: state.id, kind: 'ended', rounds: state.round, at };
  return changed(state, { status: 'ended', endedAt: at, clocks }, [report]);
}

const nextRound = (state: CorrectiveActionState, at: Instant, rules: Rules): Step =>
  changed(state, {
    round: state.round + 1,
    clocks: { ...state.clocks, effectCheck: effectCheck(state, at, rules) },
  });

const unchanged = (state: CorrectiveActionState): Step => ({ state, reports: [] });

const changed = (
  state: CorrectiveActionState,
  part: Partial<CorrectiveActionState>,
  reports: ActionReport[] = [],
): Step => ({ state: { ...state, ...part, revision: state.revision + 1 }, reports });

function stopped(state: CorrectiveActionState, id: string, at: Instant): Record<string, Clock> {
  const clock = state.clocks[id];
  if (!clock || clock.status !== 'running') return state.clocks;
  const status = clock.breachedAt === undefined && at <= clock.dueAt ? 'met' : 'late';
  return { ...state.clocks, [id]: { ...clock, status, stoppedAt: at } };
}

/** An appointment, not a promise that anybody could break: nobody is warned of it. */
const effectCheck = (state: CorrectiveActionState, at: Instant, rules: Rules): Clock =>
  clockOf('effectCheck', at, durationMs(rules.effectCheck), [], state.clocks.effectCheck?.version);

const clockOf = (id: string, startedAt: Instant, lengthMs: number, warnAt: number[], version = 0): Clock => ({
  id,
  promise: 'review',
  version: version + 1,
  status: 'running',
  startedAt,
  dueAt: addMs(startedAt, lengthMs),
  lengthMs,
  pausable: false,
  warnAt,
  warned: 0,
  pausedMs: 0,
  escalated: 0,
});
