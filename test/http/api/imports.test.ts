import { createImporting } from '../../../src/cases/import/importing';
import { ContentFiles } from '../../../src/content-files';
import { join } from 'node:path';
import { createImports } from '../../../src/cases/import/imports';
import { PolicyCache } from '../../../src/cases/rules/policies';
import { DAY } from '../../../src/domain/basics/milliseconds';
import { xlsxFile } from '../../../src/render/table-file';
import { actorOf } from '../../../src/cases';
import { createHarness, STAFF, type Harness } from '../support/harness';
import { suggestGrade } from '../../../src/text/suggest';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const HEAD = '单号,受理时间,结案时间,投诉内容,客户姓名,联系电话,投诉等级,是否属实,处理结果';
const line = (no: string, change: Partial<Record<'closed' | 'phone' | 'grade' | 'name', string>> = {}): string =>
  [
    no,
    '2023-01-05 10:00',
    change.closed ?? '2023-01-09 16:30',
    '包装盒有点脏，希望说明一下。',
    change.name ?? '王小明',
    change.phone ?? '13800001111',
    change.grade ?? '重要',
    '属实',
    '已换新包装',
  ].join(',');
const csv = (...lines: string[]): string => [HEAD, ...lines, ''].join('\r\n');

async function upload(content: string | Buffer, fileName = '台账.csv', as = 'adam') {
  const form = new FormData();
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), fileName);
  return harness.call('POST', '/api/imports', { as, raw: form });
}
type Opened = { import: { id: string; columns: string[]; format: string }; guess: { fields: Record<string, unknown> } };
async function uploaded(content: string | Buffer) {
  const answer = await upload(content);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  const { import: one, guess } = answer.body as unknown as Opened;
  return { id: one.id, choice: { system: '旧客服系统', mapping: guess } };
}
async function imported(content: string | Buffer, system = '旧客服系统') {
  const { id, choice } = await uploaded(content);
  const started = await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: { ...choice, system } });
  expect(started.status).toBe(202);
  await harness.cases.importing.look();
  return (await harness.call('GET', `/api/imports/${id}`, { as: 'adam' })).body;
}
const listed = async (q: string, as = 'sara') => {
  const { body } = await harness.call('GET', `/api/cases?q=${encodeURIComponent(q)}`, { as });
  return body.items as {
    caseNo: string;
    stage: string;
    receivedAt: string;
    archivedAt: string;
    outcome: string;
    grade: string;
  }[];
};
const rowsIn = async (table: string): Promise<number> => {
  const { rows } = await harness.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? 0;
};

test('a file is looked at, tried and imported; nobody gets a mail, and no workflow is started', async () => {
  const { id, choice } = await uploaded(csv(line('A-1'), line('A-2', { closed: '' }), line('A-3', { grade: '甲级' })));
  expect(choice.mapping.fields).toMatchObject({ number: { column: '单号' }, solution: { column: '处理结果' } });
  const before = await Promise.all(['outbox', 'workflow_starts', 'complaints', 'webhook_deliveries'].map(rowsIn));

  const preview = await harness.call('POST', `/api/imports/${id}/preview`, { as: 'adam', body: choice });
  expect(preview.body).toMatchObject({
    rows: 3,
    ready: 1,
    known: 0,
    refused: 2,
    faults: [
      { row: 3, faults: [{ field: 'closedAt', column: '结案时间' }] },
      { row: 4, faults: [{ field: 'grade' }] },
    ],
    unknownWords: [{ field: 'grade', word: '甲级', rows: 1, choices: ['general', 'important', 'major'] }],
    sample: [{ row: 2, fields: { number: 'A-1', 'customer.name': '王小明', grade: 'important' } }],
  });
  expect(await rowsIn('complaints')).toBe(before[2]);

  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  await harness.cases.importing.look();
  const { body } = await harness.call('GET', `/api/imports/${id}`, { as: 'adam' });
  expect(body).toMatchObject({ status: 'done', imported: 1, known: 0, refused: 2 });
  const after = await Promise.all(['outbox', 'workflow_starts', 'complaints', 'webhook_deliveries'].map(rowsIn));
  expect(after).toEqual([before[0], before[1], (before[2] ?? 0) + 1, before[3]]);

  const [one] = await listed('A-1');
  expect(one).toMatchObject({
    stage: 'archived',
    receivedAt: '2023-01-05T02:00:00.000Z',
    archivedAt: '2023-01-09T08:30:00.000Z',
    outcome: 'upheld',
    grade: 'important',
  });
  expect(one?.caseNo).toMatch(/^C230105-/u);
  // By its words, and by those of its solution.
  expect((await listed('已换新包装')).map(({ caseNo }) => caseNo)).toContain(one?.caseNo);
});

