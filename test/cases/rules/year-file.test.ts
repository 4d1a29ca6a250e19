import { isRefused } from '../../../src/cases/refused';
import { inBoth } from '../../../src/domain/basics/words';
import { readICal, readYearFile, readYearText, saysWorked } from '../../../src/cases/rules/year-file';
import { freezeZone } from '../../../src/cases/rules/zones';
import { cpuMs } from '../../support/cpu';

const faultsOf = (read: () => unknown): { path: string; message: string }[] => {
  try {
    read();
  } catch (error) {
    if (isRefused(error, 'invalid')) {
      return (error.details.faults ?? []).map(({ path, words }) => ({ path, message: inBoth(words) }));
    }
    throw error;
  }
  return [];
};

const SHANGHAI = (): number => 480;
const feed = (text: string) => readICal(text, 'text', SHANGHAI);
const kindsOf = (text: string): Record<string, string> =>
  Object.fromEntries(Object.entries(feed(text).days).map(([date, { kind }]) => [date, kind]));

const ical = (...events: string[][]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...events.flatMap((event) => ['BEGIN:VEVENT', 'DTSTAMP:20251104T000000Z', ...event, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

describe('a year file', () => {
  test('of the public holiday-cn shape', () => {
    const file = {
      $schema: 'https://example.org/schema.json',
      year: 2027,
      papers: ['https://example.org/notice.htm'],
      days: [
        { name: '元旦', date: '2026-12-31', isOffDay: true },
        { name: '元旦', date: '2027-01-01', isOffDay: true },
        { name: '元旦', date: '2027-01-03', isOffDay: false },
      ],
    };
    expect(readYearFile(file, 'file')).toEqual({
      years: [2027],
      skipped: [],
      taken: [
        { place: 'days.0', from: '2026-12-31', to: '2026-12-31', kind: 'holiday', name: '元旦' },
        { place: 'days.1', from: '2027-01-01', to: '2027-01-01', kind: 'holiday', name: '元旦' },
        { place: 'days.2', from: '2027-01-03', to: '2027-01-03', kind: 'workday', name: '元旦' },
      ],
      days: {
        '2026-12-31': { kind: 'holiday', name: { zh: '元旦', en: '元旦' } },
        '2027-01-01': { kind: 'holiday', name: { zh: '元旦', en: '元旦' } },
        '2027-01-03': { kind: 'workday', name: { zh: '元旦', en: '元旦' } },
      },
    });
  });

  test('of our own shape, as text', () => {
    const text = JSON.stringify({
      year: 2027,
      days: [
        { date: '2027-05-01', kind: 'holiday', name: { zh: '劳动节', en: 'Labour Day' } },
        { date: '2027-05-08', kind: 'workday' },
      ],
    });
    expect(readYearText(text, 'text').days).toEqual({
      '2027-05-01': { kind: 'holiday', name: { zh: '劳动节', en: 'Labour Day' } },
      '2027-05-08': { kind: 'workday' },
    });
  });

  test.each<[string, object, string, string]>([
    ['no date', { date: '2027-02-29', kind: 'holiday' }, 'file.days.1.date', '没有这个日期'],
    ['a date of another year', { date: '2029-01-01', kind: 'holiday' }, 'file.days.1.date', '不属于 2027 年'],
    ['the same date twice', { date: '2027-01-01', kind: 'workday' }, 'file.days.1.date', '日期重复'],
    ['no kind', { date: '2027-01-02' }, 'file.days.1', 'isOffDay'],
    ['two kinds', { date: '2027-01-02', kind: 'workday', isOffDay: true }, 'file.days.1', '矛盾'],
  ])('is refused: %s', (_name, entry, path, word) => {
    const days = [{ date: '2027-01-01', kind: 'holiday' }, entry];
    const [fault, ...others] = faultsOf(() => readYearFile({ year: 2027, days }, 'file'));
    expect(others).toEqual([]);
    expect(fault?.path).toBe(path);
    expect(fault?.message).toContain(word);
  });

  test.each([null, [], {}, { year: 2027 }, { year: 2027, days: [] }, { year: '2027', days: [{ date: '2027-01-01' }] }])(
    'is refused when it is another thing: %j',
    (file) => expect(faultsOf(() => readYearFile(file, 'file')).length).toBeGreaterThan(0),
  );

  test('a date that would be a property of every object is a fault', () => {
    const days = [{ date: '__proto__', kind: 'holiday' }];
    expect(faultsOf(() => readYearFile({ year: 2027, days }, 'file'))).toMatchObject([{ path: 'file.days.0.date' }]);
  });

  test('text that is no JSON', () => {
    expect(faultsOf(() => readYearText('{', 'text'))).toEqual([{ path: 'text', message: 'is not JSON (不是 JSON)' }]);
  });
});

describe('an iCalendar file', () => {
  test('whole days are holidays, or working days where it says so; the end is not part of it', () => {
    const text = ical(
      ['DTSTART;VALUE=DATE:20270101', 'DTEND;VALUE=DATE:20270104', 'SUMMARY:元旦（休）'],
      ['DTSTART;VALUE=DATE:20270206', 'SUMMARY:春节（班）'],
      ['DTSTART;VALUE=DATE:20270220', 'DURATION:P2D', 'SUMMARY:Spring Festival', 'CATEGORIES:China,Workday'],
      ['DTSTART;VALUE=DATE:20270405', 'DTEND;VALUE=DATE:20270405', 'SUMMARY:清明节'],
      ['DTSTART:20270405T090000Z', 'DTEND:20270405T100000Z', 'SUMMARY:a meeting'],
      ['DTSTART;VALUE=DATE:20270406', 'STATUS:CANCELLED', 'SUMMARY:清明节'],
      // Folded, escaped, the same day again.
      ['DTSTART;VALUE=DATE:20270405', 'SUMMARY:Qing', ' ming\\, once more'],
    );
    const { years, days, skipped } = feed(text);
    expect(years).toEqual([2027]);
    expect(skipped).toEqual([
      { place: 'VEVENT.4', reason: 'timed', date: '2027-04-05', name: 'a meeting' },
      { place: 'VEVENT.5', reason: 'cancelled', date: '2027-04-06', name: '清明节' },
    ]);
    expect(Object.entries(days).map(([date, { kind, name }]) => `${date} ${kind} ${name?.zh ?? ''}`)).toEqual([
      '2027-01-01 holiday 元旦（休）',
      '2027-01-02 holiday 元旦（休）',
      '2027-01-03 holiday 元旦（休）',
      '2027-02-06 workday 春节（班）',
      '2027-02-20 workday Spring Festival',
      '2027-02-21 workday Spring Festival',
      '2027-04-05 holiday 清明节',
    ]);
  });

  test.each([
    ['春节（班）', true],
    ['国庆节 补班', true],
    ['调休上班', true],
    ['班', true],
    ['Spring Festival workday', true],
    ['Special Working Day', true],
    ['Make-up day', true],
    ['「春节 补班」 第1天/共2天', true],
    ['春节 补班 第2天/共2天', true],
    ['班｜国庆节', true],
    ['特殊工作日', true],
    ['補班', true],
    ['不补班', false],
    ['非工作日', false],
    ['休｜国庆节', false],
    ['春节（休）', false],
    ['劳动节', false],
    ["International Workers' Day", false],
    ['Labour Day', false],
    ['值班表放假', false],
    ['国庆节 不上班', false],
    ['Non-working day', false],
    ['', false],
  ])('%s: worked %s', (text, expected) => expect(saysWorked(text)).toBe(expected));

  test.each<[string, string, string]>([
    ['no calendar', 'hello', '不是 iCalendar'],
    ['nothing', ' ', '不是 iCalendar'],
    ['a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n', '不是 iCalendar'],
    ['cut off', ical(['DTSTART;VALUE=DATE:20270101']).slice(0, -20), '不是完整的 iCalendar'],
    ['without whole days', ical(['DTSTART:20270405T090000Z']), '没有全天事件'],
    ['repeating', ical(['DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=YEARLY']), '重复'],
    ['backwards', ical(['DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20270101']), '日期有误'],
    ['a decade', ical(['DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20370101']), '日期有误'],
    ['no date', ical(['DTSTART;VALUE=DATE:20270230']), '读不懂 DTSTART'],
    [
      'both',
      ical(['DTSTART;VALUE=DATE:20270105', 'SUMMARY:春节'], ['DTSTART;VALUE=DATE:20270105', 'SUMMARY:春节（班）']),
      '既是假日又是工作日',
    ],
  ])('is refused: %s', (_name, text, word) => {
    const faults = faultsOf(() => feed(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path).toMatch(/^text/);
    expect(faults[0]?.message).toContain(word);
  });
});

describe('a public calendar, as it is published', () => {
  test('make-up days from nine to six are working days (the two best-known Chinese feeds)', () => {
    const text = ical(
      [
        'DTSTART;VALUE=DATE:20250128',
        'DTEND;VALUE=DATE:20250129',
        'STATUS:CONFIRMED',
        'SUMMARY:「春节 假期」 第1天/共8天',
      ],
      [
        'DTSTART:20250126T090000',
        'DTEND:20250126T180000',
        'SUMMARY:「春节 补班」 第1天/共2天',
        // It speaks of days off and of days worked: only name and category say what the day itself is.
        'DESCRIPTION:二、春节：1月28日至2月4日放假调休，共8天。1月26日（周日）上班。\\n\\n放假通知：https://www.gov.cn/',
        'STATUS:TENTATIVE',
        'BEGIN:VALARM',
        'TRIGGER:-PT60M',
        'ACTION:DISPLAY',
        'END:VALARM',
      ],
      // In UTC, and late enough to be the next day in China.
      ['DTSTART:20250207T170000Z', 'DTEND:20250207T230000Z', 'SUMMARY:春节 补班'],
    );
    const { days, taken, skipped } = feed(text);
    expect(kindsOf(text)).toEqual({ '2025-01-28': 'holiday', '2025-01-26': 'workday', '2025-02-08': 'workday' });
    // The house's own hours hold.
    expect(days['2025-01-26']?.blocks).toBeUndefined();
    expect(taken[1]).toMatchObject({ place: 'VEVENT.1', from: '2025-01-26', kind: 'workday', times: '09:00–18:00' });
    expect(skipped).toEqual([]);
  });

  test.each([
    ['whole days', 'DTSTART:20270206T000000', 'DTEND:20270208T000000'],
    ['to the last minute', 'DTSTART:20270206T000000', 'DTEND:20270207T235900'],
    ['to the last second', 'DTSTART:20270206T000000', 'DTEND:20270207T235959'],
    ['with their length', 'DTSTART:20270206T000000', 'DURATION:P2D'],
    ['of a zone', 'DTSTART;TZID=Asia/Shanghai:20270206T000000', 'DTEND;TZID=Asia/Shanghai:20270208T000000'],
    ['in UTC', 'DTSTART:20270205T160000Z', 'DTEND:20270207T160000Z'],
    ['of a program that knows UTC only', 'DTSTART:20270206T000000Z', 'DTEND:20270208T000000Z'],
    ['as dates without saying so', 'DTSTART:20270206', 'DTEND:20270208'],
    ['as date-times of eight digits', 'DTSTART;VALUE=DATE-TIME:20270206', 'DTEND;VALUE=DATE-TIME:20270208'],
  ])('midnight to midnight is a day: %s', (_name, start, end) => {
    expect(kindsOf(ical([start, end, 'SUMMARY:春节']))).toEqual({ '2027-02-06': 'holiday', '2027-02-07': 'holiday' });
  });

  test.each([
    [
      'Google, English',
      'DESCRIPTION:Observance\\nTo hide observances, go to Google Calendar Settings > Holidays in Germany',
    ],
    [
      'Google, German',
      'DESCRIPTION:Gedenktag\\nWenn Sie Gedenktage ausblenden möchten, rufen Sie die Google Kalender-Eins',
      ' tellungen auf',
    ],
    ['Google, a language nobody thought of', 'DESCRIPTION:Ngày lễ kỷ niệm\\nĐể ẩn, đi tới cài đặt của Google Lịch'],
    ['Google, in short', 'DESCRIPTION:Observance'],
    ['by category', 'CATEGORIES:Holidays,Observance'],
    ['office holidays', 'DESCRIPTION:Not A Public Holiday'],
    ['solar terms', 'DESCRIPTION:节气'],
  ])('an observance is worked: %s', (_name, ...lines) => {
    const text = ical(
      ['DTSTART;VALUE=DATE:20261111', "SUMMARY:St. Martin's Day", ...lines],
      [
        'DTSTART;VALUE=DATE:20261225',
        'SUMMARY:Christmas Day',
        'DESCRIPTION:Public holiday\\nThis is a half-day holiday.',
      ],
    );
    expect(kindsOf(text)).toEqual({ '2026-12-25': 'holiday' });
    expect(feed(text).skipped).toEqual([
      { place: 'VEVENT.0', reason: 'observance', date: '2026-11-11', name: "St. Martin's Day" },
    ]);
  });

  test('Apple marks days off and days made up; what has no mark is worked', () => {
    const text = ical(
      ['DTSTART;VALUE=DATE:20260101', 'SUMMARY:元旦（休）', 'X-APPLE-SPECIAL-DAY:WORK-HOLIDAY'],
      ['DTSTART;VALUE=DATE:20260104', 'SUMMARY:元旦（班）', 'X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY'],
      ['DTSTART;VALUE=DATE:20260308', 'SUMMARY:妇女节', 'RRULE:FREQ=YEARLY'],
    );
    expect(kindsOf(text)).toEqual({ '2026-01-01': 'holiday', '2026-01-04': 'workday' });
    expect(feed(text).skipped).toMatchObject([{ reason: 'observance', name: '妇女节' }]);
  });

  test('a yearly series with an end', () => {
    const series = (rule: string) =>
      kindsOf(ical(['DTSTART;VALUE=DATE:20240501', 'SUMMARY:Labour Day', `RRULE:${rule}`]));
    expect(Object.keys(series('FREQ=YEARLY;COUNT=3'))).toEqual(['2024-05-01', '2025-05-01', '2026-05-01']);
    expect(Object.keys(series('FREQ=YEARLY;UNTIL=20250501;BYMONTH=5;BYMONTHDAY=1'))).toHaveLength(2);
    for (const rule of [
      'FREQ=YEARLY;COUNT=2;BYDAY=9MO',
      'FREQ=DAILY;COUNT=2',
      'FREQ=YEARLY;COUNT=100000',
      'FREQ=YEARLY',
    ]) {
      expect(faultsOf(() => series(rule))).toMatchObject([{ path: 'text.VEVENT.0' }]);
    }
  });

  test('what is cancelled is no holiday, one by one or the whole file', () => {
    const cancelled = ical(['DTSTART;VALUE=DATE:20270101', 'SUMMARY:元旦']).replace(
      'VERSION',
      'METHOD:CANCEL\r\nVERSION',
    );
    const [fault] = faultsOf(() => feed(cancelled));
    expect(fault?.message).toMatch(/1 cancelled.*1 个已取消/);
    const both = cancelled + ical(['DTSTART;VALUE=DATE:20270102', 'SUMMARY:元旦']);
    expect(kindsOf(both)).toEqual({ '2027-01-02': 'holiday' });
    expect(feed(both).skipped).toMatchObject([{ reason: 'cancelled', date: '2027-01-01' }]);
  });

  test('a byte order mark, wrapped lines and raw line breaks in a text', () => {
    const text = [
      '\uFEFFBEGIN:VCALENDAR',
      'VERSION:2.0',
      'X-WR-CALDESC:of a school',
      'and its neighbours',
      'BEGIN:VEVENT',
      'DTSTART;VALUE=DATE:2027',
      ' 0101',
      'DESCRIPTION:first line',
      'second line without the space that it needs',
      '',
      '放假通知：https://www.gov.cn/',
      'SUMMARY:New Year',
      's Day',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\n');
    expect(feed(text).days).toEqual({
      '2027-01-01': { kind: 'holiday', name: { zh: 'New Year s Day', en: 'New Year s Day' } },
    });
    expect(readYearText('\uFEFF{"year":2027,"days":[{"date":"2027-01-01","kind":"holiday"}]}', 'text').years).toEqual([
      2027,
    ]);
  });

  test('a line that is none is named by its number', () => {
    const lines = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'DTSTART;VALUE=DATE:20270101',
      'what is this',
      'END:VEVENT',
      'END:VCALENDAR',
    ];
    expect(faultsOf(() => feed(lines.join('\n')))).toEqual([
      { path: 'text', message: 'line 4 is not as iCalendar has it (第 4 行不是 iCalendar 的写法)' },
    ]);
    const rule = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'RRULE:FREQ=SOMETIMES', 'END:VEVENT', 'END:VCALENDAR'];
    expect(faultsOf(() => feed(rule.join('\n')))[0]?.message).toContain('line 3');
  });

  test.each([
    ['DTSTART', ['DTSTART:2027-01-01T::']],
    ['DTSTART', ['DTSTART;VALUE=DATE:20270230']],
    ['DTSTART', ['SUMMARY:no date at all']],
    ['DTSTART', ['DTSTART:20270101T250000']],
    ['DTEND', ['DTSTART;VALUE=DATE:20270101', 'DTEND:soon']],
    ['DURATION', ['DTSTART;VALUE=DATE:20270101', 'DURATION:foo']],
    ['DURATION', ['DTSTART;VALUE=DATE:20270101', 'DURATION:PT']],
  ])('what cannot be read is named with its event: %s %j', (property, event) => {
    const faults = faultsOf(() => feed(ical(['DTSTART;VALUE=DATE:20270501'], event)));
    expect(faults).toMatchObject([{ path: 'text.VEVENT.1' }]);
    expect(faults[0]?.message).toContain(property);
  });

  test('days over the turn of the year say nothing about the year they run into', () => {
    const year = ['DTSTART;VALUE=DATE:20270206', 'DTEND;VALUE=DATE:20270213', 'SUMMARY:春节'];
    expect(
      feed(ical(['DTSTART;VALUE=DATE:20261231', 'DTEND;VALUE=DATE:20270103', 'SUMMARY:元旦'], year)).years,
    ).toEqual([2027]);
    const next = ['DTSTART;VALUE=DATE:20280101', 'SUMMARY:元旦'];
    const makeUp = ['DTSTART;VALUE=DATE:20280104', 'SUMMARY:元旦 补班'];
    expect(feed(ical(year, next, makeUp)).years).toEqual([2027]);
    expect(feed(ical(year, next, ['DTSTART;VALUE=DATE:20280501', 'SUMMARY:劳动节'])).years).toEqual([2027, 2028]);
    // Nothing else in the file: it is the file of the year that begins.
    expect(feed(ical(['DTSTART;VALUE=DATE:20261231', 'DTEND;VALUE=DATE:20270103', 'SUMMARY:元旦'])).years).toEqual([
      2027,
    ]);
    expect(feed(ical(next)).years).toEqual([2028]);
  });

  test('a large feed, and four times the days take no sixteen times the work', async () => {
    const text = largeFeed(1_500);
    expect(text.length).toBeGreaterThan(400_000);
    let read: ReturnType<typeof feed> | undefined;
    const whole = await cpuMs(() => (read = feed(text)));
    expect(Object.keys(read?.days ?? {})).toHaveLength(1_500);
    expect(read?.taken).toHaveLength(1_500);
    expect(read?.days['2015-01-01']?.name?.zh).toHaveLength(80);
    // Warm by now: what is compiled counts for neither.
    const quarter = await cpuMs(() => feed(largeFeed(375)));
    expect(whole).toBeLessThan(Math.max(12 * quarter, 2_000));
  });
});

const largeFeed = (days: number): string =>
  ical(
    ...Array.from({ length: days }, (_, at) => {
      const date = new Date(Date.UTC(2015, 0, 1) + at * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
      return [`DTSTART;VALUE=DATE:${date}`, `SUMMARY:${'假日'.repeat(60)}`, `DESCRIPTION:${'通知'.repeat(60)}`];
    }),
  );

describe('freezing a zone', () => {
  const NOW = Date.UTC(2026, 10, 22);

  test('knows its changes from two years before to twelve after', async () => {
    const berlin = await freezeZone('Europe/Berlin', NOW);
    expect(berlin?.offsets).toHaveLength(1 + 15 * 2);
    expect(berlin?.offsets.slice(0, 2)).toEqual([
      [Date.UTC(2024, 0), 60],
      [Date.UTC(2024, 2, 31, 1), 120],
    ]);
    expect(berlin?.offsets.at(-1)).toEqual([Date.UTC(2038, 9, 31, 1), 60]);
  });

  test('writes names as IANA does, and the same again within a year', async () => {
    expect(await freezeZone('asia/shanghai', NOW)).toEqual({
      timeZone: 'Asia/Shanghai',
      offsets: [[Date.UTC(2024, 0), 480]],
    });
    expect(await freezeZone('Europe/Berlin', NOW + 86_400_000)).toEqual(await freezeZone('Europe/Berlin', NOW));
  });

  test.each(['', 'Nowhere/City', '+08:00', '-05', '../etc', '上海', 'a\u0000'])('there is no zone %j', async (zone) =>
    expect(await freezeZone(zone, NOW)).toBeUndefined(),
  );
});
