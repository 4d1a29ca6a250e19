import type { Calendar } from '../../domain/time/calendar';
import type { FrozenZone } from '../../domain/time/house-day';
import { house } from '../../house';

/** Due times of cases that are opened long after a calendar was published still need its offsets. */
const YEARS_BEFORE = 2;
const YEARS_AFTER = 12;
/** A case counts days while it is open, and after a reopening: this is ample. */
const YEARS_OF_A_CASE = 5;

const NANOSECONDS_A_MINUTE = 60_000_000_000;

/**
 * A zone's UTC offsets around now, and its name as IANA writes it; nothing if there is no such zone. Asked once, when a
 * calendar is published: the zone data of the machine that replays a case later must not matter.
 */
export async function freezeZone(
  timeZone: string,
  nowMs: number,
  years: { before: number; after: number } = { before: YEARS_BEFORE, after: YEARS_AFTER },
): Promise<Pick<Calendar, 'timeZone' | 'offsets'> | undefined> {
  // An offset is no zone.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  // An ES module, which this Node's `require` may not take, and needed only when somebody publishes.
  const { Temporal } = await import('temporal-polyfill');
  const year = new Date(nowMs).getUTCFullYear();
  // Whole years: publishing the same twice gives the same.
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

const known = new Map<string, Promise<FrozenZone | undefined>>();

/** The house's zone as a case that is opened at this instant (ms) keeps it. */
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
