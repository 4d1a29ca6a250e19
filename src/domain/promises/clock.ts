import { PROMISE_WORDS, type ChainStep, type PromiseName } from './names';
import { addMs, earlier, toMs } from '../time/duration';
import type { Instant, Words } from '../basics/types';

/**
 * Promises (SLA clocks) as plain data and pure arithmetic. A workflow only sleeps until `nextMoment`; whether it wakes
 * in time or hours late, `dueMoments` gives the same moments with their true times.
 *
 * A clock whose policy names a calendar, a chain or a length in working time carries its whole plan (see plan.ts):
 * every moment as an absolute instant, planned anew when the clock starts, moves or runs again. The others, of policies
 * from before there were calendars, run round the clock and go to the supervisor and then the manager.
 */
export interface Clock {
  /** `firstResponse`, or one a task: `help:h1`. */
  id: string;
  promise: PromiseName;
  /** Counts the deadlines this clock has had: a moved deadline is a new version, and may escalate once again. */
  version: number;
  status: 'running' | 'paused' | 'met' | 'late' | 'cancelled';
  startedAt: Instant;
  dueAt: Instant;
  lengthMs: number;
  /** The due time before somebody extended it: an extension by mistake may be taken back as far as that. */
  beforeExtension?: Instant;
  pausable: boolean;
  warnAt: number[];
  /** Every moment to come and gone, in order; absent on clocks of older policies. */
  plan?: Planned[];
  /** How many moments of the plan have been told. */
  told?: number;
  /** The calendar that the clock is reckoned by, as it was frozen into the policy. */
  calendar?: { id: string; version: number };
  /** How many warning points of this version have been told. */
  warned: number;
  managerAfterMs?: number;
  pausedAt?: Instant;
  /** Time given back so far. */
  pausedMs: number;
  /** The true due time that was missed, for the present version. */
  breachedAt?: Instant;
  /** 0: nobody yet; 1: supervisor; 2: manager. With a plan: steps of the chain taken. */
  escalated: number;
  stoppedAt?: Instant;
}

/** One moment of a plan: a warning, the deadline, or a step of the chain. */
export type Planned =
  | { kind: 'warn'; at: Instant; point: number }
  | { kind: 'breach'; at: Instant }
  | { kind: 'step'; at: Instant; step: number; to: ChainStep['to']; action: ChainStep['action'] };

export type Moment =
  | { kind: 'warn'; clock: string; version: number; at: Instant; point: number }
  | { kind: 'breach'; clock: string; version: number; at: Instant }
  | { kind: 'toManager'; clock: string; version: number; at: Instant }
  | ({ clock: string; version: number } & Extract<Planned, { kind: 'step' }>);

export const isOpen = (clock: Clock): boolean => clock.status === 'running' || clock.status === 'paused';

/** The instant at which `fraction` of the clock's length is used up, pauses given back. */
const pointAt = (clock: Clock, fraction: number): Instant =>
  addMs(clock.dueAt, -Math.round(clock.lengthMs * (1 - fraction)));

/** What comes next on one running clock; nothing on a clock that stands still. */
export function nextMomentOf(clock: Clock): Moment | undefined {
  if (clock.status !== 'running') return undefined;
  const base = { clock: clock.id, version: clock.version };
  if (clock.plan) {
    const planned = clock.plan[clock.told ?? 0];
    return planned && { ...base, ...planned };
  }
  if (clock.breachedAt !== undefined) {
    if (clock.managerAfterMs === undefined || clock.escalated >= 2) return undefined;
    return { ...base, kind: 'toManager', at: addMs(clock.breachedAt, clock.managerAfterMs) };
  }
  const point = clock.warnAt[clock.warned];
  if (point !== undefined) return { ...base, kind: 'warn', at: pointAt(clock, point), point };
  return { ...base, kind: 'breach', at: clock.dueAt };
}

/** The soonest moment of all clocks; ties by clock id, so that every replay agrees. */
export function nextMoment(clocks: Readonly<Record<string, Clock>>): Moment | undefined {
  let next: Moment | undefined;
  for (const clock of Object.values(clocks)) {
    const moment = nextMomentOf(clock);
    if (moment && (!next || moment.at < next.at || (moment.at === next.at && moment.clock < next.clock))) next = moment;
  }
  return next;
}

/** The next promise that can still be broken. */
export function nextDue(clocks: Readonly<Record<string, Clock>>): Clock | undefined {
  let next: Clock | undefined;
  for (const clock of Object.values(clocks)) {
    if (clock.status !== 'running' || clock.breachedAt !== undefined || isWait(clock.promise)) continue;
    if (!next || clock.dueAt < next.dueAt) next = clock;
  }
  return next;
}

/** What presses most: the oldest promise that is broken and not yet kept; with none, the next that can be broken. */
export function mostPressing(clocks: Readonly<Record<string, Clock>>): Clock | undefined {
  let oldest: Clock | undefined;
  for (const clock of Object.values(clocks)) {
    if (isBreached(clock) && (!oldest || clock.dueAt < oldest.dueAt)) oldest = clock;
  }
  return oldest ?? nextDue(clocks);
}

/** Waits end by themselves when their time is over (survey, end of a pause); nobody has broken a promise then. */
export const isWait = (promise: PromiseName): boolean =>
  promise === 'survey' || promise === 'pause' || promise === 'customerAnswer';

/** Broken and still not done. */
export const isBreached = (clock: Clock): boolean => isOpen(clock) && clock.breachedAt !== undefined;

/** The due time after standing still from `pausedAt` until `at`. */
export const dueAfterPause = (clock: Clock, at: Instant): Instant =>
  clock.pausedAt === undefined || clock.breachedAt !== undefined
    ? clock.dueAt
    : addMs(clock.dueAt, Math.max(0, toMs(at) - toMs(clock.pausedAt)));

/** A stop is judged by when it happened, not by when we learnt of it; a clock that stands still cannot become late. */
export const verdictAt = (clock: Clock, at: Instant): 'met' | 'late' =>
  clock.breachedAt === undefined && (clock.status === 'paused' || at <= clock.dueAt) ? 'met' : 'late';

/**
 * The due time when a promise gets another length (a case is regraded). Counted from the start as if it had always
 * been so; if that would already be over, the old due time or the full new length from now, whichever is sooner:
 * nobody is blamed for a promise that did not exist yet, and no due time moves into the past.
 */
export function replannedDue(clock: Clock, lengthMs: number, at: Instant): Instant {
  const natural = addMs(clock.startedAt, lengthMs + clock.pausedMs);
  return natural > at ? natural : earlier(clock.dueAt, addMs(at, lengthMs));
}

/** What a clock is called: a further one by the policy that set it. */
export const promiseWords = (
  clock: Pick<Clock, 'id' | 'promise'>,
  policy: { clocks?: readonly { id: string; name: Words }[] },
): Words =>
  (clock.promise === 'further' ? policy.clocks?.find(({ id }) => id === clock.id)?.name : undefined) ??
  PROMISE_WORDS[clock.promise];
