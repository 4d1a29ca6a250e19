/**
 * Lengths of time in milliseconds. A `DAY` here has 24 hours; days of the wall clock, which may have 23 or 25, are
 * calculated in `src/domain/time/`.
 * @module
 */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
