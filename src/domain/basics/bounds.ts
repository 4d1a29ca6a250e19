import { z } from 'zod';
import { said } from './faults';

/**
 * Numbers and moments as strangers write them. Each has bounds: beyond them Postgres has no such integer, a date no such
 * year, and an offset can carry the last minute of a year into a year of five digits.
 */

/** The largest integer of Postgres. */
export const MAX_INT = 2_147_483_647;

/** A version or revision, counted from 1. */
export const versionNumber = z.int().min(1).max(MAX_INT);

/** Money, without an end that anybody meets. */
export const amount = z.number().min(0).max(1e12);

const BY_HOUSE = /^(?:20\d\d|2100)-/;
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

/** A day of a house's calendar, `YYYY-MM-DD`. */
export const dayGiven = z.iso.date({ error: NO_DATE }).regex(BY_HOUSE, { error: years(2000) });

/** A moment with its offset. */
export const momentGiven = z.iso.datetime({ offset: true, error: NO_MOMENT }).regex(BY_HOUSE, { error: years(2000) });

/** A day or a moment, as it was typed. */
export const dayOrMomentGiven = z.union([dayGiven, momentGiven], { error: either(2000) });

/** The same in a customer's past. */
export const pastDayGiven = z.iso.date({ error: NO_DATE }).regex(IN_LIVES, { error: years(1950) });
export const pastGiven = z.union(
  [pastDayGiven, z.iso.datetime({ offset: true, error: NO_MOMENT }).regex(IN_LIVES, { error: years(1950) })],
  { error: either(1950) },
);
