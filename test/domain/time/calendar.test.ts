import {
  addWorkingMs,
  calendarSchema,
  calendarDay,
  describeSpan,
  endOfDay,
  endOfWorkingDay,
  isWorkingTime,
  nextWorkingMoment,
  workingMsBetween,
  type Calendar,
} from '../../../src/domain/time/calendar';
import { faultsOf } from '../../../src/domain/basics/faults';
import { inBoth } from '../../../src/domain/basics/words';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const shanghai = (wall: string): number => Date.parse(`${wall}+08:00`);
const inShanghai = (ms: number): string => new Date(ms + 8 * HOUR).toISOString().slice(0, 16);

/** Friday before a make-up Sunday, two holidays and a make-up Saturday. */
const FRIDAY = shanghai('2026-09-18T15:00');

describe('a case opened on a Friday before the autumn holidays of 2026', () => {
  test.each([
    [1, '2026-09-20T18:00'],
    [2, '2026-09-21T18:00'],
    [5, '2026-09-24T18:00'],
    [6, '2026-09-28T18:00'],
    [7, '2026-09-29T18:00'],
    [9, '2026-10-08T18:00'],
    [11, '2026-10-10T18:00'],
    [12, '2026-10-12T18:00'],
  ])('%i working days after it close at %s', (days, expected) => {
    expect(inShanghai(endOfWorkingDay(CN_OFFICE, FRIDAY, days))).toBe(expected);
  });

  test.each([
    // 3 h are left of Friday; Sunday is worked.
    [3, '2026-09-18T18:00'],
    [4, '2026-09-20T10:00'],
    [24, '2026-09-22T16:30'],
    [33, '2026-09-23T18:00'],
    [41, '2026-09-28T09:30'],
    [63, '2026-09-30T18:00'],
    [64, '2026-10-08T10:00'],
  ])('%i working hours after it are %s', (hours, expected) => {
    const due = addWorkingMs(CN_OFFICE, FRIDAY, hours * HOUR);
    expect(inShanghai(due)).toBe(expected);
    expect(workingMsBetween(CN_OFFICE, FRIDAY, due)).toBe(hours * HOUR);
  });

  test('the span of seven working days, as a person is told it', () => {
    const due = endOfWorkingDay(CN_OFFICE, FRIDAY, 7);
    expect(describeSpan(CN_OFFICE, FRIDAY, due)).toEqual({
      wallMs: 11 * 24 * HOUR + 3 * HOUR,
      workingMs: (3 + 7 * 7.5) * HOUR,
      nights: 11,
      // The 19th. The 20th is worked, the 26th and 27th are holidays.
      weekendDays: 1,
      holidays: ['2026-09-25', '2026-09-26', '2026-09-27'].map((date) => ({
        date,
        name: { zh: '中秋节', en: 'Mid-Autumn Festival' },
      })),
      makeUpDays: [{ date: '2026-09-20', name: { zh: '国庆节调休上班', en: 'made up for National Day' } }],
    });
  });

  test('24 working hours, explained', () => {
    const due = addWorkingMs(CN_OFFICE, FRIDAY, 24 * HOUR);
    expect(describeSpan(CN_OFFICE, FRIDAY, due)).toMatchObject({
      wallMs: 4 * 24 * HOUR + 1.5 * HOUR,
      workingMs: 24 * HOUR,
      nights: 4,
      weekendDays: 1,
      holidays: [],
      makeUpDays: [{ date: '2026-09-20' }],
    });
  });

  test('calendar days end at midnight; rolled ones on a day that is worked', () => {
    expect(inShanghai(endOfDay(CN_OFFICE, FRIDAY, 7, false))).toBe('2026-09-26T00:00');
    expect(inShanghai(endOfDay(CN_OFFICE, FRIDAY, 7, true))).toBe('2026-09-29T00:00');
    expect(inShanghai(endOfDay(CN_OFFICE, FRIDAY, 15, true))).toBe('2026-10-09T00:00');
    expect(inShanghai(endOfDay(CN_OFFICE, FRIDAY, 0, false))).toBe('2026-09-19T00:00');
  });
});