test('the same file twice adds nothing, and neither does the same number in another file', async () => {
  const file = csv(line('B-1'), line('B-2'));
  expect(await imported(file)).toMatchObject({ imported: 2, known: 0 });
  expect(await imported(file)).toMatchObject({ imported: 0, known: 2 });
  const book = await xlsxFile('台账', HEAD.split(','), [line('B-2').split(','), line('B-3').split(',')]);
  expect(await imported(book)).toMatchObject({ imported: 1, known: 1 });
  // Another system has numbers of its own.
  expect(await imported(file, 'Zammad')).toMatchObject({ imported: 2, known: 0 });
});

test('its ledger verifies, a rebuild gives the same rows, and it is told as what it is', async () => {
  await imported(csv(line('C-1', { name: '李四' })));
  const [one] = await listed('C-1');
  const caseNo = one?.caseNo ?? '';
  expect(await harness.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
  const docs = `select source, norm, shown from search_docs where case_no = $1 order by source`;
  const before = [await harness.stores.cases.get(caseNo), (await harness.database.pool.query(docs, [caseNo])).rows];
  await harness.stores.ledger.rebuild(caseNo);
  expect([await harness.stores.cases.get(caseNo), (await harness.database.pool.query(docs, [caseNo])).rows]).toEqual(
    before,
  );

  const shown = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' });
  expect(shown.body.case).toMatchObject({
    imported: true,
    source: '旧客服系统',
    sourceNo: 'C-1',
    stage: 'archived',
    clocks: [],
  });
  const story = await harness.call('GET', `/api/cases/${caseNo}/story`, { as: 'sara' });
  expect(story.text).toContain('从其他系统导入了这件投诉');
  expect(story.text).toContain('已换新包装');
  const timeline = await harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'sara' });
  expect((timeline.body.items as { type: string }[]).map(({ type }) => type)).toEqual([
    'complaintReceived',
    'imported',
  ]);
});

test('it is not taken up again, and the refusal says what to do instead', async () => {
  await imported(csv(line('D-1', { closed: new Date(Date.now() - DAY).toISOString() })));
  const [one] = await listed('D-1');
  const refused = await harness.decide(one?.caseNo ?? '', 'reopen', 'sara', { reason: '还没有解决' });
  expect([refused.status, refused.body.code]).toEqual([409, 'imported']);
  expect(refused.text).toContain('file a new complaint');
  // It is a case that had been complained of before.
  expect((await harness.decide(one?.caseNo ?? '', 'grade', 'sara', { grade: 'major', category: 'other' })).status).toBe(
    409,
  );
});

test('reports count it by its own dates, and no promise of ours with it', async () => {
  const span = '/api/reports/summary?from=2022-05-01&to=2022-06-01';
  const file = csv(line('E-1'), line('E-2')).replaceAll('2023-01', '2022-05');
  await imported(file);
  const { body } = await harness.call('GET', span, { as: 'sara' });
  expect(body).toMatchObject({
    received: 2,
    byStage: { archived: 2 },
    byOutcome: { upheld: 2 },
    promises: { firstResponse: { judged: 0 }, resolution: { judged: 0 } },
  });
  const wanted = {
    from: '2022-05-01T00:00:00.000Z',
    to: '2022-06-01T00:00:00.000Z',
    types: ['complaintReceived'],
    withDecisions: false,
  };
  expect(await harness.stores.whatIf.batch(wanted)).toEqual([]);
});

test('who is named in it does not see it', async () => {
  const name = STAFF.find(({ id }) => id === 'arno')?.name ?? '';
  await imported(csv(line('F-1').replace('希望说明', `${name} 说不管，希望说明`), line('F-2')));
  expect([await listed('F-1'), await listed('F-2')].map((found) => found.length)).toEqual([1, 1]);
  expect([await listed('F-1', 'arno'), await listed('F-2', 'arno')].map((found) => found.length)).toEqual([0, 1]);
});

