import { createHmac, randomUUID } from 'node:crypto';
import { assigned, SMS_REPORT_KEY } from '../../support/harness';
import { createDesk, type Desk } from './support';

/** How a customer is told stands on the case, with what became of each text message, and may be changed there. */
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk({ SMS_GATEWAY: {} });
});
afterAll(() => desk.close());

const PHONE = '138 0000 5621';
const harness = () => desk.harness;

async function opened(customer: object): Promise<string> {
  const { caseNo } = await harness().open({
    text: '包装盒有点脏，希望说明一下。',
    customer: { name: '周女士', ...customer },
  });
  await assigned(harness(), caseNo, 'anna');
  return caseNo;
}
const messages = (caseNo: string) => harness().stores.customerMessages.list(caseNo);
const receipt = async (caseNo: string) => {
  const found = (await messages(caseNo)).find(({ mail }) => mail === 'receipt');
  if (!found) throw new Error('no receipt');
  return found;
};
/** The receipt is with the gateway. */
async function taken(caseNo: string, gatewayId: string): Promise<void> {
  const { id } = await receipt(caseNo);
  await harness().stores.customerMessages.calling(id, 2);
  await harness().stores.customerMessages.sent(id, gatewayId);
}
const report = (body: unknown, key = SMS_REPORT_KEY) =>
  harness().call('POST', `/hooks/sms/${key}`, {
    raw: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const receiptMail = async (caseNo: string) =>
  (await harness().stores.outbox.list(caseNo)).find(({ mail }) => mail === 'receipt');
const facts = (html: string): string => {
  const from = html.indexOf('id="messages"');
  return from < 0 ? '' : html.slice(from, html.indexOf('</section>', from));
};

test('a case shows its text messages, and both ways say how they stand', async () => {
  const caseNo = await opened({ phone: PHONE });
  const anna = await desk.signedIn('anna');
  expect(facts((await anna.get(`/desk/cases/${caseNo}`)).html)).toMatch(/短信.*受理回执.*等待发送/s);
  await taken(caseNo, 'gw-show');
  expect((await report([{ outId: (await receipt(caseNo)).key, status: 'DELIVRD' }])).body).toEqual({ code: 0 });
  const { html } = await anna.get(`/desk/cases/${caseNo}?lang=en`);
  expect(facts(html)).toMatch(/by text message.*receipt.*delivered/s);
  // One way alone: nothing to choose.
  expect(facts(html)).not.toContain('<form');
  const { body } = await harness().call('GET', `/api/cases/${caseNo}/messages`, { as: 'anna' });
  expect(body).toMatchObject({ newsBy: 'sms', ways: [] });
  expect((body as { items: object[] }).items[0]).toMatchObject({ mail: 'receipt', state: 'delivered', segments: 2 });
  // Who may not see the case.
  expect((await harness().call('GET', `/api/cases/${caseNo}/messages`, { as: 'arno' })).status).toBe(404);
});

test('reports name a message by our id or by the gateway’s, in a list, alone or as a form; the rest is passed over', async () => {
  const [one, two, three] = [
    await opened({ phone: PHONE }),
    await opened({ phone: PHONE }),
    await opened({ phone: PHONE }),
  ];
  await taken(one, 'gw-1');
  await taken(two, 'gw-2');
  await taken(three, 'gw-3');
  const first = await report([
    { bizId: 'gw-1', status: 'DELIVRD' },
    { bizId: 'gw-2', status: 'ON_ITS_WAY' },
    { bizId: 'of somebody else', status: 'UNDELIV' },
  ]);
  expect(first.status).toBe(200);
  expect((await report('bizId=gw-3&status=DELIVRD')).status).toBe(200);
  expect([(await receipt(one)).state, (await receipt(two)).state, (await receipt(three)).state]).toEqual([
    'delivered',
    'sent',
    'delivered',
  ]);
  // Late, and the other way round: the first word stands.
  expect((await report({ bizId: 'gw-1', status: 'UNDELIV' })).status).toBe(200);
  expect((await receipt(one)).state).toBe('delivered');
  expect((await report('no reports')).status).toBe(422);
  expect((await report([1])).status).toBe(422);
});

test('what was not delivered goes by mail, or the case is told, once', async () => {
  const withMail = await opened({ phone: PHONE, email: 'zhou@example.com', preferredChannel: 'sms' });
  const without = await opened({ phone: PHONE });
  await taken(withMail, 'gw-mail');
  await taken(without, 'gw-none');
  expect(await receiptMail(withMail)).toMatchObject({ state: 'skipped', error: 'by_sms' });
  const failed = [
    { bizId: 'gw-mail', status: 'UNDELIV' },
    { bizId: 'gw-none', status: 'UNDELIV' },
  ];
  const told = () => harness().engine.signals.filter(({ name }) => name === 'mailFailed');
  // Temporal is away: the gateway is asked to say it again.
  harness().engine.mode = 'away';
  expect((await report(failed)).status).toBe(503);
  harness().engine.mode = 'up';
  expect((await report(failed)).status).toBe(200);
  expect((await report(failed)).status).toBe(200);
  expect(await receipt(withMail)).toMatchObject({ state: 'failed', error: 'sms_UNDELIV', fellBack: true });
  expect((await receiptMail(withMail))?.state).toBe('planned');
  expect(await receipt(without)).toMatchObject({ state: 'failed', fellBack: false });
  expect((await receiptMail(without))?.state).toBe('skipped');
  expect(told().map(({ caseNo, message }) => [caseNo, message])).toEqual([
    [without, expect.objectContaining({ mail: 'receipt', to: 'customer', by: 'sms' })],
  ]);
  const anna = await desk.signedIn('anna');
  expect(facts((await anna.get(`/desk/cases/${withMail}?lang=zh-CN`)).html)).toMatch(/没有送到.*已改发邮件/s);
});

test('without the key, or a signature of a hook that is on, nothing is believed', async () => {
  const caseNo = await opened({ phone: PHONE });
  await taken(caseNo, 'gw-key');
  const said = [{ bizId: 'gw-key', status: 'DELIVRD' }];
  expect((await report(said, 'x'.repeat(24))).status).toBe(401);
  const admin = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;
  const { hook, secret } = await harness().cases.inboundHooks.create({ name: '短信网关' }, admin);
  const raw = JSON.stringify(said);
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), randomUUID()];
  const signed = (key: string) =>
    harness().call('POST', `/hooks/${hook.id}/sms`, {
      raw,
      headers: {
        'content-type': 'application/json',
        'x-redress-timestamp': timestamp,
        'x-redress-nonce': nonce,
        'x-redress-signature': `v1=${createHmac('sha256', key).update(`${timestamp}.${nonce}.${raw}`).digest('hex')}`,
      },
    });
  expect((await signed('wrong')).status).toBe(401);
  expect((await receipt(caseNo)).state).toBe('sent');
  expect((await signed(secret)).status).toBe(200);
  expect((await receipt(caseNo)).state).toBe('delivered');
});

