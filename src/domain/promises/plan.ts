/**
 * The arithmetic of promises that are calculated with a calendar: when a length is over, how much of it is used, and
 * which moments lie on the way. No side effects; the offsets of the zone are frozen in the calendar.
 * @module
 */
import {
  addWorkingMs,
  endOfDay,
  endOfWorkingDay,
  nextWorkingMoment,
  workingMsBetween,
  type Calendar,
} from '../time/calendar';
import type { Clock, Planned } from './clock';
import type { ChainStep } from './names';
import {
  durationMs,
  earlier,
  isByDay,
  isElapsed,
  later,
  toInstant,
  toMs,
  workingLengthMs,
  type Length,
} from '../time/duration';
import type { Instant } from '../basics/types';

/** What one clock is calculated with, taken from the policy. */
export interface ClockBasis {
  length: Length;
  /** Fractions of the length. */
  warnAt: readonly number[];
  chain: readonly ChainStep[];
  /** Absent: the clock runs round the clock. */
  calendar?: Calendar;
}

/**
 * The instant at which a length that starts at `start` is over.
 * @throws Error when the length needs a calendar and none is given
 */
export function endOf(start: Instant, length: Length, calendar: Calendar | undefined): Instant {
  if (isElapsed(length)) return toInstant(toMs(start) + durationMs(length));
  if (!calendar) throw new Error(`a length in ${length.unit} needs a calendar`);
  switch (length.unit) {
    case 'workingDays':
      return toInstant(endOfWorkingDay(calendar, toMs(start), length.value));
    case 'calendarDays':
      return toInstant(endOfDay(calendar, toMs(start), length.value, length.roll ?? true));
    default:
      return toInstant(addWorkingMs(calendar, toMs(start), workingLengthMs(length)));
  }
}

/**
 * The calendar whose working time a clock counts; undefined for a clock that counts time (a length in time or in whole
 * days).
 */
const atWork = ({ length, calendar }: Pick<ClockBasis, 'length' | 'calendar'>): Calendar | undefined =>
  isElapsed(length) || isByDay(length) ? undefined : calendar;

/** How much of a clock is used between two instants (ms): working time if the clock counts that, else time. */
export const used = (rule: Pick<ClockBasis, 'length' | 'calendar'>, from: Instant, to: Instant): number => {
  const calendar = atWork(rule);
  return calendar ? workingMsBetween(calendar, toMs(from), toMs(to)) : Math.max(0, toMs(to) - toMs(from));
};

/** The instant by which so much of what the clock counts (ms of time or of working time) has passed. */
const onward = (rule: Pick<ClockBasis, 'length' | 'calendar'>, from: Instant, ms: number): Instant => {
  const calendar = atWork(rule);
  return toInstant(calendar ? addWorkingMs(calendar, toMs(from), ms) : toMs(from) + ms);
};

/**
 * All moments of a clock in order: warnings, steps before the deadline, the deadline, steps after it. What would lie at
 * or before `from` is left out, since nobody is warned of the past; but the deadline and all that comes with or after
 * it stay.
 * @param pausedMs time given back so far, in what the clock counts
 */
export function planOf(rule: ClockBasis, start: Instant, dueAt: Instant, pausedMs: number, from: Instant): Planned[] {
  const whole = used(rule, start, dueAt) - pausedMs;
  const warnings = rule.warnAt.map((point): Planned => {
    const at = onward(rule, start, pausedMs + Math.round(whole * point));
    // A promise in whole days runs at night, too, when nobody reads a warning: it waits for the next working time, but
    // not beyond the deadline.
    const seen = rule.calendar && isByDay(rule.length) ? toInstant(nextWorkingMoment(rule.calendar, toMs(at))) : at;
    return { kind: 'warn', at: earlier(seen, dueAt), point };
  });
  const steps = rule.chain.map((one, step): Planned => {
    const { to, action, channel } = one;
    const instead = channel === 'mail' ? {} : { channel };
    return { kind: 'step', at: stepAt(rule, one, start, dueAt), step, to, action, ...instead };
  });
  const isAhead = (item: Planned): boolean => item.at > from || item.kind === 'breach' || item.at >= dueAt;
  return [...warnings, ...steps, { kind: 'breach', at: dueAt } as const]
    .filter(isAhead)
    .toSorted((a, b) => (a.at === b.at ? rank(a, rule) - rank(b, rule) : a.at < b.at ? -1 : 1));
}

/** When a step of the chain is taken. A step before the deadline is never before the start of the clock. */
function stepAt(rule: ClockBasis, { before, after }: ChainStep, start: Instant, dueAt: Instant): Instant {
  if (before) {
    const at = toInstant(toMs(dueAt) - (isElapsed(before) ? durationMs(before) : 0));
    if (isElapsed(before) || !rule.calendar) return at < start ? start : at;
    // Counted from the start, as a calendar only counts forwards: when all but `before` of the working time is used up.
    const whole = workingMsBetween(rule.calendar, toMs(start), toMs(dueAt));
    return toInstant(addWorkingMs(rule.calendar, toMs(start), Math.max(0, whole - workingLengthMs(before))));
  }
  return after ? endOf(dueAt, after, rule.calendar) : dueAt;
}

/**
 * The order of moments at one instant: warning, step before the deadline, deadline, steps after it in the order of the
 * chain.
 */
const rank = (item: Planned, rule: ClockBasis): number =>
  item.kind === 'warn' ? 0 : item.kind === 'breach' ? 2 : rule.chain[item.step]?.before ? 1 : 3 + item.step;

/**
 * The due time, paused time and plan of a clock that runs again at `at` after a pause since `pausedAt`. Every moment
 * still to come keeps its distance from the pause, in what the clock counts. None moves earlier. It would if somebody
 * had set the due time outside working time, because the hours between closing time and that date count as nothing.
 */
export function afterPause(
  clock: Clock,
  rule: Pick<ClockBasis, 'length' | 'calendar'>,
  at: Instant,
): { dueAt: Instant; pausedMs: number; plan: Planned[] } {
  const { plan = [], told = 0, pausedAt = at } = clock;
  const shifted = (moment: Instant): Instant =>
    moment <= pausedAt ? moment : later(moment, onward(rule, at, used(rule, pausedAt, moment)));
  return {
    dueAt: clock.breachedAt === undefined ? shifted(clock.dueAt) : clock.dueAt,
    pausedMs: clock.pausedMs + used(rule, pausedAt, at),
    plan: plan.map((item, index) => (index < told ? item : { ...item, at: shifted(item.at) })),
  };
}

/**
 * The due time of a clock with a plan when its promise gets another length; by the rules of `replannedDue` in
 * `clock.ts`.
 */
export function replanned(clock: Clock, rule: ClockBasis, at: Instant): Instant {
  const natural = onward(rule, endOf(clock.startedAt, rule.length, rule.calendar), clock.pausedMs);
  return natural > at ? natural : earlier(clock.dueAt, endOf(at, rule.length, rule.calendar));
}
