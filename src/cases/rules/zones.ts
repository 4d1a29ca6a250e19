import type { Calendar } from '../../domain/time/calendar';
import type { FrozenZone } from '../../domain/time/house-day';
import { house } from '../../house';

/** Years of offsets in a calendar: cases opened years after it was published still reckon by it. */
const YEARS_BEFORE = 2;
const YEARS_AFTER = 12;
/** Years of offsets that a case keeps: longer than any case is open, reopenings included. */
const YEARS_OF_A_CASE = 5;

const NANOSECONDS_A_MINUTE = 60_000_000_000;

/**
 * A time zone's UTC offsets for some years around now, and its name as IANA writes it. They are kept with a calendar or a
 * case, because a machine that replays a case later may have other zone data.
 * @param nowMs milliseconds since 1970
 * @returns undefined if there is no such zone; `offsets`: each from when it holds (ms) and minutes ahead of UTC
 */
export async function freezeZone(
  timeZone: string,
  nowMs: number,
  years: { before: number; after: number } = { before: YEARS_BEFORE, after: YEARS_AFTER },
): Promise<Pick<Calendar, 'timeZone' | 'offsets'> | undefined> {
  // The library also takes offsets such as +08:00, which are no time zones.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  // An ES module, which `require` of older Node versions cannot load; and seldom needed, so it is loaded here.
  const { Temporal } = await import('temporal-polyfill');
  const year = new Date(nowMs).getUTCFullYear();
  // Whole years, so that publishing the same calendar twice within a year gives the same offsets.
  const first = Date.UTC(year - years.before, 0);
  const end = Date.UTC(year + 1 + years.after, 0);
  let at;
  try {
    at = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(timeZone);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const offsets: Calendar['offsets'] = [];
  for (
    let next: typeof at | null = at;
    next && next.epochMilliseconds < end;
    next = next.getTimeZoneTransition('next')
  ) {
    offsets.push([next.epochMilliseconds, Math.round(next.offsetNanoseconds / NANOSECONDS_A_MINUTE)]);
  }
  return { timeZone: at.timeZoneId, offsets };
}

/** By zone and year; the offsets of one year's cases are the same. */
const known = new Map<string, Promise<FrozenZone | undefined>>();

/** The house's zone as a case that is opened at this instant (milliseconds since 1970) keeps it. Kept in memory. */
export function houseZone(ms: number): Promise<FrozenZone | undefined> {
  const { zone } = house();
  const key = `${zone}/${new Date(ms).getUTCFullYear()}`;
  let frozen = known.get(key);
  if (!frozen) {
    frozen = freezeZone(zone, ms, { before: 0, after: YEARS_OF_A_CASE });
    known.set(key, frozen);
  }
  return frozen;
}
