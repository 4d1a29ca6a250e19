import type { Calendar, CalendarDay } from '../../../src/domain/time/calendar';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const { id: _id, version: _version, offsets: _offsets, ...DRAFT } = CN_OFFICE;
const put = (id: string, body: object, query = '') =>
  harness.call('PUT', `/api/calendars/${id}${query}`, { as: 'mona', body });
const load = (id: string, body: object) => harness.call('POST', `/api/calendars/${id}/import`, { as: 'mona', body });
const get = (path: string) => harness.call('GET', `/api/calendars${path}`, { as: 'anna' });
const calendarOf = (body: Record<string, unknown>): Calendar => body.calendar as Calendar;
const pathsOf = (body: Record<string, unknown>): string[] =>
  ((body.errors ?? []) as { path: string }[]).map(({ path }) => path);

test('the office calendar is there from the start', async () => {
  const list = await get('');
  expect(list.status).toBe(200);
  expect(list.body.items).toMatchObject([
    { id: 'cn-office', version: 1, timeZone: 'Asia/Shanghai', years: [2026], publishedBy: 'system' },
  ]);
  expect(calendarOf((await get('/cn-office')).body)).toEqual(CN_OFFICE);
  expect((await get('/cn-office?version=2')).status).toBe(404);
  expect((await get('/nowhere')).status).toBe(404);
  expect((await get('/cn-office?version=x')).status).toBe(422);
});

test('a version is published with the offsets of its zone, and the old one stays', async () => {
  const berlin = { ...DRAFT, timeZone: 'europe/berlin', days: {}, years: [] };
  const first = await put('berlin', berlin);
  expect(first.status).toBe(200);
  expect(calendarOf(first.body)).toMatchObject({ id: 'berlin', version: 1, timeZone: 'Europe/Berlin' });
  expect(calendarOf(first.body).offsets.length).toBeGreaterThan(25);
  // A repeat finds what is there.
  expect(calendarOf((await put('berlin', berlin)).body).version).toBe(1);

  const second = await put('berlin', { ...berlin, workday: [{ from: '10:00', to: '16:00' }] }, '?after=1');
  expect(second.body).toMatchObject({ calendar: { version: 2 }, publishedBy: 'mona' });
  expect(calendarOf((await get('/berlin?version=1')).body).workday).toEqual(DRAFT.workday);
  expect(await put('berlin', berlin, '?after=1')).toMatchObject({ status: 409, body: { code: 'newer_version' } });
  expect((await put('paris', berlin, '?after=0')).status).toBe(200);
});

test.each<[string, object, string[]]>([
  ['no working time', { week: { ...DRAFT.week, mon: [], tue: [], wed: [], thu: [], fri: [] } }, ['week']],
  [
    'overlapping blocks',
    {
      workday: [
        { from: '09:00', to: '12:00' },
        { from: '11:00', to: '13:00' },
      ],
    },
    ['workday.1'],
  ],
  ['an unknown zone', { timeZone: 'Asia/Nowhere' }, ['timeZone']],
  ['a wrong date', { days: { '2026-13-01': { kind: 'holiday' } } }, ['days.2026-13-01']],
  ['a wrong time', { workday: [{ from: '9', to: '12:00' }] }, ['workday.0.from']],
  ['NUL', { name: { zh: 'x\u0000', en: 'x' } }, ['name.zh']],
  ['a version of their own', { version: 3 }, ['version']],
  ['offsets of their own', { offsets: [[0, 0]] }, ['offsets']],
])('%s is refused, with the place and nothing stored', async (_name, change, paths) => {
  const answer = await put('refused', { ...DRAFT, ...change });
  expect(answer.status).toBe(422);
  expect(pathsOf(answer.body)).toEqual(paths);
  expect((await get('/refused')).status).toBe(404);
});

test('an id that is none', async () => {
  expect(await put('No%20Id', DRAFT)).toMatchObject({ status: 422, body: { errors: [{ path: 'id' }] } });
});

