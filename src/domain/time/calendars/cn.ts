import type { Block, Calendar, SpecialDay } from '../calendar';
import type { Words } from '../../basics/types';
import { DAY } from '../../basics/milliseconds';

const OFFICE: Block[] = [
  { from: '09:00', to: '12:00' },
  { from: '13:30', to: '18:00' },
];

/**
 * The notice of the State Council of 2025-11-04 on the holidays of 2026. `off`: the first and the last day off. `work`:
 * the days worked to make up for them (调休).
 */
const YEAR_2026: { name: Words; off: [string, string]; work: string[] }[] = [
  { name: { zh: '元旦', en: 'New Year' }, off: ['2026-01-01', '2026-01-03'], work: ['2026-01-04'] },
  {
    name: { zh: '春节', en: 'Spring Festival' },
    off: ['2026-02-15', '2026-02-23'],
    work: ['2026-02-14', '2026-02-28'],
  },
  { name: { zh: '清明节', en: 'Qingming Festival' }, off: ['2026-04-04', '2026-04-06'], work: [] },
  { name: { zh: '劳动节', en: 'Labour Day' }, off: ['2026-05-01', '2026-05-05'], work: ['2026-05-09'] },
  { name: { zh: '端午节', en: 'Dragon Boat Festival' }, off: ['2026-06-19', '2026-06-21'], work: [] },
  { name: { zh: '中秋节', en: 'Mid-Autumn Festival' }, off: ['2026-09-25', '2026-09-27'], work: [] },
  { name: { zh: '国庆节', en: 'National Day' }, off: ['2026-10-01', '2026-10-07'], work: ['2026-09-20', '2026-10-10'] },
];

function daysOf(notice: typeof YEAR_2026): Record<string, SpecialDay> {
  const days: [string, SpecialDay][] = [];
  for (const { name, off, work } of notice) {
    for (let ms = Date.parse(off[0]); ms <= Date.parse(off[1]); ms += DAY) {
      days.push([new Date(ms).toISOString().slice(0, 10), { kind: 'holiday', name }]);
    }
    const madeUp = { zh: `${name.zh}调休上班`, en: `made up for ${name.en}` };
    for (const date of work) days.push([date, { kind: 'workday', name: madeUp }]);
  }
  return Object.fromEntries(days.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Office hours of mainland China with the holidays of 2026. One offset is enough: Shanghai has had no summer time since
 * 1991.
 */
export const CN_OFFICE: Calendar = {
  id: 'cn-office',
  version: 1,
  name: { zh: '中国内地办公时间', en: 'Mainland China, office hours' },
  timeZone: 'Asia/Shanghai',
  week: { mon: OFFICE, tue: OFFICE, wed: OFFICE, thu: OFFICE, fri: OFFICE, sat: [], sun: [] },
  workday: OFFICE,
  days: daysOf(YEAR_2026),
  years: [2026],
  offsets: [[0, 480]],
};
