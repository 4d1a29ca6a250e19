import { faultsOf } from '../../domain/basics/faults';
import {
  calendarDraftSchema,
  calendarIdSchema,
  dateOf,
  dayNumber,
  calendarDay,
  type Calendar,
  type CalendarDraft,
} from '../../domain/time/calendar';
import type { Staff } from '../../domain/case/permissions';
import { conflict, invalid, notFound } from '../refused';
import type { Stores } from '../../db';
import type { CalendarPreview, ImportedCalendar, ListedCalendar, PublishedCalendar } from './answers';
import { readICal, readYearFile, readYearText, type YearDays } from './year-file';
import { freezeZone } from './zones';

type Store = Stores['calendars'];

/**
 * A file with the holidays of a year: JSON, as a value (`file`) or as text, or iCalendar.
 * `replace`: other days of the years that the file is about are removed.
 */
export type YearImport =
  | { format: 'json'; file?: unknown; text?: string; replace?: boolean }
  | { format: 'ical'; text: string; replace?: boolean };

const MAX_PREVIEW_DAYS = 400;
/** Tries of an import: each fails only if somebody publishes the same calendar between its reading and its writing. */
const ATTEMPTS = 3;

interface Needs {
  store: Store;
  clock: () => number;
}

/** Builds `CalendarAccess`. */
export function createCalendars({ store, clock }: Needs) {
  const get = async (id: string, version?: number): Promise<PublishedCalendar> => {
    const found = await store.get(id, version);
    if (!found) throw notFound({ zh: '日历或版本', en: 'calendar, or version of it,' });
    return found;
  };

  /**
   * Writes the zone's UTC offsets into the calendar as they are known today, so that due times are the same whatever zone
   * data a machine has later.
   */
  const freeze = async (id: string, draft: CalendarDraft): Promise<Calendar> => {
    const frozen = await freezeZone(draft.timeZone, clock());
    if (!frozen) {
      throw invalid([{ path: 'timeZone', words: { zh: '没有这个时区', en: 'there is no such time zone' } }]);
    }
    return { ...draft, ...frozen, id, version: 1 };
  };

  return {
    async list(): Promise<ListedCalendar[]> {
      return (await store.list()).map(
        ({ calendar: { id, version, name, timeZone, years }, publishedBy, publishedAt }) => ({
          id,
          version,
          name,
          timeZone,
          years,
          publishedBy,
          publishedAt,
        }),
      );
    },

    get,

    async publish(id: string, draft: CalendarDraft, by: Staff, after?: number): Promise<PublishedCalendar> {
      const named = calendarIdSchema.safeParse(id, { reportInput: true });
      if (!named.success) throw invalid(faultsOf(named.error).map(({ words }) => ({ path: 'id', words })));
      const published = await store.publish(await freeze(id, draft), by.id, after);
      if (!published) {
        throw conflict({
          code: 'newer_version',
          words: {
            zh: '已有更新的版本，请重新读取后再改',
            en: 'there is a newer version: read it and change that one',
          },
        });
      }
      return published;
    },

    /**
     * See `CalendarAccess.importYear`. With `replace`, a year into which the file only runs for a few days over New Year
     * keeps its own days.
     */
    async importYear(id: string, file: YearImport, by: Staff): Promise<ImportedCalendar> {
      for (let attempt = 1; ; attempt += 1) {
        const { calendar } = await get(id);
        const { id: _id, version, offsets, ...before } = calendar;
        const year = readYear(file, offsets);
        const draft = withYear(before, year, file.replace ?? false);
        const parsed = calendarDraftSchema.safeParse(draft, { reportInput: true });
        if (!parsed.success) {
          throw invalid(faultsOf(parsed.error));
        }
        const published = await store.publish(await freeze(id, parsed.data), by.id, version);
        if (published) {
          return {
            ...published,
            imported: Object.keys(year.days).length,
            covers: year.years,
            taken: year.taken,
            skipped: year.skipped,
            forgotten: Object.keys(before.days).filter((date) => !draft.days[date]),
          };
        }
        if (attempt === ATTEMPTS) throw new Error(`calendar ${id} is published all the time`);
      }
    },

    async preview(id: string, span: { from: string; to: string; version?: number }): Promise<CalendarPreview> {
      const { calendar } = await get(id, span.version);
      const [first, last] = [dayNumber(span.from), dayNumber(span.to)];
      if (first === undefined || last === undefined || last < first || last - first >= MAX_PREVIEW_DAYS) {
        throw invalid([
          {
            path: 'to',
            words: {
              zh: `须不早于 from，且最多 ${MAX_PREVIEW_DAYS} 天`,
              en: `must not lie before from, nor more than ${MAX_PREVIEW_DAYS} days on`,
            },
          },
        ]);
      }
      const items = Array.from({ length: last - first + 1 }, (_, at) => calendarDay(calendar, dateOf(first + at)));
      return { id, version: calendar.version, timeZone: calendar.timeZone, items };
    },
  };
}

/** What the file says. @throws Refused `invalid`, naming the place in the file */
function readYear(file: YearImport, offsets: Calendar['offsets']): YearDays {
  const offsetAt = (ms: number): number => (offsets.findLast(([from]) => from <= ms) ?? offsets[0])?.[1] ?? 0;
  if (file.format === 'ical') return readICal(file.text, 'text', offsetAt);
  return file.text === undefined ? readYearFile(file.file, 'file') : readYearText(file.text, 'text');
}

/** The calendar with the file's days entered. */
function withYear(before: CalendarDraft, { years, days }: YearDays, replace: boolean): CalendarDraft {
  const kept = Object.entries(before.days).filter(([date]) => !replace || !years.includes(Number(date.slice(0, 4))));
  return {
    ...before,
    days: Object.fromEntries([...kept, ...Object.entries(days)].sort(([a], [b]) => (a < b ? -1 : 1))),
    years: [...new Set([...before.years, ...years])].sort((a, b) => a - b),
  };
}
