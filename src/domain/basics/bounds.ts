/**
 * Zod schemas of the numbers, dates and times that people and API clients send. Each is bounded, because an unbounded
 * value fails later and less clearly: a Postgres integer column takes no larger number, and a UTC offset can move the
 * last minute of the year 9999 into a year of five digits.
 * @module
 */
import { z } from 'zod';
import { said } from './faults';

/** The largest value of a Postgres `integer` column. */
export const MAX_INT = 2_147_483_647;

/** A version, revision or sequence number, counted from 1. */
export const versionNumber = z.int().min(1).max(MAX_INT);

/** A sum of money, 0 or more. The upper limit only keeps out nonsense. */
export const amount = z.number().min(0).max(1e12);

/** The years 2000 to 2100: dates that the house works with. */
const BY_HOUSE = /^(?:20\d\d|2100)-/;
/** The years 1950 to 2100: dates in a customer's past. */
const IN_LIVES = /^(?:19[5-9]\d|20\d\d|2100)-/;
const years = (from: number) =>
  said({ zh: `年份须在 ${from} 到 2100 之间`, en: `must be a year from ${from} to 2100` });
const NO_DATE = said({ zh: '须为 YYYY-MM-DD 格式的日期', en: 'must be a date as YYYY-MM-DD' });
const NO_MOMENT = said({
  zh: '须为带时区的日期时间，如 2026-11-23T09:00:00+08:00',
  en: 'must be a date-time with its offset, as 2026-11-23T09:00:00+08:00',
});
const either = (from: number) =>
  said({
    zh: `须为日期或带时区的日期时间，年份在 ${from} 到 2100 之间`,
    en: `must be a date or a date-time with its offset, in a year from ${from} to 2100`,
  });

/** A date `YYYY-MM-DD` in the years 2000 to 2100. */
export const dayGiven = z.iso.date({ error: NO_DATE }).regex(BY_HOUSE, { error: years(2000) });

/** A date-time with its UTC offset, in the years 2000 to 2100. It stays as typed; it is not converted to UTC. */
export const momentGiven = z.iso.datetime({ offset: true, error: NO_MOMENT }).regex(BY_HOUSE, { error: years(2000) });

/** A date, or a date-time with its offset. The caller decides which instant a date without a time means. */
export const dayOrMomentGiven = z.union([dayGiven, momentGiven], { error: either(2000) });

/** A date in a customer's past, in the years 1950 to 2100. That it is not in the future is not checked here. */
export const pastDayGiven = z.iso.date({ error: NO_DATE }).regex(IN_LIVES, { error: years(1950) });
/** A date, or a date-time with its offset, in a customer's past. Bounded like `pastDayGiven`. */
export const pastGiven = z.union(
  [pastDayGiven, z.iso.datetime({ offset: true, error: NO_MOMENT }).regex(IN_LIVES, { error: years(1950) })],
  { error: either(1950) },
);
