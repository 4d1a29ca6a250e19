import { faultMessages } from '../domain/faults';
import ICAL from 'ical.js';
import { z } from 'zod';
import { dateOf, dayNumber, inBoth, type SpecialDay } from '../domain/calendar';
import type { Words } from '../domain/types';
import { invalid, type FieldFault } from './refused';

/** What a year file says: days off and days made up for them, and which years it covers. */
export interface YearDays {
  years: number[];
  days: Record<string, SpecialDay>;
  /** Entries that are no whole day, or cancelled. */
  skipped: number;
}

const MAX_DAYS = 2_000;
/** No public holiday is longer; a longer event is something else. */
const MAX_EVENT_DAYS = 40;

const fault = (path: string, zh: string, en: string): FieldFault => ({ path, message: inBoth({ zh, en }) });

const name = z.union([z.string(), z.strictObject({ zh: z.string(), en: z.string() })]);

/**
 * The shape of the public holiday-cn files (`isOffDay`), and ours (`kind`). Such a file may name days of the December
 * before: the notice of a year covers its New Year holiday.
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

const bothWords = (text: string | Words): Words => {
  if (typeof text !== 'string') return text;
  const line = text.replace(/\s+/g, ' ').trim();
  return { zh: line, en: line };
};

/** `path`: where in the request the file stands. */
export function readYearFile(file: unknown, path: string): YearDays {
  const parsed = yearFileSchema.safeParse(file, { reportInput: true });
  if (!parsed.success) {
    throw invalid(
      faultMessages(parsed.error).map((fault) => ({
        ...fault,
        path: fault.path === '' ? path : `${path}.${fault.path}`,
      })),
    );
  }
  const { year, days: entries } = parsed.data;
  const faults: FieldFault[] = [];
  const days: Record<string, SpecialDay> = {};
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
      days[date] = { kind, ...(entry.name === undefined ? {} : { name: bothWords(entry.name) }) };
    }
  }
  if (faults.length > 0) throw invalid(faults);
  return { years: [year], days, skipped: 0 };
}

export function readYearText(text: string, path: string): YearDays {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw invalid([fault(path, '不是 JSON', 'is not JSON')]);
  }
  return readYearFile(file, path);
}

/** 春节（班）, 补班, 调休上班, workday, make-up day. */
const WORKED = /补班|上班|^班$|[（([【\s]班[）)\]】]?$|\bwork(?:ing)?[ -]?day\b|\bmake-?up\b/i;
/** 不上班 and "non-working day" say the opposite. */
const NOT_WORKED = /不(?:用|必|需)?上班|\bnon-?work|\bnot? a work/i;

export const saysWorked = (text: string): boolean => WORKED.test(text) && !NOT_WORKED.test(text);

/** Whole-day events of an iCalendar file. */
export function readICal(text: string, path: string): YearDays {
  const events = eventsOf(text);
  if (!events) throw invalid([fault(path, '不是 iCalendar 文件', 'is no iCalendar file')]);
  const faults: FieldFault[] = [];
  const days: Record<string, SpecialDay> = {};
  let skipped = 0;
  for (const [at, event] of events.slice(0, MAX_DAYS).entries()) {
    const place = `${path}.VEVENT.${at}`;
    const start: unknown = event.getFirstPropertyValue('dtstart');
    if (!(start instanceof ICAL.Time) || !start.isDate || event.getFirstPropertyValue('status') === 'CANCELLED') {
      skipped += 1;
      continue;
    }
    if (event.hasProperty('rrule') || event.hasProperty('rdate')) {
      faults.push(fault(place, '重复事件无法导入，请逐日列出', 'repeats: list its dates one by one, holidays move'));
      continue;
    }
    const span = datesOf(event);
    if (!span) {
      faults.push(
        fault(place, `日期有误，或超过 ${MAX_EVENT_DAYS} 天`, `has wrong dates, or over ${MAX_EVENT_DAYS} days`),
      );
      continue;
    }
    const { summary, categories } = wordsOf(event);
    const kind = [summary, ...categories].some(saysWorked) ? 'workday' : 'holiday';
    for (const date of span) {
      if (days[date] && days[date].kind !== kind) {
        faults.push(fault(place, `${date} 既是假日又是工作日`, `${date} is both a holiday and a working day`));
      }
      days[date] ??= { kind, ...(summary === '' ? {} : { name: bothWords(summary) }) };
    }
  }
  if (faults.length === 0 && Object.keys(days).length === 0) {
    faults.push(fault(path, '没有全天事件', 'has no event of a whole day'));
  }
  if (events.length > MAX_DAYS) faults.push(fault(path, '事件太多', 'has too many events'));
  if (faults.length > 0) throw invalid(faults.slice(0, 50));
  return { years: [...new Set(Object.keys(days).map((date) => Number(date.slice(0, 4))))], days, skipped };
}

type Component = InstanceType<typeof ICAL.Component>;

/** Nothing if it is no calendar. */
function eventsOf(text: string): Component[] | undefined {
  try {
    const parsed = ICAL.parse(text) as unknown[];
    // Several calendars one after the other come as a list.
    const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]).map((jcal) => new ICAL.Component(jcal as never));
    if (calendars.length === 0 || calendars.some((calendar) => calendar.name !== 'vcalendar')) return undefined;
    return calendars.flatMap((calendar) => calendar.getAllSubcomponents('vevent'));
  } catch {
    return undefined;
  }
}

/** As it is written: the library would make 2 March of 30 February. */
function writtenDay(event: Component, property: 'dtstart' | 'dtend'): number | undefined {
  const written: unknown = event.getFirstProperty(property)?.toJSON()[3];
  return typeof written === 'string' ? dayNumber(written) : undefined;
}

/** The end is not part of the event; without one it is a single day. */
function datesOf(event: Component): string[] | undefined {
  const first = writtenDay(event, 'dtstart');
  if (first === undefined) return undefined;
  const duration: unknown = event.getFirstPropertyValue('duration');
  let after = first + 1;
  if (event.hasProperty('dtend')) {
    const end = writtenDay(event, 'dtend');
    if (end === undefined || end < first) return undefined;
    // Some programs write the day itself as its end.
    after = Math.max(after, end);
  } else if (duration instanceof ICAL.Duration) {
    after = first + Math.max(1, Math.floor(duration.toSeconds() / 86_400));
  }
  if (after - first > MAX_EVENT_DAYS) return undefined;
  return Array.from({ length: after - first }, (_, at) => dateOf(first + at));
}

function wordsOf(event: Component): { summary: string; categories: string[] } {
  const summary: unknown = event.getFirstPropertyValue('summary');
  const categories = event.getAllProperties('categories').flatMap((property) => property.getValues() as unknown[]);
  return { summary: typeof summary === 'string' ? summary.trim() : '', categories: categories.map(String) };
}
