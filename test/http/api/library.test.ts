import { z } from 'zod';
import {
  libraryEntry,
  libraryForCase,
  libraryList,
  trainingPack,
  writeUp,
  type LibraryEntry,
} from '../../../src/cases';
import { pdfText } from '../../support/pdf-text';
import { assigned, createHarness, type Answered, type Harness } from '../support/harness';

let harness: Harness;
/** A solved case of 王小明's, and what was written up from it. */
let solved: string;
let entry: LibraryEntry;

beforeAll(async () => {
  harness = await createHarness();
  solved = await solvedCase({
    text: '滚筒洗衣机排水管漏水，地板泡坏了。我是王小明，电话13812345621，订单号20261103-556677。',
    product: { name: '滚筒洗衣机', model: 'XQG-100', orderNo: '20261103-556677' },
  });
});
afterAll(() => harness.close());

const call = (method: string, path: string, as: string, body?: unknown): Promise<Answered> =>
  harness.call(method, path, { as, body });

/** An entry, or the whole answer if it is another. */
const did = async (as: string, method: string, path: string, body?: object): Promise<LibraryEntry> => {
  const answer = await call(method, path, as, body);
  if (answer.status !== 200 && answer.status !== 201) throw new Error(answer.text);
  return libraryEntry.parse(answer.body);
};

async function solvedCase(change: object, accepted = true): Promise<string> {
  const { caseNo } = await harness.open(change);
  await assigned(harness, caseNo);
  const solution = '王小明您好，给您换了新的排水管，并赔偿地板。';
  for (const [decision, body] of [
    ['propose', { remedies: [{ kind: 'refund', amount: 50 }], solution }],
    ['customerAnswer', { accepted, via: 'phone' }],
    ...(accepted
      ? ([
          ['carryOut', {}],
          ['resolve', { outcome: 'upheld', cause: 'manufacturing', summary: 'Name of anna 上门换了排水管。' }],
        ] as const)
      : []),
  ] as const) {
    const answer = await harness.decide(caseNo, decision, 'anna', body);
    if (answer.status !== 200) throw new Error(`${decision}: ${answer.text}`);
  }
  return caseNo;
}

const faults = ({ body }: Answered): string[] =>
  z
    .array(z.object({ path: z.string(), words: z.object({ zh: z.string(), en: z.string() }) }))
    .parse(body.errors)
    .map(({ path, words }) => `${path}: ${words.en}`);

const offered = async (caseNo: string, as = 'anna') =>
  libraryForCase.parse((await call('GET', `/api/cases/${caseNo}/library`, as)).body).items;

test('a solved case is written up with identities taken out, by whoever may see it; one that is not solved is refused', async () => {
  const { status, body } = await call('GET', `/api/cases/${solved}/write-up`, 'anna');
  expect(status).toBe(200);
  expect(writeUp.parse(body)).toMatchObject({
    title: '滚筒洗衣机排水管漏水，地板泡坏了',
    problem: '滚筒洗衣机排水管漏水，地板泡坏了。我是〔姓名〕，电话〔电话〕，订单号〔订单号〕。',
    cause: '制造',
    solution: '〔同事〕 上门换了排水管。',
    reply: '〔姓名〕您好，给您换了新的排水管，并赔偿地板。',
    product: '滚筒洗衣机 XQG-100',
    category: 'product_quality',
  });
  const { caseNo } = await harness.open();
  expect((await call('GET', `/api/cases/${caseNo}/write-up`, 'sara')).body).toMatchObject({ code: 'not_solved' });
  await harness.database.pool.query(
    `update cases set state = jsonb_set(state, '{against}', '["sven"]'), against = '{sven}' where case_no = $1`,
    [caseNo],
  );
  expect((await call('GET', `/api/cases/${caseNo}/write-up`, 'sven')).status).toBe(404);
  expect((await call('GET', `/api/cases/${solved}/write-up`, 'quinn')).status).toBe(403);
});

