/**
 * Local dates and times in a zone whose offsets are frozen.
 * @module
 */
import { toMs } from './duration';
import type { Instant } from '../basics/types';
import { DAY, MINUTE } from '../basics/milliseconds';

/**
 * A time zone with its offsets from UTC written out. A case carries its own: the machine that replays it later may have
 * other zone data, and would come to other days.
 */
export interface FrozenZone {
  /** IANA name, for people; calculations use `offsets` only. */
  timeZone: string;
  /**
   * From each instant (ms) on, how many minutes local time is ahead of UTC; the earliest first. The first also holds
   * before.
   */
  offsets: [fromMs: number, minutes: number][];
}

const dateOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

/** What a wall clock in the zone shows, in milliseconds as if it were UTC. Without a zone: UTC. */
function wallOf(instant: Instant, zone?: FrozenZone): number {
  const ms = toMs(instant);
  const found = zone?.offsets.findLast(([from]) => from <= ms) ?? zone?.offsets[0];
  return ms + (found?.[1] ?? 0) * MINUTE;
}

/** The local date in the zone, as 2026-11-23; without a zone the date in UTC. */
export const localDate = (instant: Instant, zone?: FrozenZone): string => dateOf(wallOf(instant, zone));

/** The local date and time in the zone, as 2026-11-23 08:15; without a zone those in UTC. */
export const wallTime = (instant: Instant, zone?: FrozenZone): string =>
  new Date(wallOf(instant, zone)).toISOString().slice(0, 16).replace('T', ' ');

/**
 * The first instant (ms) of a local date.
 * @param date as 2026-11-23
 * @param offsetAt how many minutes local time is ahead of UTC at an instant (ms)
 */
export function startOfDay(date: string, offsetAt: (ms: number) => number): number {
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  // Midnight by the offset of the day before and by that of the day after: they differ where clocks change at midnight.
  const starts = [offsetAt(midnight - DAY), offsetAt(midnight + DAY)]
    .map((minutes) => midnight - minutes * MINUTE)
    .toSorted((a, b) => a - b);
  const there = starts.find((ms) => dateOf(ms + offsetAt(ms) * MINUTE) === date);
  // A date that a zone left out, as Samoa did 30 December 2011, begins with the next one.
  return there ?? (starts.at(-1) as number);
}
