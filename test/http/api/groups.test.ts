import { BulkAnswer, GroupOfCase, SimilarCases } from '../../../src/http/api/schemas';
import { assigned, createHarness, type Answered, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const TEXT = '包装盒有点脏，希望说明一下。';
const PEOPLE = [
  '王小明',
  '李四光',
  '赵敏敏',
  '钱多多',
  '孙大圣',
  '周公瑾',
  '吴承恩',
  '郑和平',
  '冯梦龙',
  '陈圆圆',
  '褚遂良',
  '卫子夫',
];

/** Opens a case of another customer each time. */
let customers = 0;
async function open(name: string, more: object = {}): Promise<string> {
  customers += 1;
  const customer = { name, phone: `1370000${String(1_000 + customers)}`, email: `customer${customers}@example.com` };
  return (await harness.open({ text: TEXT, customer, product: undefined, ...more })).caseNo;
}

/** Gives a case to somebody who accepts it. */
async function accepted(caseNo: string, owner = 'anna'): Promise<void> {
  await assigned(harness, caseNo, owner);
  const done = await harness.decide(caseNo, 'accept', owner);
  if (done.status !== 200) throw new Error(done.text);
}

const groupOf = async (caseNo: string, as = 'anna', query = '') => {
  const answer = await harness.call('GET', `/api/cases/${caseNo}/group${query}`, { as });
  expect(answer.status).toBe(200);
  return GroupOfCase.parse(answer.body).group;
};
const join = (lead: string, members: unknown, as = 'anna'): Promise<Answered> =>
  harness.call('POST', `/api/cases/${lead}/group`, { as, body: { members } });
const decideInGroup = (lead: string, body: object, as = 'anna'): Promise<Answered> =>
  harness.call('POST', `/api/cases/${lead}/group/decide`, { as, body });
const reached = async (lead: string, body: object, as = 'anna') => {
  const answer = await decideInGroup(lead, body, as);
  if (answer.status !== 200) throw new Error(answer.text);
  return BulkAnswer.parse(answer.body);
};
const places = ({ body }: Answered): string[] => (body.errors as { path: string }[]).map(({ path }) => path);

/** The texts of an event of this type in the ledger of each case, and how often it stands there. */
async function told(type: string, field: string, caseNos: readonly string[]): Promise<(string | undefined)[]> {
  const { rows } = await harness.database.pool.query<{ case_no: string; body: string }>(
    `select e.case_no, t.body from case_events e join texts t on t.text_id = (e.data -> $2 ->> 'textId')::uuid
     where e.type = $1 and e.case_no = any($3)`,
    [type, field, caseNos],
  );
  expect(new Set(rows.map((row) => row.case_no)).size).toBe(rows.length);
  return caseNos.map((caseNo) => rows.find((row) => row.case_no === caseNo)?.body);
}

const mails = async (kind: string, caseNos: readonly string[]): Promise<number[]> => {
  const { rows } = await harness.database.pool.query<{ case_no: string }>(
    'select case_no from outbox where mail = $1 and case_no = any($2)',
    [kind, caseNos],
  );
  return caseNos.map((caseNo) => rows.filter((row) => row.case_no === caseNo).length);
};

test('twelve complaints of one matter are found, joined, and solved once: each in its own ledger, with its own mail', async () => {
  const all: string[] = [];
  for (const name of PEOPLE) all.push(await open(name));
  const [lead = '', ...others] = all;
  const last = others.at(-1) ?? '';
  for (const caseNo of all) if (caseNo !== last) await accepted(caseNo);
  const found = await harness.call('GET', `/api/cases/${lead}/similar`, { as: 'anna' });
  const { items } = SimilarCases.parse(found.body);
  expect(items.map(({ caseNo }) => caseNo).sort()).toEqual(others.toSorted());
  expect(items.every(({ grouped }) => !grouped)).toBe(true);

  expect((await join(lead, others)).status).toBe(200);
  // The same again changes nothing.
  expect((await join(lead, others.slice(0, 3))).status).toBe(200);
  const group = await groupOf(last);
  expect(group).toMatchObject({ isLead: false, lead, size: 12, decisions: [], left: [] });
  // So many suggest a worse grade; nobody is regraded by it.
  expect(group?.raise).toEqual({ grade: 'important', from: 5 });
  expect(group?.members[0]).toMatchObject({ caseNo: lead, isLead: true, customerName: '王小明' });
  const listed = await harness.call('GET', `/api/cases?group=${last}&limit=100`, { as: 'anna' });
  expect((listed.body.items as { grouped: boolean }[]).map(({ grouped }) => grouped)).toEqual(Array(12).fill(true));
  const again = SimilarCases.parse((await harness.call('GET', `/api/cases/${lead}/similar`, { as: 'anna' })).body);
  expect(again.items.every((item) => item.grouped && item.groupLead === lead)).toBe(true);

  // Before it is decided it is seen who would get it, and why one would not.
  const preview = (await groupOf(lead, 'anna', '?decision=propose'))?.preview ?? [];
  expect(preview.filter(({ status }) => status === 'open')).toHaveLength(10);
  expect(preview.find(({ caseNo }) => caseNo === last)).toMatchObject({ status: 'refused', code: 'out_of_turn' });

  const solution = `王小明您好：包装线已经清洁（${lead}），给您添麻烦了。`;
  const proposal = { remedies: [{ kind: 'apology' }], solution, decisionId: 'lead-proposal-1' };
  expect((await harness.decide(lead, 'propose', 'anna', proposal)).status).toBe(200);
  // Nothing happens in the others by itself.
  expect((await told('proposed', 'solution', others)).filter((text) => text !== undefined)).toEqual([]);
  // Two clicks at once, and one that came half-way, count once.
  const decisionId = 'lead-proposal-1';
  await reached(lead, { decisionId, members: others.slice(0, 4) });
  const [first] = await Promise.all([reached(lead, { decisionId }), reached(lead, { decisionId }, 'sara')]);
  expect(first).toMatchObject({ decision: 'propose', taken: 10, refused: 1 });
  expect(first.items.find(({ caseNo }) => caseNo === last)).toMatchObject({ status: 'refused', code: 'out_of_turn' });
  const open10 = (await groupOf(lead))?.decisions[0]?.items ?? [];
  expect(open10.map(({ status }) => status).filter((status) => status === 'taken')).toHaveLength(10);

  // The one that was not ready is taken up, and the same is sent again.
  await accepted(last);
  expect((await groupOf(lead))?.decisions[0]?.items.find(({ caseNo }) => caseNo === last)?.status).toBe('open');
  expect(await reached(lead, { decisionId })).toMatchObject({ taken: 11, refused: 0 });
  expect(await told('proposed', 'solution', all)).toEqual(
    all.map((caseNo, n) => `${PEOPLE[n]}您好：包装线已经清洁（${caseNo}），给您添麻烦了。`),
  );
  expect(await mails('solution', all)).toEqual(Array(12).fill(1));

  // Each customer answers for themselves; what one has not agreed to is not carried out.
  for (const caseNo of all.slice(0, 11)) await harness.decide(caseNo, 'customerAnswer', 'anna', { accepted: true });
  await harness.decide(lead, 'carryOut', 'anna', { decisionId: 'lead-carry-1' });
  expect(await reached(lead, { decisionId: 'lead-carry-1' })).toMatchObject({ taken: 10, refused: 1 });
  const resolved = {
    outcome: 'upheld',
    cause: 'transport_packing',
    summary: '包装线已清洁，谢谢您的反馈。',
    decisionId: 'lead-resolve-1',
  };
  const ended = await harness.decide(lead, 'resolve', 'anna', resolved);
  expect(ended.status).toBe(200);
  const solved = await reached(lead, { decisionId: 'lead-resolve-1' });
  expect(solved).toMatchObject({ taken: 10, refused: 1 });
  expect(solved.items.find(({ caseNo }) => caseNo === last)).toMatchObject({ code: 'not_carried_out' });
  expect((await told('resolved', 'summary', all)).slice(0, 11)).toEqual(Array(11).fill(resolved.summary));
});

describe('a group', () => {
  test('takes nobody whom the person may not see or work on, and says which field is wrong', async () => {
    const [lead, mine, theirs, over] = [
      await open('何以安'),
      await open('吕小满'),
      await open('施小满'),
      await open('张小满'),
    ];
    for (const caseNo of [lead, mine]) await accepted(caseNo);
    await accepted(theirs, 'arno');
    await harness.decide(over, 'withdraw', 'sara', { reason: '客户来电撤诉。' });

    const unknown = await join(lead, [mine, theirs, 'C250101-ZZZZZZ']);
    expect([unknown.status, places(unknown)]).toEqual([422, ['members.1', 'members.2']]);
    expect([(await join(lead, [lead])).status, places(await join(lead, [lead]))]).toEqual([422, ['members.0']]);
    for (const [body, place] of [
      [[], 'members'],
      [[mine, mine], 'members'],
      [['no number'], 'members.0'],
      ['all', 'members'],
      [undefined, 'members'],
    ] as const) {
      const wrong = await join(lead, body);
      expect([wrong.status, places(wrong)]).toEqual([422, [place]]);
    }
    const bad = await harness.call('GET', `/api/cases/${lead}/group?decision=accept`, { as: 'anna' });
    expect([bad.status, places(bad)]).toEqual([422, ['decision']]);
    expect(await join(lead, [over], 'sara')).toMatchObject({ status: 409, body: { code: 'group_closed' } });
    expect((await join(theirs, [mine])).status).toBe(404);
    // Quinn sees none of them; an agent of another team does not, either.
    expect((await join(lead, [mine], 'quinn')).status).toBe(403);
    expect((await join(lead, [theirs], 'arno')).status).toBe(404);
    expect(await groupOf(lead)).toBeUndefined();

    // Whoever leads joins what several agents handle; each of these sees their own alone.
    expect((await join(lead, [mine, theirs], 'sara')).status).toBe(200);
    expect(await groupOf(lead, 'sara')).toMatchObject({ size: 3 });
    expect((await groupOf(lead, 'anna'))?.members.map(({ caseNo }) => caseNo)).toEqual([lead, mine]);
    const foreign = await groupOf(theirs, 'arno');
    expect(foreign?.lead).toBeUndefined();
    expect(foreign).toMatchObject({ size: 1, decisions: [] });
    const list = async (as: string) => (await harness.call('GET', `/api/cases?group=${lead}`, { as })).body.items;
    expect(await list('anna')).toHaveLength(2);
    expect(await list('arno')).toHaveLength(0);

    const other = await open('孔小满');
    expect(await join(other, [mine], 'sara')).toMatchObject({ status: 409, body: { code: 'group_elsewhere' } });
    expect(await join(mine, [other], 'sara')).toMatchObject({ status: 409, body: { code: 'group_not_lead' } });

    await harness.decide(lead, 'propose', 'anna', {
      remedies: [{ kind: 'apology' }],
      solution: '包装线已经清洁。',
      decisionId: 'lead-proposal-2',
    });
    const decided = (body: object, as = 'anna') => decideInGroup(lead, { decisionId: 'lead-proposal-2', ...body }, as);
    const notIn = await decided({ members: [mine, theirs] });
    expect([notIn.status, places(notIn)]).toEqual([422, ['members.1']]);
    const noDecision = await decided({ decisionId: 'lead-proposal-3' });
    expect([noDecision.status, places(noDecision)]).toEqual([422, ['decisionId']]);
    expect((await decideInGroup(mine, { decisionId: 'lead-proposal-2' })).body.code).toBe('group_not_lead');
    expect(await reached(lead, { decisionId: 'lead-proposal-2' })).toMatchObject({ taken: 1, refused: 0 });
    expect(await reached(lead, { decisionId: 'lead-proposal-2' }, 'sara')).toMatchObject({ taken: 2, refused: 0 });
  });

  test('sends nobody what is for one customer alone, in another language, or not what was agreed', async () => {
    const [lead, same, english] = [
      await open('严小满'),
      await open('华小满'),
      await open('Li Wei', { language: 'en' }),
    ];
    for (const caseNo of [lead, same, english]) await accepted(caseNo);
    await join(lead, [same, english]);
    await harness.decide(lead, 'write', 'anna', { text: '严先生您好，我们正在核实。', decisionId: 'lead-letter-1' });
    const letter = await reached(lead, { decisionId: 'lead-letter-1' });
    expect(letter.items.map(({ caseNo, code }) => [caseNo, code])).toEqual([
      [same, 'for_one_customer'],
      [english, 'other_language'],
    ]);
    const sent = { text: '您好，我们正在核实。', decisionId: 'lead-letter-2', sendAnyway: true };
    // A repeat is one also where a text was confirmed.
    for (let n = 0; n < 2; n++) expect((await harness.decide(lead, 'write', 'anna', sent)).status).toBe(200);
    expect(await reached(lead, { decisionId: 'lead-letter-2' })).toMatchObject({ taken: 1, refused: 1 });
    expect(await mails('letter', [lead, same, english])).toEqual([2, 1, 0]);

    const propose = (caseNo: string, kind: string, amount = 0) =>
      harness.decide(caseNo, 'propose', 'anna', { remedies: [{ kind, amount }], solution: '包装线已经清洁。' });
    await propose(lead, 'apology');
    await propose(same, 'coupon', 5);
    for (const caseNo of [lead, same]) await harness.decide(caseNo, 'customerAnswer', 'anna', { accepted: true });
    await harness.decide(lead, 'carryOut', 'anna', { decisionId: 'lead-carry-2' });
    const carried = await reached(lead, { decisionId: 'lead-carry-2', members: [same] });
    expect(carried.items).toEqual([expect.objectContaining({ caseNo: same, code: 'other_solution' })]);
  });

  test('is left by one, and ended with its lead or with the last beside it; who left is kept', async () => {
    const [lead, one, two, three] = [
      await open('金小满'),
      await open('魏小满'),
      await open('陶小满'),
      await open('姜小满'),
    ];
    const leave = (member: string, as = 'anna') => harness.call('DELETE', `/api/cases/${lead}/group/${member}`, { as });
    await join(lead, [one, two, three]);
    expect((await leave(one)).status).toBe(200);
    expect(await groupOf(one)).toBeUndefined();
    expect(await groupOf(lead)).toMatchObject({ size: 3, left: [{ caseNo: one, by: { id: 'anna' } }] });
    expect((await leave(one)).status).toBe(404);
    expect((await leave(two, 'quinn')).status).toBe(403);
    expect((await leave(two)).status).toBe(200);
    expect((await leave(three)).status).toBe(200);
    for (const caseNo of [lead, one, two, three]) expect(await groupOf(caseNo)).toBeUndefined();
    await join(lead, [one, two]);
    expect((await leave(lead)).status).toBe(200);
    expect(await groupOf(two)).toBeUndefined();
    // Of two groups that want one case at once the second is refused.
    const both = await Promise.all([join(one, [three]), join(two, [three])]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });
});

test('whoever complains for the third time in sixty days is marked and found, and nobody before or after that', async () => {
  const all: string[] = [];
  for (let n = 0; n < 4; n++) {
    const customer = { name: '尹小满', phone: '13600001234' };
    all.push((await harness.open({ text: TEXT, customer, product: undefined })).caseNo);
  }
  const [first = '', second = '', third = '', fourth = ''] = all;
  const { pool } = harness.database;
  const earlier = (caseNo: string, days: number) =>
    Promise.all(
      ['cases', 'complaints'].map((table) =>
        pool.query(`update ${table} set received_at = received_at - $2 * interval '1 day' where case_no = $1`, [
          caseNo,
          days,
        ]),
      ),
    );
  await earlier(first, 62);
  await earlier(second, 59);
  const marked = async (caseNo: string) => {
    const answer = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' });
    return (answer.body.case as { interview?: object }).interview;
  };
  expect(await Promise.all([first, second, third].map(marked))).toEqual([undefined, undefined, undefined]);
  expect(await marked(fourth)).toEqual({ complaints: 3, days: 60 });
  const listed = async () =>
    (
      (await harness.call('GET', '/api/cases?interview=due&limit=100', { as: 'sara' })).body.items as {
        caseNo: string;
      }[]
    ).map(({ caseNo }) => caseNo);
  expect(await listed()).toEqual([fourth]);
  expect((await harness.call('GET', '/api/cases/counts?interview=due', { as: 'sara' })).body.open).toBe(1);
  const bad = await harness.call('GET', '/api/cases?interview=done', { as: 'sara' });
  expect([bad.status, places(bad)]).toEqual([422, ['interview']]);
});
