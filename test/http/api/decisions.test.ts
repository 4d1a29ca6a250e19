import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { EngineError } from '../../../src/cases/engine/engine';
import { Case, CaseAfterDecision, CaseList, DecisionAccepted, Timeline } from '../../../src/http/api/schemas';
import { waitUntil } from '../../support/processes';
import { assigned, complaint, createHarness, type Harness } from '../support/harness';
import { onBusyMachine } from '../../support/busy';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
  // The first decision of a process takes long on a busy machine; ten at once would meet the limit of time.
  await assigned(harness, (await harness.open()).caseNo);
});
afterAll(() => harness.close());
beforeEach(() => {
  harness.engine.mode = 'up';
});

const state = async (caseNo: string) => (await harness.stores.cases.get(caseNo))?.state;

describe('a decision', () => {
  test('is answered with the case as it is afterwards and with what is possible next', async () => {
    const { caseNo } = await harness.open();
    const before = Case.parse((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' })).body);
    expect(before.allowed.map((item) => item.decision)).toContain('grade');
    expect(before.case).toMatchObject({ stage: 'grade', text: complaint().text, waitsFor: { zh: '客服确认等级' } });
    const answer = await harness.decide(caseNo, 'grade', 'anna', { grade: 'general', category: 'logistics' });
    expect(answer.status).toBe(200);
    const after = CaseAfterDecision.parse(answer.body);
    expect(after.case).toMatchObject({ stage: 'assign', grade: 'general', category: 'logistics' });
    expect(after.allowed.map((item) => item.decision)).toContain('assign');
    expect(after.allowed[0]?.schema.$ref).toMatch(/^\/openapi\.json#\/components\/schemas\/Decision_/);
    expect(after.decision.seq).toBe((await state(caseNo))?.seq);
  });

  test('keeps its words out of Temporal and gives them back in the timeline', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const reason = 'they called about the valve';
    const whys = ['first why', 'second why'];
    await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: reason });
    const root = { fishbone: 'machine', cause: 'design', whys, systemic: false };
    expect((await harness.decide(caseNo, 'recordRootCause', 'anna', root)).status).toBe(200);
    const sent = JSON.stringify(harness.engine.messages);
    expect(sent).not.toMatch(/valve|first why/);
    const timeline = Timeline.parse((await harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'sara' })).body);
    expect(timeline.items.map((item) => item.seq)).toEqual(timeline.items.map((_, index) => index + 1));
    expect(timeline.items.find((item) => item.type === 'responded')?.data.text).toBe(reason);
    expect(timeline.items.find((item) => item.type === 'rootCauseRecorded')?.data.whys).toEqual(whys);
    expect(timeline.items.find((item) => item.type === 'responded')?.actor).toMatchObject({
      kind: 'staff',
      name: 'Name of anna',
    });
    const rest = await harness.call('GET', `/api/cases/${caseNo}/timeline?afterSeq=3`, { as: 'sara' });
    expect(Timeline.parse(rest.body).items[0]?.seq).toBe(4);
  });

  test('arrives once, however often it is sent', async () => {
    const { caseNo } = await harness.open();
    const body = { decisionId: 'note-0001', text: 'called back' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => harness.decide(caseNo, 'note', 'anna', body)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map((answer) => CaseAfterDecision.parse(answer.body).decision.seq)).size).toBe(1);
    const events = await harness.stores.ledger.events(caseNo);
    expect(events.filter((item) => item.type === 'noted')).toHaveLength(1);
    const other = await harness.decide(caseNo, 'note', 'anna', { ...body, text: 'something else' });
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ code: 'decision_id_reused' });
  });

  test('out of turn is 409 with the reason and what is possible instead', async () => {
    const { caseNo } = await harness.open();
    const answer = await harness.decide(caseNo, 'archive', 'sara');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ status: 409, code: 'out_of_turn' });
    expect(answer.body.detailZh).toContain('定级');
    expect(answer.body.instead).toContain('grade');
  });

  test('without the right is 403', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const answer = await harness.decide(caseNo, 'extend', 'anna', {
      promise: 'resolution',
      dueAt: new Date(Date.now() + 9e8).toISOString(),
      reason: 'parts',
    });
    expect(answer.status).toBe(403);
  });

  test.each<[string, string, object, string]>([
    ['an unknown field', 'note', { text: 'x', sentAt: '2020-01-01T00:00:00Z' }, 'sentAt'],
    ['an actor of their own', 'note', { text: 'x', actor: { kind: 'system' } }, 'actor'],
    ['a missing field', 'note', {}, 'text'],
    ['a role for the owner', 'assign', { owner: 'anna', ownerRole: 'manager' }, 'ownerRole'],
    ['a team for the owner', 'assign', { owner: 'anna', ownerTeam: 'x' }, 'ownerTeam'],
    ['an owner who is nobody', 'assign', { owner: 'nobody' }, 'owner'],
    ['an owner who has left', 'assign', { owner: 'left' }, 'owner'],
    ['a member who is nobody', 'assign', { owner: 'anna', taskForce: ['sara', 'nobody'] }, 'taskForce.1'],
    [
      'somebody complained of who is nobody',
      'grade',
      { grade: 'general', category: 'other', against: ['x'] },
      'against.0',
    ],
    ['a reference for a text', 'note', { text: { textId: 'x', sha256: 'y' } }, 'text'],
    ['a bad id', 'note', { text: 'x', decisionId: 'a b' }, 'decisionId'],
    ['NUL in a field that is no text', 'requestHelp', { department: 'a\u0000', question: 'x' }, 'department'],
    [
      'evidence that was never uploaded',
      'addEvidence',
      { evidenceId: '00000000-0000-4000-8000-000000000000', sha256: 'a'.repeat(64) },
      'evidenceId',
    ],
    [
      'a why that is too long',
      'recordRootCause',
      { fishbone: 'people', cause: 'design', whys: ['x'.repeat(1_001)], systemic: true },
      'whys.0',
    ],
  ])('with %s is 422', async (_what, decision, body, path) => {
    const left = {
      id: 'left',
      name: 'L',
      email: 'l@x.cn',
      role: 'agent',
      team: 'north',
      language: 'en',
      active: false,
    } as const;
    await harness.stores.users.ensure(left);
    const { caseNo } = await harness.open();
    const before = (await state(caseNo))?.seq;
    const answer = await harness.decide(caseNo, decision, 'anna', body);
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
    expect((await state(caseNo))?.seq).toBe(before);
  });

  test('the owner gets the role and team of the users table', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    const answer = await harness.decide(caseNo, 'reassign', 'sara', { owner: 'sven', reason: 'closer' });
    expect(CaseAfterDecision.parse(answer.body).case.owner).toMatchObject({
      id: 'sven',
      name: 'Name of sven',
      role: 'supervisor',
      team: 'north',
    });
  });

  test('one that does not exist is 404', async () => {
    const { caseNo } = await harness.open();
    for (const name of ['destroy', '__proto__', 'constructor', 'toString', '']) {
      expect((await harness.decide(caseNo, name, 'mona')).status).toBe(404);
    }
  });
});

