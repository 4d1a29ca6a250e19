/**
 * Business time: what is working time, and when so much of it is over. Instants are milliseconds since 1970 here.
 *
 * A minute is working time when its local wall-clock time lies in a block of its local date, or in a block of the date
 * before that runs over midnight. So on a day on which the clocks change, just the minutes that exist count. The
 * offsets of the zone are frozen into the calendar, because a due time has to come out the same for as long as a case
 * is replayed.
 * @module
 */
import { z } from 'zod';
import { SLUG } from '../basics/ids';
import { isCleanText } from '../basics/free-text';
import { said } from '../basics/faults';
import type { Words } from '../basics/types';
import { DAY, MINUTE } from '../basics/milliseconds';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * Working time of a day in wall time, `HH:MM`. A block whose `to` is not after its `from` ends on the next day; `to`
 * may be `24:00`.
 */
export interface Block {
  from: string;
  to: string;
}

/** A date that does not follow its weekday: a holiday, or a working day (a make-up day 调休, or one with other hours). */
export interface SpecialDay {
  kind: 'holiday' | 'workday';
  name?: Words;
  /** The hours of this working day; absent: those of `workday` of the calendar. */
  blocks?: Block[];
}

/**
 * The working time of one zone, in one version. It must not be changed once it is made: what is calculated from it is
 * cached by its object (`indexes`).
 */
export interface Calendar {
  id: string;
  version: number;
  name: Words;
  /** IANA name. For people, and for freezing the offsets; calculations use `offsets` only. */
  timeZone: string;
  week: Record<Weekday, Block[]>;
  /** Hours of a make-up working day (调休上班) that names none of its own. */
  workday: Block[];
  /** Special days by their date, `YYYY-MM-DD`. */
  days: Record<string, SpecialDay>;
  /** The years whose holidays have been entered in `days`. */
  years: number[];
  /** From each instant (ms) on, how many minutes the zone is ahead of UTC. The first also holds before. */
  offsets: [fromMs: number, minutes: number][];
}

const DAY_MINUTES = 1_440;
/** The latest instant that a `Date` can hold. */
const MOST_MS = 8.64e15;
const FIRST_YEAR = 1900;
const LAST_YEAR = 9_999;
const LAST_MONTH = (LAST_YEAR - FIRST_YEAR + 1) * 12 - 1;
/** After so many months without working time (a century) a search gives up: the calendar has none. */
const EMPTY_MONTHS = 1_200;

// Dates and times of day

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Days since 1970-01-01 of a `YYYY-MM-DD`; undefined if there is no such date, or if it is outside the years 1901 to
 * 9998.
 */
export function dayNumber(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8)));
  const day = ms / DAY;
  // One year short of both limits, so that each date has its midnights within them in every zone.
  const within = ms >= Date.UTC(FIRST_YEAR + 1, 0) && ms < Date.UTC(LAST_YEAR, 0);
  return within && dateOf(day) === date ? day : undefined;
}

/** The `YYYY-MM-DD` of a day counted from 1970-01-01. */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The `YYYY-MM-DD` so many days after another, or before it. */
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

/** Day 0, 1970-01-01, was a Thursday. */
const weekdayOf = (day: number): Weekday => WEEKDAYS[(((day + 3) % 7) + 7) % 7] as Weekday;

/** Minutes from the start of the date of a block. The end is beyond 1440 when the block runs over midnight. */
type Range = [from: number, to: number];

const rangeOf = ({ from, to }: Block): Range => {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return [start, end <= start ? end + DAY_MINUTES : end];
};

const rangesOf = (blocks: Block[]): Range[] => blocks.map(rangeOf).sort(([a], [b]) => a - b);

// Index: each month is worked out when it is first asked for. Every case has its own copy of its calendar and asks for a
// few months only.

/** The working time of one UTC month: its stretches, from `starts[i]` to `ends[i]` (instants in ms). */
interface Month {
  starts: Float64Array;
  ends: Float64Array;
  /** Working ms of the month before each stretch. */
  before: Float64Array;
  total: number;
}

/** The working days of one local month as day numbers, and the instant (ms) at which each closes. */
interface WorkingDays {
  days: Float64Array;
  closes: Float64Array;
}