test('what still tells who somebody is goes to no review, and the refusal names field and kind but not what it is', async () => {
  const wanted = writeUp.parse((await call('GET', `/api/cases/${solved}/write-up`, 'anna')).body);
  const draft = await did('anna', 'POST', '/api/library', {
    ...wanted,
    problem: '王小明的滚筒洗衣机排水管漏水，打 13812345621，写到 wang@example.com，单号 20261103-556677',
    reply: '〔姓名〕您好，{沒有} 换了新的',
    isPublic: true,
  });
  expect(draft).toMatchObject({
    state: 'draft',
    version: 1,
    caseNo: solved,
    may: ['change', 'submit', 'withdraw', 'remove'],
  });
  expect(draft.identities.map(({ in: field, identity }) => `${field} ${identity}`)).toEqual(
    expect.arrayContaining(['problem customer', 'problem phone', 'problem email', 'problem order']),
  );
  const path = `/api/library/${draft.id}`;
  const refused = await call('POST', `${path}/submit`, 'anna', { version: 1, identitiesRemoved: true });
  expect(refused.status).toBe(422);
  expect(faults(refused)).toEqual([
    'question: must not be empty',
    'answer: must not be empty',
    "problem: still holds the customer's name, a phone number, a mail address, an order number; take it out or put a mark in its place",
    'reply: still holds a mark in brackets, which customers would see; write it otherwise, and {name} for their name in a reply',
    expect.stringMatching(/^reply: holds a variable that there is not/),
  ]);
  expect(refused.text).not.toMatch(/王小明|13812345621|wang@/);

  // Who sees a draft, and who changes it.
  expect((await call('GET', path, 'arno')).status).toBe(404);
  expect((await call('GET', path, 'sara')).status).toBe(200);
  const list = libraryList.parse((await call('GET', '/api/library?state=draft', 'arno')).body);
  expect(list.items).toEqual([]);
  expect((await call('PATCH', path, 'arno', { version: 1, title: '改' })).status).toBe(404);

  const changed = await did('anna', 'PATCH', path, {
    version: 1,
    problem: wanted.problem,
    reply: '{客户}您好，排水管可以免费换新。',
    question: '洗衣机漏水怎么办？',
    answer: '先关水龙头，再联系我们，排水管免费换新。',
  });
  expect(changed).toMatchObject({ version: 2, state: 'draft', cause: '制造' });
  expect((await call('PATCH', path, 'anna', { version: 1, title: '改' })).body).toMatchObject({
    code: 'newer_version',
  });
  expect(faults(await call('POST', `${path}/submit`, 'anna', { version: 2, identitiesRemoved: false }))[0]).toMatch(
    /^identitiesRemoved: /,
  );
  entry = await did('anna', 'POST', `${path}/submit`, { version: 2, identitiesRemoved: true });
  expect(entry).toMatchObject({ state: 'review', version: 2 });
});

