import { dateOf, dayNumber, type Calendar } from '../time/calendar';
import { toMs } from '../time/duration';
import type { FrozenZone } from '../time/house-day';
import type { Instant } from '../basics/types';
import { DAY, HOUR, MINUTE } from '../basics/milliseconds';

/**
 * Local time for a rehearsal: in the zone of the policy's calendar, else in that of the house, else UTC. `instantOf`
 * gives the instant (ms) so many minutes after midnight of a date; `dateAt` the local date of an instant.
 */
export function localTime(calendar: Calendar | undefined, house?: FrozenZone) {
  const offsets = calendar?.offsets ?? house?.offsets ?? [];
  const offsetAt = (ms: number): number => {
    const found = offsets.findLast(([from]) => from <= ms) ?? offsets[0];
    return (found?.[1] ?? 0) * MINUTE;
  };
  const wall = (ms: number): number => ms + offsetAt(ms);
  const instantOf = (date: string, minutes: number): number => {
    const shown = (dayNumber(date) ?? 0) * DAY + minutes * MINUTE;
    return shown - offsetAt(shown - offsetAt(shown));
  };
  const dateAt = (at: Instant): string => dateOf(Math.floor(wall(toMs(at)) / DAY));
  return {
    instantOf,
    dateAt,
    /** From 21:00 to 7:00. */
    isNight: (at: Instant): boolean => {
      const hour = Math.floor((wall(toMs(at)) % DAY) / HOUR);
      return hour >= 21 || hour < 7;
    },
    /** Whether it is a holiday by the calendar, or a Saturday or Sunday that the calendar says nothing about. */
    isRest: (at: Instant): boolean => {
      const date = dateAt(at);
      const special = calendar?.days[date];
      if (special) return special.kind === 'holiday';
      return [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    },
  };
}
