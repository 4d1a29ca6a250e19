import { dateOf, dayNumber, type Calendar } from '../time/calendar';
import { toMs } from '../time/duration';
import type { Instant } from '../basics/types';
import { DAY, HOUR, MINUTE } from '../basics/milliseconds';

/** The wall clock of the house: its calendar's, else that of China. */
export function localTime(calendar: Calendar | undefined) {
  const wall = (ms: number): number => {
    const offsets = calendar?.offsets ?? [[0, 480]];
    const found = offsets.findLast(([from]) => from <= ms) ?? offsets[0];
    return ms + (found?.[1] ?? 0) * MINUTE;
  };
  const instantOf = (date: string, minutes: number): number => {
    const guess = (dayNumber(date) ?? 0) * DAY + minutes * MINUTE;
    return guess - (wall(guess - 8 * HOUR) - (guess - 8 * HOUR));
  };
  const dateAt = (at: Instant): string => dateOf(Math.floor(wall(toMs(at)) / DAY));
  return {
    instantOf,
    dateAt,
    isNight: (at: Instant): boolean => {
      const hour = Math.floor((wall(toMs(at)) % DAY) / HOUR);
      return hour >= 21 || hour < 7;
    },
    /** Saturday, Sunday, or by the calendar a day on which nobody works. */
    isRest: (at: Instant): boolean => {
      const date = dateAt(at);
      const special = calendar?.days[date];
      if (special) return special.kind === 'holiday';
      return [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    },
  };
}
