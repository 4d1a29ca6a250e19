/**
 * The life of a corrective action: it is started in time, and its effect is checked against the complaint data some
 * time later (a month, under the house's policy), again and again until it is reached. No side effects: the workflow
 * only waits, and carries the reports to the cases.
 * @module
 */
import { effectReached, type ActionReport, type CorrectiveActionInput, type CorrectiveActionState } from './state';
import type { Policy } from '../policy/schema';
import { nextMoment, type Clock } from '../promises/clock';
import { addMs, durationMs, toMs } from '../time/duration';
import type { Cause, Instant } from '../basics/types';

/** The next state of a corrective action, and what to report. */
export interface Step {
  state: CorrectiveActionState;
  /** What its cases are told, in this order. */
  reports: ActionReport[];
}

type Rules = Policy['correctiveAction'];

/** The action as planned, or as `carry` has it where it goes on. */
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

/** Somebody has started the action: its effect check is due from now on. Changes nothing if it was started before. */
export function start(state: CorrectiveActionState, at: Instant, rules: Rules): Step {
  if (state.status !== 'planned') return unchanged(state);
  const clocks = { ...stopped(state, 'containment', at), effectCheck: effectCheck(state, at, rules) };
  return changed(state, { status: 'started', startedAt: at, clocks });
}

/**
 * A person has judged the effect: reached ends the action, not reached begins the next round at once. Changes nothing
 * unless it is under way.
 */
export function judge(state: CorrectiveActionState, at: Instant, reached: boolean, rules: Rules): Step {
  if (state.status !== 'started') return unchanged(state);
  return reached ? ended(state, at) : nextRound(state, at, rules);
}

/**
 * Handles the next moment of its clocks; the caller knows that it is due. The clock always moves on, so the same moment
 * does not come again.
 */
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
  // The check is no promise that anybody has broken: its clock ends, and the workflow reads the figures (`checkIsDue`).
  if (id === 'effectCheck') return changed(state, moved({ status: 'met', stoppedAt: moment.at }));
  const report: ActionReport = { actionId, kind: 'breached', promise: id, dueAt };
  return changed(state, moved({ breachedAt: dueAt, escalated: 1 }), [report]);
}

/** Whether the effect has to be measured now: its check is due, and no figures have been read for it yet. */
export const checkIsDue = ({ status, clocks }: CorrectiveActionState): boolean =>
  status === 'started' && clocks.effectCheck?.status === 'met';

/**
 * What the effect check counts: complaints of the cause from the start of the action until `to`, and before that start
 * over an equally long time.
 */
export function checkSpan(
  { cause, startedAt, plannedAt }: CorrectiveActionState,
  to: Instant,
): { cause: Cause; from: Instant; middle: Instant; to: Instant } {
  const middle = startedAt ?? plannedAt;
  return { cause, from: addMs(middle, toMs(middle) - toMs(to)), middle, to };
}

/**
 * Handles the figures of an effect check: the action ends, or goes another round. Changes nothing if a person has ended
 * the action while they were read.
 */
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

/** The clock of the effect check. It warns nobody, since nobody can break it. */
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