/** A calendar prepared for calculations, in milliseconds and day numbers. */
interface Index {
  from: number[];
  offset: number[];
  week: Record<Weekday, Range[]>;
  workday: Range[];
  special: Map<number, Range[]>;
  months: Map<number, Month>;
  workingDays: Map<number, WorkingDays>;
}

/** By the object of the calendar, which never changes once it is made. */
const indexes = new WeakMap<Calendar, Index>();

function indexOf(calendar: Calendar): Index {
  const known = indexes.get(calendar);
  if (known) return known;
  const workday = rangesOf(calendar.workday);
  const special = new Map<number, Range[]>();
  for (const [date, { kind, blocks }] of Object.entries(calendar.days)) {
    const day = dayNumber(date);
    if (day === undefined) continue;
    special.set(day, kind === 'holiday' ? [] : blocks ? rangesOf(blocks) : workday);
  }
  const index: Index = {
    from: calendar.offsets.map(([from]) => from),
    offset: calendar.offsets.map(([, minutes]) => minutes * MINUTE),
    week: Object.fromEntries(WEEKDAYS.map((day) => [day, rangesOf(calendar.week[day])])) as Index['week'],
    workday,
    special,
    months: new Map(),
    workingDays: new Map(),
  };
  indexes.set(calendar, index);
  return index;
}

/** The hours of a date: its own if it is special, else those of its weekday. */
const blocksOf = (index: Index, day: number): Range[] => index.special.get(day) ?? index.week[weekdayOf(day)];

/** How many of the ascending values are at or below the limit. */
function countUpTo(values: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A segment is a stretch of time with one offset. The first also covers all time before it. */
const segmentAt = (index: Index, ms: number): number => Math.max(0, countUpTo(index.from, ms) - 1);
const segmentStart = (index: Index, segment: number): number =>
  segment === 0 ? -Infinity : (index.from[segment] ?? Infinity);

/** Wall time, in milliseconds as if it were UTC. */
const wallAt = (index: Index, ms: number): number => ms + (index.offset[segmentAt(index, ms)] ?? 0);
const dayAt = (index: Index, ms: number): number => Math.floor(wallAt(index, ms) / DAY);

/**
 * The last instant before which the wall clock shows less than `wall`. For a wall time that a clock change skips, that
 * is the moment of the change; for one that comes twice, its second coming.
 */
function instantOf(index: Index, wall: number): number {
  let segment = index.from.length - 1;
  while (segment > 0 && (index.from[segment] as number) + (index.offset[segment] as number) >= wall) segment -= 1;
  return Math.min(segmentStart(index, segment + 1), wall - (index.offset[segment] ?? 0));
}

/**
 * The month of an instant, counted from January 1900.
 * @throws RangeError outside the years 1900 to 9999
 */
function monthAt(ms: number): number {
  const date = new Date(ms);
  const month = (date.getUTCFullYear() - FIRST_YEAR) * 12 + date.getUTCMonth();
  if (!(month >= 0 && month <= LAST_MONTH)) throw new RangeError('an instant outside the years 1900 to 9999');
  return month;
}

const monthStart = (month: number): number => Date.UTC(FIRST_YEAR, month);

function monthOf(index: Index, month: number): Month {
  const known = index.months.get(month);
  if (known) return known;
  const [first, end] = [monthStart(month), monthStart(month + 1)];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let segment = segmentAt(index, first); segmentStart(index, segment) < end; segment += 1) {
    const offset = index.offset[segment] ?? 0;
    const from = Math.max(first, segmentStart(index, segment)) + offset;
    const to = Math.min(end, segmentStart(index, segment + 1)) + offset;
    // From the day before on: its blocks may run over midnight into this stretch.
    for (let day = Math.floor(from / DAY) - 1; day * DAY < to; day += 1) {
      for (const [opens, closes] of blocksOf(index, day)) {
        const start = Math.max(from, day * DAY + opens * MINUTE) - offset;
        const stop = Math.min(to, day * DAY + closes * MINUTE) - offset;
        if (start >= stop) continue;
        const last = ends.length - 1;
        if (last >= 0 && start <= (ends[last] as number)) ends[last] = Math.max(ends[last] as number, stop);
        else {
          starts.push(start);
          ends.push(stop);
        }
      }
    }
  }
  let total = 0;
  const before = Float64Array.from(starts, (start, at) => {
    const sum = total;
    total += (ends[at] as number) - start;
    return sum;
  });
  const made = { starts: Float64Array.from(starts), ends: Float64Array.from(ends), before, total };
  index.months.set(month, made);
  return made;
}

