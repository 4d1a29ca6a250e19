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

/**
 * The arithmetic of promises that know a calendar: when a length of time is over, how much of it is used, and which
 * moments lie on the way. Pure; the zone's offsets are frozen in the calendar.
 * @module
 */

/** What a promise is reckoned by. */
export interface Rule {
  length: Length;
  /** Fractions of the length. */
  warnAt: readonly number[];
  chain: readonly ChainStep[];
  /** Undefined: round the clock. */
  calendar?: Calendar;
}

/** The instant at which a length that starts now is over. */
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

/** A clock counts working time, or time. */
const atWork = ({ length, calendar }: Pick<Rule, 'length' | 'calendar'>): Calendar | undefined =>
  isElapsed(length) || isByDay(length) ? undefined : calendar;

/** What is used of a clock between two instants, in its own reckoning (ms). */
export const used = (rule: Pick<Rule, 'length' | 'calendar'>, from: Instant, to: Instant): number => {
  const calendar = atWork(rule);
  return calendar ? workingMsBetween(calendar, toMs(from), toMs(to)) : Math.max(0, toMs(to) - toMs(from));
};

const onward = (rule: Pick<Rule, 'length' | 'calendar'>, from: Instant, ms: number): Instant => {
  const calendar = atWork(rule);
  return toInstant(calendar ? addWorkingMs(calendar, toMs(from), ms) : toMs(from) + ms);
};

/**
 * Every moment of a clock from `from` on, in order: warnings, steps before the deadline, the deadline, steps after it. A
 * warning whose time is over already is left out; nobody is warned of the past.
 * @param pausedMs time given back so far, in the clock's own reckoning
 */
export function planOf(rule: Rule, start: Instant, dueAt: Instant, pausedMs: number, from: Instant): Planned[] {
  const whole = used(rule, start, dueAt) - pausedMs;
  const warnings = rule.warnAt.map((point): Planned => {
    const at = onward(rule, start, pausedMs + Math.round(whole * point));
    // Nobody reads a warning at night: a promise in days warns when the house is at work.
    const seen = rule.calendar && isByDay(rule.length) ? toInstant(nextWorkingMoment(rule.calendar, toMs(at))) : at;
    return { kind: 'warn', at: earlier(seen, dueAt), point };
  });
  const steps = rule.chain.map((one, step): Planned => {
    const { to, action } = one;
    return { kind: 'step', at: stepAt(rule, one, start, dueAt), step, to, action };
  });
  const isAhead = (item: Planned): boolean => item.at > from || item.kind === 'breach' || item.at >= dueAt;
  return [...warnings, ...steps, { kind: 'breach', at: dueAt } as const]
    .filter(isAhead)
    .toSorted((a, b) => (a.at === b.at ? rank(a, rule) - rank(b, rule) : a.at < b.at ? -1 : 1));
}

function stepAt(rule: Rule, { before, after }: ChainStep, start: Instant, dueAt: Instant): Instant {
  if (before) {
    const at = toInstant(toMs(dueAt) - (isElapsed(before) ? durationMs(before) : 0));
    if (isElapsed(before) || !rule.calendar) return at < start ? start : at;
    // Working time before the deadline, found from the start: what is left then is just `before`.
    const whole = workingMsBetween(rule.calendar, toMs(start), toMs(dueAt));
    return toInstant(addWorkingMs(rule.calendar, toMs(start), Math.max(0, whole - workingLengthMs(before))));
  }
  return after ? endOf(dueAt, after, rule.calendar) : dueAt;
}

/** In one and the same instant: warning, step before, deadline, steps after it in their order. */
const rank = (item: Planned, rule: Rule): number =>
  item.kind === 'warn' ? 0 : item.kind === 'breach' ? 2 : rule.chain[item.step]?.before ? 1 : 3 + item.step;

/**
 * A plan that goes on at `at` after standing still since `pausedAt`: every moment keeps its distance, and none comes
 * nearer. A date that was given by hand may lie outside working time, where no distance can be counted.
 */
export function afterPause(
  clock: Clock,
  rule: Pick<Rule, 'length' | 'calendar'>,
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

/** As `replannedDue` in clock.ts, by a calendar. */
export function replanned(clock: Clock, rule: Rule, at: Instant): Instant {
  const natural = onward(rule, endOf(clock.startedAt, rule.length, rule.calendar), clock.pausedMs);
  return natural > at ? natural : earlier(clock.dueAt, endOf(at, rule.length, rule.calendar));
}