describe('moments', () => {
  test.each([
    ['2026-09-18T08:59:59.999', false, '2026-09-18T09:00'],
    ['2026-09-18T09:00', true, '2026-09-18T09:00'],
    ['2026-09-18T12:00', false, '2026-09-18T13:30'],
    ['2026-09-18T18:00', false, '2026-09-20T09:00'],
    ['2026-09-30T18:00', false, '2026-10-08T09:00'],
    ['2025-12-31T18:00', false, '2026-01-04T09:00'],
  ])('%s: working %s, next %s', (wall, working, next) => {
    expect(isWorkingTime(CN_OFFICE, shanghai(wall))).toBe(working);
    expect(inShanghai(nextWorkingMoment(CN_OFFICE, shanghai(wall)))).toBe(next);
  });

  test('nothing to add is nothing added, also at night', () => {
    const night = shanghai('2026-09-19T03:00');
    expect(addWorkingMs(CN_OFFICE, night, 0)).toBe(night);
    expect(workingMsBetween(CN_OFFICE, night, night - 1)).toBe(0);
  });

  test('over New Year, where the index of one year ends', () => {
    const start = shanghai('2026-12-31T17:00');
    expect(inShanghai(addWorkingMs(CN_OFFICE, start, 2 * HOUR))).toBe('2027-01-01T10:00');
    expect(inShanghai(addWorkingMs(CN_OFFICE, start, HOUR))).toBe('2026-12-31T18:00');
    expect(inShanghai(endOfWorkingDay(CN_OFFICE, start, 1))).toBe('2027-01-01T18:00');
  });

  test('what cannot be computed is an error, never a loop or NaN', () => {
    const never: Calendar = { ...CN_OFFICE, week: { ...CN_OFFICE.week, mon: [], tue: [], wed: [], thu: [], fri: [] } };
    const after = shanghai('2026-12-01T00:00');
    for (const work of [
      () => addWorkingMs(never, after, 1),
      () => endOfWorkingDay(never, after, 1),
      () => endOfDay(never, after, 1, true),
      () => nextWorkingMoment(never, after),
      () => addWorkingMs(CN_OFFICE, Number.NaN, 1),
      () => addWorkingMs(CN_OFFICE, after, Number.NaN),
      () => addWorkingMs(CN_OFFICE, after, Infinity),
      () => workingMsBetween(CN_OFFICE, after, Infinity),
      () => endOfWorkingDay(CN_OFFICE, after, Number.NaN),
      () => endOfDay(CN_OFFICE, after, Infinity, false),
    ]) {
      expect(work).toThrow(RangeError);
    }
  });
});

describe('blocks over midnight and summer time', () => {
  /** Berlin 2026: 29 March 02:00 → 03:00, 25 October 03:00 → 02:00. */
  const berlin: Calendar = {
    ...CN_OFFICE,
    timeZone: 'Europe/Berlin',
    week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [{ from: '22:00', to: '06:00' }], sun: [] },
    workday: [{ from: '09:00', to: '17:00' }],
    days: {},
    offsets: [
      [Date.parse('2025-10-26T01:00Z'), 60],
      [Date.parse('2026-03-29T01:00Z'), 120],
      [Date.parse('2026-10-25T01:00Z'), 60],
    ],
  };

  test.each([
    ['2026-03-28T12:00Z', 7, '2026-03-29T04:00'],
    ['2026-04-04T12:00Z', 8, '2026-04-05T04:00'],
    ['2026-10-24T12:00Z', 9, '2026-10-25T05:00'],
  ])('the Saturday night after %s has %i hours', (noon, hours, closes) => {
    const start = Date.parse(noon);
    expect(workingMsBetween(berlin, start, start + 24 * HOUR)).toBe(hours * HOUR);
    expect(new Date(addWorkingMs(berlin, start, hours * HOUR)).toISOString().slice(0, 16)).toBe(closes);
    expect(endOfWorkingDay(berlin, start - 24 * HOUR, 1)).toBe(Date.parse(`${closes}Z`));
  });

  test('a day that the clocks make longer or shorter ends at its own midnight', () => {
    expect(endOfDay(berlin, Date.parse('2026-03-28T12:00Z'), 1, false)).toBe(Date.parse('2026-03-29T22:00Z'));
    expect(endOfDay(berlin, Date.parse('2026-10-24T12:00Z'), 1, false)).toBe(Date.parse('2026-10-25T23:00Z'));
  });

  test('a block that the clocks skip as a whole makes no working day', () => {
    const skipped: Calendar = {
      ...berlin,
      week: { ...berlin.week, sat: [{ from: '09:00', to: '10:00' }], sun: [{ from: '02:15', to: '02:45' }] },
    };
    const saturday = Date.parse('2026-03-28T12:00Z');
    expect(new Date(endOfWorkingDay(skipped, saturday, 1)).toISOString()).toBe('2026-04-04T08:00:00.000Z');
  });

  test('blocks that meet are one', () => {
    const always = [{ from: '00:00', to: '24:00' }];
    const day: Calendar = {
      ...CN_OFFICE,
      week: { mon: always, tue: always, wed: always, thu: always, fri: always, sat: always, sun: always },
      days: {},
    };
    expect(addWorkingMs(day, FRIDAY, 10_000 * HOUR)).toBe(FRIDAY + 10_000 * HOUR);
  });
});