function workingDaysOf(index: Index, month: number): WorkingDays {
  const known = index.workingDays.get(month);
  if (known) return known;
  const days: number[] = [];
  const closes: number[] = [];
  for (let day = monthStart(month) / DAY; day < monthStart(month + 1) / DAY; day += 1) {
    const close = closeOf(index, day);
    if (close === undefined) continue;
    days.push(day);
    closes.push(close);
  }
  const made = { days: Float64Array.from(days), closes: Float64Array.from(closes) };
  index.workingDays.set(month, made);
  return made;
}

/**
 * When the last block of a date ends (ms); undefined if the date has no block, or only such as a clock change skips.
 */
function closeOf(index: Index, day: number): number | undefined {
  let close: number | undefined;
  for (const [opens, closes] of blocksOf(index, day)) {
    const end = instantOf(index, day * DAY + closes * MINUTE);
    const exists = instantOf(index, day * DAY + opens * MINUTE) < end;
    if (exists && (close === undefined || end > close)) close = end;
  }
  return close;
}

/** How much working time of the month lies before an instant in it (ms). */
function workedBefore({ starts, ends, before }: Month, ms: number): number {
  const at = countUpTo(starts, ms) - 1;
  if (at < 0) return 0;
  return (before[at] as number) + Math.min(ms, ends[at] as number) - (starts[at] as number);
}

// Questions

/**
 * The earliest instant (ms) at or after `startMs` by which `ms` of working time have passed. It may be exactly closing
 * time. For 0 or less it is `startMs` itself.
 * @throws RangeError outside the years 1900 to 9999, or when a century has no working time
 */
export function addWorkingMs(calendar: Calendar, startMs: number, ms: number): number {
  const first = monthAt(startMs);
  if (ms <= 0) return startMs;
  // Throws at once when even time without a break would end after the last year: working time takes longer still.
  monthAt(startMs + ms);
  const index = indexOf(calendar);
  let left = ms + workedBefore(monthOf(index, first), startMs);
  let idle = 0;
  for (let month = first; month <= LAST_MONTH && idle < EMPTY_MONTHS; month += 1) {
    const { starts, before, total } = monthOf(index, month);
    if (left <= total) {
      // The stretch in which it is used up. Used up exactly at the end of a stretch, it ends at that closing time and
      // not when the next one opens.
      let at = countUpTo(before, left) - 1;
      if (before[at] === left) at -= 1;
      return (starts[at] as number) + left - (before[at] as number);
    }
    left -= total;
    idle = total === 0 ? idle + 1 : 0;
  }
  throw new RangeError('the calendar has no such working time');
}

/**
 * Working time between two instants, in ms; 0 when the second is not after the first.
 * @throws RangeError for an instant outside the years 1900 to 9999
 */
export function workingMsBetween(calendar: Calendar, fromMs: number, toMs: number): number {
  const [first, last] = [monthAt(fromMs), monthAt(toMs)];
  if (toMs <= fromMs) return 0;
  const index = indexOf(calendar);
  let sum = workedBefore(monthOf(index, last), toMs) - workedBefore(monthOf(index, first), fromMs);
  for (let month = first; month < last; month += 1) sum += monthOf(index, month).total;
  return sum;
}

/**
 * Close of business (ms) on the n-th working day after the local day of the start, which is not counted itself (Civil
 * Code of the PRC, art. 201 and 203). A part of a day counts as a whole one, and less than one day as one.
 * @throws RangeError outside the years 1900 to 9999, or when a century has no working day
 */
export function endOfWorkingDay(calendar: Calendar, startMs: number, n: number): number {
  monthAt(startMs);
  const index = indexOf(calendar);
  return nthWorkingDay(index, dayAt(index, startMs), Math.max(1, wholeDays(n))).close;
}