test('who handles the case chooses by which way the customer is told; it holds for what comes next', async () => {
  const caseNo = await opened({ phone: PHONE, email: 'zhou@example.com' });
  expect(await messages(caseNo)).toEqual([]);
  const anna = await desk.signedIn('anna');
  const { html } = await anna.get(`/desk/cases/${caseNo}?lang=zh-CN`);
  expect(facts(html)).toContain('改用短信通知');
  const done = await anna.post(`/desk/cases/${caseNo}/news-by`, { by: 'sms' });
  expect(done.status).toBe(303);
  expect((await anna.get(done.location ?? '')).html).toContain('以后用短信通知客户');
  await harness().decide(caseNo, 'write', 'anna', { text: '请把照片发来，谢谢。' });
  expect((await messages(caseNo)).map(({ mail }) => mail)).toEqual(['letter']);

  const by = (as: string, way: string) =>
    harness().call('PUT', `/api/cases/${caseNo}/news-by`, { as, body: { by: way } });
  expect((await by('anna', 'mail')).body).toMatchObject({ newsBy: 'mail', ways: ['mail', 'sms'] });
  expect((await by('anna', 'pigeon')).status).toBe(422);
  expect((await by('anna', 'wechat')).status).toBe(409);
  expect((await by('arno', 'sms')).status).toBe(404);
  const noMail = await opened({ phone: PHONE });
  const refused = await harness().call('PUT', `/api/cases/${noMail}/news-by`, { as: 'anna', body: { by: 'mail' } });
  expect([refused.status, refused.body.code]).toEqual([409, 'no_way']);
});

test('who gets text messages can be written to without a mail address, and reads it on their page', async () => {
  const { caseNo, accessCode } = await harness().open({
    text: '包装盒有点脏，希望说明一下。',
    customer: { name: '周女士', phone: PHONE },
  });
  await assigned(harness(), caseNo, 'anna');
  const answers = [
    await harness().decide(caseNo, 'respond', 'anna', { via: 'mail', text: '我们已经问过仓库。' }),
    await harness().decide(caseNo, 'write', 'anna', { text: '请把照片发来，谢谢。' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await messages(caseNo)).map(({ mail }) => mail)).toEqual(expect.arrayContaining(['response', 'letter']));
  const page = await (
    await fetch(`${desk.base}/p/${caseNo}?code=${accessCode}`, { headers: { accept: 'text/html' } })
  ).text();
  expect(page).toContain('我们已经问过仓库。');
  expect(page).toContain('请把照片发来，谢谢。');

  const landline = await opened({ phone: '010-88886666' });
  const refused = await harness().decide(landline, 'write', 'anna', { text: '请把照片发来，谢谢。' });
  expect([refused.status, refused.body.code]).toEqual([409, 'no_address']);
});

test('an offer to somebody who gets text messages asks nobody to call', async () => {
  const hints = async (customer: object) => {
    const caseNo = await opened(customer);
    await harness().decide(caseNo, 'grade', 'anna', { grade: 'general', category: 'product_quality' });
    await harness().decide(caseNo, 'accept', 'anna');
    const { body } = await harness().decide(caseNo, 'propose', 'anna', {
      remedies: [{ kind: 'apology', amount: 0 }],
      solution: '我们向您道歉。',
    });
    return (body as { decision: { hints?: { code: string }[] } }).decision.hints?.map(({ code }) => code);
  };
  expect(await hints({ phone: '010-88886666' })).toEqual(['no_address']);
  expect(await hints({ phone: PHONE })).toBeUndefined();
});