describe('the schema', () => {
  const faults = (calendar: unknown) => {
    const parsed = calendarSchema.safeParse(calendar, { reportInput: true });
    return parsed.success ? [] : faultsOf(parsed.error).map(({ path, words }) => `${path}: ${inBoth(words)}`);
  };
  const draft = CN_OFFICE;
  const block = (from: string, to: string) => ({ from, to });

  test('the shipped calendar is in order', () => {
    expect(calendarSchema.parse(CN_OFFICE)).toEqual(CN_OFFICE);
    expect(Object.values(CN_OFFICE.days).filter(({ kind }) => kind === 'holiday')).toHaveLength(33);
    expect(Object.values(CN_OFFICE.days).filter(({ kind }) => kind === 'workday')).toHaveLength(6);
  });

  test.each([
    ['no working time', { week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } }, 'week'],
    ['overlap', { week: { ...draft.week, mon: [block('09:00', '12:00'), block('11:59', '13:00')] } }, 'week.mon.1'],
    [
      'overlap, unsorted',
      { week: { ...draft.week, mon: [block('11:00', '13:00'), block('09:00', '12:00')] } },
      'week.mon.0',
    ],
    ['into the next day', { week: { ...draft.week, mon: [block('22:00', '09:30')] } }, 'week.tue.0'],
    ['from Sunday into Monday', { week: { ...draft.week, sun: [block('22:00', '09:30')] } }, 'week.mon.0'],
    ['overlap of make-up hours', { workday: [block('09:00', '12:00'), block('10:00', '11:00')] }, 'workday.1'],
    ['a time of day', { workday: [block('9:00', '12:00')] }, 'workday.0.from'],
    ['24:00 at the start', { workday: [block('24:00', '12:00')] }, 'workday.0.from'],
    ['25:00', { workday: [block('09:00', '25:00')] }, 'workday.0.to'],
    ['no such date', { days: { '2026-02-30': { kind: 'holiday' } } }, 'days.2026-02-30'],
    ['a holiday with hours', { days: { '2026-02-03': { kind: 'holiday', blocks: [] } } }, 'days.2026-02-03.blocks'],
    ['a working day without', { days: { '2026-02-07': { kind: 'workday', blocks: [] } } }, 'days.2026-02-07'],
    [
      'hours that run into an ordinary day',
      { days: { '2026-02-01': { kind: 'workday', blocks: [block('20:00', '10:00')] } } },
      'days.2026-02-01',
    ],
    ['NUL', { name: { zh: 'a\u0000', en: 'a' } }, 'name.zh'],
    ['half a character', { name: { zh: 'a', en: '\uD800' } }, 'name.en'],
    [
      'two lines',
      { days: { '2026-02-03': { kind: 'holiday', name: { zh: 'a\nb', en: 'a' } } } },
      'days.2026-02-03.name.zh',
    ],
    ['id', { id: 'CN office' }, 'id'],
    ['zone', { timeZone: 'Asia/上海' }, 'timeZone'],
  ])('refuses %s, in both languages', (_name, part, path) => {
    const found = faults({ ...draft, ...part });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path}: [ -~]+ \\(.*[\\u4e00-\\u9fff].*\\)$`));
  });

  test('blocks that only touch are in order, also over midnight', () => {
    expect(
      faults({ ...draft, week: { ...draft.week, mon: [block('09:00', '12:00'), block('12:00', '09:00')] } }),
    ).toEqual([]);
    expect(faults({ ...draft, workday: [block('00:00', '00:00')] })).toEqual([]);
  });

  test('offsets that are not in order', () => {
    const mixed = {
      ...CN_OFFICE,
      offsets: [
        [10, 480],
        [10, 540],
      ],
    };
    expect(calendarSchema.safeParse(mixed).error?.issues[0]?.path).toEqual(['offsets', 1, 0]);
  });
});

test('a day as people check it', () => {
  expect(
    ['2026-09-18', '2026-09-19', '2026-09-20', '2026-10-01'].map((date) => calendarDay(CN_OFFICE, date)),
  ).toMatchObject([
    {
      weekday: 'fri',
      kind: 'workday',
      workingMinutes: 450,
      blocks: [
        { from: '09:00', to: '12:00' },
        { from: '13:30', to: '18:00' },
      ],
    },
    { weekday: 'sat', kind: 'rest', blocks: [] },
    { weekday: 'sun', kind: 'makeUp', blocks: [{ from: '09:00' }, { to: '18:00' }] },
    { weekday: 'thu', kind: 'holiday', name: { zh: '国庆节' }, blocks: [] },
  ]);
  expect(addWorkingMs(CN_OFFICE, FRIDAY + 30_500, MINUTE)).toBe(FRIDAY + 90_500);
});