describe('when a part is away', () => {
  test('no worker: 202 within five seconds, and the decision lies with the case', async () => {
    const { caseNo } = await harness.open();
    harness.engine.mode = 'silent';
    const began = Date.now();
    const answer = await harness.decide(caseNo, 'note', 'anna', { decisionId: 'later-001', text: 'secret words' });
    expect(Date.now() - began).toBeLessThan(onBusyMachine(5_000));
    expect(answer.status).toBe(202);
    const accepted = DecisionAccepted.parse(answer.body);
    expect(accepted).toMatchObject({ decision: { decisionId: 'later-001' }, lookAt: `/api/cases/${caseNo}` });
    // What becomes of it is said at once.
    expect(accepted.decision.hints.map(({ code }) => code)).toEqual(['stored']);
    const signal = harness.engine.signals.at(-1);
    expect(signal).toMatchObject({ caseNo, name: 'note', message: { decisionId: 'later-001', actor: { id: 'anna' } } });
    expect(JSON.stringify(signal)).not.toContain('secret');
    // Should Temporal lose the run with its signals, "accepted" still holds: it is written down with us, too.
    const [pending] = await harness.stores.pendingDecisions.ofCase(caseNo);
    expect(pending).toMatchObject({ decisionId: 'later-001', name: 'note', message: signal?.message, sends: 1 });
    expect(JSON.stringify(pending)).not.toContain('secret');
  });

  test('what was answered 503 or taken at once does not lie there to be sent again', async () => {
    const { caseNo } = await harness.open();
    expect((await harness.decide(caseNo, 'note', 'anna', { text: 'x' })).status).toBe(200);
    harness.engine.mode = 'silent';
    harness.engine.signal = async () => {
      throw new EngineError('away', 'Temporal cannot be reached');
    };
    try {
      expect((await harness.decide(caseNo, 'note', 'anna', { text: 'x' })).status).toBe(503);
    } finally {
      Reflect.deleteProperty(harness.engine, 'signal');
    }
    expect(await harness.stores.pendingDecisions.ofCase(caseNo)).toEqual([]);
  });

  test('Temporal: 503 with Retry-After within five seconds', async () => {
    const { caseNo } = await harness.open();
    harness.engine.mode = 'away';
    const began = Date.now();
    const answer = await harness.decide(caseNo, 'note', 'anna', { text: 'x' });
    expect(Date.now() - began).toBeLessThan(onBusyMachine(5_000));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(5);
    expect(answer.body).toMatchObject({ code: 'temporal_away' });
  });

  test('Temporal away: cases are read as before', async () => {
    const { caseNo } = await harness.open();
    harness.engine.mode = 'away';
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' })).status).toBe(200);
    expect((await harness.call('GET', '/api/cases', { as: 'anna' })).status).toBe(200);
  });

  test('a case whose workflow has not been started is started by its first decision', async () => {
    harness.engine.mode = 'away';
    const { caseNo } = await harness.file();
    const shown = Case.parse((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' })).body);
    expect(shown.case).toMatchObject({ stage: 'receive', grade: 'general' });
    harness.engine.mode = 'up';
    const answer = await harness.decide(caseNo, 'grade', 'anna', { grade: 'general', category: 'other' });
    expect(answer.status).toBe(200);
    await waitUntil(async () => harness.engine.started.has(caseNo), 'the engine has started it');
  });
});

describe('an ended case', () => {
  const ended = async () => {
    const filed = await harness.open();
    await assigned(harness, filed.caseNo);
    const body = { decisionId: `withdraw-${filed.caseNo}`, reason: 'found the manual' };
    expect((await harness.decide(filed.caseNo, 'withdraw', 'anna', body)).status).toBe(200);
    return { ...filed, body };
  };

  test('refuses with its reason, from what is stored', async () => {
    const { caseNo } = await ended();
    const answer = await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: 'x' });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'out_of_turn', instead: ['reopen', 'note'] });
  });

  test('takes notes all the same: a call of thanks, a letter of an authority', async () => {
    const { caseNo } = await ended();
    for (const text of ['called to say thank you', '12315 asks for the file']) {
      const answer = await harness.decide(caseNo, 'note', 'anna', { text });
      expect(answer.status).toBe(200);
      expect(CaseAfterDecision.parse(answer.body).case.stage).toBe('archived');
    }
    const events = await harness.stores.ledger.events(caseNo);
    expect(events.filter(({ type }) => type === 'noted')).toHaveLength(2);
  });

  test('gives the first answer to a repeat', async () => {
    const { caseNo, body } = await ended();
    const answer = await harness.decide(caseNo, 'withdraw', 'anna', body);
    expect(answer.status).toBe(200);
    expect(CaseAfterDecision.parse(answer.body).decision.decisionId).toBe(body.decisionId);
  });

  test('is taken up again by reopening, with all it knew', async () => {
    const { caseNo } = await ended();
    const answer = await harness.decide(caseNo, 'reopen', 'sara', { reason: 'broken again' });
    expect(answer.status).toBe(200);
    expect(CaseAfterDecision.parse(answer.body).case).toMatchObject({ stage: 'resolve', round: 2 });
    expect(harness.engine.started.get(caseNo)?.carry).toMatchObject({ caseNo, stage: 'archived' });
  });
});

