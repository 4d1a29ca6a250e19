import type { Language } from '../domain/basics/types';
import { WEEKDAYS, type Calendar } from '../domain/time/calendar';
import type { Length } from '../domain/time/duration';
import { UNIT_WORDS } from './words';

/** A length of time in words: 15 分钟 · 15 minutes. */
export function span({ value, unit }: Length, language: Language): string {
  const { zh, one } = UNIT_WORDS[unit];
  return language === 'zh-CN' ? `${value} ${zh}` : `${value} ${one}${value === 1 ? '' : 's'}`;
}

const DAY_NAMES: Record<Language, readonly string[]> = {
  'zh-CN': ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};

/** The working hours of a week in rows, neighbouring days with the same hours in one; days without hours are left out. */
export function hoursRows(week: Calendar['week'], language: Language): { days: string; hours: string }[] {
  const names = DAY_NAMES[language];
  const rows: { first: number; last: number; hours: string }[] = [];
  WEEKDAYS.forEach((day, index) => {
    const hours = week[day].map(({ from, to }) => `${from}–${to}`).join(language === 'en' ? ', ' : '、');
    const before = rows.at(-1);
    if (before?.hours === hours) before.last = index;
    else rows.push({ first: index, last: index, hours });
  });
  return rows
    .filter(({ hours }) => hours !== '')
    .map(({ first, last, hours }) => ({
      days: first === last ? (names[first] ?? '') : `${names[first]}${language === 'en' ? '–' : '至'}${names[last]}`,
      hours,
    }));
}
