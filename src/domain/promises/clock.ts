/**
 * Promises (SLA clocks) as plain data, and the arithmetic on them, without side effects. A workflow sleeps until
 * `nextMoment`. Whether it wakes in time or hours late, `overdue` (src/domain/process/due.ts) writes the same moments
 * with their true times.
 *
 * A clock whose policy names a calendar, a chain or a length in working time carries its whole plan (`plan.ts`): every
 * moment as an instant, worked out when the clock starts, moves or runs again. Clocks of policies from before there
 * were calendars carry none: they run round the clock, warn at fractions of their length, and escalate to the
 * supervisor and then to the manager.
 * @module
 */
import { PROMISE_WORDS, type ChainStep, type InsteadOfMail, type PromiseName } from './names';
import { addMs, earlier, toMs } from '../time/duration';
import type { Instant, Words } from '../basics/types';

/** One promise as it runs in a case. */
export interface Clock {
  /**
   * The promise's name (`firstResponse`); with the id of the task where several may run at once (`help:h1`); for a
   * further clock, its id in the policy.
   */
  id: string;
  promise: PromiseName;
  /**
   * Counts the due times this clock has had, from 1. Each new due time is a new version and may be escalated once more.
   */
  version: number;
  status: 'running' | 'paused' | 'met' | 'late' | 'cancelled';
  startedAt: Instant;
  dueAt: Instant;
  lengthMs: number;
  /**
   * The due time before the clock was first extended: an extension made by mistake may be taken back as far as that.
   */
  beforeExtension?: Instant;
  /**
   * How often it was extended (rule `extensionsCounted`); an earlier date that puts an extension right does not count.
   */
  extended?: number;
  pausable: boolean;
  /** Fractions of the length at which somebody is warned. */
  warnAt: number[];
  /** All moments of the clock in order, those written already included; absent on clocks of older policies. */
  plan?: Planned[];
  /** How many moments of the plan have been written to the ledger; the next is `plan[told]`. */
  told?: number;
  /** The calendar that the clock is calculated with; the policy holds its frozen copy. */
  calendar?: { id: string; version: number };
  /** How many of `warnAt` have been written for this version. */
  warned: number;
  /** Without a plan: how long after the breach the manager is told; absent: never. */
  managerAfterMs?: number;
  pausedAt?: Instant;
  /** Time given back for pauses so far, in what the clock counts (time or working time). */
  pausedMs: number;
  /** The due time that was missed in this version; absent: none has been. */
  breachedAt?: Instant;
  /**
   * With a plan: how many steps of the chain have been taken. Without: 0 nobody, 1 the supervisor, 2 the manager has
   * been told.
   */
  escalated: number;
  stoppedAt?: Instant;
}

/** One moment of a plan: a warning, the deadline, or a step of the chain. */
export type Planned =
  | { kind: 'warn'; at: Instant; point: number }
  | { kind: 'breach'; at: Instant }
  | {
      kind: 'step';
      at: Instant;
      step: number;
      to: ChainStep['to'];
      action: ChainStep['action'];
      channel?: InsteadOfMail;
    };

/** A moment with the clock and the version that it belongs to. Only clocks without a plan have `toManager`. */
export type Moment =
  | { kind: 'warn'; clock: string; version: number; at: Instant; point: number }
  | { kind: 'breach'; clock: string; version: number; at: Instant }
  | { kind: 'toManager'; clock: string; version: number; at: Instant }
  | ({ clock: string; version: number } & Extract<Planned, { kind: 'step' }>);

/** Whether it runs or is paused, and so has not ended. */
export const isOpen = (clock: Clock): boolean => clock.status === 'running' || clock.status === 'paused';

/**
 * The instant at which `fraction` of the length is used up. Counted back from the due time, which has the pauses in it.
 */
const pointAt = (clock: Clock, fraction: number): Instant =>
  addMs(clock.dueAt, -Math.round(clock.lengthMs * (1 - fraction)));

/** What comes next on one clock; undefined when it does not run, or nothing is to come. */
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

/**
 * The earliest moment of all clocks; undefined when nothing is to come. Of two at one instant the lower clock id goes
 * first, so that every replay agrees.
 */
