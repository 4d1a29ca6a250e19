import type { Calendar } from '../domain/calendar';

/** Due times of cases that are opened long after a calendar was published still need its offsets. */
const YEARS_BEFORE = 2;
const YEARS_AFTER = 12;

const NANOSECONDS_A_MINUTE = 60_000_000_000;

/**
 * A zone's UTC offsets around now, and its name as IANA writes it; nothing if there is no such zone. Asked once, when a
 * calendar is published: the zone data of the machine that replays a case later must not matter.
 */
export async function freezeZone(
  timeZone: string,
  nowMs: number,
): Promise<Pick<Calendar, 'timeZone' | 'offsets'> | undefined> {
  // An offset is no zone.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  // An ES module, which this Node's `require` may not take, and needed only when somebody publishes.
  const { Temporal } = await import('temporal-polyfill');
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs);
  let local;
  try {
    local = now.toZonedDateTimeISO(timeZone);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const at = local.subtract({ years: YEARS_BEFORE });
  const end = local.add({ years: YEARS_AFTER }).epochMilliseconds;
  const offsets: Calendar['offsets'] = [];
  for (
    let next: typeof at | null = at;
    next && next.epochMilliseconds <= end;
    next = next.getTimeZoneTransition('next')
  ) {
    offsets.push([next.epochMilliseconds, Math.round(next.offsetNanoseconds / NANOSECONDS_A_MINUTE)]);
  }
  return { timeZone: local.timeZoneId, offsets };
}
