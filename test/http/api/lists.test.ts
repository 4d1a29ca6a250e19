import { CaseCounts, CaseList } from '../../../src/http/api/schemas';
import type { User } from '../../../src/db';
import { assigned, createHarness, STAFF, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

describe('the list of cases', () => {
  test('is filtered by the words that the counts name, and holds as many', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    await harness.open({ customer: { name: '李雷', phone: '139 0000 1111' } });
    const counts = async (query: string, as = 'anna') => {
      const answer = await harness.call('GET', `/api/cases/counts?${query}`, { as });
      expect(answer.status).toBe(200);
      return CaseCounts.parse(answer.body);
    };
    const found = async (query: string, as = 'anna') => {
      const answer = await harness.call('GET', `/api/cases?${query}`, { as });
      expect(answer.status).toBe(200);
      return CaseList.parse(answer.body).items.map((item) => item.caseNo);
    };
    // A first response is promised within a quarter of an hour.
    expect(await counts('owner=me')).toMatchObject({ open: 1, hour: 1, broken: 0, waiting: 0, done: 0 });
    expect(await found('owner=me&open=true&promise=hour')).toEqual([caseNo]);
    expect(await found('owner=me&promise=broken')).toEqual([]);
    expect(await found('owner=nobody')).not.toContain(caseNo);

    await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
    const paused = { reason: 'customer', until: new Date(Date.now() + 3 * 86_400_000).toISOString(), note: '等图片' };
    expect((await harness.decide(caseNo, 'pause', 'anna', paused)).status).toBe(200);
    expect(await counts('owner=me')).toMatchObject({ open: 1, waiting: 1, paused: 1 });
    expect(await found('owner=me&waits=customer')).toEqual([caseNo]);
    expect(await found('owner=me&waits=department')).toEqual([]);
    expect(await found('owner=me&promise=paused')).toEqual([caseNo]);

    // Of what somebody else may not see nothing is counted.
    expect(await counts('', 'quinn')).toEqual({
      open: 0,
      broken: 0,
      hour: 0,
      today: 0,
      waiting: 0,
      paused: 0,
      done: 0,
    });
    expect((await counts('', 'mona')).open).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['promise=never', 'promise'],
    ['waits=godot', 'waits'],
    ['heard=nothing', 'heard'],
    ['resolved=yesterday', 'resolved'],
    ['sort=due', 'sort'],
    ['cursor=x', 'cursor'],
  ])('counts with ?%s are 422', async (query, path) => {
    const answer = await harness.call('GET', `/api/cases/counts?${query}`, { as: 'mona' });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });
});

describe('saved views', () => {
  const save = (as: string, body: object) => harness.call('POST', '/api/views', { as, body });
  const names = async (as: string): Promise<string[]> =>
    ((await harness.call('GET', '/api/views', { as })).body.items as { name: string }[]).map(({ name }) => name);

  test('are seen by their owner, their team or everybody, and changed by their owner and an admin alone', async () => {
    const own = await save('anna', { name: '我的急件', words: '?promise=hour&owner=me&sort=due' });
    expect(own).toMatchObject({
      status: 201,
      body: { words: 'promise=hour&owner=me&sort=due', shared: 'nobody', columns: [], mine: true },
    });
    const team = await save('anna', {
      name: '本组在办',
      words: 'open=true',
      shared: 'team',
      columns: ['due', 'stage'],
    });
    const all = await save('sara', { name: '重大', words: 'grade=major', shared: 'all' });
    expect(await names('anna')).toEqual(['我的急件', '本组在办', '重大'].toSorted());
    // sara is of anna's team, arno of another.
    expect(await names('sara')).toEqual(['本组在办', '重大'].toSorted());
    expect(await names('arno')).toEqual(['重大']);

    const at = ({ body }: { body: Record<string, unknown> }): string => `/api/views/${String(body.id)}`;
    const change = { name: '重大投诉', words: 'grade=major&open=true', shared: 'all' };
    const put = async (path: string, as: string, body: object = change): Promise<number> =>
      (await harness.call('PUT', path, { as, body })).status;
    expect(await put(at(own), 'sara')).toBe(404);
    expect(await put(at(team), 'arno')).toBe(404);
    expect(await put(at(all), 'mona')).toBe(403);
    expect(await put(at(all), 'sara')).toBe(200);
    expect(await put(at(own), 'anna')).toBe(403);
    expect(await put(at(team), 'anna', { name: '我的急件', words: '' })).toBe(409);
    expect((await save('anna', { name: '我的急件', words: '' })).status).toBe(409);
    expect((await harness.call('DELETE', at(all), { as: 'anna' })).status).toBe(403);
    expect((await harness.call('DELETE', at(all), { as: 'adam' })).status).toBe(200);
    expect((await harness.call('DELETE', at(all), { as: 'sara' })).status).toBe(404);
    expect((await harness.call('DELETE', '/api/views/1', { as: 'sara' })).status).toBe(404);
    expect(await names('arno')).toEqual([]);
  });

  test.each([
    [{ name: 'x', words: 'stage=nowhere' }, 'words.stage'],
    [{ name: 'x', words: 'where=1' }, 'words.where'],
    [{ name: 'x', words: 'cursor=abc' }, 'words.cursor'],
    [{ name: 'x', words: 'grade=major&grade=general' }, 'words.grade'],
    [{ name: ' ', words: '' }, 'name'],
    [{ name: 'x', words: '', columns: ['"><script>'] }, 'columns.0'],
    [{ name: 'x', words: '', shared: 'world' }, 'shared'],
  ])('%j is 422', async (body, path) => {
    const answer = await save('anna', body);
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });

  test('end at a hundred', async () => {
    for (let n = 0; n < 100; n++) {
      await harness.stores.savedViews.create({
        owner: 'quinn',
        name: `v${n}`,
        words: '',
        columns: [],
        shared: 'nobody',
      });
    }
    expect((await save('quinn', { name: 'one more', words: '' })).body).toMatchObject({ code: 'too_many_views' });
  });
});

