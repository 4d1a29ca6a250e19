/**
 * Lengths of time, and arithmetic on instants.
 * @module
 */
import { z } from 'zod';
import type { Instant } from '../basics/types';

/** A length of time, see `Duration`. */
export const durationSchema = z.strictObject({
  value: z.number().positive().max(10_000),
  unit: z.enum(['seconds', 'minutes', 'hours', 'days']),
});
/** A length of time as policies state it: `{ value: 15, unit: 'minutes' }`. A day has 24 hours here. */
export type Duration = z.infer<typeof durationSchema>;

/**
 * How long a promise lasts, by its unit:
 * - `seconds` to `days`: elapsed time, a day being 24 hours.
 * - `workingMinutes`, `workingHours`: only the working time of the promise's calendar counts.
 * - `workingDays`: until close of business on the n-th working day after the day of the start, which is not counted.
 * - `calendarDays`: until 24:00 of the n-th day after the day of the start; if that is no working day, of the next
 *   working day.
 *
 * The last two follow the Civil Code of the PRC, art. 201 and 203.
 */
export const lengthSchema = z.strictObject({
  value: z.number().positive().max(10_000),
  unit: z.enum([
    'seconds',
    'minutes',
    'hours',
    'days',
    'workingMinutes',
    'workingHours',
    'workingDays',
    'calendarDays',
  ]),
  /** For `calendarDays`; absent: true. False where the law does not move the last day to the next working day. */
  roll: z.boolean().optional(),
});
/** How long a promise lasts, see `lengthSchema`. */
export type Length = z.infer<typeof lengthSchema>;

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** In milliseconds, rounded. */
export const durationMs = (duration: Duration): number => Math.round(duration.value * MS[duration.unit]);

const WORKING_MS = { workingMinutes: 60_000, workingHours: 3_600_000 } as const;

/** Whether it is plain elapsed time, which needs no calendar. */
export const isElapsed = (length: Length): length is Duration => length.unit in MS;
/**
 * Whether it counts whole days, which end at a fixed hour. Such a promise cannot be paused: a part of a day cannot be
 * given back.
 */
export const isByDay = ({ unit }: Length): boolean => unit === 'workingDays' || unit === 'calendarDays';
/** Whether it can only be calculated with a calendar: working time, and both kinds of days. */
export const needsCalendar = (length: Length): boolean => !isElapsed(length);
/** The working time in a length of working minutes or hours, in milliseconds; NaN for any other unit. */
export const workingLengthMs = ({ value, unit }: Length): number =>
  Math.round(value * WORKING_MS[unit as keyof typeof WORKING_MS]);

/** Milliseconds since 1970 (UTC). */
export const toMs = (instant: Instant): number => Date.parse(instant);

/** @throws RangeError for a number that is no time */
export const toInstant = (ms: number): Instant => new Date(ms).toISOString();

export const addMs = (instant: Instant, ms: number): Instant => toInstant(toMs(instant) + ms);

/** The later of two instants. */
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** The earlier of two instants. */
export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
