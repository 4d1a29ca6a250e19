import { MINUTE, SECOND } from '../domain/basics/milliseconds';

/** How far the moment that somebody has signed may be from our clock, in either direction (failures.md 64). */
export const SKEW_MS = 5 * MINUTE;

/** Whether a signed moment, in seconds since 1970 as text, is of now. @param now milliseconds since 1970 */
export const isFresh = (timestamp: string, now: number): boolean =>
  /^\d{1,12}$/u.test(timestamp) && Math.abs(now - Number(timestamp) * SECOND) <= SKEW_MS;
