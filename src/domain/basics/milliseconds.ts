/** Lengths of time in milliseconds. A day has 24 hours here; days of the wall clock are the calendar's (time/). */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