describe('a year file', () => {
  const file = {
    year: 2027,
    days: [
      { name: '元旦', date: '2027-01-01', isOffDay: true },
      { name: '元旦', date: '2027-01-03', isOffDay: false },
    ],
  };
  let id = '';
  let count = 0;
  beforeEach(async () => {
    id = `year-${(count += 1)}`;
    await put(id, DRAFT);
  });

  test('keeps the week and the days of other years', async () => {
    const answer = await load(id, { format: 'json', file });
    expect(answer).toMatchObject({ status: 200, body: { imported: 2, covers: [2027], skipped: [], forgotten: [] } });
    const calendar = calendarOf(answer.body);
    expect(calendar).toMatchObject({ version: 2, years: [2026, 2027], week: DRAFT.week });
    expect(Object.keys(calendar.days)).toHaveLength(Object.keys(DRAFT.days).length + 2);
    // The same again changes nothing.
    expect(calendarOf((await load(id, { format: 'json', text: JSON.stringify(file) })).body).version).toBe(2);
  });

  test('enters over what is there; with `replace` the rest of its year goes', async () => {
    await load(id, { format: 'json', file });
    const changed = { year: 2027, days: [{ date: '2027-01-02', kind: 'holiday' }] };
    const in2027 = (calendar: Calendar) => Object.keys(calendar.days).filter((date) => date.startsWith('2027'));
    const entered = calendarOf((await load(id, { format: 'json', file: changed })).body);
    expect(in2027(entered)).toEqual(['2027-01-01', '2027-01-02', '2027-01-03']);
    const replaced = calendarOf((await load(id, { format: 'json', file: changed, replace: true })).body);
    expect(in2027(replaced)).toEqual(['2027-01-02']);
    expect(replaced.days['2026-10-01']).toEqual(DRAFT.days['2026-10-01']);
  });

  test('a file of 2027 whose New Year begins in December leaves 2026 as it is', async () => {
    const event = (uid: number, from: string, to: string) =>
      ['BEGIN:VEVENT', `UID:${uid}`, `DTSTART;VALUE=DATE:${from}`, `DTEND;VALUE=DATE:${to}`, 'END:VEVENT'].join('\r\n');
    const text = `BEGIN:VCALENDAR\r\n${event(1, '20261231', '20270103')}\r\n${event(2, '20270206', '20270213')}\r\nEND:VCALENDAR`;
    await load(id, { format: 'json', file });
    const answer = await load(id, { format: 'ical', text, replace: true });
    expect(answer).toMatchObject({ status: 200, body: { covers: [2027], forgotten: ['2027-01-03'] } });
    const { days } = calendarOf(answer.body);
    expect(days['2026-12-31']?.kind).toBe('holiday');
    for (const [date, day] of Object.entries(DRAFT.days)) expect(days[date]).toEqual(day);
    // It does not say either that the holidays of a year are known of which there are two.
    await put('year-empty', { ...DRAFT, days: {}, years: [] });
    expect(calendarOf((await load('year-empty', { format: 'ical', text })).body).years).toEqual([2027]);
  });

  test('of 200 KB is read', async () => {
    const text = `BEGIN:VCALENDAR\r\nX-NOTE:${'公'.repeat(200_000)}\r\nBEGIN:VEVENT\r\nDTSTART:20270101\r\nEND:VEVENT\r\nEND:VCALENDAR`;
    expect(await load(id, { format: 'ical', text })).toMatchObject({ status: 200, body: { imported: 1 } });
  });

  test('as iCalendar', async () => {
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART;VALUE=DATE:20270101',
      'DTEND;VALUE=DATE:20270103',
      'SUMMARY:元旦',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:2',
      'DTSTART;VALUE=DATE:20270103',
      'SUMMARY:元旦（班）',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
    const answer = await load(id, { format: 'ical', text });
    expect(answer).toMatchObject({ status: 200, body: { imported: 3 } });
    expect(calendarOf(answer.body).days).toMatchObject({
      '2027-01-02': { kind: 'holiday' },
      '2027-01-03': { kind: 'workday' },
    });
  });

  test.each<[string, object, string[]]>([
    ['neither file nor text', { format: 'json' }, ['file']],
    ['both', { format: 'json', file, text: '{}' }, ['file']],
    ['another format', { format: 'xml', text: 'x' }, ['format']],
    ['no JSON', { format: 'json', text: '{' }, ['text']],
    ['no calendar', { format: 'ical', text: 'x' }, ['text']],
    [
      'the same date twice',
      { format: 'json', file: { year: 2027, days: [file.days[0], file.days[0]] } },
      ['file.days.1.date'],
    ],
    [
      'a name of two lines and a control character',
      { format: 'json', file: { year: 2027, days: [{ ...file.days[0], name: { zh: 'a\u0007', en: 'a' } }] } },
      ['days.2027-01-01.name.zh'],
    ],
  ])('%s is refused', async (_name, body, paths) => {
    const answer = await load(id, body);
    expect(answer.status).toBe(422);
    expect(pathsOf(answer.body)).toEqual(paths);
    expect(calendarOf((await get(`/${id}`)).body).version).toBe(1);
  });

  test('two imports at once both arrive', async () => {
    const other = { year: 2028, days: [{ date: '2028-01-01', kind: 'holiday' }] };
    const answers = await Promise.all([load(id, { format: 'json', file }), load(id, { format: 'json', file: other })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(calendarOf((await get(`/${id}`)).body)).toMatchObject({
      version: 3,
      years: [2026, 2027, 2028],
      days: { '2027-01-01': {}, '2028-01-01': {} },
    });
  });

  test('for a calendar that is not there', async () => {
    expect((await load('nowhere', { format: 'json', file })).status).toBe(404);
  });
});

test('a person can check it day by day', async () => {
  const { status, body } = await get('/cn-office/preview?from=2026-09-18&to=2026-10-11');
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: 'cn-office', version: 1, timeZone: 'Asia/Shanghai' });
  const items = body.items as CalendarDay[];
  expect(items.map(({ date, kind, workingMinutes }) => `${date.slice(5)} ${kind} ${workingMinutes}`)).toEqual([
    '09-18 workday 450',
    '09-19 rest 0',
    '09-20 makeUp 450',
    ...['21', '22', '23', '24'].map((day) => `09-${day} workday 450`),
    ...['25', '26', '27'].map((day) => `09-${day} holiday 0`),
    ...['28', '29', '30'].map((day) => `09-${day} workday 450`),
    ...['01', '02', '03', '04', '05', '06', '07'].map((day) => `10-${day} holiday 0`),
    '10-08 workday 450',
    '10-09 workday 450',
    '10-10 makeUp 450',
    '10-11 rest 0',
  ]);
  expect(items[2]).toMatchObject({ weekday: 'sun', name: { zh: '国庆节调休上班' }, blocks: DRAFT.workday });
});