test('somebody else who leads publishes it, and nobody who wrote a part of it; what is sent back says why', async () => {
  const path = `/api/library/${entry.id}`;
  expect((await call('POST', `${path}/publish`, 'anna', { version: 2 })).status).toBe(403);
  entry = await did('sara', 'POST', `${path}/return`, { version: 2, note: '标题太长' });
  expect(entry.acts[0]).toMatchObject({ act: 'returned', note: '标题太长', by: { id: 'sara' } });
  entry = await did('sara', 'PATCH', path, { version: 2, title: '洗衣机排水管漏水' });
  entry = await did('sara', 'POST', `${path}/submit`, { version: 3, identitiesRemoved: true });
  expect(entry.may).not.toContain('publish');
  const own = await call('POST', `${path}/publish`, 'sara', { version: 3 });
  expect([own.status, own.body.code]).toEqual([403, 'own_entry']);
  expect((await call('POST', `${path}/publish`, 'mona', { version: 2 })).body).toMatchObject({ code: 'newer_version' });
  // A name that the case has got meanwhile stands against it.
  const { pool } = harness.database;
  await pool.query(`update complaints set contact_name = '地板泡' where case_no = $1`, [solved]);
  const late = await call('POST', `${path}/publish`, 'mona', { version: 3 });
  expect([late.status, faults(late)[0]]).toEqual([
    422,
    expect.stringMatching(/^problem: still holds the customer's name/),
  ]);
  await pool.query(`update complaints set contact_name = '王小明' where case_no = $1`, [solved]);
  entry = await did('mona', 'POST', `${path}/publish`, { version: 3 });
  expect(entry).toMatchObject({ state: 'published', publishedVersion: 3, reviewedBy: { id: 'mona' }, identities: [] });
  expect((await call('DELETE', path, 'mona')).body).toMatchObject({ code: 'was_published' });
  // Everybody who handles cases reads it; its case is named to those who may see that.
  const read = await did('arno', 'GET', path);
  expect(read).toMatchObject({ title: '洗衣机排水管漏水', state: 'published' });
  expect(read.caseNo).toBeUndefined();
  expect((await call('GET', path, 'quinn')).status).toBe(403);
});

test('it is found while handling by what happened, its reply is filled in, and a use counts once for each decision', async () => {
  const { caseNo: mine } = await harness.open({
    text: '家里的滚筒洗衣机昨天排水管漏水，厨房地板都湿了。',
    customer: { name: '赵敏', phone: '13900002001' },
    product: { name: '滚筒洗衣机', model: 'XQG-80' },
  });
  const { caseNo: other } = await harness.open({
    text: '收银员算错了钱，多收了二十元。',
    customer: { name: '钱进', phone: '13900002002' },
    product: undefined,
  });
  await assigned(harness, mine, 'arno');
  const [first, ...more] = await offered(mine, 'arno');
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    id: entry.id,
    title: '洗衣机排水管漏水',
    hasReply: true,
    same: ['product', 'category'],
  });
  expect(first?.words.join()).toContain('漏水');
  expect(await offered(other, 'sara')).toEqual([]);
  const filled = await call('GET', `/api/cases/${mine}/library/${entry.id}`, 'arno');
  expect(filled.body).toEqual({ text: '赵敏您好，排水管可以免费换新。', unfilled: [] });

  const use = (decisionId: string, caseNo = mine) =>
    call('POST', `/api/library/${entry.id}/uses`, 'arno', { caseNo, decisionId });
  const sent = await harness.decide(mine, 'respond', 'arno', {
    via: 'phone',
    text: '说过了',
    decisionId: 'library-use-1',
  });
  expect(sent.status).toBe(200);
  expect((await use('library-use-1')).body).toEqual({ counted: true });
  expect((await use('library-use-1')).body).toEqual({ counted: false });
  for (const wrong of ['library-use-2', 'constructor']) expect((await use(wrong)).status).toBe(422);
  expect((await use('library-use-1', 'C250101-ZZZZZZ')).status).toBe(404);
  const noted = await harness.decide(mine, 'note', 'arno', { text: '备注', decisionId: 'library-note-1' });
  expect(noted.status).toBe(200);
  expect((await use('library-note-1')).status).toBe(422);
  expect((await did('sara', 'GET', `/api/library/${entry.id}`)).uses).toEqual({
    uses: 1,
    cases: 1,
    judged: 0,
    succeeded: 0,
  });

  // How these cases went: one accepted, one declined, one rated low, one reopened after a good rating.
  const { pool } = harness.database;
  const states = [
    `{"proposal": {"status": "accepted"}}`,
    `{"proposal": {"status": "declined"}}`,
    `{"proposal": {"status": "accepted"}, "survey": {"status": "answered", "low": true}}`,
    `{"survey": {"status": "answered"}, "reopenings": 1}`,
    `{"survey": {"status": "answered", "low": false}}`,
  ];
  for (const [n, state] of states.entries()) {
    const { caseNo } = await harness.open({ customer: { name: `客户${n}`, phone: `1390000300${n}` } });
    await pool.query('update cases set state = state || $2::jsonb where case_no = $1', [caseNo, state]);
    await pool.query(
      `insert into library_uses (entry_id, decision_id, version, case_no, by, at) select $1, $2, 3, $3, 'anna', received_at from cases where case_no = $3`,
      [entry.id, `use-${n}`, caseNo],
    );
  }
  const { items } = libraryList.parse((await call('GET', '/api/library?state=published', 'anna')).body);
  expect(items[0]?.uses).toEqual({ uses: 6, cases: 6, judged: 5, succeeded: 2 });
});