function wholeDays(n: number): number {
  if (!Number.isFinite(n)) throw new RangeError('no number of days');
  return Math.ceil(n);
}

/** The n-th working day after a day, and when it closes (ms). */
function nthWorkingDay(index: Index, after: number, n: number): { day: number; close: number } {
  let left = n;
  let idle = 0;
  for (let month = monthAt(after * DAY); month <= LAST_MONTH && idle < EMPTY_MONTHS; month += 1) {
    const { days, closes } = workingDaysOf(index, month);
    const at = countUpTo(days, after) + left - 1;
    if (at < days.length) return { day: days[at] as number, close: closes[at] as number };
    left = at - days.length + 1;
    idle = days.length === 0 ? idle + 1 : 0;
  }
  throw new RangeError('the calendar has no such working day');
}

/**
 * 24:00 local time (ms) of the n-th calendar day after the local day of the start. With `roll`, if that is no working
 * day, of the next working day (Civil Code of the PRC, art. 203).
 * @throws RangeError outside the years 1900 to 9999, or when a century has no working day
 */
export function endOfDay(calendar: Calendar, startMs: number, n: number, roll: boolean): number {
  monthAt(startMs);
  const index = indexOf(calendar);
  const day = dayAt(index, startMs) + Math.max(0, wholeDays(n));
  monthAt(day * DAY);
  const last = roll ? nthWorkingDay(index, day - 1, 1).day : day;
  return instantOf(index, (last + 1) * DAY);
}

/** Whether an instant is working time: from the opening on, the closing not included. */
export function isWorkingTime(calendar: Calendar, ms: number): boolean {
  const { starts, ends } = monthOf(indexOf(calendar), monthAt(ms));
  const at = countUpTo(starts, ms) - 1;
  return at >= 0 && ms < (ends[at] as number);
}

/**
 * The earliest working instant (ms) at or after `ms`: `ms` itself when that is working time.
 * @throws RangeError outside the years 1900 to 9999, or when a century has no working time
 */
export function nextWorkingMoment(calendar: Calendar, ms: number): number {
  if (isWorkingTime(calendar, ms)) return ms;
  const index = indexOf(calendar);
  const first = monthAt(ms);
  for (let month = first; month <= Math.min(LAST_MONTH, first + EMPTY_MONTHS); month += 1) {
    const { starts } = monthOf(index, month);
    const next = starts[countUpTo(starts, ms)];
    if (next !== undefined) return next;
  }
  throw new RangeError('the calendar has no working time');
}

/** A date `YYYY-MM-DD`, with the name that the calendar has for it. */
export interface NamedDay {
  date: string;
  name?: Words;
}

/** What lies between two instants by a calendar; see `describeSpan`. */
export interface Span {
  /** Elapsed time; `workingMs` is the working time in it. */
  wallMs: number;
  workingMs: number;
  /** Local midnights between the two. */
  nights: number;
  /**
   * Dates on which the week has no hours and that are neither holidays nor make-up days. The first and the last date
   * count.
   */
  weekendDays: number;
  holidays: NamedDay[];
  makeUpDays: NamedDay[];
}

/**
 * What lies between two instants, so that a person can see why a due time is when it is. All of it is 0 or empty when
 * the second is not after the first.
 */
export function describeSpan(calendar: Calendar, fromMs: number, toMs: number): Span {
  const index = indexOf(calendar);
  const span: Span = {
    wallMs: Math.max(0, toMs - fromMs),
    workingMs: workingMsBetween(calendar, fromMs, toMs),
    nights: 0,
    weekendDays: 0,
    holidays: [],
    makeUpDays: [],
  };
  if (toMs <= fromMs) return span;
  const first = dayAt(index, fromMs);
  // An end at midnight does not touch the day that begins there.
  const last = Math.max(first, Math.ceil(wallAt(index, toMs) / DAY) - 1);
  span.nights = last - first;
  for (let day = first; day <= last; day += 1) {
    const date = dateOf(day);
    const special = calendar.days[date];
    const rests = index.week[weekdayOf(day)].length === 0;
    const named = { date, ...(special?.name ? { name: special.name } : {}) };
    if (special?.kind === 'holiday') span.holidays.push(named);
    else if (special && rests) span.makeUpDays.push(named);
    else if (!special && rests) span.weekendDays += 1;
  }
  return span;
}

