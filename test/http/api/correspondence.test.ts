import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import {
  CannedReplies,
  Case,
  CaseAfterDecision,
  Progress,
  ReplyPreview,
  Timeline,
} from '../../../src/http/api/schemas';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
  const { version: _version, ...rules } = HOUSE_POLICY;
  const correspondence = {
    cannedReplies: [
      {
        id: 'shipped',
        name: { zh: '已寄出', en: 'shipped' },
        text: { zh: '{客户}您好，{产品}（{单号}）已寄出。{我}', en: 'Dear {name}, {product} is on its way. {writer}' },
      },
      {
        id: 'date',
        name: { zh: '时间', en: 'date' },
        text: { zh: '最晚{期限}答复您', en: 'We answer by {dueAt}' },
      },
    ],
    internalWords: ['黑名单'],
  };
  const answer = await harness.call('POST', '/api/policies', { as: 'mona', body: { ...rules, correspondence } });
  if (answer.status !== 201) throw new Error(answer.text);
});
afterAll(() => harness.close());

const timeline = async (caseNo: string) =>
  Timeline.parse((await harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'sara' })).body).items;

describe('a letter to the customer', () => {
  test('is mailed as it stands, is part of the conversation, and both sides read who wrote it', async () => {
    const { caseNo, accessCode } = await harness.open();
    await assigned(harness, caseNo);
    const text = '王先生您好，配件明天寄出。';
    const answer = await harness.decide(caseNo, 'write', 'anna', { text });
    expect(answer.status).toBe(200);
    expect(CaseAfterDecision.parse(answer.body).case.respondedAt).toBeDefined();
    const letter = (await timeline(caseNo)).find(({ type }) => type === 'wroteToCustomer');
    expect(letter).toMatchObject({
      speaker: 'house',
      actor: { kind: 'staff', id: 'anna', name: 'Name of anna' },
      data: { text },
    });
    const mails = await harness.database.pool.query('select mail, recipient from outbox where case_no = $1', [caseNo]);
    expect(mails.rows).toContainEqual({ mail: 'letter', recipient: { kind: 'customer' } });
    const progress = await harness.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`);
    expect(Progress.parse(progress.body).messages).toMatchObject([{ from: 'house', by: 'Name of anna', text }]);
  });

  test('is refused for a customer without a mail address: the refusal says how instead', async () => {
    const { caseNo } = await harness.open({ customer: { name: '王小明', phone: '138 1234 5621' } });
    await assigned(harness, caseNo);
    const refused = await harness.decide(caseNo, 'write', 'anna', { text: '您好' });
    expect([refused.status, refused.body.code]).toEqual([409, 'no_address']);
    expect(refused.text).toContain('via: phone');
  });

  test('to one who prefers a call goes out, and its sender is told so', async () => {
    const customer = { name: '王小明', phone: '138 1234 5621', email: 'w@example.com', preferredChannel: 'phone' };
    const { caseNo } = await harness.open({ customer });
    await assigned(harness, caseNo);
    const answer = await harness.decide(caseNo, 'write', 'anna', { text: '您好' });
    expect(CaseAfterDecision.parse(answer.body).decision.hints?.map(({ code }) => code)).toEqual(['prefers_other']);
  });

  test.each([
    ['write', { text: '最晚{期限}，@李娜 跟进，客户在黑名单' }, 3],
    ['respond', { via: 'mail', text: '{name}您好' }, 1],
  ])(
    '%s: with something in it by mistake, it stops once and asks, and nothing has been sent',
    async (name, input, slips) => {
      const { caseNo } = await harness.open();
      await assigned(harness, caseNo);
      const refused = await harness.decide(caseNo, name, 'anna', input);
      expect([refused.status, refused.body.code]).toEqual([422, 'reply_guard']);
      expect((refused.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(Array(slips).fill('text'));
      expect(refused.text).toContain('sendAnyway');
      expect(refused.text).not.toContain('李娜');
      expect((await timeline(caseNo)).filter(({ speaker }) => speaker === 'house')).toEqual([]);
      expect((await harness.decide(caseNo, name, 'anna', { ...input, sendAnyway: true })).status).toBe(200);
    },
  );

  test('so do an offer and the result letter, at their own fields; a confirmation goes no further than the use case', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const stopsOnce = async (name: string, input: Record<string, unknown>, field: string): Promise<void> => {
      const refused = await harness.decide(caseNo, name, 'anna', input);
      expect([refused.status, refused.body.code]).toEqual([422, 'reply_guard']);
      expect((refused.body.errors as { path: string }[]).map(({ path }) => path)).toEqual([field]);
      expect((await harness.decide(caseNo, name, 'anna', { ...input, sendAnyway: true })).status).toBe(200);
    };
    const solution = '{客户}您好，给您换一台';
    await stopsOnce('propose', { remedies: [{ kind: 'replacement' }], solution, findings: '@李娜 查过' }, 'solution');
    await harness.decide(caseNo, 'customerAnswer', 'anna', { accepted: true });
    await harness.decide(caseNo, 'carryOut', 'anna', {});
    await stopsOnce('resolve', { outcome: 'upheld', cause: 'design', summary: '已换新。@李娜 跟进' }, 'summary');
    const sent = harness.engine.messages.map(({ input }) => input);
    expect(sent).toContainEqual(expect.objectContaining({ outcome: 'upheld' }));
    expect(JSON.stringify(sent)).not.toContain('sendAnyway');
  });

  test('so do the reasons why a complaint is not substantiated', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const input = { reasons: '客户在黑名单，按 {规定} 不予支持' };
    const refused = await harness.decide(caseNo, 'notSubstantiated', 'anna', input);
    expect([refused.status, refused.body.code]).toEqual([422, 'reply_guard']);
    expect((refused.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(['reasons', 'reasons']);
    const plain = { reasons: '铭牌与购买凭证不符，超出保修范围；可以拨打 12315' };
    expect((await harness.decide(caseNo, 'notSubstantiated', 'anna', plain)).status).toBe(200);
  });

  test('what was said on the phone is a note of ours, and not guarded', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const answer = await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已致电，@李娜 跟进' });
    expect(answer.status).toBe(200);
  });
});

describe('canned replies', () => {
  test('come in the customer’s language, filled in for the case, and say what is left unfilled', async () => {
    const { caseNo } = await harness.open({ language: 'en' });
    await assigned(harness, caseNo);
    const answer = await harness.call('GET', `/api/cases/${caseNo}/replies`, { as: 'anna' });
    const { language, items } = CannedReplies.parse(answer.body);
    expect(language).toBe('en');
    expect(items[0]).toMatchObject({ text: 'Dear 王小明, 空调 is on its way. Name of anna', unfilled: [] });
    expect(items[1]?.text).toMatch(/^We answer by \w{3} \d/);
    await harness.decide(caseNo, 'pause', 'anna', {
      reason: 'parts',
      until: new Date(Date.now() + 86_400_000).toISOString(),
      note: '等配件',
    });
    const paused = await harness.call('GET', `/api/cases/${caseNo}/replies`, { as: 'anna' });
    expect(CannedReplies.parse(paused.body).items[1]).toMatchObject({
      text: 'We answer by {dueAt}',
      unfilled: ['{dueAt}'],
    });
  });

  test('a text of one’s own is previewed with what will be asked about', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const answer = await harness.call('POST', `/api/cases/${caseNo}/replies/preview`, {
      as: 'anna',
      body: { text: '{客户}您好，{发票}，@李娜' },
    });
    expect(ReplyPreview.parse(answer.body)).toEqual({
      text: '王小明您好，{发票}，@李娜',
      unfilled: ['{发票}'],
      slips: { variables: ['{发票}'], mentions: ['@李娜'], internalWords: [] },
    });
  });
});

describe('what the customer writes on the page of their complaint', () => {
  type Own = { caseNo: string; accessCode: string };
  const post = ({ caseNo, accessCode }: Own, path: string, body: object) =>
    harness.call('POST', `/api/complaints/${caseNo}/${path}?code=${accessCode}`, { body });
  const progressOf = async ({ caseNo, accessCode }: Own) =>
    Progress.parse((await harness.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`)).body);
  const owned = async (change: object = {}): Promise<Own> => {
    const filed = await harness.open(change);
    await assigned(harness, filed.caseNo);
    return filed;
  };
  const shown = async (caseNo: string) =>
    Case.parse((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' })).body).case;

  test('is part of the conversation on both sides, ends the wait for them, and the owner is told once', async () => {
    const filed = await owned();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await harness.decide(filed.caseNo, 'pause', 'anna', { reason: 'customer', until, note: '等发票' });
    const body = { text: '发票照片已经发了', decisionId: 'message-0001' };
    expect((await post(filed, 'messages', body)).status).toBe(200);
    expect((await post(filed, 'messages', body)).status).toBe(200);
    await harness.decide(filed.caseNo, 'write', 'anna', { text: '收到，谢谢' });
    expect((await shown(filed.caseNo)).paused).toBeUndefined();
    const items = (await timeline(filed.caseNo)).filter(({ type }) => type === 'customerWrote');
    expect(items).toMatchObject([{ speaker: 'customer', actor: { kind: 'customer' }, data: { text: body.text } }]);
    const { messages, write } = await progressOf(filed);
    expect(messages).toMatchObject([
      { from: 'customer', text: body.text },
      { from: 'house', by: 'Name of anna', text: '收到，谢谢' },
    ]);
    expect(write).toEqual({ left: 19 });
    const mails = await harness.database.pool.query(
      "select recipient from outbox where case_no = $1 and mail = 'customerWrote'",
      [filed.caseNo],
    );
    expect(mails.rows).toEqual([{ recipient: { kind: 'user', id: 'anna' } }]);
  });

  test('is read like a complaint: a danger is flagged, whatever the sender says about it, and nothing is regraded', async () => {
    const filed = await owned();
    const { grade } = await shown(filed.caseNo);
    await post(filed, 'messages', { text: '今天空调漏电，我爱人触电受伤，送医院了' });
    const now = await shown(filed.caseNo);
    expect(now.worse).toMatchObject({ grade: 'major', rules: expect.arrayContaining(['M1']) as unknown });
    expect(now.grade).toBe(grade);
    const listed = async () =>
      (await harness.call('GET', '/api/cases?heard=turnedWorse', { as: 'anna' })).text.includes(filed.caseNo);
    expect(await listed()).toBe(true);
    const quiet = await owned();
    const lied = {
      via: 'phone',
      text: '谢谢',
      reads: { grade: 'major', category: 'other', rules: ['M1'], engine: 'x' },
    };
    expect((await harness.decide(quiet.caseNo, 'customerWrote', 'anna', lied)).status).toBe(200);
    expect((await shown(quiet.caseNo)).worse).toBeUndefined();
    const regraded = { grade: 'major', category: 'product_quality', reason: '有人受伤' };
    expect((await harness.decide(filed.caseNo, 'regrade', 'sara', regraded)).status).toBe(200);
    expect(await listed()).toBe(false);
  });

  test('staff who repeat what they took down get the first answer', async () => {
    const { caseNo } = await owned();
    const body = { via: 'phone', text: '客户来电催发票', decisionId: 'taken-down-1' };
    const [first, second] = [
      await harness.decide(caseNo, 'customerWrote', 'anna', body),
      await harness.decide(caseNo, 'customerWrote', 'anna', body),
    ];
    expect(CaseAfterDecision.parse(second.body).decision).toEqual(CaseAfterDecision.parse(first.body).decision);
  });

  test('a call that is wanted stands in the case, and on the page, until somebody has spoken to them', async () => {
    const filed = await owned();
    const from = new Date(Date.now() + 3_600_000).toISOString();
    expect((await post(filed, 'call-back', { from, note: '下班以后' })).status).toBe(200);
    expect((await shown(filed.caseNo)).callBack).toMatchObject({ from });
    expect((await shown(filed.caseNo)).waitsFor.zh).toBe('给客户回电话');
    expect((await progressOf(filed)).callBack).toMatchObject({ from });
    const listed = async () =>
      (await harness.call('GET', '/api/cases?heard=callWanted', { as: 'anna' })).text.includes(filed.caseNo);
    expect(await listed()).toBe(true);
    await harness.decide(filed.caseNo, 'respond', 'anna', { via: 'phone', text: '已回电' });
    expect(await listed()).toBe(false);
    expect((await shown(filed.caseNo)).callBack).toBeUndefined();
    expect((await progressOf(filed)).callBack).toBeUndefined();
  });

  test('a call needs a number: without one in the complaint, the note has to give it', async () => {
    const filed = await owned({ customer: { name: '王小明', email: 'wang@example.com' } });
    const refused = await post(filed, 'call-back', {});
    expect([refused.status, refused.body.code]).toEqual([409, 'no_number']);
    expect((await post(filed, 'call-back', { note: '138 1234 5621' })).status).toBe(200);
  });

  test.each([
    ['messages', { text: ' ' }, 'text'],
    ['messages', { text: 'x', reads: {} }, 'reads'],
    ['call-back', { from: 'tomorrow' }, 'from'],
  ])('%s %o: 422 names the field', async (path, body, field) => {
    const refused = await post(await owned(), path, body);
    expect(refused.status).toBe(422);
    expect(new Set((refused.body.errors as { path: string }[]).map((one) => one.path))).toEqual(new Set([field]));
  });

  test('after the end of the case is refused, with the ways that are left', async () => {
    const filed = await owned();
    await post(filed, 'withdraw', { reason: '不用了' });
    for (const [path, body] of [
      ['messages', { text: '还有一句' }],
      ['call-back', {}],
    ] as const) {
      const refused = await post(filed, path, body);
      expect([refused.status, refused.body.code]).toEqual([409, 'ended']);
    }
  });

  test('with another code: 404, and nothing is written', async () => {
    const filed = await owned();
    const wrong = await post({ ...filed, accessCode: 'AAAA-BBBB-CCCC-DDDD' }, 'messages', { text: 'x' });
    expect(wrong.status).toBe(404);
    expect((await progressOf(filed)).messages).toBeUndefined();
  });
});

describe('an internal note with @', () => {
  test('tells whom it names, once, and the customer reads nothing of it', async () => {
    const { caseNo, accessCode } = await harness.open();
    await assigned(harness, caseNo);
    const body = { text: '@Name of sara 请看一下赔付', decisionId: 'note-with-at-1' };
    expect((await harness.decide(caseNo, 'note', 'anna', body)).status).toBe(200);
    expect((await harness.decide(caseNo, 'note', 'anna', body)).status).toBe(200);
    const mails = await harness.database.pool.query(
      "select recipient from outbox where case_no = $1 and mail = 'mentioned'",
      [caseNo],
    );
    expect(mails.rows).toEqual([{ recipient: { kind: 'user', id: 'sara' } }]);
    const noted = (await timeline(caseNo)).find(({ type }) => type === 'noted');
    expect(noted).toMatchObject({ data: { mentions: ['sara'] } });
    expect(noted).not.toHaveProperty('speaker');
    const page = await harness.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`);
    expect(page.text).not.toContain('赔付');
  });

  test('is refused for somebody who may not see the case, by name, and nothing is written', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const refused = await harness.decide(caseNo, 'note', 'anna', { text: '看一下', mentions: ['quinn'] });
    expect(refused.status).toBe(422);
    expect((refused.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(['mentions.0']);
    expect(refused.text).toContain('Name of quinn');
    expect((await timeline(caseNo)).map(({ type }) => type)).not.toContain('noted');
  });
});
