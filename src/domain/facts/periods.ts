/**
 * The periods that reports are about: days, weeks from Monday, months and quarters of the house's calendar. Each has a name
 * that sorts as time goes: `2026-11-23`, `2026-W48` (ISO 8601), `2026-11`, `2026-Q4`.
 * @module
 */
import type { Role, Words } from '../basics/types';
import { dateOf, dayNumber, daysAfter } from '../time/calendar';

export const REPORT_KINDS = ['day', 'week', 'month', 'quarter'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const REPORT_WORDS: Record<ReportKind, Words> = {
  day: { zh: '日报', en: 'Daily report' },
  week: { zh: '周报', en: 'Weekly report' },
  month: { zh: '月报', en: 'Monthly report' },
  quarter: { zh: '季报 · 管理评审', en: 'Quarterly report · management review' },
};

/** A period with its days, both included. */
export interface Period {
  kind: ReportKind;
  name: string;
  from: string;
  to: string;
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');
/** The first day of a month; months beyond the year count on. */
const firstOf = (year: number, month: number): string => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);

/** A week is named by the year that has its Thursday. */
function weekOf(day: string): Period {
  const number = dayNumber(day) ?? 0;
  const monday = number - ((number + 3) % 7);
  const year = Number(dateOf(monday + 3).slice(0, 4));
  const week = 1 + Math.floor((monday + 3 - (dayNumber(`${year}-01-01`) ?? 0)) / 7);
  return { kind: 'week', name: `${year}-W${twoDigits(week)}`, from: dateOf(monday), to: dateOf(monday + 6) };
}

/** The period of a kind that has this day. */
export function periodWith(kind: ReportKind, day: string): Period {
  const [year = 0, month = 1] = day.split('-').map(Number);
  switch (kind) {
    case 'day':
      return { kind, name: day, from: day, to: day };
    case 'week':
      return weekOf(day);
    case 'month':
      return { kind, name: day.slice(0, 7), from: firstOf(year, month - 1), to: daysAfter(firstOf(year, month), -1) };
    case 'quarter': {
      const first = 3 * Math.floor((month - 1) / 3);
      const to = daysAfter(firstOf(year, first + 3), -1);
      return { kind, name: `${year}-Q${first / 3 + 1}`, from: firstOf(year, first), to };
    }
  }
}

/** The one before. */
export const periodBefore = ({ kind, from }: Period): Period => periodWith(kind, daysAfter(from, -1));
/** The one after. */
export const periodAfter = ({ kind, to }: Period): Period => periodWith(kind, daysAfter(to, 1));

/** A day within the period that a name may mean. */
function dayIn(kind: ReportKind, name: string): string {
  const [year = '', part = ''] = name.split('-');
  switch (kind) {
    case 'day':
      return name;
    case 'week':
      // 4 January lies in the first week.
      return daysAfter(`${year}-01-04`, 7 * (Number(part.slice(1)) - 1));
    case 'month':
      return `${name}-01`;
    case 'quarter':
      return `${year}-${twoDigits(3 * Number(part.slice(1)) - 2)}-01`;
  }
}

const NAMES: Record<ReportKind, RegExp> = {
  day: /^20\d\d-\d\d-\d\d$/,
  week: /^20\d\d-W(?:0[1-9]|[1-4]\d|5[0-3])$/,
  month: /^20\d\d-(?:0[1-9]|1[0-2])$/,
  quarter: /^20\d\d-Q[1-4]$/,
};

/** The period of this name; undefined: there is none, as a week 53 of most years. */
export function periodNamed(kind: ReportKind, name: string): Period | undefined {
  if (!NAMES[kind].test(name)) return undefined;
  const day = dayIn(kind, name);
  if (dayNumber(day) === undefined) return undefined;
  const period = periodWith(kind, day);
  return period.name === name ? period : undefined;
}

/** A period and those before it, the oldest first; so many in all. */
export function periodsUpTo(last: Period, count: number): Period[] {
  const periods = [last];
  while (periods.length < count) periods.unshift(periodBefore(periods[0] ?? last));
  return periods;
}

/** What a period is called in a sentence. */
export function periodWords({ kind, name, from, to }: Period): Words {
  const [year = '', part = ''] = name.split('-');
  switch (kind) {
    case 'day':
      return { zh: name, en: name };
    case 'week':
      return {
        zh: `${year} 年第 ${Number(part.slice(1))} 周（${from} – ${to}）`,
        en: `week ${Number(part.slice(1))} of ${year} (${from} – ${to})`,
      };
    case 'month':
      return { zh: `${year} 年 ${Number(part)} 月`, en: `${monthName(Number(part))} ${year}` };
    case 'quarter':
      return { zh: `${year} 年第 ${part.slice(1)} 季度`, en: `${part} ${year}` };
  }
}

const monthName = (month: number): string =>
  new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, month - 1));

/** Who reads the house's reports, which count cases of everybody. */
const READ_BY: ReadonlySet<Role> = new Set(['manager', 'admin', 'auditor']);

/** Somebody, with the reports that they have chosen to get by mail; left out: they have chosen nothing. */
export interface ReportReader {
  role: Role;
  kinds?: readonly ReportKind[];
}

/** The reports that somebody gets by mail: what they have chosen, else as managers those of weeks and months. */
export function reportsByMail({ role, kinds }: ReportReader): readonly ReportKind[] {
  if (!READ_BY.has(role)) return [];
  return kinds ?? (role === 'manager' ? ['week', 'month'] : []);
}