/**
 * `rest`: the week has no hours. `makeUp`: a working day although the week has no hours. `special`: a working day of
 * the week with hours of its own.
 */
export const DAY_KINDS = ['workday', 'rest', 'holiday', 'makeUp', 'special'] as const;

/** One local date as the calendar has it, for people to check. */
export interface CalendarDay extends NamedDay {
  weekday: Weekday;
  kind: (typeof DAY_KINDS)[number];
  blocks: Block[];
  /**
   * Working time between its two midnights. It differs from `blocks` where one runs over midnight, or the clocks
   * change.
   */
  workingMinutes: number;
}

/**
 * One date as the calendar has it.
 * @throws RangeError when there is no such date
 */
export function calendarDay(calendar: Calendar, date: string): CalendarDay {
  const day = dayNumber(date);
  if (day === undefined) throw new RangeError('no such date');
  const index = indexOf(calendar);
  const workingMs = workingMsBetween(calendar, instantOf(index, day * DAY), instantOf(index, (day + 1) * DAY));
  const weekday = weekdayOf(day);
  const regular = calendar.week[weekday];
  const special = calendar.days[date];
  const about = { date, weekday, ...(special?.name ? { name: special.name } : {}), workingMinutes: workingMs / MINUTE };
  if (!special) return { ...about, kind: regular.length > 0 ? 'workday' : 'rest', blocks: regular };
  if (special.kind === 'holiday') return { ...about, kind: 'holiday', blocks: [] };
  return { ...about, kind: regular.length > 0 ? 'special' : 'makeUp', blocks: special.blocks ?? calendar.workday };
}

// Schema

const time = (also: string[]) =>
  z.string().refine((text) => TIME.test(text) || also.includes(text), {
    // Ends the parse, so that the checks across fields find only times that can be read.
    abort: true,
    error: said({ zh: '须为 HH:MM 格式的时间', en: 'must be a time as HH:MM' }),
  });
const blockSchema = z.strictObject({ from: time([]), to: time(['24:00']) });
const blocksSchema = z
  .array(blockSchema)
  .max(12, { error: said({ zh: '一天最多 12 个时段', en: 'at most 12 blocks a day' }) });

const nameText = z
  .string()
  .max(80, { error: said({ zh: '最多 80 个字', en: 'at most 80 characters' }) })
  .refine((text) => text.trim().length > 0 && isCleanText(text) && !/[\p{Cc}\u2028\u2029]/u.test(text), {
    error: said({
      zh: '须为一行文字，不能为空，不能含控制字符',
      en: 'must be one line, not empty, without control characters',
    }),
  });
const wordsSchema = z.strictObject({ zh: nameText, en: nameText });

export const calendarIdSchema = z.string().regex(SLUG, {
  error: said({
    zh: '编号须为小写字母、数字和连字符，最多 40 个字符',
    en: 'must be lower-case letters, digits and hyphens, at most 40',
  }),
});

const fields = z.strictObject({
  id: calendarIdSchema,
  version: z.int().min(1).max(2_147_483_647),
  name: wordsSchema,
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_+/-]+$/, { error: said({ zh: '不是时区名称', en: 'is no name of a time zone' }) }),
  week: z.strictObject({
    mon: blocksSchema,
    tue: blocksSchema,
    wed: blocksSchema,
    thu: blocksSchema,
    fri: blocksSchema,
    sat: blocksSchema,
    sun: blocksSchema,
  }),
  workday: blocksSchema,
  days: z.record(
    z.string(),
    z.strictObject({
      kind: z.enum(['holiday', 'workday']),
      name: wordsSchema.optional(),
      blocks: blocksSchema.optional(),
    }),
  ),
  years: z.array(z.number().int().min(FIRST_YEAR).max(LAST_YEAR)).max(200),
  offsets: z
    .array(z.tuple([z.int().min(-MOST_MS).max(MOST_MS), z.number().int().min(-DAY_MINUTES).max(DAY_MINUTES)]))
    .min(1)
    .max(2_000),
});