describe('one decision in many cases', () => {
  const bulk = (as: string, body: object) => harness.call('POST', '/api/cases/bulk', { as, body });
  const seqOf = async (caseNo: string): Promise<number> => (await harness.stores.cases.get(caseNo))?.state.seq ?? 0;

  test('is taken or refused in each by itself, and the same request again decides nothing twice', async () => {
    const [mine, taken, stale, hidden] = await Promise.all([0, 1, 2, 3].map(() => harness.open()));
    const numbers = [mine, taken, stale, hidden].map((one) => one?.caseNo ?? '');
    const [a = '', b = '', c = '', d = ''] = numbers;
    for (const caseNo of [a, b, c]) await assigned(harness, caseNo, 'anna');
    await assigned(harness, d, 'arno');
    const request = {
      decision: 'note',
      fields: { text: '批量备注：等新批次。' },
      cases: [
        { caseNo: a },
        { caseNo: b, expectedSeq: await seqOf(b) },
        { caseNo: c, expectedSeq: (await seqOf(c)) - 1 },
        { caseNo: d },
        { caseNo: 'C250101-ZZZZZZ' },
      ],
      decisionId: 'bulk-note-1',
    };
    const first = await bulk('anna', request);
    expect(first).toMatchObject({
      status: 200,
      body: {
        decision: 'note',
        taken: 2,
        accepted: 0,
        refused: 3,
        items: [
          { caseNo: a, status: 'taken' },
          { caseNo: b, status: 'taken' },
          { caseNo: c, status: 'refused', code: 'changed_meanwhile' },
          // Not hers to see, and not there: the two look the same.
          { caseNo: d, status: 'refused', code: 'not_found' },
          { caseNo: 'C250101-ZZZZZZ', status: 'refused', code: 'not_found' },
        ],
      },
    });
    const after = await Promise.all(numbers.map(seqOf));
    const second = await bulk('anna', request);
    expect(second.body).toEqual(first.body);
    expect(await Promise.all(numbers.map(seqOf))).toEqual(after);
    // The same id for something else is refused where it was taken.
    const other = await bulk('anna', { ...request, fields: { text: '别的话' }, cases: [{ caseNo: a }] });
    expect(other.body).toMatchObject({ refused: 1, items: [{ code: 'decision_id_reused' }] });
    // Another person's request under the same id is their own.
    expect((await bulk('sara', { ...request, cases: [{ caseNo: a }] })).body).toMatchObject({ taken: 1 });
  });

  test('is stored in each while no worker answers', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    harness.engine.mode = 'silent';
    try {
      const answer = await bulk('anna', {
        decision: 'note',
        fields: { text: '先存着' },
        cases: [{ caseNo }],
        decisionId: 'bulk-note-2',
      });
      expect(answer.body).toMatchObject({ accepted: 1, items: [{ caseNo, status: 'accepted' }] });
    } finally {
      harness.engine.mode = 'up';
    }
  });

  test.each([
    [{ decision: 'note', fields: {}, cases: [{ caseNo: 'x' }], decisionId: 'bulk-1234' }, 'fields.text'],
    [
      {
        decision: 'note',
        fields: { text: 'x', decisionId: 'abcdefgh' },
        cases: [{ caseNo: 'x' }],
        decisionId: 'bulk-1234',
      },
      'fields.decisionId',
    ],
    [
      { decision: 'note', fields: { text: 'x' }, cases: [{ caseNo: 'x' }, { caseNo: 'x' }], decisionId: 'bulk-1234' },
      'cases.1.caseNo',
    ],
    [{ decision: 'note', fields: { text: 'x' }, cases: [], decisionId: 'bulk-1234' }, 'cases'],
    [
      { decision: 'note', fields: { text: 'x' }, cases: Array(201).fill({ caseNo: 'x' }), decisionId: 'bulk-1234' },
      'cases',
    ],
    [{ decision: 'note', fields: { text: 'x' }, cases: [{ caseNo: 'x' }] }, 'decisionId'],
    [{ decision: 'sing', cases: [{ caseNo: 'x' }], decisionId: 'bulk-1234' }, 'decision'],
  ])('a request that is wrong is 422, and nothing is decided (%#)', async (body, path) => {
    const answer = await bulk('anna', body);
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });
});

