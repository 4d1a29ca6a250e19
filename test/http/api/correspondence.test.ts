import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { CannedReplies, CaseAfterDecision, Progress, ReplyPreview, Timeline } from '../../../src/http/api/schemas';
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