export function nextMoment(clocks: Readonly<Record<string, Clock>>): Moment | undefined {
  let next: Moment | undefined;
  for (const clock of Object.values(clocks)) {
    const moment = nextMomentOf(clock);
    if (moment && (!next || moment.at < next.at || (moment.at === next.at && moment.clock < next.clock))) next = moment;
  }
  return next;
}

/**
 * The running clock whose promise can be broken next; undefined when there is none. Broken promises and clocks that
 * only limit a wait (`isWait`) do not count.
 */
export function nextDue(clocks: Readonly<Record<string, Clock>>): Clock | undefined {
  let next: Clock | undefined;
  for (const clock of Object.values(clocks)) {
    if (clock.status !== 'running' || clock.breachedAt !== undefined || isWait(clock.promise)) continue;
    if (!next || clock.dueAt < next.dueAt) next = clock;
  }
  return next;
}

/**
 * The clock to show first: the one due earliest of those broken and not yet kept, else the next that can be broken
 * (`nextDue`).
 */
export function mostPressing(clocks: Readonly<Record<string, Clock>>): Clock | undefined {
  let oldest: Clock | undefined;
  for (const clock of Object.values(clocks)) {
    if (isBreached(clock) && (!oldest || clock.dueAt < oldest.dueAt)) oldest = clock;
  }
  return oldest ?? nextDue(clocks);
}

/**
 * Whether a clock only limits how long the case waits (survey, pause, answer to an offer). When its time is over the
 * wait ends, and nobody has broken a promise.
 */
export const isWait = (promise: PromiseName): boolean =>
  promise === 'survey' || promise === 'pause' || promise === 'customerAnswer';

/** Broken, and not ended since. */
export const isBreached = (clock: Clock): boolean => isOpen(clock) && clock.breachedAt !== undefined;

/** How a promise stands, as people see it: one that has come to its warning point is told from one with time left. */
export const STANDINGS = ['running', 'warned', 'breached', 'paused', 'met', 'late', 'cancelled'] as const;
export type Standing = (typeof STANDINGS)[number];

/** How a clock stands. A broken promise stays `breached` until it is kept, also while it is paused. */
export function standingOf(clock: Clock): Standing {
  if (isBreached(clock)) return 'breached';
  return clock.status === 'running' && clock.warned > 0 ? 'warned' : clock.status;
}

/**
 * The due time of a clock without a plan when the pause since `pausedAt` ends at `at`: later by the length of the
 * pause. A broken promise keeps its due time.
 */
export const dueAfterPause = (clock: Clock, at: Instant): Instant =>
  clock.pausedAt === undefined || clock.breachedAt !== undefined
    ? clock.dueAt
    : addMs(clock.dueAt, Math.max(0, toMs(at) - toMs(clock.pausedAt)));

/**
 * Whether a promise that is kept at `at` is kept in time. `at` is when it happened, not when we learnt of it. A paused
 * clock cannot become late.
 */
export const verdictAt = (clock: Clock, at: Instant): 'met' | 'late' =>
  clock.breachedAt === undefined && (clock.status === 'paused' || at <= clock.dueAt) ? 'met' : 'late';

/**
 * The due time when a promise gets another length (a regrade, another policy), for a clock without a plan. It is
 * counted from the start as if this length had always applied. If that would already be over, it is the old due time or
 * the full new length from now, whichever is earlier: so nobody is late for a promise that did not exist yet, and no
 * due time moves into the past.
 */
export function replannedDue(clock: Clock, lengthMs: number, at: Instant): Instant {
  const natural = addMs(clock.startedAt, lengthMs + clock.pausedMs);
  return natural > at ? natural : earlier(clock.dueAt, addMs(at, lengthMs));
}

/** What a clock is called in both languages: a further clock as its policy names it, any other as its promise. */
export const promiseWords = (
  clock: Pick<Clock, 'id' | 'promise'>,
  policy: { clocks?: readonly { id: string; name: Words }[] },
): Words =>
  (clock.promise === 'further' ? policy.clocks?.find(({ id }) => id === clock.id)?.name : undefined) ??
  PROMISE_WORDS[clock.promise];
