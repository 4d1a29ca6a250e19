import { toMs } from './duration';
import type { Instant } from '../basics/types';
import { DAY, MINUTE } from '../basics/milliseconds';

/**
 * A zone with its offsets from UTC written out: from each instant (milliseconds) so many minutes, the earliest first. A
 * case carries its own: the zone data of the machine that replays it later must not matter.
 */
export interface FrozenZone {
  /** IANA name, for people; computing reads `offsets` only. */
  timeZone: string;
  offsets: [fromMs: number, minutes: number][];
}

const dateOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

/** What the clock on the wall shows there, read as if it were UTC; without a zone that of UTC. */
function wallOf(instant: Instant, zone?: FrozenZone): number {
  const ms = toMs(instant);
  const found = zone?.offsets.findLast(([from]) => from <= ms) ?? zone?.offsets[0];
  return ms + (found?.[1] ?? 0) * MINUTE;
}

/** The date on the wall there, as 2026-11-23; without a zone that of UTC. */
export const dayOf = (instant: Instant, zone?: FrozenZone): string => dateOf(wallOf(instant, zone));

/** Date and time on the wall there, as 2026-11-23 08:15; without a zone those of UTC. */
export const wallTime = (instant: Instant, zone?: FrozenZone): string =>
  new Date(wallOf(instant, zone)).toISOString().slice(0, 16).replace('T', ' ');

/** The first instant (ms) of a date (2026-11-23) where the offset at an instant is this many minutes. */
export function startOfDay(date: string, offsetAt: (ms: number) => number): number {
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  // The offsets of the evening before and after: where clocks change at midnight they differ.
  const starts = [offsetAt(midnight - DAY), offsetAt(midnight + DAY)]
    .map((minutes) => midnight - minutes * MINUTE)
    .toSorted((a, b) => a - b);
  const there = starts.find((ms) => dateOf(ms + offsetAt(ms) * MINUTE) === date);
  // A date that a zone left out, as Samoa its 30 December 2011, begins with the next one.
  return there ?? (starts.at(-1) as number);
}