describe('the date of the solution', () => {
  const DAY = 86_400_000;
  const show = async (caseNo: string) =>
    Case.parse((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' })).body);
  const extend = (caseNo: string, dueAt: string) =>
    harness.decide(caseNo, 'extend', 'sara', { promise: 'resolution', dueAt, reason: 'parts' });
  const ahead = (days: number) => new Date(Date.now() + days * DAY).toISOString();

  test('is the present promise, whatever the receipt said', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const dueAt = ahead(9);
    expect((await extend(caseNo, dueAt)).status).toBe(200);
    expect((await show(caseNo)).case.resolveBy).toBe(dueAt);
    await harness.decide(caseNo, 'pause', 'anna', { reason: 'parts', until: ahead(1), note: 'pump' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await harness.decide(caseNo, 'resume', 'anna');
    expect((await show(caseNo)).case.resolveBy > dueAt).toBe(true);
  });

  test.each([
    // The first two are no instants that the API takes at all.
    [422, '9999-12-30T00:00:00Z'],
    [422, '9999-12-31T23:59:59-12:00'],
    [409, '2099-01-01T00:00:00+08:00'],
  ])('is not put off by a slip: %d for %s', async (status, slip) => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const answer = await extend(caseNo, slip);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(status === 409 ? '90 days' : 'dueAt');
    const events = await harness.stores.ledger.events(caseNo);
    expect(events.filter(({ type }) => type === 'promiseMoved' || type === 'datesMoved')).toEqual([]);
  });

  test('that was put off by mistake is put right, with a second letter, and no further back than it was', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const first = (await show(caseNo)).case.resolveBy;
    const right = new Date(Date.parse(first) + DAY).toISOString();
    expect((await extend(caseNo, ahead(60))).status).toBe(200);
    expect((await extend(caseNo, right)).status).toBe(200);
    expect((await show(caseNo)).case.resolveBy).toBe(right);
    const letters = (await harness.stores.outbox.list(caseNo)).filter(({ mail }) => mail === 'extension');
    expect(letters).toHaveLength(2);
    const sooner = await extend(caseNo, new Date(Date.parse(first) - 60_000).toISOString());
    expect(sooner).toMatchObject({ status: 409, body: { code: 'due' } });
    expect((await extend(caseNo, right)).status).toBe(409);
  });
});

test.each([
  ['/api/cases/CASE/decisions/movePolicy', { to: 274_877_906_945 }, 'to'],
  ['/api/policies/1/moves/preview', { from: 2_147_483_648 }, 'from'],
  ['/api/policy-drafts', { title: 'x', from: 2_147_483_648 }, 'from'],
  ['/api/policy-drafts/00000000-0000-4000-8000-000000000000', { revision: 2 ** 31, policy: {} }, 'revision'],
  ['/api/policy-drafts/00000000-0000-4000-8000-000000000000/publish', { revision: 2 ** 31 }, 'revision'],
])('a number that no column holds is refused by its name: %s', async (path, body, field) => {
  const { caseNo } = await harness.open();
  const answer = await harness.call('POST', path.replace('CASE', caseNo), { as: 'mona', body });
  expect(answer.status).toBe(422);
  expect((answer.body.errors as { path: string }[])[0]?.path).toBe(field);
});

test('cases are moved all or none: who misspells one number is told which', async () => {
  const { caseNo } = await harness.open();
  const { version } = await harness.stores.policies.publish(HOUSE_POLICY, 'mona');
  for (const path of [`/api/policies/${version}/moves`, `/api/policies/${version}/moves/preview`]) {
    const answer = await harness.call('POST', path, { as: 'mona', body: { cases: [caseNo, 'C261101-000000'] } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([
      { path: 'cases.1', message: expect.stringContaining('C261101-000000') as string },
    ]);
  }
  expect((await state(caseNo))?.policyVersion).not.toBe(version);
});

describe('lists', () => {
  test('pages go through all cases once, filtered and sorted', async () => {
    const own = await createHarness();
    try {
      const opened = [];
      for (let i = 0; i < 7; i++) opened.push(await own.open({ place: `city ${i}` }));
      const seen: string[] = [];
      let cursor = '';
      do {
        const answer = await own.call('GET', `/api/cases?limit=3&sort=-received${cursor}`, { as: 'mona' });
        const page = CaseList.parse(answer.body);
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items.map((item) => item.caseNo));
        cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
      } while (cursor !== '');
      expect(seen.toSorted()).toEqual(opened.map((item) => item.caseNo).toSorted());
      await assigned(own, opened[0]?.caseNo ?? '');
      const mine = CaseList.parse((await own.call('GET', '/api/cases?owner=me', { as: 'anna' })).body);
      expect(mine.items.map((item) => item.caseNo)).toEqual([opened[0]?.caseNo]);
      const none = CaseList.parse((await own.call('GET', '/api/cases?stage=review', { as: 'mona' })).body);
      expect(none.items).toEqual([]);
      const found = await own.call('GET', `/api/cases?q=${opened[3]?.caseNo.slice(-6)}`, { as: 'mona' });
      expect(CaseList.parse(found.body).items).toHaveLength(1);
      const list = async (query: string) =>
        CaseList.parse((await own.call('GET', `/api/cases?${query}`, { as: 'mona' })).body);
      const all = await list('limit=2');
      expect(all.total).toBe(7);
      // The same words as the case itself has.
      for (const { caseNo, waitsFor } of all.items) {
        const shown = await own.call('GET', `/api/cases/${caseNo}`, { as: 'mona' });
        expect(waitsFor).toEqual((shown.body.case as { waitsFor: object }).waitsFor);
      }
      const { channel, category, receivedAt } = all.items[0] ?? {};
      const day = receivedAt?.slice(0, 4) ?? '';
      for (const [query, total] of [
        [`channel=${channel}&round=1&paused=false`, 7],
        [`category=${category}`, (await list('limit=100')).items.filter((item) => item.category === category).length],
        ['paused=true', 0],
        ['round=2', 0],
        ['outcome=withdrawn', 0],
        [`receivedFrom=${Number(day) - 1}-01-01&receivedTo=${Number(day) + 2}-01-01`, 7],
        [`receivedTo=${Number(day) - 1}-01-01`, 0],
        ['team=%20after-sales%EF%BB%BF%20&owner=%EF%BD%81nna', 1],
      ] as const) {
        expect([query, (await list(query)).total]).toEqual([query, total]);
      }
    } finally {
      await own.close();
    }
  });

  test.each([
    ['stage=nowhere', 'stage'],
    ['sort=password', 'sort'],
    ["sort=due';drop table cases", 'sort'],
    ['limit=0', 'limit'],
    ['limit=1e9', 'limit'],
    ['limit=ten', 'limit'],
    ['breached=maybe', 'breached'],
    ['paused=1', 'paused'],
    ['round=0', 'round'],
    ['channel=pigeon', 'channel'],
    ['receivedFrom=yesterday', 'receivedFrom'],
    ['receivedTo=9999-12-31', 'receivedTo'],
    ['receivedTo=0001-01-01T00:00:00Z', 'receivedTo'],
    ['cursor=bm9wZQ', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['grade=general&grade=major', 'grade'],
    ['where=1', 'where'],
    ['q=%00', 'q'],
    ['q=', 'q'],
    ['code=abc', 'code'],
  ])('?%s is 422', async (query, path) => {
    const answer = await harness.call('GET', `/api/cases?${query}`, { as: 'mona' });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });

  test.each(["' or 1=1 --", '%', '_', '\\', '"; --', "x' union select * from users"])(
    'q=%j is only searched for',
    async (q) => {
      const answer = await harness.call('GET', `/api/cases?q=${encodeURIComponent(q)}`, { as: 'mona' });
      expect(answer.status).toBe(200);
      expect(CaseList.parse(answer.body).items).toEqual([]);
    },
  );
});

describe('personal data', () => {
  test('only those who handle a case read the number', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    const team = {
      id: 'alma',
      name: 'Alma',
      email: 'alma@x.cn',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    } as const;
    await harness.stores.users.create(team);
    await harness.stores.users.addToken('alma', 'a-token-for-alma-only');
    const phone = async (as: string) =>
      Case.parse((await harness.call('GET', `/api/cases/${caseNo}`, { as })).body).case.customer;
    expect(await phone('anna')).toMatchObject({ phone: '13812345621', email: 'wang@example.com' });
    expect(await phone('sara')).toMatchObject({ phone: '13812345621' });
    expect(await phone('a-token-for-alma-only')).toMatchObject({ phone: '138****5621', email: 'w***@example.com' });
  });
});

describe('a case carries what its reader needs', () => {
  const show = async (caseNo: string, as: string, query = '') =>
    Case.parse((await harness.call('GET', `/api/cases/${caseNo}${query}`, { as })).body);

  test('a request for help: its question, its deadline, its answer, and the id that decisions want', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '是批次问题吗？' });
    const [asked] = (await show(caseNo, 'quinn')).case.helpTasks;
    expect(asked).toMatchObject({ taskId: 'h1', id: 'h1', open: true, question: '是批次问题吗？', askedBy: 'anna' });
    expect(asked?.askedAt).toBeDefined();
    const answered = await harness.decide(caseNo, 'answerHelp', 'quinn', { taskId: asked?.taskId, answer: '不是。' });
    expect(answered.status).toBe(200);
    const [done] = (await show(caseNo, 'anna')).case.helpTasks;
    expect(done).toMatchObject({ open: false, answer: { text: '不是。', by: { id: 'quinn', name: 'Name of quinn' } } });
  });

  test('names instead of ids: of departments, promises and everybody who had a hand in it', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const body = { department: 'quality', assignee: 'quinn', question: '是批次问题吗？' };
    await harness.decide(caseNo, 'requestHelp', 'anna', body);
    const { case: seen } = await show(caseNo, 'quinn');
    expect(seen.helpTasks).toMatchObject([
      { departmentName: { zh: '质量部', en: 'Quality' }, askedByName: 'Name of anna', assigneeName: 'Name of quinn' },
    ]);
    expect(seen.people).toMatchObject({ anna: 'Name of anna', quinn: 'Name of quinn' });
    expect(seen.clocks.map(({ id, name }) => [id, name.zh])).toContainEqual(['resolution', '解决']);
    expect(seen.nextDue?.name.en).toMatch(/^[a-z]/);
    const list = CaseList.parse((await harness.call('GET', `/api/cases?q=${caseNo}`, { as: 'anna' })).body);
    expect(list.items).toMatchObject([{ nextDueName: seen.nextDue?.name, owner: { name: 'Name of anna' } }]);
  });

  test('that it came by phone is marked, where nobody of the staff took it down', async () => {
    for (const channel of ['phone', 'counter', 'letter']) {
      const { caseNo } = await harness.open({ channel });
      expect((await show(caseNo, 'sara')).case).toMatchObject({ channel, channelUnconfirmed: true });
    }
    const taken = await harness.call('POST', '/api/complaints', { as: 'anna', body: complaint({ channel: 'phone' }) });
    const { case: ours } = await show(String(taken.body.caseNo), 'sara');
    expect([ours.filedBy, ours.channelUnconfirmed, ours.people.anna]).toEqual(['anna', undefined, 'Name of anna']);
    expect((await show((await harness.open()).caseNo, 'sara')).case.channelUnconfirmed).toBeUndefined();
  });

  test('an amount has two decimals at most, which the refusal says with its place', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const propose = (amount: number) =>
      harness.decide(caseNo, 'propose', 'anna', { remedies: [{ kind: 'refund', amount }], solution: '退款' });
    for (const amount of [10.005, 0.001, 1e-7, 33.333]) {
      const refused = await propose(amount);
      expect([refused.status, refused.body.errors]).toMatchObject([
        422,
        [{ path: 'remedies.0.amount', words: { zh: '最多两位小数', en: 'must have two decimals at most' } }],
      ]);
    }
    expect((await propose(19.99)).status).toBe(200);
  });

  test('notes and findings, with who wrote them', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    await harness.decide(caseNo, 'note', 'anna', { text: '客户白天不方便接电话' });
    await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: 'hello' });
    await harness.decide(caseNo, 'propose', 'anna', {
      remedies: [{ kind: 'refund', amount: 10 }],
      solution: 's',
      findings: '水泵漏水',
    });
    const { case: seen } = await show(caseNo, 'sara');
    expect(seen.notes).toMatchObject([{ text: '客户白天不方便接电话', by: { id: 'anna' } }]);
    expect(seen.findings).toMatchObject([{ text: '水泵漏水', by: { id: 'anna' } }]);
  });

  test('why a decision of a later stage is not possible yet, where asked; nothing about forms in a house without', async () => {
    const { caseNo } = await harness.open();
    const before = await show(caseNo, 'anna', '?whyNot=resolve');
    expect(before.whyNot?.decision).toBe('resolve');
    expect(before.whyNot?.reasons.map(({ code }) => code)).toContain('out_of_turn');
    expect((await show(caseNo, 'mona', '?whyNot=note')).whyNot).toEqual({ decision: 'note', reasons: [] });
    expect((await show(caseNo, 'anna')).whyNot).toBeUndefined();
    expect((await show(caseNo, 'anna')).waiting.map(({ decision }) => decision)).not.toContain('fillForm');
    expect((await harness.call('GET', `/api/cases/${caseNo}?whyNot=tea`, { as: 'anna' })).status).toBe(422);
  });

  test('the schema of a decision stands alone', async () => {
    const { caseNo } = await harness.open();
    const { allowed } = await show(caseNo, 'anna');
    for (const { decision, schemaUrl, aboutWords } of allowed) {
      expect(aboutWords.zh).toMatch(/\p{Script=Han}/u);
      const answer = await harness.call('GET', schemaUrl, { as: 'anna' });
      expect(answer.body).toMatchObject({ decision, schema: { type: 'object', additionalProperties: false } });
      expect(answer.text.length).toBeLessThan(10_000);
    }
    expect((await harness.call('GET', '/api/decisions/tea', { as: 'anna' })).status).toBe(404);
  });
});
