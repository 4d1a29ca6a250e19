/**
 * The time zone and the currency of the house (the company that runs Redress). A program sets them once, when it
 * starts, from HOUSE_ZONE and HOUSE_CURRENCY; pages, mails, case numbers, reports and dates without a time read them
 * here. A running case does not: it carries the zone it was opened in.
 * @module
 */
import { startOfDay } from './domain/time/house-day';
import { DAY, MINUTE } from './domain/basics/milliseconds';
import type { Words } from './domain/basics/types';

/** What is set for a program. */
export interface House {
  /** IANA name, for example `Asia/Shanghai`. */
  zone: string;
  /** ISO 4217 code, for example `CNY`. */
  currency: string;
}

let current: House = { zone: 'Asia/Shanghai', currency: 'CNY' };
/** Formats an instant in the house's zone; made once, because making one is slow. */
let clock = clockOf(current.zone);

/** Whether it is the name of a time zone. An offset such as `+08:00` is not taken: it knows no summer time. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** The zone and currency in force; until `setHouse` was called, Asia/Shanghai and CNY. */
export const house = (): House => current;

/**
 * Sets zone and currency for the whole process.
 * @throws RangeError when there is no such zone or currency; nothing is changed then
 */
export function setHouse({ zone, currency }: House): void {
  new Intl.NumberFormat('en', { style: 'currency', currency });
  clock = clockOf(zone);
  current = { zone, currency };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** What the house's clocks show at an instant (ms since 1970), as a `Date` whose UTC fields are the local ones. */
export function wallTime(ms: number): Date {
  const parts = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')));
}

/** How far the house's zone is ahead of UTC at an instant, in minutes. */
const offsetAt = (ms: number): number => Math.round((wallTime(ms).getTime() - ms) / MINUTE);

/** The house's date at an instant (ms since 1970), as `2026-11-23`. */
export const houseDate = (ms: number): string => wallTime(ms).toISOString().slice(0, 10);

/** When a date (`2026-11-23`) begins for the house, in ms since 1970. */
export const houseDayStart = (date: string): number => startOfDay(date, offsetAt);

/** An ISO date as the house's 00:00 of that day, an ISO date-time as the instant it names; in ms since 1970. */
export const houseInstant = (value: string): number =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) ? houseDayStart(value) : Date.parse(value);

/** What the house's clocks show at an instant (ms), as a `datetime-local` input takes it: `2026-11-25T16:08`. */
export const houseLocal = (ms: number): string => wallTime(ms).toISOString().slice(0, 16);

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;

/**
 * When the house's clocks show what a `datetime-local` input gives, in ms since 1970; undefined for any other text, and
 * for a date that there is not. Of an hour that comes twice the first one is meant; in an hour that is left out the
 * time is counted on from before it, so 02:30 is 03:30.
 */
export function houseMoment(local: string): number | undefined {
  const shown = LOCAL.test(local) ? Date.parse(`${local}Z`) : NaN;
  // `Date.parse` makes 2 March of 30 February.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(local)) return undefined;
  const moments = [offsetAt(shown - DAY), offsetAt(shown + DAY)]
    .map((minutes) => shown - minutes * MINUTE)
    .toSorted((a, b) => a - b);
  return moments.find((ms) => wallTime(ms).getTime() === shown) ?? moments.at(-1);
}

/** Whether a span, its ends given as `houseInstant` takes them, ends after it begins. */
export const isInOrder = ({ from, to }: { from: string; to: string }): boolean => houseInstant(from) < houseInstant(to);

/** What is said of the `to` of a span that is not in order. */
export const AFTER_FROM: Words = { zh: '须晚于 from', en: 'must lie after from' };
