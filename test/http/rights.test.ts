import { event } from '../../src/domain/case/events';
import { createHarness, type Harness } from './support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

type Shown = { case: Record<string, unknown> };

describe('whoever is named in the complaint', () => {
  const text = '你们的客服李娜说话很难听，挂我电话。';
  beforeAll(async () => {
    await harness.stores.users.create({
      id: 'lina',
      name: '李娜',
      email: 'lina@house.example',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    });
    await harness.stores.users.addToken('lina', 'rdr_token-of-li-na-for-this-test');
    harness.tokens.lina = 'rdr_token-of-li-na-for-this-test';
  });

  test('does not see it even before a worker has taken it in', async () => {
    harness.engine.mode = 'silent';
    const { caseNo } = await harness.file({ text });
    const look = (as: string) => harness.call('GET', `/api/cases/${caseNo}`, { as });
    expect([(await look('lina')).status, (await look('anna')).status]).toEqual([404, 200]);
    harness.engine.mode = 'up';
  });

  test('is suggested with the words, kept out, and let in again by a lead', async () => {
    const { caseNo } = await harness.open({ text });
    await harness.engine.happen(caseNo, [
      event('staffNamed', { people: [{ id: 'lina', at: [{ in: 'text', from: 5, to: 7 }] }] }),
    ]);
    const shown = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
    expect((shown.body as Shown).case.against).toEqual([
      { id: 'lina', name: '李娜', suggested: true, words: ['李娜'] },
    ]);
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'lina' })).status).toBe(404);
    expect((await harness.decide(caseNo, 'note', 'lina', { text: 'x' })).status).toBe(404);
    const cleared = { grade: 'important', category: 'service_attitude', against: [] };
    expect((await harness.decide(caseNo, 'grade', 'anna', cleared)).body).toMatchObject({ code: 'lead_clears' });
    const graded = await harness.decide(caseNo, 'grade', 'sara', cleared);
    expect((graded.body as unknown as Shown).case.against).toEqual([]);
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'lina' })).status).toBe(200);
  });
});

const customer = (n: number): object => ({ customer: { name: `客户${n}`, phone: `1390000${String(1000 + n)}` } });

describe('merging', () => {
  test('says the same of a case that is not there and of one that is not theirs to see, and writes nothing there', async () => {
    const mine = await harness.open(customer(1));
    await give(mine.caseNo, 'anna');
    const [open, closed] = [await harness.open(customer(2)), await harness.open(customer(3))];
    for (const { caseNo } of [open, closed]) await give(caseNo, 'arno');
    await harness.decide(closed.caseNo, 'withdraw', 'arno', { reason: 'x' });
    const merge = (into: string) => harness.decide(mine.caseNo, 'merge', 'anna', { into, reason: 'same fault' });
    const [unknown, ...unseen] = [
      await merge('C251122-ZZZZZZ'),
      await merge(open.caseNo),
      await merge(closed.caseNo),
    ].map(({ status, body: { requestId: _requestId, ...body } }) => ({ status, body }));
    expect(unknown).toMatchObject({ status: 409, body: { code: 'merge_unknown' } });
    for (const answer of unseen) expect(answer).toEqual(unknown);
    expect((await state(open.caseNo))?.absorbed).toEqual([]);
    expect((await state(mine.caseNo))?.stage).not.toBe('archived');
  });

  test('numbers of cases that are not theirs to see are shown to nobody, in the case and in its timeline', async () => {
    const [mine, seen, unseen] = [
      await harness.open(customer(4)),
      await harness.open(customer(5)),
      await harness.open(customer(6)),
    ];
    await give(mine.caseNo, 'anna');
    await give(seen.caseNo, 'anna');
    await give(unseen.caseNo, 'arno');
    await harness.engine.happen(mine.caseNo, [
      event('repeatFound', { of: [seen.caseNo, unseen.caseNo] }),
      event('absorbed', { from: unseen.caseNo }),
    ]);
    const look = async (as: string) => {
      const [shown, timeline] = await Promise.all([
        harness.call('GET', `/api/cases/${mine.caseNo}`, { as }),
        harness.call('GET', `/api/cases/${mine.caseNo}/timeline`, { as }),
      ]);
      return { shown: (shown.body as Shown).case, text: shown.text + timeline.text };
    };
    const anna = await look('anna');
    expect(anna.shown).toMatchObject({ repeatOf: [seen.caseNo], absorbed: [] });
    expect(anna.text).not.toContain(unseen.caseNo);
    expect((await look('sara')).shown).toMatchObject({ repeatOf: [seen.caseNo, unseen.caseNo] });
  });

  test('the customer of the merged case reads the other number only if that case is theirs as well', async () => {
    const reopened = async (from: { caseNo: string; accessCode: string }, into: string): Promise<string> => {
      await harness.decide(from.caseNo, 'merge', 'sara', { into, reason: 'same fault' });
      expect((await state(from.caseNo))?.outcome).toBe('merged');
      const answer = await harness.call('POST', `/api/complaints/${from.caseNo}/reopen`, {
        body: { reason: '还没解决' },
        headers: { 'X-Access-Code': from.accessCode },
      });
      expect(answer.status).toBe(409);
      return `${answer.text} ${(await harness.call('GET', `/api/complaints/${from.caseNo}`, { headers: { 'X-Access-Code': from.accessCode } })).text}`;
    };
    const stranger = await harness.open(customer(7));
    const text = await reopened(await harness.open(customer(8)), stranger.caseNo);
    expect(text).not.toContain(stranger.caseNo);
    expect(text).toContain('已并入另一件投诉');
    const own = await harness.open(customer(9));
    expect(await reopened(await harness.open(customer(9)), own.caseNo)).toContain(own.caseNo);
  });
});

