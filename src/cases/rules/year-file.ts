/**
 * Reads files with the holidays of a year into days of a calendar: JSON (the public holiday-cn files and our own) and
 * iCalendar (RFC 5545) as public calendars write it. Such feeds are often not quite by the standard, so reading is lenient
 * where the meaning is plain, and refuses with the place in the file where it is not.
 * @module
 */
import { faultsOf, type Fault } from '../../domain/basics/faults';
import ICAL from 'ical.js';
import { z } from 'zod';
import { dateOf, dayNumber, type SpecialDay } from '../../domain/time/calendar';
import type { Words } from '../../domain/basics/types';
import { invalid } from '../refused';

/** What a year file says. Dates are `YYYY-MM-DD`. */
export interface YearDays {
  /** Years that the file is about. */
  years: number[];
  days: Record<string, SpecialDay>;
  taken: Taken[];
  skipped: Skipped[];
}

/** An entry that became days of the calendar. */
export interface Taken {
  /** Where in the file: `days.3`, `VEVENT.12`, counted from 0. */
  place: string;
  from: string;
  /** Its last day. */
  to: string;
  kind: SpecialDay['kind'];
  name?: string;
  /** Its times of day as the file has them. The calendar's own hours of a working day hold, not these. */
  times?: string;
}

/** Why an entry becomes no day. */
export const SKIP_REASONS = ['cancelled', 'observance', 'timed'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** An entry of which no day was made. */
export interface Skipped {
  place: string;
  reason: SkipReason;
  date?: string;
  name?: string;
}

/** The reasons, to follow a count: “3 cancelled”. */
export const SKIP_WORDS: Record<SkipReason, Words> = {
  cancelled: { zh: '已取消', en: 'cancelled' },
  observance: { zh: '纪念日或节气，照常上班', en: 'observances, on which people work' },
  timed: { zh: '只占一天中的一段时间，也没有写明上班', en: 'only part of a day, and not said to be worked' },
};

/** The most days of one file: five years of a country with many holidays have some 400. */
const MAX_DAYS = 2_000;
const MAX_EVENTS = 10_000;
/** The longest event in days: no public holiday is longer. */
const MAX_EVENT_DAYS = 40;
/** The most years of a holiday that is written as a yearly series. */
const MAX_SERIES = 60;
/** A longer name is cut. */
const MAX_NAME = 80;

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

const name = z.union([z.string(), z.strictObject({ zh: z.string(), en: z.string() })]);

/**
 * The shape of the public holiday-cn files (with `isOffDay`), and of ours (with `kind`). A file may name days of the
 * December before its year: the official notice of a year covers its whole New Year holiday.
 */
const yearFileSchema = z.object({
  year: z.number().int().min(1950).max(9_990),
  days: z
    .array(
      z.object({
        date: z.string(),
        name: name.optional(),
        kind: z.enum(['holiday', 'workday']).optional(),
        isOffDay: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(MAX_DAYS),
});

/** A name on one line, cut to `MAX_NAME`. */
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1).toWellFormed()}…` : line;
};

const bothWords = (text: string | Words): Words =>
  typeof text === 'string' ? { zh: oneLine(text), en: oneLine(text) } : text;

/** Without the byte order mark that some editors write first. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/**
 * Reads a parsed JSON year file.
 * @param path where in the request the file stands; faults begin with it
 * @throws Refused `invalid` with every fault by its place
 */
export function readYearFile(file: unknown, path: string): YearDays {
  const parsed = yearFileSchema.safeParse(file, { reportInput: true });
  if (!parsed.success) {
    throw invalid(
      faultsOf(parsed.error).map((found) => ({
        ...found,
        path: found.path === '' ? path : `${path}.${found.path}`,
      })),
    );
  }
  const { year, days: entries } = parsed.data;
  const faults: Fault[] = [];
  const days: Record<string, SpecialDay> = {};
  const taken: Taken[] = [];
  for (const [at, entry] of entries.entries()) {
    const place = `${path}.days.${at}`;
    const { date, isOffDay, kind = isOffDay === undefined ? undefined : isOffDay ? 'holiday' : 'workday' } = entry;
    if (dayNumber(date) === undefined) {
      faults.push(fault(`${place}.date`, '没有这个日期，须为 YYYY-MM-DD', 'is no date as YYYY-MM-DD'));
    } else if (Math.abs(Number(date.slice(0, 4)) - year) > 1) {
      faults.push(fault(`${place}.date`, `不属于 ${year} 年`, `does not belong to ${year}`));
    } else if (days[date]) {
      faults.push(fault(`${place}.date`, '日期重复', 'is there twice'));
    } else if (kind === undefined) {
      faults.push(fault(place, '须有 kind 或 isOffDay', 'needs kind or isOffDay'));
    } else if (isOffDay !== undefined && isOffDay !== (kind === 'holiday')) {
      faults.push(fault(place, 'kind 与 isOffDay 矛盾', 'kind and isOffDay contradict each other'));
    } else {
      const words = entry.name === undefined ? undefined : bothWords(entry.name);
      days[date] = { kind, name: words };
      taken.push({ place: `days.${at}`, from: date, to: date, kind, name: words?.zh });
    }
  }
  if (faults.length > 0) throw invalid(faults);
  return { years: [year], days, taken, skipped: [] };
}

/** The same from its text. @throws Refused `invalid`, also for what is not JSON */
export function readYearText(text: string, path: string): YearDays {
  let file: unknown;
  try {
    file = JSON.parse(withoutMark(text));
  } catch {
    throw invalid([fault(path, '不是 JSON', 'is not JSON')]);
  }
  return readYearFile(file, path);
}

/** Says that a day is worked: 春节（班）, 补班, 调休上班, 特殊工作日, workday, make-up day. */
const WORKED =
  /[补補]班|[补補]?上班|工作日|^班$|[（([【「\s|｜]班[）)\]】」]?$|^班[|｜\s]|\bwork(?:ing)?[ -]?day\b|\bmake-?up\b/i;
/** Says the opposite although `WORKED` fits: 不上班, 非工作日, “non-working day”. */
const NOT_WORKED =
  /(?:[不免]|[无無毋][需须須])(?:用|必|需|须|須)?(?:[补補]|上)班|非工作日|\bnon-?work|\bnot? a work|\bno work/i;

/** Whether an event's title or category says that people work on that day. */
export const saysWorked = (text: string): boolean => WORKED.test(text) && !NOT_WORKED.test(text);

/** How holiday feeds mark what is no day off, on the first line of the description or as a category. */
const OBSERVANCE =
  /^(?:observances?|seasons?|clock change.*|daylight saving.*|not a (?:public|bank) holiday.*|gedenktag|[纪紀]念日|[节節]日|[节節][气氣]|二十四[节節][气氣]|庆祝活动|祭日|f[eê]te non fériée|efeméride|celebración|ricorrenza)$/i;
/**
 * In Google's feeds, in whatever language, only the descriptions of observances have a further line, which explains how to
 * hide them in the settings of Google Calendar.
 */
const HIDING_HINT = /\n[^\n]*\bgoogle\b/i;

/** Whether an event is an observance, on which people work as usual. */
const saysObservance = ({ description, categories }: EventWords): boolean =>
  [description.split('\n', 1)[0] ?? '', ...categories].some((text) => OBSERVANCE.test(text.trim())) ||
  HIDING_HINT.test(description);

/**
 * Reads an iCalendar file. An event of whole days makes days off, or working days if it says so. Of events with times of
 * day, only those count that last from midnight to midnight or say that they are worked.
 * @param path where in the request the file stands; faults begin with it
 * @param offsetAt how many minutes the calendar's zone is ahead of UTC at an instant (milliseconds since 1970): some files
 *   give times in UTC only
 * @throws Refused `invalid`, naming the line or event, for what cannot be read or contradicts itself, and for a file of
 *   which no day is made
 */
export function readICal(text: string, path: string, offsetAt: (ms: number) => number): YearDays {
  const calendars = calendarsOf(withoutMark(text), path);
  const events = calendars.flatMap((calendar) => {
    const cancels = textOf(calendar, 'method').toUpperCase() === 'CANCEL';
    return calendar.getAllSubcomponents('vevent').map((event) => ({ event, cancels }));
  });
  if (events.length > MAX_EVENTS) {
    throw invalid([fault(path, `事件超过 ${MAX_EVENTS} 个`, `has more than ${MAX_EVENTS} events`)]);
  }
  // Apple's feeds mark days off and make-up days for machines. In such a file an event without a mark is an observance.
  const marked = events.some(({ event }) => appleKind(event) !== undefined);
  const faults: Fault[] = [];
  const days: Record<string, SpecialDay> = {};
  const taken: Taken[] = [];
  const skipped: Skipped[] = [];
  for (const [at, { event, cancels }] of events.entries()) {
    const place = `VEVENT.${at}`;
    const blame = (zh: string, en: string): void => void faults.push(fault(`${path}.${place}`, zh, en));
    const words = wordsOf(event);
    const called = words.summary === '' ? {} : { name: oneLine(words.summary) };
    const span = spanOf(event, offsetAt);
    const skip = (reason: SkipReason): void =>
      void skipped.push({ place, reason, ...('first' in span && { date: dateOf(span.first) }), ...called });

    if (cancels || textOf(event, 'status').toUpperCase() === 'CANCELLED') {
      skip('cancelled');
      continue;
    }
    const mark = appleKind(event);
    const worked = mark ? mark === 'workday' : [words.summary, ...words.categories].some(saysWorked);
    if (!worked && (marked ? !mark : saysObservance(words))) {
      skip('observance');
      continue;
    }
    if ('unreadable' in span) {
      blame(`读不懂 ${span.unreadable}`, `has a value that cannot be read: ${span.unreadable}`);
      continue;
    }
    if (!span.whole && !worked) {
      skip('timed');
      continue;
    }
    const { first, last } = span;
    if (last < first || last - first >= MAX_EVENT_DAYS) {
      blame(`日期有误，或超过 ${MAX_EVENT_DAYS} 天`, `has wrong dates, or over ${MAX_EVENT_DAYS} days`);
      continue;
    }
    const starts = seriesOf(event, first);
    if (!starts) {
      blame('重复事件无法导入，请逐日列出', 'repeats: list its dates one by one, holidays move');
      continue;
    }
    const kind = worked ? 'workday' : 'holiday';
    for (const start of starts) {
      const dates = Array.from({ length: last - first + 1 }, (_, n) => dateOf(start + n));
      for (const date of dates) {
        if (days[date] && days[date].kind !== kind) {
          blame(`${date} 既是假日又是工作日`, `${date} is both a holiday and a working day`);
        }
        days[date] ??= { kind, ...(words.summary === '' ? {} : { name: bothWords(words.summary) }) };
      }
      taken.push({
        place,
        from: dateOf(start),
        to: dateOf(start + last - first),
        kind,
        ...called,
        ...(span.whole ? {} : { times: span.times }),
      });
    }
    if (faults.length > 50 || Object.keys(days).length > MAX_DAYS) break;
  }
  const count = Object.keys(days).length;
  if (count > MAX_DAYS) faults.push(fault(path, `超过 ${MAX_DAYS} 天`, `has more than ${MAX_DAYS} days`));
  if (faults.length === 0 && count === 0) faults.push(nothingIn(skipped, path));
  if (faults.length > 0) throw invalid(faults.slice(0, 50));
  return { years: coveredYears(Object.keys(days)), days, taken, skipped };
}

/** The fault of a file of which no day is made, with why its events were skipped. */
function nothingIn(skipped: readonly Skipped[], path: string): Fault {
  const why = SKIP_REASONS.flatMap((reason) => {
    const count = skipped.filter((item) => item.reason === reason).length;
    return count === 0 ? [] : [{ count, ...SKIP_WORDS[reason] }];
  });
  if (why.length === 0) return fault(path, '没有全天事件', 'has no event of a whole day');
  return fault(
    path,
    `没有全天事件：${why.map(({ count, zh }) => `${count} 个${zh}`).join('；')}`,
    `has no event of a whole day: ${why.map(({ count, en }) => `${count} ${en}`).join('; ')}`,
  );
}

/**
 * The most days by which a file may run into another year without being about that year: a New Year holiday may begin in
 * December, and its make-up days may lie in the first days of January.
 */
const SPILL_DAYS = 5;
/** Whether these dates of one year are only such a run over the turn of the year. */
const isSpill = (dates: readonly string[]): boolean =>
  dates.length <= SPILL_DAYS &&
  (dates.every((date) => date.slice(5) >= '12-25') || dates.every((date) => date.slice(5) <= '01-10'));

/** The years that the dates are about, without a year into which they only run for a few days (`isSpill`). */
function coveredYears(dates: readonly string[]): number[] {
  const byYear = new Map<number, string[]>();
  for (const date of dates.toSorted()) {
    const year = Number(date.slice(0, 4));
    byYear.set(year, [...(byYear.get(year) ?? []), date]);
  }
  const years = [...byYear.keys()];
  const covered = years.filter((year) => {
    const beside = byYear.has(year - 1) || byYear.has(year + 1);
    return !beside || !isSpill(byYear.get(year) ?? []);
  });
  // Nothing but days around one New Year: by custom they belong to the year that begins.
  return covered.length > 0 ? covered : years.slice(-1);
}

type Component = InstanceType<typeof ICAL.Component>;

/** The properties that are read. All others are dropped unread, because feeds have properties of their own, some broken. */
const READ = new Set([
  'BEGIN',
  'END',
  'METHOD',
  'DTSTART',
  'DTEND',
  'DURATION',
  'SUMMARY',
  'DESCRIPTION',
  'CATEGORIES',
  'STATUS',
  'RRULE',
  'RDATE',
  'EXDATE',
  'X-APPLE-SPECIAL-DAY',
  'X-MICROSOFT-CDO-ALLDAYEVENT',
]);

/** A content line of the file. */
interface Line {
  /** Where it begins in the file, counted from 1. */
  number: number;
  text: string;
}

/**
 * The content lines of a file, with wrapped lines joined: also texts that were wrapped without the leading space which the
 * standard demands.
 * @throws Refused `invalid` for a line that is none
 */
function linesOf(text: string, path: string): Line[] {
  const lines: Line[] = [];
  let dropping = false;
  for (const [at, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const last = lines.at(-1);
    const propertyName = /^([A-Za-z][A-Za-z0-9-]*)[;:]/.exec(raw)?.[1]?.toUpperCase();
    if (/^[ \t]/.test(raw)) {
      if (last && !dropping) last.text += raw.slice(1);
    } else if (propertyName !== undefined) {
      dropping = !READ.has(propertyName);
      if (!dropping) lines.push({ number: at + 1, text: raw });
    } else if (raw.trim() !== '' && !dropping) {
      if (!last || !/^(?:SUMMARY|DESCRIPTION|CATEGORIES)[;:]/i.test(last.text)) throw invalid([badLine(path, at + 1)]);
      last.text += `\\n${raw}`;
    }
  }
  return lines;
}

const badLine = (path: string, line: number): Fault =>
  fault(path, `第 ${line} 行不是 iCalendar 的写法`, `line ${line} is not as iCalendar has it`);

/**
 * Properties with times. They are handed to the library as text and read by `written`, because the library throws at some
 * values and makes 2 March of 30 February.
 */
const TIMES = /^(DTSTART|DTEND|DURATION)(?:;[^:"]*(?:"[^"]*"[^:"]*)*)?:(.*)$/is;

/** The calendars in a file. @throws Refused `invalid`, naming the first line that cannot be read */
function calendarsOf(text: string, path: string): Component[] {
  if (!/^\s*BEGIN:VCALENDAR\s*$/im.test(text.slice(0, 1_000))) {
    throw invalid([fault(path, '不是 iCalendar 文件', 'is no iCalendar file')]);
  }
  const lines = linesOf(text, path);
  const begun = lines.filter((line) => /^BEGIN:/i.test(line.text)).length;
  if (begun !== lines.filter((line) => /^END:/i.test(line.text)).length) {
    throw invalid([fault(path, '不是完整的 iCalendar 文件', 'is no iCalendar file, or only part of one')]);
  }
  try {
    const parsed = ICAL.parse(
      lines.map((line) => line.text.replace(TIMES, '$1;VALUE=TEXT:$2')).join('\r\n'),
    ) as unknown[];
    // For several calendars in one file, the library gives a list.
    const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]).map((jcal) => new ICAL.Component(jcal as never));
    return calendars.filter((calendar) => calendar.name === 'vcalendar');
  } catch {
    const bad = lines.find((line) => !isReadable(line.text));
    throw invalid([bad ? badLine(path, bad.number) : fault(path, '不是 iCalendar 文件', 'is no iCalendar file')]);
  }
}

/** Whether the library can read this line by itself. */
function isReadable(line: string): boolean {
  if (/^(?:BEGIN|END):/i.test(line)) return true;
  try {
    ICAL.parse(`BEGIN:VEVENT\r\n${line}\r\nEND:VEVENT\r\n`);
    return true;
  } catch {
    return false;
  }
}

/** The value of a property as text; `''` if the component does not have it. */
function textOf(component: Component, property: string): string {
  const value: unknown = component.getFirstProperty(property)?.toJSON()[3];
  return typeof value === 'string' ? value.trim() : '';
}

/** The texts of an event that say what it is. */
interface EventWords {
  summary: string;
  description: string;
  categories: string[];
}

const wordsOf = (event: Component): EventWords => ({
  summary: textOf(event, 'summary'),
  description: textOf(event, 'description'),
  categories: event
    .getAllProperties('categories')
    .flatMap((property) => (property.toJSON() as unknown[]).slice(3).map(String)),
});

/** What Apple's own mark says of an event; undefined without one. */
function appleKind(event: Component): SpecialDay['kind'] | undefined {
  const mark = textOf(event, 'x-apple-special-day').toUpperCase();
  return mark === 'WORK-HOLIDAY' ? 'holiday' : mark === 'ALTERNATE-WORKDAY' ? 'workday' : undefined;
}

const DAY_S = 86_400;

/**
 * The days of an event as day numbers, both included. `whole`: it lasts whole days; otherwise `times` has its times of day.
 * `unreadable`: the property whose value cannot be read.
 */
type EventSpan = { first: number; last: number; whole: boolean; times?: string } | { unreadable: string };

/** A date or date-time as a file has it. */
interface Written {
  /** The day number of its date. */
  day: number;
  /** Seconds since that midnight; absent for a date. */
  time?: number;
  utc: boolean;
}

/**
 * Reads a date or date-time by how it looks and not by the property's `VALUE`, which files get wrong: eight digits are a
 * date. Undefined if it is neither, or no day of the calendar.
 */
function written(value: string): Written | undefined {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(Z)?)?$/i.exec(value);
  if (!parts) return undefined;
  const [, year, month, date, hour, minute, second = '0', utc] = parts;
  const day = dayNumber(`${year}-${month}-${date}`);
  if (day === undefined) return undefined;
  if (hour === undefined || minute === undefined) return { day, utc: false };
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 60) return undefined;
  return { day, time: h * 3_600 + m * 60 + s, utc: utc !== undefined };
}

/** A duration in seconds; undefined if it is none. */
function durationOf(value: string): number | undefined {
  if (!/^[+-]?P(?:\d+W|(?=\d|T\d)(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/i.test(value)) return undefined;
  return ICAL.Duration.fromString(value.toUpperCase()).toSeconds();
}

/** A time of day as `09:30`, from seconds since any midnight. */
const clockOf = (seconds: number): string => {
  const within = ((seconds % DAY_S) + DAY_S) % DAY_S;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(within / 3_600))}:${two(Math.floor((within % 3_600) / 60))}`;
};

/**
 * The days of an event. By the standard its end is not part of it, and without an end it is a single day; an end on the day
 * of the beginning, which some programs write, also means that day.
 */
function spanOf(event: Component, offsetAt: (ms: number) => number): EventSpan {
  const start = written(textOf(event, 'dtstart'));
  if (!start) return { unreadable: 'DTSTART' };
  const ends = event.hasProperty('dtend') ? written(textOf(event, 'dtend')) : undefined;
  if (event.hasProperty('dtend') && !ends) return { unreadable: 'DTEND' };
  const duration = event.hasProperty('duration') ? durationOf(textOf(event, 'duration')) : undefined;
  if (event.hasProperty('duration') && duration === undefined) return { unreadable: 'DURATION' };

  if (start.time === undefined) {
    const length = duration === undefined ? 0 : Math.floor(duration / DAY_S);
    const after = ends ? ends.day + (ends.time ? 1 : 0) : start.day + length;
    return { first: start.day, last: after === start.day ? after : after - 1, whole: true };
  }
  const from = start.day * DAY_S + start.time;
  const to = ends ? ends.day * DAY_S + (ends.time ?? 0) : from + (duration ?? 0);
  // From midnight to midnight (or a minute before) as written, even in UTC: some programs have no other way to write whole
  // days, so these are not shifted into the calendar's zone.
  const wholeAsWritten =
    start.time === 0 &&
    to > from &&
    (to % DAY_S === 0 || to % DAY_S >= DAY_S - 60) &&
    start.utc === (ends ?? start).utc;
  const wholeAsSaid = textOf(event, 'x-microsoft-cdo-alldayevent').toUpperCase() === 'TRUE';
  const local = (seconds: number, utc: boolean): number => seconds + (utc ? offsetAt(seconds * 1_000) * 60 : 0);
  const [begin, end] =
    wholeAsWritten || wholeAsSaid ? [from, to] : [local(from, start.utc), local(to, (ends ?? start).utc)];
  const whole =
    wholeAsWritten ||
    wholeAsSaid ||
    (end > begin && begin % DAY_S === 0 && (end % DAY_S === 0 || end % DAY_S >= DAY_S - 60));
  const first = Math.floor(begin / DAY_S);
  const last = end === begin ? first : Math.floor((end - 1) / DAY_S);
  return { first, last, whole, ...(whole ? {} : { times: `${clockOf(begin)}–${clockOf(end)}` }) };
}

/** The one kind of recurrence rule that is taken: the same date year after year, up to an end. */
const yearlySchema = z.strictObject({
  freq: z.literal('YEARLY'),
  interval: z.number().int().min(1).max(100).default(1),
  count: z.number().int().min(1).max(MAX_SERIES).optional(),
  until: z.string().optional(),
  bymonth: z.number().optional(),
  bymonthday: z.number().optional(),
  wkst: z.unknown().optional(),
});

/**
 * The first day (as a day number) of each occurrence of an event. Undefined for a series without an end and for any other
 * recurrence: holidays move from year to year, so such a file would be wrong.
 */
function seriesOf(event: Component, first: number): number[] | undefined {
  if (event.hasProperty('rdate') || event.hasProperty('exdate')) return undefined;
  const [rule, another] = event.getAllProperties('rrule');
  if (!rule) return [first];
  const parsed = yearlySchema.safeParse((rule.toJSON() as unknown[])[3]);
  if (another || !parsed.success) return undefined;
  const { interval, count, until, bymonth, bymonthday } = parsed.data;
  const [year, month, date] = dateOf(first).split('-').map(Number) as [number, number, number];
  const last = until === undefined ? undefined : written(until)?.day;
  if ((count === undefined) === (last === undefined)) return undefined;
  if ((bymonth ?? month) !== month || (bymonthday ?? date) !== date) return undefined;
  const days: number[] = [];
  for (let n = 0; days.length < (count ?? Infinity) && n < 8 * MAX_SERIES; n += 1) {
    // `day` is undefined for 29 February in a year without one; that year is left out.
    const day = dayNumber(`${year + n * interval}-${dateOf(first).slice(5)}`);
    if (day !== undefined && last !== undefined && day > last) break;
    if (day !== undefined) days.push(day);
    if (days.length > MAX_SERIES) return undefined;
  }
  return days.length > 0 ? days : undefined;
}
