import { freezeZone } from '../src/cases/rules/zones';
import {
  addWorkingMs,
  endOfDay,
  endOfWorkingDay,
  nextWorkingMoment,
  workingMsBetween,
  type Calendar,
} from '../src/domain/time/calendar';
import { CN_OFFICE } from '../src/domain/time/calendars/cn';
import type { Report } from './report';

/** Computations a second. */
const TARGET = 200_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/**
 * Number of random starts and lengths, which are used in turn; a power of two, so that an index is found by masking.
 */
const QUESTIONS = 1 << 16;
const YEAR = Date.UTC(2026, 0);

type Question = (calendar: Calendar, start: number, ms: number) => number;
/** Half are due times of new promises; the rest is what a case page and a move to another policy compute. */
const MIX: Question[] = [
  addWorkingMs,
  addWorkingMs,
  addWorkingMs,
  addWorkingMs,
  addWorkingMs,
  (calendar, start, ms) => workingMsBetween(calendar, start, start + 4 * ms),
  (calendar, start, ms) => workingMsBetween(calendar, start, start + 4 * ms),
  (calendar, start, ms) => endOfWorkingDay(calendar, start, 1 + (ms % 15)),
  (calendar, start, ms) => endOfDay(calendar, start, 1 + (ms % 30), true),
  (calendar, start) => nextWorkingMoment(calendar, start),
];

/**
 * Measures how many due times are computed a second on one core: calendars with holidays and make-up days, with summer
 * time, and with a night shift; starts over two years, lengths up to 80 working hours.
 */
export async function due(report: Report, { rounds, seconds }: { rounds: number; seconds: number }): Promise<void> {
  const berlin = await freezeZone('Europe/Berlin', YEAR);
  if (!berlin) throw new Error('no zone data');
  const night = [{ from: '22:00', to: '06:00' }];
  const calendars: Calendar[] = [
    CN_OFFICE,
    { ...CN_OFFICE, ...berlin, days: {} },
    { ...CN_OFFICE, ...berlin, days: {}, week: { ...CN_OFFICE.week, fri: night, sat: night } },
  ];
  const starts = Float64Array.from({ length: QUESTIONS }, () => YEAR + Math.floor(Math.random() * 730 * DAY));
  const lengths = Float64Array.from({ length: QUESTIONS }, () => Math.floor(Math.random() * 80 * HOUR));

  const began = performance.now();
  for (const calendar of calendars) addWorkingMs(calendar, YEAR, HOUR);
  const first = (performance.now() - began) / calendars.length;

  const rates = Array.from({ length: rounds + 1 }, () => rate(calendars, starts, lengths, seconds * 1_000)).slice(1);
  const sorted = rates.toSorted((a, b) => a - b);
  const value = sorted[sorted.length >> 1] ?? 0;
  report.add({
    figure: 'due-time computations',
    value,
    unit: '/s',
    target: `≥ ${TARGET}`,
    met: value >= TARGET,
    note: `one core, rounds ${Math.round(sorted[0] ?? 0)}–${Math.round(sorted.at(-1) ?? 0)}`,
  });
  report.add({ figure: 'first question to a calendar', value: first, unit: 'ms', note: 'a month is indexed' });
}

/** Computations a second, over at least `ms` milliseconds. */
function rate(calendars: Calendar[], starts: Float64Array, lengths: Float64Array, ms: number): number {
  const began = performance.now();
  let count = 0;
  let sum = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    for (let at = 0; at < 10_000; at += 1, count += 1) {
      const place = count & (QUESTIONS - 1);
      const calendar = calendars[count % calendars.length] as Calendar;
      sum += (MIX[count % MIX.length] as Question)(calendar, starts[place] as number, lengths[place] as number);
    }
    elapsed = performance.now() - began;
  }
  if (!Number.isFinite(sum)) throw new Error('a due time is no number');
  return (count * 1_000) / elapsed;
}
