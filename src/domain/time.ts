import { z } from 'zod';
import type { Instant } from './types';

export const durationSchema = z.strictObject({
  value: z.number().positive().max(10_000),
  unit: z.enum(['seconds', 'minutes', 'hours', 'days']),
});
/** A length of time as policies state it: `{ value: 15, unit: 'minutes' }`. Days are 24 hours here. */
export type Duration = z.infer<typeof durationSchema>;

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export const durationMs = (duration: Duration): number => Math.round(duration.value * MS[duration.unit]);

export const toMs = (instant: Instant): number => Date.parse(instant);

export const toInstant = (ms: number): Instant => new Date(ms).toISOString();

export const addMs = (instant: Instant, ms: number): Instant => toInstant(toMs(instant) + ms);

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