test('rows that were refused come back as a file that says why, and go in when they are mended', async () => {
  const { id, choice } = await uploaded(
    csv(line('G-1'), line('G-2', { closed: '' }), line('G-3', { phone: '1.38E+10' })),
  );
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  await harness.cases.importing.look();
  const file = await harness.call('GET', `/api/imports/${id}/refused?language=en`, { as: 'adam' });
  expect(file.headers.get('content-type')).toContain('text/csv');
  const rows = file.text.trim().split('\r\n');
  expect(rows[0]).toContain('"Why it was not imported"');
  expect(rows.slice(1)).toEqual([
    expect.stringMatching(/^"G-2".*"closed is still open in the old system/u),
    expect.stringMatching(/^"G-3".*"telephone has lost its last digits/u),
  ]);
  const mended = file.text.replace('"G-2","2023-01-05 10:00",""', '"G-2","2023-01-05 10:00","2023-01-10"');
  expect(await imported(mended)).toMatchObject({ imported: 1, refused: 1 });
});

/** An `Importing` of its own, as that of another server process, that is stopped after so many writes. */
function server(stopAfter = Infinity) {
  const { stores, links, dataDir } = harness;
  let writes = 0;
  const imports = {
    ...stores.imports,
    write: async (batch: Parameters<typeof stores.imports.write>[0]) => {
      if (++writes > stopAfter) throw new Error('killed');
      return stores.imports.write(batch);
    },
  };
  return createImporting({
    stores: { imports, users: stores.users },
    policies: new PolicyCache(stores.policies, Date.now),
    files: new ContentFiles(join(dataDir, 'imports')),
    readComplaint: (input) => Promise.resolve(suggestGrade(input)),
    links,
    log: { warn: () => undefined, info: () => undefined },
    clock: Date.now,
  });
}

test('killed in the middle it goes on where it was, and adds exactly the rest', async () => {
  const lines = Array.from({ length: 450 }, (_, n) => line(`H-${n}`, n % 50 === 0 ? { closed: '' } : {}));
  const { id, choice } = await uploaded(csv(...lines));
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  const of = async () => harness.stores.imports.get(id);
  await server(2).look();
  expect(await of()).toMatchObject({ status: 'running', position: 201, imported: 196, refused: 4 });
  await server().look();
  expect(await of()).toMatchObject({ status: 'done', imported: 441, known: 0, refused: 9 });
  const { rows } = await harness.database.pool.query<{ n: number; of: number }>(
    `select count(*)::int as n, count(distinct source_no)::int as of from complaints where source_no like 'H-%'`,
  );
  expect(rows).toEqual([{ n: 441, of: 441 }]);
});

test('two servers at once import each row once', async () => {
  const lines = Array.from({ length: 250 }, (_, n) => line(`I-${n}`));
  const { id, choice } = await uploaded(csv(...lines));
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  await Promise.all([server().look(), server().look()]);
  await server().look();
  expect(await harness.stores.imports.get(id)).toMatchObject({ status: 'done', imported: 250, known: 0 });
});

test('what fails again and again is given up with a reason, and can be started again', async () => {
  const { id, choice } = await uploaded(csv(line('J-1')));
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  const broken = server(0);
  for (let n = 0; n < 3; n++) await broken.look();
  expect(await harness.stores.imports.get(id)).toMatchObject({
    status: 'failed',
    fault: { en: expect.stringContaining('start it again') },
  });
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  await server().look();
  expect(await harness.stores.imports.get(id)).toMatchObject({ status: 'done', imported: 1 });
});

test('a customer of an old complaint is known when they complain again', async () => {
  await imported(csv(line('K-1', { phone: '13900007777' })));
  const { caseNo } = await harness.open({ customer: { name: '王小明', phone: '139 0000 7777' } });
  const [old] = await listed('K-1');
  const of = async (no = '') => (await harness.stores.complaints.get(no))?.customer.id;
  expect(await of(caseNo)).toBe(await of(old?.caseNo));
});

test('a mapping is kept by its name, used again, and removed', async () => {
  const { id, choice } = await uploaded(csv(line('L-1')));
  const started = await harness.call('POST', `/api/imports/${id}/start`, {
    as: 'adam',
    body: { ...choice, keepAs: '台账' },
  });
  expect(started.status).toBe(202);
  const again = await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  expect([again.status, again.body.code]).toEqual([409, 'import_running']);
  await harness.cases.importing.look();
  const { body } = await harness.call('GET', '/api/import-mappings', { as: 'adam' });
  expect(body.items).toEqual([
    expect.objectContaining({ name: '台账', system: '旧客服系统', mapping: choice.mapping }),
  ]);
  const put = { system: '别的', mapping: choice.mapping };
  expect(
    (await harness.call('PUT', `/api/import-mappings/${encodeURIComponent('台账')}`, { as: 'adam', body: put })).status,
  ).toBe(200);
  expect((await harness.stores.imports.mappings()).map(({ system }) => system)).toEqual(['别的']);
  const gone = () => harness.call('DELETE', `/api/import-mappings/${encodeURIComponent('台账')}`, { as: 'adam' });
  expect([(await gone()).status, (await gone()).status]).toEqual([200, 404]);
});

test('what is wrong is refused with the field, and what cannot be read with the reason', async () => {
  const { id, choice } = await uploaded(csv(line('M-1')));
  const ask = (body: unknown) => harness.call('POST', `/api/imports/${id}/preview`, { as: 'adam', body });
  const other = await ask({ ...choice, mapping: { fields: { ...choice.mapping.fields, place: { column: '没有' } } } });
  expect([other.status, other.text]).toEqual([422, expect.stringContaining('mapping.fields.place.column')]);
  expect((await ask({ ...choice, system: '' })).text).toContain('system');
  const unread = await upload(Buffer.from([1, 0, 2]));
  expect([unread.status, unread.body.code]).toEqual([415, 'not_text']);
  expect((await upload(csv(line('M-1')), 'x.csv', 'mona')).status).toBe(403);
  expect((await harness.call('GET', '/api/imports', { as: 'mona' })).status).toBe(403);
  expect((await harness.call('GET', '/api/imports/nonsense', { as: 'adam' })).status).toBe(404);
});

test('files go after 30 days, with the reasons of refused rows; what was imported stays', async () => {
  const { stores, dataDir } = harness;
  const { id, choice } = await uploaded(csv(line('N-1'), line('N-2', { closed: '' })));
  const files = new ContentFiles(join(dataDir, 'imports'));
  const later = createImporting({
    stores,
    policies: new PolicyCache(stores.policies, Date.now),
    files,
    readComplaint: (input) => Promise.resolve(suggestGrade(input)),
    links: harness.links,
    log: { warn: () => undefined, info: () => undefined },
    clock: () => Date.now() + 31 * DAY,
  });
  await harness.call('POST', `/api/imports/${id}/start`, { as: 'adam', body: choice });
  await harness.cases.importing.look();
  const { sha256 = '' } = (await stores.imports.get(id)) ?? {};
  await later.look();
  expect(await files.read(sha256)).toBeUndefined();
  expect(await stores.imports.refusals(id, 0, 10)).toEqual([]);
  const open = await harness.call('GET', `/api/imports/${id}/columns`, { as: 'adam' });
  expect([open.status, open.body.code]).toEqual([410, 'file_gone']);
  expect((await harness.call('GET', `/api/imports/${id}`, { as: 'adam' })).body).toMatchObject({
    fileGone: true,
    imported: 1,
  });
  expect(await listed('N-1')).toHaveLength(1);
});

test('nothing of a row is in the log', async () => {
  await imported(csv(line('O-1', { name: '赵钱孙李' }), line('O-2', { closed: '', name: '赵钱孙李' })));
  const log = harness.logged.join('\n');
  expect(log).toContain('an import has ended');
  for (const secret of ['赵钱孙李', '13800001111', '包装盒', 'O-1', '台账']) expect(log).not.toContain(secret);
});

test('the use case itself refuses whoever is no admin', async () => {
  const mona = actorOf(STAFF.find(({ id }) => id === 'mona') as (typeof STAFF)[number]);
  const imports = createImports({
    imports: harness.stores.imports,
    files: new ContentFiles(join(harness.dataDir, 'imports')),
    importing: harness.cases.importing,
    log: { info: () => undefined },
    clock: Date.now,
  });
  await expect(imports.list(mona)).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(imports.mappings(mona)).rejects.toMatchObject({ kind: 'forbidden' });
});
