import type { Instant, Language } from '../domain/basics/types';
import { house, wallTime } from '../house';

const WEEKDAYS_ZH = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'];
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Customers and staff read the house's clock. */
function partsOf(instant: Instant) {
  const wall = wallTime(Date.parse(instant));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    time: wall.toISOString().slice(11, 16),
    weekday: wall.getUTCDay(),
  };
}

/** 11月25日 16:08 · 25 Nov, 16:08. The year is named when it is not that of `now`. */
export function dateTime(instant: Instant, language: Language, now: Instant, weekday = false): string {
  const { year, month, day, time, weekday: index } = partsOf(instant);
  const otherYear = year !== partsOf(now).year;
  if (language === 'zh-CN') {
    const date = `${otherYear ? `${year}年` : ''}${month}月${day}日`;
    return [date, ...(weekday ? [WEEKDAYS_ZH[index]] : []), time].join(' ');
  }
  const date = `${day} ${MONTHS_EN[month - 1]}${otherYear ? ` ${year}` : ''}`;
  return `${weekday ? `${WEEKDAYS_EN[index]} ` : ''}${date}, ${time}`;
}

/** With the weekday, where somebody plans by it: 11月25日 星期三 16:08 · Wed 25 Nov, 16:08. */
export const plannedTime = (instant: Instant, language: Language, now: Instant): string =>
  dateTime(instant, language, now, true);

/** 2小时26分 · 2 h 26 min; over 48 hours 3天4小时 · 3 d 4 h. */
export function duration(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60), minutes % 60];
  const units = language === 'zh-CN' ? ['天', '小时', '分'] : [' d', ' h', ' min'];
  const join = (pieces: string[]) => pieces.join(language === 'zh-CN' ? '' : ' ');
  const some = (pieces: [number, string | undefined][]) =>
    join(pieces.filter(([value]) => value > 0).map(([value, unit]) => `${value}${unit}`));
  if (minutes === 0) return language === 'zh-CN' ? '不到1分' : 'less than 1 min';
  if (hours >= 48) {
    return some([
      [days, units[0]],
      [hours % 24, units[1]],
    ]);
  }
  return some([
    [hours, units[1]],
    [rest, units[2]],
  ]);
}

/** 480 元 · CN¥480, or what the house pays in: 480 欧元 · €480. Cents only where there are any. */
export function money(amount: number, language: Language): string {
  const { currency } = house();
  const text = Number.isInteger(amount) ? String(amount) : amount.toFixed(2);
  if (language === 'zh-CN') return `${text} ${currencyName(currency)}`;
  return `${currencySign(currency)}${text.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\..*)/g, ',')}`;
}

/** What the house pays in, as it stands beside a figure: 元 · CN¥. */
export function moneyUnit(language: Language): string {
  const { currency } = house();
  return language === 'zh-CN' ? currencyName(currency) : currencySign(currency).trim();
}

/** 元, 欧元, 美元: as it is said after a sum. */
const currencyName = (currency: string): string =>
  currency === 'CNY' ? '元' : (new Intl.DisplayNames('zh-CN', { type: 'currency' }).of(currency) ?? currency);

/** CN¥, €; a currency without a sign is written as CHF 480. */
function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency }).formatToParts(0);
  const sign = parts.find(({ type }) => type === 'currency')?.value ?? currency;
  return sign === currency ? `${sign} ` : sign;
}

/** The first letter of a name, for the round badge beside it; empty for an empty name. */
export const initialOf = (name: string): string => (/\S/u.exec(name)?.[0] ?? '').toUpperCase();

/** A long code in groups of four, as it is read aloud and as it breaks on a narrow screen. */
export const inFours = (code: string): string => (code.match(/.{1,4}/g) ?? []).join(' ');

/** On a page, which is read now: 今天 15:04 · today, 15:04; any other day as `dateTime` or `plannedTime` write it. */
export function pageTime(instant: Instant, language: Language, now: Instant, weekday = false): string {
  const [then, today] = [partsOf(instant), partsOf(now)];
  if (then.year !== today.year || then.month !== today.month || then.day !== today.day) {
    return dateTime(instant, language, now, weekday);
  }
  return language === 'zh-CN' ? `今天 ${then.time}` : `today, ${then.time}`;
}

/** The head of a day, where entries stand by days: 今天 11月24日 星期二 · Today, Tue 24 Nov. The year as in `dateTime`. */
export function dayWords(instant: Instant, language: Language, now: Instant): string {
  const [then, today] = [partsOf(instant), partsOf(now)];
  const isToday = then.year === today.year && then.month === today.month && then.day === today.day;
  const year = then.year === today.year ? '' : language === 'zh-CN' ? `${then.year}年` : ` ${then.year}`;
  return language === 'zh-CN'
    ? `${isToday ? '今天 ' : ''}${year}${then.month}月${then.day}日 ${WEEKDAYS_ZH[then.weekday]}`
    : `${isToday ? 'Today, ' : ''}${WEEKDAYS_EN[then.weekday]} ${then.day} ${MONTHS_EN[then.month - 1]}${year}`;
}

/** 312 KB, 1.4 MB: as file managers say it, and never 0. */
export function fileSize(bytes: number): string {
  const kb = Math.max(1, Math.round(bytes / 1024));
  return kb < 1024 ? `${kb} KB` : `${(kb / 1024).toFixed(1)} MB`;
}

/** The time of day at the house: 15:04. @param ms milliseconds since 1970 */
export const timeOfDay = (ms: number): string => wallTime(ms).toISOString().slice(11, 16);

/** The day that it is at the house, with the time: 11月25日 星期三 · 现在 15:04 · Wed 25 Nov · now 15:04. */
export function dayTitle(now: Instant, language: Language): string {
  const { month, day, weekday, time } = partsOf(now);
  return language === 'zh-CN'
    ? `${month}月${day}日 ${WEEKDAYS_ZH[weekday]} · 现在 ${time}`
    : `${WEEKDAYS_EN[weekday]} ${day} ${MONTHS_EN[month - 1]} · now ${time}`;
}

/** The first so many characters of a text, none of them cut in two. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
