import { Refused } from '../../src/cases/refused';
import { readICal, readYearFile, readYearText, saysWorked } from '../../src/cases/year-file';
import { freezeZone } from '../../src/cases/zones';

const faultsOf = (read: () => unknown): { path: string; message: string }[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof Refused && error.status === 422) return error.details.errors ?? [];
    throw error;
  }
  return [];
};

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
      skipped: 0,
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
    const { years, days, skipped } = readICal(text, 'text');
    expect(years).toEqual([2027]);
    expect(skipped).toBe(2);
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
    ['cut off', ical(['DTSTART;VALUE=DATE:20270101']).slice(0, -20), '不是 iCalendar'],
    ['without whole days', ical(['DTSTART:20270405T090000Z']), '没有全天事件'],
    ['repeating', ical(['DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=YEARLY']), '重复'],
    ['backwards', ical(['DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20270101']), '日期有误'],
    ['a decade', ical(['DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20370101']), '日期有误'],
    ['no date', ical(['DTSTART;VALUE=DATE:20270230']), '日期有误'],
    [
      'both',
      ical(['DTSTART;VALUE=DATE:20270105', 'SUMMARY:春节'], ['DTSTART;VALUE=DATE:20270105', 'SUMMARY:春节（班）']),
      '既是假日又是工作日',
    ],
  ])('is refused: %s', (_name, text, word) => {
    const faults = faultsOf(() => readICal(text, 'text'));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path).toMatch(/^text/);
    expect(faults[0]?.message).toContain(word);
  });
});

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
