import { createHash } from 'node:crypto';
import { CaseList, Progress, Proposal, Survey, Taken } from '../../../src/http/api/schemas';
import { assigned, createHarness, PUBLIC_URL, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());
beforeEach(() => {
  harness.engine.mode = 'up';
});

const progress = (caseNo: string, code: string) =>
  harness.call('GET', `/api/complaints/${caseNo}/progress?code=${encodeURIComponent(code)}`);

/** Brings a case to the offer of a solution. */
async function offered() {
  const filed = await harness.open();
  await assigned(harness, filed.caseNo);
  const answer = await harness.decide(filed.caseNo, 'propose', 'anna', {
    remedies: [{ kind: 'refund', amount: 50 }],
    solution: '退款 50 元',
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return { ...filed, token: harness.links.proposalToken(filed.caseNo, 'p1') };
}

/** Brings a case to the survey. */
async function resolved() {
  const filed = await offered();
  for (const [decision, body] of [
    ['customerAnswer', { accepted: true, via: 'phone' }],
    ['carryOut', {}],
    ['resolve', { outcome: 'upheld', cause: 'transport_packing', summary: '已退款，向您致歉' }],
  ] as const) {
    const answer = await harness.decide(filed.caseNo, decision, 'anna', body);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  return { ...filed, token: harness.links.surveyToken(filed.caseNo, 's1') };
}

describe('progress', () => {
  test('shows the customer where the complaint stands', async () => {
    const { caseNo, accessCode } = await harness.open();
    const first = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(first).toMatchObject({ caseNo, stage: 'grade', round: 1, chase: { left: 3 } });
    expect(first.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'received done',
      'assigned current',
      'contacted future',
      'verified future',
      'agreed future',
      'carriedOut future',
      'feedback future',
      'revisit future',
      'closed future',
    ]);
    expect(first.steps[0]?.at).toBe(first.receivedAt);
    await assigned(harness, caseNo);
    const second = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(second.handler).toBe('Name of anna');
    expect(second.steps[1]).toMatchObject({ step: 'assigned', status: 'done', at: expect.any(String) as string });
    expect(second.answerBy).toBeDefined();
    expect(second.resolveBy).toBeDefined();
  });

  test('shows nothing of the inside', async () => {
    const { caseNo, accessCode } = await harness.open();
    await assigned(harness, caseNo);
    await harness.decide(caseNo, 'note', 'anna', { text: 'a difficult person' });
    const { text } = await progress(caseNo, accessCode);
    expect(text).not.toMatch(/difficult|general|13812345621|suggest/);
  });

  test('an accepted complaint whose workflow has not started has a page as well', async () => {
    harness.engine.mode = 'away';
    const { caseNo, accessCode } = await harness.file();
    const view = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(view.stage).toBe('receive');
    expect(view.steps.slice(0, 2).map(({ status }) => status)).toEqual(['done', 'current']);
    expect(view.steps).toHaveLength(9);
    harness.engine.mode = 'up';
  });

  test('a wrong code, no code, an unknown number and a malformed one get the same 404', async () => {
    const { caseNo, accessCode } = await harness.open();
    const other = await harness.open();
    const answers = await Promise.all([
      progress(caseNo, 'WRONGWRONGWRONGWRONGWRONGW'),
      progress(caseNo, other.accessCode),
      progress(caseNo, ''),
      progress(caseNo, accessCode.slice(0, -1)),
      progress('C250101-ZZZZZZ', accessCode),
      progress('nonsense', accessCode),
      harness.call('GET', `/api/complaints/${caseNo}/progress`),
      harness.call('GET', `/api/complaints/${caseNo}/progress?code=x&code=${accessCode}`),
      harness.call('GET', `/api/complaints/${caseNo}/progress`, { headers: { 'x-access-code': 'x'.repeat(500) } }),
    ]);
    const same = new Set(
      answers.map(({ status, body }) => JSON.stringify([status, { ...body, requestId: undefined }])),
    );
    expect([...same]).toHaveLength(1);
    expect(answers[0]?.status).toBe(404);
  });

  test('the code is forgiving about how it was typed', async () => {
    const { caseNo, accessCode } = await harness.open();
    const typed = `${accessCode.slice(0, 5)}-${accessCode.slice(5, 10)} ${accessCode.slice(10)}`.toLowerCase();
    expect((await progress(caseNo, typed)).status).toBe(200);
    const header = await harness.call('GET', `/api/complaints/${caseNo}/progress`, {
      headers: { 'x-access-code': accessCode },
    });
    expect(header.status).toBe(200);
  });

  test('number and code may come as they are typed and pasted', async () => {
    const { caseNo, accessCode } = await harness.open();
    const wide = (text: string) =>
      text.replace(/[0-9A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
    for (const number of [
      caseNo.toLowerCase(),
      wide(caseNo),
      caseNo.replace('-', ''),
      caseNo.replace('-', '–'),
      caseNo.replace('-', '－'),
      ` ${caseNo}.`,
      `\u200b${caseNo}\u200b`,
    ]) {
      expect([number, (await progress(encodeURIComponent(number), accessCode)).status]).toEqual([number, 200]);
    }
    for (const code of [
      wide(accessCode),
      `${accessCode}.`,
      `${accessCode}>`,
      `${accessCode}\u200b`,
      `“${accessCode}”`,
    ]) {
      expect([code, (await progress(caseNo, code)).status]).toEqual([code, 200]);
    }
    const typed = encodeURIComponent(wide(caseNo));
    const photo = new FormData();
    photo.append('file', new Blob(['a photo'], { type: 'image/jpeg' }), 'a.jpg');
    const added = await harness.call('POST', `/api/complaints/${typed}/evidence`, {
      raw: photo,
      headers: { 'x-access-code': accessCode },
    });
    expect(added.status).toBe(201);
  });

  test('codes are stored hashed, and do not show in the log', async () => {
    const { caseNo, accessCode } = await harness.open();
    await progress(caseNo, accessCode);
    const rows = await harness.database.pool.query('select access_code_hash as h from complaints where case_no = $1', [
      caseNo,
    ]);
    expect(rows.rows[0]?.h).toBe(createHash('sha256').update(accessCode).digest('hex'));
    expect(harness.logged.join('')).not.toContain(accessCode);
  });
});

describe('what the customer may do with the code', () => {
  test('chase, and not twice at once', async () => {
    const { caseNo, accessCode } = await harness.open();
    const chase = (body: object) =>
      harness.call('POST', `/api/complaints/${caseNo}/chase?code=${accessCode}`, { body });
    const first = await chase({ decisionId: 'chase-001', note: 'please' });
    expect(first.status).toBe(200);
    expect(Taken.parse(first.body).status).toBe('taken');
    expect((await chase({ decisionId: 'chase-001', note: 'please' })).body).toEqual(first.body);
    const soon = await chase({ decisionId: 'chase-002' });
    expect(soon.status).toBe(409);
    expect(soon.body).toMatchObject({ code: 'chase_gap' });
    expect(Progress.parse((await progress(caseNo, accessCode)).body).chase).toMatchObject({ left: 2 });
  });

  test('a chase is counted where staff look, told to the owner and their lead, and refused in both languages', async () => {
    const { caseNo, accessCode } = await harness.open();
    await assigned(harness, caseNo);
    const listed = async (as: string) => {
      const { body } = await harness.call('GET', `/api/cases?q=${caseNo}`, { as });
      return CaseList.parse(body).items.map(({ chased, chasedAt }) => [chased, typeof chasedAt]);
    };
    expect(await listed('anna')).toEqual([[0, 'undefined']]);
    const path = `/api/complaints/${caseNo}/chase?code=${accessCode}`;
    expect((await harness.call('POST', path, { body: {} })).status).toBe(200);
    for (const as of ['anna', 'sara']) expect(await listed(as)).toEqual([[1, 'string']]);
    const { body } = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
    expect(body.case).toMatchObject({ chases: { count: 1 } });
    const mails = await harness.stores.outbox.list(caseNo);
    expect(mails.filter(({ mail }) => mail === 'chased').map(({ to }) => to)).toEqual([
      { kind: 'user', id: 'anna' },
      // Were she a lead herself, she would not get it twice.
      { kind: 'role', role: 'supervisor', team: 'after-sales', not: ['anna'] },
    ]);
    // Whoever chases: the customer again, or a colleague, within the hour.
    for (const again of [
      await harness.call('POST', path, { body: {} }),
      await harness.decide(caseNo, 'chase', 'sara'),
    ]) {
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({
        code: 'chase_gap',
        detail: expect.stringMatching(/chased/) as string,
        detailZh: expect.stringMatching(/催/) as string,
      });
    }
    expect(await listed('anna')).toEqual([[1, 'string']]);
  });

  test('withdraw, and take it up again', async () => {
    const { caseNo, accessCode } = await harness.open();
    const post = (what: string, body: object) =>
      harness.call('POST', `/api/complaints/${caseNo}/${what}`, { body, headers: { 'x-access-code': accessCode } });
    expect((await post('withdraw', { reason: '已解决' })).status).toBe(200);
    const view = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(view).toMatchObject({
      stage: 'archived',
      outcome: 'withdrawn',
      reopen: { until: expect.any(String) as string },
    });
    expect(view.steps.every((step) => step.status === 'done')).toBe(true);
    expect((await post('withdraw', { reason: 'again' })).status).toBe(409);
    expect((await post('reopen', { reason: '又坏了' })).status).toBe(200);
    expect(Progress.parse((await progress(caseNo, accessCode)).body)).toMatchObject({ stage: 'resolve', round: 2 });
  });

  test('nothing without it', async () => {
    const { caseNo } = await harness.open();
    for (const what of ['chase', 'withdraw', 'reopen']) {
      const answer = await harness.call('POST', `/api/complaints/${caseNo}/${what}?code=WRONG`, {
        body: what === 'chase' ? {} : { reason: 'x' },
      });
      expect(answer.status).toBe(404);
    }
    expect((await harness.stores.cases.get(caseNo))?.state.stage).toBe('grade');
  });
});

describe('the link to a solution', () => {
  test('is in the progress, shows the solution, and answers once', async () => {
    const { caseNo, accessCode, token } = await offered();
    const view = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(view.offer).toMatchObject({ token, url: `${PUBLIC_URL}/a/${token}`, solution: '退款 50 元' });
    const path = `/api/proposals/${token}`;
    const open = Proposal.parse((await harness.call('GET', path)).body);
    expect(open).toMatchObject({ status: 'open', remedies: [{ kind: 'refund', amount: 50 }], handler: 'Name of anna' });
    // Looking changes nothing.
    expect((await harness.stores.cases.get(caseNo))?.state.proposal?.status).toBe('offered');
    const body = { accepted: true, decisionId: 'answer-001' };
    const [first, again] = await Promise.all([
      harness.call('POST', path, { body }),
      harness.call('POST', path, { body }),
    ]);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect((await harness.call('POST', path, { body })).status).toBe(200);
    expect((await harness.call('POST', path, { body: { accepted: false } })).status).toBe(410);
    expect((await harness.stores.cases.get(caseNo))?.state.proposal?.status).toBe('accepted');
    expect(Proposal.parse((await harness.call('GET', path)).body).status).toBe('accepted');
    expect(
      (await harness.stores.ledger.events(caseNo)).filter((item) => item.type === 'customerAnswered'),
    ).toHaveLength(1);
  });

  test.each(['.', '>', ')', '。', '\u200b', '\u2060', '”'])('is known with %j stuck to its end', async (mark) => {
    const { caseNo, accessCode, token } = await offered();
    await progress(caseNo, accessCode);
    const path = `/api/proposals/${token}${encodeURIComponent(mark)}`;
    expect((await harness.call('GET', path)).status).toBe(200);
    expect((await harness.call('POST', path, { body: { accepted: true } })).status).toBe(200);
    expect((await harness.call('GET', `/api/proposals/${token}x`)).status).toBe(404);
  });

  test('of a solution that was replaced answers nothing', async () => {
    const { caseNo, accessCode, token } = await offered();
    await progress(caseNo, accessCode);
    await harness.decide(caseNo, 'propose', 'anna', { remedies: [{ kind: 'repair' }], solution: '上门维修' });
    const answer = await harness.call('POST', `/api/proposals/${token}`, { body: { accepted: true } });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'superseded' });
    expect(Proposal.parse((await harness.call('GET', `/api/proposals/${token}`)).body)).toMatchObject({
      status: 'over',
      solution: '退款 50 元',
    });
  });

  test('stays open when nothing was stored', async () => {
    const { caseNo, accessCode, token } = await offered();
    await progress(caseNo, accessCode);
    harness.engine.mode = 'away';
    expect((await harness.call('POST', `/api/proposals/${token}`, { body: { accepted: true } })).status).toBe(503);
    harness.engine.mode = 'up';
    expect((await harness.call('POST', `/api/proposals/${token}`, { body: { accepted: true } })).status).toBe(200);
  });

  test('that has expired is 410', async () => {
    const { caseNo, accessCode, token } = await offered();
    await progress(caseNo, accessCode);
    await harness.database.pool.query('update links set expires_at = $2 where case_no = $1', [
      caseNo,
      new Date(Date.now() - 1_000).toISOString(),
    ]);
    expect((await harness.call('POST', `/api/proposals/${token}`, { body: { accepted: true } })).status).toBe(410);
  });
});

describe('the link to the survey', () => {
  const scores = { speed: 5, solution: 4, attitude: 5, total: 5, comment: '谢谢' };

  test('is rated once and read afterwards', async () => {
    const { caseNo, accessCode, token } = await resolved();
    const view = Progress.parse((await progress(caseNo, accessCode)).body);
    expect(view).toMatchObject({
      survey: { url: `${PUBLIC_URL}/s/${token}` },
      result: '已退款，向您致歉',
      outcome: 'upheld',
    });
    const path = `/api/surveys/${token}`;
    expect(Survey.parse((await harness.call('GET', path)).body)).toMatchObject({ caseNo, status: 'open' });
    expect((await harness.call('POST', path, { body: scores })).status).toBe(200);
    expect((await harness.call('POST', path, { body: { ...scores, total: 1 } })).status).toBe(410);
    expect(Survey.parse((await harness.call('GET', path)).body)).toMatchObject({ status: 'answered', answers: scores });
    expect((await harness.stores.cases.get(caseNo))?.state.survey).toMatchObject({ status: 'answered', total: 5 });
  });

  test.each([
    [{ speed: 5 }, 'solution'],
    [{ ...scores, total: 6 }, 'total'],
    [{ ...scores, total: 4.5 }, 'total'],
    [{ ...scores, total: '5' }, 'total'],
    [{ ...scores, via: 'phone' }, 'via'],
  ])('%j is refused', async (body, path) => {
    const { token, caseNo, accessCode } = await resolved();
    await progress(caseNo, accessCode);
    const answer = await harness.call('POST', `/api/surveys/${token}`, { body });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  test('of an earlier round is of no use for the next one, by API and page', async () => {
    const { caseNo, accessCode, token } = await resolved();
    await progress(caseNo, accessCode);
    const unsatisfied = { satisfied: false, method: 'phone', report: 'not solved' };
    for (const [decision, body] of [
      ['recordRevisit', unsatisfied],
      ['propose', { remedies: [{ kind: 'apology' }], solution: '再次致歉' }],
      ['customerAnswer', { accepted: true, via: 'phone' }],
      ['carryOut', {}],
      ['resolve', { outcome: 'upheld', cause: 'transport_packing', summary: '已解决' }],
    ] as const) {
      expect((await harness.decide(caseNo, decision, 'anna', body)).status).toBe(200);
    }
    await progress(caseNo, accessCode);
    const low = { speed: 1, solution: 1, attitude: 1, total: 1 };
    const refused = await harness.call('POST', `/api/surveys/${token}`, { body: low });
    expect(refused).toMatchObject({ status: 409, body: { code: 'superseded' } });
    const page = await harness.cases.customer.pages.rate(token, { ...low, decisionId: 'survey-of-round-1' });
    expect(page).toMatchObject({ kind: 'refused' });
    const events = await harness.stores.ledger.events(caseNo);
    expect(events.filter(({ type }) => type === 'surveyRecorded')).toEqual([]);
    // The proposal of round 1 likewise.
    const old = harness.links.proposalToken(caseNo, 'p1');
    await harness.stores.links.ensure({
      hash: harness.links.hash(old),
      purpose: 'proposal',
      caseNo,
      subject: 'p1',
      expiresAt: '2099-01-01T00:00:00.000Z',
    });
    expect((await harness.call('POST', `/api/proposals/${old}`, { body: { accepted: true } })).status).toBe(409);
    const next = harness.links.surveyToken(caseNo, 's2');
    expect((await harness.call('POST', `/api/surveys/${next}`, { body: scores })).status).toBe(200);
    expect((await harness.stores.cases.get(caseNo))?.state.survey).toMatchObject({ id: 's2', total: 5 });
  });

  test('is not to be guessed, and opens nothing else', async () => {
    const { caseNo, token, accessCode } = await resolved();
    await progress(caseNo, accessCode);
    for (const wrong of [
      '',
      ' ',
      'null',
      '[]',
      caseNo,
      token.slice(0, -1),
      `${token}A`,
      `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
    ]) {
      const answer = await harness.call('GET', `/api/surveys/${encodeURIComponent(wrong)}`);
      expect(answer.status).toBe(404);
    }
    expect((await harness.call('GET', `/api/proposals/${token}`)).status).toBe(404);
  });
});

describe('for pages', () => {
  test('the same use cases answer with sentences in place of statuses', async () => {
    const { pages } = harness.cases.customer;
    const { caseNo, accessCode, token } = await offered();
    expect(await pages.progress(caseNo, 'WRONG')).toBeUndefined();
    expect(await pages.progress(caseNo, accessCode)).toMatchObject({ caseNo });
    expect(await pages.answer('x'.repeat(43), { accepted: true, decisionId: 'page-0001' })).toEqual({
      kind: 'unknown',
    });
    harness.engine.mode = 'away';
    expect(await pages.answer(token, { accepted: true, decisionId: 'page-0002' })).toEqual({ kind: 'away' });
    harness.engine.mode = 'silent';
    expect(await pages.chase(caseNo, accessCode, { decisionId: 'page-0003' })).toEqual({ kind: 'accepted' });
    harness.engine.mode = 'up';
    expect(await pages.answer(token, { accepted: false, decisionId: 'page-0004' })).toEqual({ kind: 'taken' });
    expect(await pages.answer(token, { accepted: true, decisionId: 'page-0005' })).toMatchObject({
      kind: 'refused',
      words: { zh: expect.any(String) as string },
    });
  });
});

describe('the lost link', () => {
  const mails = async (caseNo: string) =>
    (await harness.stores.outbox.list(caseNo)).filter(({ mail }) => mail === 'lostLink');

  test.each(['13812345621', '+86 138-1234-5621', ' Wang@Example.com'])(
    '%s gets it mailed, once an hour',
    async (contact) => {
      const { caseNo } = await harness.open();
      const { pages } = harness.cases.customer;
      await pages.sendLink(` ${caseNo.toLowerCase()} `, contact);
      await pages.sendLink(caseNo, contact);
      const sent = await mails(caseNo);
      expect(sent.map(({ to, state }) => [to, state])).toEqual([[{ kind: 'customer' }, 'planned']]);
      expect(sent[0]?.messageId).toMatch(/^<[^@]+@house\.example>$/);
    },
  );

  test('nothing is planned for another contact, nor for no number of ours', async () => {
    const { caseNo } = await harness.open();
    const { pages } = harness.cases.customer;
    for (const contact of ['13812345622', 'wang@example.org', '@', '', '王小明', '1'.repeat(254)]) {
      await pages.sendLink(caseNo, contact);
    }
    for (const odd of ['nonsense', '', '\0', '\ud800']) await pages.sendLink(odd, '13812345621');
    await pages.sendLink('C200101-AAAAAA', '13812345621');
    expect(await mails(caseNo)).toEqual([]);
  });
});