test('lists are searched, filtered and read page by page, and refuse what they do not know', async () => {
  const drafts: string[] = [];
  for (let n = 0; n < 3; n++) {
    const made = await did('arno', 'POST', '/api/library', {
      language: 'en',
      title: `Parcel ${n} arrives late`,
      category: 'logistics',
    });
    drafts.push(made.id);
  }
  const list = async (query: string, as = 'arno') => {
    const answer = await call('GET', `/api/library?${query}`, as);
    if (answer.status !== 200) throw new Error(answer.text);
    return libraryList.parse(answer.body);
  };
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(`language=en&limit=2${cursor}`);
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== '');
  expect(seen).toEqual(drafts.toReversed());
  expect((await list('category=logistics&state=draft')).items).toHaveLength(3);
  expect((await list('q=LATE%20parcel%201')).items.map(({ id }) => id)).toEqual([drafts[1]]);
  expect((await list(`q=${encodeURIComponent('排水管 换新')}`)).items.map(({ id }) => id)).toEqual([entry.id]);
  // Words of a version that is not theirs to see find nothing.
  expect((await list('q=parcel', 'anna')).items).toEqual([]);
  for (const wrong of ['state=lost', 'limit=101', 'cursor=x', `q=${'a'.repeat(201)}`, 'nothing=1']) {
    expect((await call('GET', `/api/library?${wrong}`, 'anna')).status).toBe(422);
  }
  for (const body of [
    {},
    { language: 'zh-CN', title: ' ' },
    { language: 'fr', title: 't' },
    { language: 'en', title: 't', problem: 'x'.repeat(4_001) },
  ]) {
    expect((await call('POST', '/api/library', 'anna', body)).status).toBe(422);
  }
  expect(
    (await call('POST', '/api/library', 'anna', { language: 'en', title: 't', caseNo: 'C250101-ZZZZZZ' })).status,
  ).toBe(404);
  for (const id of ['x', '00000000-0000-4000-8000-000000000000']) {
    expect((await call('GET', `/api/library/${id}`, 'sara')).status).toBe(404);
  }
  expect((await call('DELETE', `/api/library/${drafts[0]}`, 'arno')).status).toBe(200);
  expect((await call('GET', `/api/library/${drafts[0]}`, 'arno')).status).toBe(404);
});

test('people learn from what is published, by topic, on paper too; nothing of a draft is in it', async () => {
  const pack = async (query: string) =>
    trainingPack.parse((await call('GET', `/api/library/training?${query}`, 'anna')).body);
  const lesson = { id: entry.id, title: '洗衣机排水管漏水' };
  expect(await pack('')).toMatchObject({
    language: 'zh-CN',
    lessons: 1,
    left: 0,
    topics: [{ category: 'product_quality', lessons: [lesson] }],
  });
  expect(await pack('category=product_quality')).toMatchObject({ lessons: 1 });
  // English ones are drafts, and nothing is published of logistics.
  for (const none of ['language=en', 'category=logistics']) expect(await pack(none)).toMatchObject({ topics: [] });
  for (const wrong of ['language=fr', 'category=none', 'limit=1']) {
    expect((await call('GET', `/api/library/training?${wrong}`, 'anna')).status).toBe(422);
  }
  const wanted = await fetch(`${harness.base}/api/library/training/export`, {
    headers: { Authorization: `Bearer ${harness.tokens.anna ?? ''}` },
  });
  expect(wanted.headers.get('content-type')).toBe('application/pdf');
  const { title, pages } = pdfText(Buffer.from(await wanted.arrayBuffer()));
  expect(title).toBe('培训材料');
  const text = pages.join('').replaceAll(/\s/g, '');
  for (const words of [entry.title, entry.solution, '产品质量', '发生了什么']) {
    expect(text).toContain(words.replaceAll(/\s/g, ''));
  }
  expect((await call('GET', '/api/library/training/export', 'quinn')).status).toBe(403);
});

test('a change is offered once it is published, and what is withdrawn is offered to nobody', async () => {
  const path = `/api/library/${entry.id}`;
  const { caseNo: mine } = await harness.open({
    text: '滚筒洗衣机排水管漏水，卫生间地上都是水。',
    customer: { name: '孙丽', phone: '13900004001' },
    product: { name: '滚筒洗衣机' },
  });
  const next = await did('arno', 'PATCH', path, { version: 3, title: '排水管漏水：换新' });
  expect(next).toMatchObject({ version: 4, state: 'draft', publishedVersion: 3 });
  expect((await offered(mine))[0]).toMatchObject({ id: entry.id, version: 3, title: '洗衣机排水管漏水' });
  // Who has no part in the new version sees the one that is published.
  expect(await did('anna', 'GET', path)).toMatchObject({ version: 4 });
  expect((await call('POST', `${path}/withdraw`, 'arno', { version: 4 })).status).toBe(403);
  expect(await did('sven', 'POST', `${path}/withdraw`, { version: 4 })).toMatchObject({ state: 'withdrawn' });
  expect(await offered(mine)).toEqual([]);
  expect((await call('GET', `/api/cases/${mine}/library/${entry.id}`, 'anna')).status).toBe(404);
  expect((await call('POST', `${path}/withdraw`, 'sven', { version: 4 })).body).toMatchObject({
    code: 'newer_version',
  });
});