describe('a repeated decision gets its first answer', () => {
  test('when the case has gone to another team since', async () => {
    const { caseNo } = await harness.open(customer(10));
    const body = { grade: 'general', category: 'other', decisionId: 'graded-by-arno-1' };
    const first = await harness.decide(caseNo, 'grade', 'arno', body);
    expect(first.status).toBe(200);
    await harness.decide(caseNo, 'assign', 'anna', { owner: 'anna' });
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'arno' })).status).toBe(404);
    const again = await harness.decide(caseNo, 'grade', 'arno', body);
    expect(again.status).toBe(200);
    expect(again.body.decision).toEqual(first.body.decision);
    // As it was then; what has become of it is not theirs to see.
    expect((again.body as unknown as Shown).case.owner).toBeUndefined();
    expect(again.text).not.toContain('anna');
    expect(again.body.allowed).toEqual([]);
    // Nobody else gets it, and another body under the same id is another decision.
    expect((await harness.decide(caseNo, 'grade', 'quinn', body)).status).toBe(404);
    expect((await harness.decide(caseNo, 'grade', 'arno', { ...body, category: 'logistics' })).body).toMatchObject({
      code: 'decision_id_reused',
    });
  });

  test('when the person it names has left, or changed teams', async () => {
    const { caseNo } = await harness.open(customer(11));
    await give(caseNo, 'anna');
    const colleague = { name: 'Olga', email: 'olga@house.example', role: 'agent' as const, language: 'zh-CN' as const };
    await harness.stores.users.create({ id: 'olga', team: 'after-sales', active: true, ...colleague });
    const body = { owner: 'olga', reason: 'x', decisionId: 'handed-to-olga-1' };
    const first = await harness.decide(caseNo, 'reassign', 'anna', body);
    expect(first.status).toBe(200);
    await harness.stores.users.change([{ id: 'olga', change: { active: false } }]);
    const again = await harness.decide(caseNo, 'reassign', 'anna', body);
    expect([again.status, again.body.decision]).toEqual([200, first.body.decision]);
  });
});

describe('who owns a case', () => {
  test('is refused to be the one who owns it, and named in words', async () => {
    const { caseNo } = await harness.open(customer(12));
    await give(caseNo, 'anna');
    expect((await harness.decide(caseNo, 'assign', 'sara', { owner: 'anna' })).body).toMatchObject({
      code: 'same_owner',
    });
    await harness.stores.users.create({
      id: 'u-5f3c9e21',
      name: 'Ben',
      email: 'ben@house.example',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    });
    await harness.stores.users.addToken('u-5f3c9e21', 'rdr_token-of-ben-for-this-test');
    harness.tokens.ben = 'rdr_token-of-ben-for-this-test';
    const refused = await harness.decide(caseNo, 'respond', 'ben', { via: 'phone', text: 'x' });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        code: 'not_yours',
        detailZh: '案件由Name of anna负责，请负责人来做，或由主管改派',
        detail: 'the case is owned by Name of anna; let the owner do it, or have it reassigned by a supervisor',
      },
    });
  });

  test('changes only as the person saw it, where they say so', async () => {
    const { caseNo } = await harness.open(customer(13));
    const graded = await harness.decide(caseNo, 'grade', 'anna', { grade: 'general', category: 'other' });
    const expectedSeq = (graded.body as unknown as Shown).case.seq;
    const take = (as: string) => harness.decide(caseNo, 'assign', as, { owner: as, expectedSeq });
    const both = await Promise.all([take('anna'), take('sara')]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'changed_meanwhile' });
    expect((await harness.decide(caseNo, 'note', 'anna', { text: 'x', expectedSeq: 0 })).status).toBe(422);
  });
});

const state = async (caseNo: string) => (await harness.stores.cases.get(caseNo))?.state;

async function give(caseNo: string, owner: string): Promise<void> {
  await harness.decide(caseNo, 'grade', owner, { grade: 'general', category: 'other' });
  expect((await harness.decide(caseNo, 'assign', owner, { owner })).status).toBe(200);
}

describe('departments', () => {
  const ask = async (department: string) => {
    const { caseNo } = await harness.open(customer(Math.floor(Math.random() * 8_000)));
    await give(caseNo, 'anna');
    return harness.decide(caseNo, 'requestHelp', 'anna', { department, question: '请查一下' });
  };

  test('are listed with their names, and how many work there', async () => {
    const answer = await harness.call('GET', '/api/departments', { as: 'quinn' });
    expect(answer.body.items).toContainEqual({ id: 'quality', name: { zh: '质量部', en: 'Quality' }, people: 1 });
  });

  test.each(['quality', '质量部', '质量', ' Quality'])('%s is found by its id or its name', async (called) => {
    const answer = await ask(called);
    expect(answer.status).toBe(200);
    expect((answer.body as unknown as Shown).case.helpTasks).toMatchObject([{ department: 'quality' }]);
  });

  test.each(['nowhere', '物流部'])('%s, where nobody is, is refused with the list', async (called) => {
    const answer = await ask(called);
    expect(answer.status).toBe(422);
    const [fault] = answer.body.errors as { path: string; message: string }[];
    expect(fault?.path).toBe('department');
    expect(fault?.message).toContain('Quality (quality)');
    expect(fault?.message).toContain('质量部（quality）');
  });
});
