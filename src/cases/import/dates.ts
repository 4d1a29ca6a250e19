/**
 * Dates as people and systems write them into tables.
 * @module
 */
import { houseDayStart, houseMoment } from '../../house';
import { toInstant } from '../../domain/time/duration';
import type { Instant, Words } from '../../domain/basics/types';
import { serialDate } from './xlsx';

/** What was written, as an instant. `day`: no time was written, and it is the beginning of that day in the house. */
export type ReadDate = { at: Instant; day?: string } | { fault: Words };

const UNKNOWN: Words = {
  zh: '不是能识别的日期，应像 2023-01-05 15:30 或 2023年1月5日',
  en: 'is no date that is known here, as 2023-01-05 15:30 or 5 Jan 2023',
};
const EITHER: Words = {
  zh: '看不出哪个是月、哪个是日；请改成 2023-01-05 这样的写法',
  en: 'does not say which is the day and which the month; write it as 2023-01-05',
};
const SHORT_YEAR: Words = {
  zh: '年份须写四位，如 2023-01-05',
  en: 'has a year of two digits; write all four, as 2023-01-05',
};
const NO_SUCH_DAY: Words = { zh: '没有这一天或这个时间', en: 'is a day or a time that there is not' };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DIGITS = '〇一二三四五六七八九';

/** 二〇二三年十二月三十一日 in digits. */
const inDigits = (text: string): string =>
  text.replaceAll(/[零○]/gu, '〇').replaceAll(/[〇一二三四五六七八九十]+(?=\s*[年月日号时点分秒])/gu, (written) => {
    if (!written.includes('十')) return Array.from(written, (sign) => DIGITS.indexOf(sign)).join('');
    const [tens = '', ones = ''] = written.split('十');
    return String((tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones)));
  });

const TIME = String.raw`(?:(上午|下午|晚上|凌晨|早上|中午|[ap]\.?m\.?)\s*)?(\d{1,2})(?:\s*[:时点]\s*(\d{1,2})?\s*(?:[:分]\s*(\d{1,2})?(?:\.\d+)?\s*秒?)?)?\s*([ap]\.?m\.?)?`;
const END = String.raw`(?:(?:\s*T\s*|\s+|\s*,\s*|(?<=[日号])\s*)(?:(?:星期|周)[一二三四五六日天]\s*)?${TIME})?$`;
const WEEKDAY = String.raw`(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?`;

const YEAR_FIRST = new RegExp(
  String.raw`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?${WEEKDAY}${END}`,
  'iu',
);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})${END}`, 'iu');
const DAY_MONTH = new RegExp(
  String.raw`^(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4})${END}`,
  'iu',
);
const MONTH_DAY = new RegExp(String.raw`^(?:[a-z]{3,9},?\s+)?([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})${END}`, 'iu');
const TWO_DIGITS = /^\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?(?:\s.*)?$/u;
const WITH_OFFSET = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)$/iu;

const two = (number: number): string => String(number).padStart(2, '0');

/** A time of day by its parts; undefined for none. */
function clockTime([before, hours, minutes = '0', seconds = '0', after]: (string | undefined)[]): string | undefined {
  if (hours === undefined) return undefined;
  const half = (after ?? before ?? '').toLowerCase().replaceAll('.', '');
  let hour = Number(hours);
  if ((/^(?:pm|下午|晚上)$/u.test(half) && hour < 12) || (half === '中午' && hour < 3)) hour += 12;
  if (/^(?:am|凌晨|上午)$/u.test(half) && hour === 12) hour = 0;
  return `${two(hour)}:${two(Number(minutes))}:${two(Number(seconds))}`;
}

function moment(year: number, month: number, day: number, time: string | undefined): ReadDate {
  const date = `${year}-${two(month)}-${two(day)}`;
  const ms = houseMoment(`${date}T${time ?? '00:00:00'}`);
  if (ms === undefined) return { fault: NO_SUCH_DAY };
  return time === undefined ? { at: toInstant(houseDayStart(date)), day: date } : { at: toInstant(ms) };
}

const monthNamed = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** The first and the last day that a bare number is taken for, as Excel counts days: in 1950 and in 2099. */
const SERIALS = { from: 18_264, to: 73_050 };

/** Reads a date of the house's own clock, or one with its offset. Where it could be two days, it is none. */
export function readDate(written: string): ReadDate {
  const text = inDigits(
    written
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .trim(),
  );
  const offset = WITH_OFFSET.exec(text);
  if (offset) {
    const zone = /^(?:z|utc|gmt)$/iu.test(offset[3] ?? '') ? 'Z' : (offset[3] ?? '').replace(/^(...):?(..)$/u, '$1:$2');
    const ms = Date.parse(`${offset[1]}T${offset[2]}${zone}`);
    const isDay = !Number.isNaN(Date.parse(`${offset[1]}T00:00:00Z`)) && realDay(offset[1] ?? '');
    return Number.isNaN(ms) || !isDay ? { fault: NO_SUCH_DAY } : { at: toInstant(ms) };
  }
  const packed = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?$/u.exec(text);
  if (packed) {
    const [, year, month, day, ...time] = packed;
    return moment(Number(year), Number(month), Number(day), clockTime([undefined, ...time]));
  }
  if (/^\d{5}(?:\.\d+)?$/u.test(text)) {
    const serial = Number(text);
    return serial >= SERIALS.from && serial <= SERIALS.to ? readDate(serialDate(serial)) : { fault: UNKNOWN };
  }
  const first = YEAR_FIRST.exec(text);
  if (first) return moment(Number(first[1]), Number(first[2]), Number(first[3]), clockTime(first.slice(4)));
  const last = YEAR_LAST.exec(text);
  if (last) {
    const [one, other] = [Number(last[1]), Number(last[2])];
    if (one <= 12 && other <= 12 && one !== other) return { fault: EITHER };
    const [day, month] = one > 12 ? [one, other] : [other, one];
    return moment(Number(last[3]), month, day, clockTime(last.slice(4)));
  }
  const named = DAY_MONTH.exec(text);
  if (named && monthNamed(named[2] ?? '') > 0)
    return moment(Number(named[3]), monthNamed(named[2] ?? ''), Number(named[1]), clockTime(named.slice(4)));
  const american = MONTH_DAY.exec(text);
  if (american && monthNamed(american[1] ?? '') > 0)
    return moment(
      Number(american[3]),
      monthNamed(american[1] ?? ''),
      Number(american[2]),
      clockTime(american.slice(4)),
    );
  return { fault: TWO_DIGITS.test(text) ? SHORT_YEAR : UNKNOWN };
}

const realDay = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
