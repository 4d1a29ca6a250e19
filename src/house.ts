import { startOfDay } from './domain/time/house-day';
import { MINUTE } from './domain/basics/milliseconds';

/**
 * What is the house's own in this process: whose clock is on the wall, and which money is meant. Set once, when a program
 * starts, from HOUSE_ZONE and HOUSE_CURRENCY; pages, mails, case numbers, reports and dates without a time read it here.
 * A running case does not: it carries the zone it was opened in.
 */
export interface House {
  /** IANA name, as Asia/Shanghai. */
  zone: string;
  /** ISO 4217. */
  currency: string;
}

let current: House = { zone: 'Asia/Shanghai', currency: 'CNY' };
let clock = clockOf(current.zone);

/** An offset, as +08:00, is no zone: it knows no summer time. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

export const house = (): House => current;

/** @throws RangeError when there is no such zone or currency */
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

/** The house's wall clock at an instant (ms): its parts, read as if they were UTC. */
export function wallTime(ms: number): Date {
  const parts = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')));
}

const offsetAt = (ms: number): number => Math.round((wallTime(ms).getTime() - ms) / MINUTE);

/** The house's date at an instant (ms), as 2026-11-23. */
export const houseDate = (ms: number): string => wallTime(ms).toISOString().slice(0, 10);

/** When a date (2026-11-23) begins for the house, in ms. */
export const houseDayStart = (date: string): number => startOfDay(date, offsetAt);

/** An ISO date is the house's 00:00 of it, a date-time the instant it names; in ms. */
export const houseInstant = (value: string): number =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) ? houseDayStart(value) : Date.parse(value);