type Add = (path: (string | number)[], words: Words) => void;

const OVERLAP: Words = { zh: '时段重叠', en: 'overlaps another block' };
const NO_DATE: Words = { zh: '没有这个日期，须为 YYYY-MM-DD', en: 'is no date as YYYY-MM-DD' };

/** Reports each block of a list that begins before an earlier one has ended. */
function checkOwn(blocks: Block[], path: (string | number)[], add: Add): void {
  const sorted = blocks
    .map((block, at) => ({ at, range: rangeOf(block) }))
    .sort((a, b) => a.range[0] - b.range[0] || a.at - b.at);
  for (const [at, { range, at: position }] of sorted.entries()) {
    const before = sorted.slice(0, at).some((other) => other.range[1] > range[0]);
    if (before) add([...path, position], OVERLAP);
  }
}

/**
 * The index of the first block of a date that a block of the date before, running over midnight, overlaps; -1 if none
 * does.
 */
const runsInto = (before: Block[], next: Block[]): number =>
  next.findIndex((block) => before.some((other) => rangeOf(other)[1] - DAY_MINUTES > rangeOf(block)[0]));

/** The checks that need more than one field: overlaps, missing or needless hours, dates that do not exist. */
function check(calendar: Pick<Calendar, 'week' | 'workday' | 'days'>, add: Add): void {
  const { week, workday, days } = calendar;
  if (WEEKDAYS.every((day) => week[day].length === 0)) {
    add(['week'], { zh: '整周没有任何工作时间', en: 'has no working time at all' });
  }
  for (const [at, day] of WEEKDAYS.entries()) {
    checkOwn(week[day], ['week', day], add);
    const next = WEEKDAYS[(at + 1) % 7] as Weekday;
    const overlap = runsInto(week[day], week[next]);
    if (overlap >= 0) {
      add(['week', next, overlap], { zh: '与前一天跨夜的时段重叠', en: 'overlaps a block of the day before' });
    }
  }
  checkOwn(workday, ['workday'], add);

  const effective = (day: number): Block[] => {
    const special = days[dateOf(day)];
    if (!special) return week[weekdayOf(day)];
    return special.kind === 'holiday' ? [] : (special.blocks ?? workday);
  };
  for (const [date, { kind, blocks }] of Object.entries(days)) {
    const day = dayNumber(date);
    if (day === undefined) {
      add(['days', date], NO_DATE);
      continue;
    }
    if (kind === 'holiday') {
      if (blocks) {
        add(['days', date, 'blocks'], {
          zh: '假日没有工作时段；半天上班请写成有时段的工作日',
          en: 'a holiday has no hours: make a half holiday a working day with its own hours',
        });
      }
      continue;
    }
    const own = blocks ?? workday;
    if (own.length === 0) {
      add(['days', date], { zh: '工作日没有工作时段', en: 'is a working day without hours' });
      continue;
    }
    if (blocks) checkOwn(blocks, ['days', date, 'blocks'], add);
    if (runsInto(effective(day - 1), own) >= 0 || runsInto(own, effective(day + 1)) >= 0) {
      add(['days', date], { zh: '与前后一天跨夜的时段重叠', en: 'overlaps a block over midnight beside it' });
    }
  }
}

const addTo =
  (context: {
    addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string; params: object }): void;
  }): Add =>
  (path, words) =>
    context.addIssue({ code: 'custom', path, message: words.en, params: { words } });

/** A calendar as a person writes it. Its id, version and offsets are added when it is published. */
export const calendarDraftSchema = fields
  .omit({ id: true, version: true, offsets: true })
  .superRefine((calendar, context) => check(calendar, addTo(context)));
export type CalendarDraft = z.infer<typeof calendarDraftSchema>;

/** A published calendar. Its offsets have to ascend. */
export const calendarSchema: z.ZodType<Calendar> = fields.superRefine((calendar, context) => {
  const add = addTo(context);
  check(calendar, add);
  for (const [at, [from]] of calendar.offsets.entries()) {
    const before = calendar.offsets[at - 1];
    if (before && before[0] >= from)
      add(['offsets', at, 0], { zh: '须按时间先后排列', en: 'must lie after the one before' });
  }
});