describe('the list as a file', () => {
  const get = (query: string, as: string) => harness.call('GET', `/api/cases/export?${query}`, { as });
  const lines = (text: string): string[] => text.split('\r\n').filter((line) => line !== '');

  test('has the cases of the list, disarmed, with contacts masked for whoever reads them masked', async () => {
    const customer = { name: '=cmd|calc', phone: '137 1234 9876', email: 'eva@example.com' };
    const [own, other] = [await harness.open({ customer }), await harness.open({ customer })];
    await assigned(harness, own.caseNo, 'anna');
    await assigned(harness, other.caseNo, 'arno');
    const csv = await get('format=csv&q=calc', 'anna');
    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="?cases-\d{4}-\d\d-\d\d\.csv"?$/);
    const [headings = '', ...rows] = lines(csv.text);
    // Fetch takes the mark of UTF-8 away.
    expect(headings).toMatch(/"单号","收到","等级"/);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(`"${own.caseNo}"`);
    expect(rows[0]).toContain(`"'=cmd|calc"`);
    expect(rows[0]).toContain('"13712349876","eva@example.com"');

    // That somebody was shown the number is written down; a search that shows it, too.
    const looks = async (caseNo: string) =>
      (await harness.stores.reads.list(caseNo, 99)).map(({ userId, kind }) => `${userId} ${kind}`);
    expect(await looks(own.caseNo)).not.toContain('sven contact');
    expect((await get('format=csv&q=calc', 'sven')).status).toBe(200);
    expect(await looks(own.caseNo)).toContain('sven contact');
    expect(await looks(other.caseNo)).not.toContain('mona contact');
    const hit = await harness.call('GET', '/api/cases?q=12349876', { as: 'mona' });
    expect(CaseList.parse(hit.body).items).toHaveLength(2);
    expect(await looks(other.caseNo)).toContain('mona contact');

    // Somebody of her team sees the case, but not how to reach the customer.
    await harness.stores.users.create({ ...STAFF[0], id: 'alba', name: 'Alba', email: 'alba@house.example' } as User);
    const alba = { kind: 'staff', id: 'alba', role: 'agent', team: 'after-sales' } as const;
    const words = { format: 'csv', language: 'en', sort: 'due', q: 'calc' } as const;
    const { content } = await harness.cases.handling.export(words, alba);
    const masked = (await content.toArray()).join('');
    expect(masked).toContain(own.caseNo);
    expect(masked).not.toContain('12349876');
    expect(masked).toContain('"137****9876","e***@example.com"');
    expect(await looks(own.caseNo)).not.toContain('alba contact');
    expect(masked.startsWith('\uFEFF"case number"')).toBe(true);

    const all = await get('format=csv&q=calc&sort=received', 'mona');
    expect(lines(all.text)).toHaveLength(3);
    const xlsx = await get('format=xlsx&q=calc&language=en', 'mona');
    expect(xlsx.status).toBe(200);
    expect(xlsx.text.startsWith('PK')).toBe(true);
  });

  test('holds more cases than one page', async () => {
    const { items } = await harness.stores.cases.list({ sort: 'due', limit: 1, scope: { kind: 'all' } });
    const [item] = items;
    await harness.database.pool.query(
      `insert into cases select (jsonb_populate_record(c, jsonb_build_object('case_no', 'C990101-' || lpad(n::text, 6, '0')))).*
       from cases c, generate_series(1, 450) n where c.case_no = $1`,
      [item?.caseNo],
    );
    const rows = lines((await get('format=csv', 'mona')).text).slice(1);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.filter((row) => row.startsWith('"C990101-'))).toHaveLength(450);
  });

  test.each([
    ['', 'format'],
    ['format=pdf', 'format'],
    ['format=csv&cursor=x', 'cursor'],
    ['format=csv&language=fr', 'language'],
  ])('?%s is 422', async (query, path) => {
    const answer = await get(query, 'anna');
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });

  test('is not for colleagues of other departments', async () => {
    expect((await get('format=csv', 'quinn')).status).toBe(403);
  });
});
