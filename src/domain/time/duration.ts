import { z } from 'zod';
import type { Instant } from '../basics/types';

export const durationSchema = z.strictObject({
  value: z.number().positive().max(10_000),
  unit: z.enum(['seconds', 'minutes', 'hours', 'days']),
});
/** A length of time as policies state it: `{ value: 15, unit: 'minutes' }`. Days are 24 hours here. */
export type Duration = z.infer<typeof durationSchema>;

/**
 * How long a promise lasts. Beside lengths of time: working minutes and hours run only while the promise's calendar is at
 * work; working days end with the business of the n-th working day after the day of the start, which is not counted;
 * calendar days end at midnight of the n-th day after it, and where that is no working day, of the next one (Civil Code
 * of the PRC, art. 201 and 203).
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
  /** `calendarDays`: false where the law does not move the last day to the next working day. */
  roll: z.boolean().optional(),
});
export type Length = z.infer<typeof lengthSchema>;

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export const durationMs = (duration: Duration): number => Math.round(duration.value * MS[duration.unit]);

const WORKING_MS = { workingMinutes: 60_000, workingHours: 3_600_000 } as const;

export const isElapsed = (length: Length): length is Duration => length.unit in MS;
/** Counted in days that end at a fixed hour: such a promise cannot stand still. */
export const isByDay = ({ unit }: Length): boolean => unit === 'workingDays' || unit === 'calendarDays';
export const needsCalendar = (length: Length): boolean => !isElapsed(length);
export const workingLengthMs = ({ value, unit }: Length): number =>
  Math.round(value * WORKING_MS[unit as keyof typeof WORKING_MS]);

export const toMs = (instant: Instant): number => Date.parse(instant);

export const toInstant = (ms: number): Instant => new Date(ms).toISOString();

export const addMs = (instant: Instant, ms: number): Instant => toInstant(toMs(instant) + ms);

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