test('the first and the last date there are', async () => {
  for (const date of ['2000-01-01', '2100-12-31']) {
    expect((await get(`/cn-office/preview?from=${date}&to=${date}`)).status).toBe(200);
  }
});

test.each([
  ['', ['from', 'to']],
  ['?from=2026-01-01', ['to']],
  ['?from=2026-02-30&to=2026-03-01', ['from']],
  ['?from=2026-03-02&to=2026-03-01', ['to']],
  ['?from=2026-03-02&to=2028-03-01', ['to']],
  ['?from=9999-12-31&to=9999-12-31', ['from', 'to']],
  ['?from=0001-01-01&to=0001-01-01', ['from', 'to']],
  ['?from=2026-03-02&to=2026-03-03&x=1', ['x']],
])('no preview of %s', async (query, paths) => {
  const answer = await get(`/cn-office/preview${query}`);
  expect(answer.status).toBe(422);
  expect(pathsOf(answer.body)).toEqual(paths);
});

test('agents read, managers write', async () => {
  for (const [method, path, body] of [
    ['PUT', '/api/calendars/berlin', DRAFT],
    ['POST', '/api/calendars/berlin/import', {}],
  ] as const) {
    expect((await harness.call(method, path, { as: 'sara', body })).status).toBe(403);
    expect((await harness.call(method, path, { body })).status).toBe(401);
  }
  expect((await harness.call('GET', '/api/calendars', { as: 'quinn' })).status).toBe(403);
});
