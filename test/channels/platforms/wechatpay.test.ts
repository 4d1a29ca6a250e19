import { PNG, HELD, platformBench, type Faults } from './bench';
import type { Harness } from '../../http/support/harness';
import { waitUntil } from '../../support/processes';
import { WechatPayServer } from '../../support/platforms/wechatpay';

/** What customers complain of at WeChat Pay becomes cases, one each, and what they write later goes into them. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const bench = platformBench();
const { clock, relay, rows, settled, later, only, again, caseOf, eventsOf, textsOf, ended, act } = bench;
let harness: Harness;

beforeAll(async () => {
  harness = await bench.open();
});
afterEach(() => bench.clear());
afterAll(() => harness.close());

/** A platform on this machine, connected. */
async function connect() {
  const server = await new WechatPayServer(clock.now).open();
  return { server, id: await bench.connect(server) };
}

const complaintCalls = (server: WechatPayServer, path: RegExp) =>
  server.calls.filter((call) => path.test(call.path)).length;

test('a complaint becomes one case, with its order, amount, words, photos and the number of the customer', async () => {
  const { server, id } = await connect();
  server.images.set('chJ0ZW5jZW/1', PNG);
  const one = server.complain({ pictures: ['chJ0ZW5jZW/1'], isRefund: true, refundAmount: 5_000 });
  relay();
  await settled();
  const { caseNo, ...row } = await only();
  expect(await caseOf(caseNo)).toMatchObject({
    channel: 'wechat',
    text: '商品描述不符\n包装盒有点脏，希望说明一下。',
    wantedRemedy: '申请退款 50.00 元',
    product: { name: '微信支付订单', orderNo: one.orderNo },
    customer: { name: '微信支付用户', phone: '13812345621' },
    evidence: [expect.objectContaining({ fileName: '平台图片 1.png', bytes: PNG.length })],
  });
  expect(row).toMatchObject({
    phase: 'waiting',
    status: 'PENDING',
    amount: 12_345,
    refundAmount: 5_000,
    orderNo: one.orderNo,
  });
  await again();
  await again();
  expect(await rows('select 1 from complaints')).toHaveLength(1);
  // Nothing of the keys or the customer in what is shown, logged, or kept beside the case.
  const seen = [
    (await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).text,
    JSON.stringify(await rows('select * from platform_complaints')),
    harness.logged.join(''),
  ].join('');
  for (const secret of ['PRIVATE KEY', server.apiKey, '13812345621', '包装盒']) expect(seen).not.toContain(secret);
});

test('what the customer writes later is their correspondence, once; what else happens there is a note', async () => {
  const { server } = await connect();
  const one = server.complain();
  relay();
  await settled();
  const { caseNo } = await only();
  await bench.own(caseNo);
  server.writes(one, 'USER_RESPONSE', '盒子里面也有点脏');
  later(2_000);
  server.writes(one, 'USER_APPLY_PLATFORM_SERVICE');
  server.writes(one, 'PLATFORM_RESPONSE', '请尽快处理 @商户', '平台客服');
  server.writes(one, 'USER_CREATE_COMPLAINT_SYSTEM_MESSAGE', '', '系统');
  await again();
  await again(40 * 60_000);
  expect(await textsOf(caseNo, 'customerWrote')).toEqual(['盒子里面也有点脏']);
  expect((await eventsOf(caseNo, 'customerWrote'))[0]?.data).toMatchObject({ via: 'wechat' });
  expect(await textsOf(caseNo, 'noted')).toEqual([
    '微信支付：用户申请平台协助',
    '微信支付：平台留言\n请尽快处理 (at)商户',
  ]);
  expect((await eventsOf(caseNo, 'noted')).map(({ data }) => (data as { mentions?: string[] }).mentions)).toEqual([
    ['anna'],
    ['anna'],
  ]);
});

test('a process that dies between filing and writing it down files it once', async () => {
  const { server } = await connect();
  const before = (await rows('select 1 from complaints')).length;
  server.complain();
  let isDead = true;
  const faults = {
    filed: () => (isDead ? Promise.reject(new Error('killed')) : Promise.resolve()),
  };
  const first = relay(faults);
  await waitUntil(async () => (await rows('select 1 from complaints')).length > before, 'it was filed');
  await first.stop();
  isDead = false;
  // Meanwhile the customer has changed what they wrote.
  for (const one of server.complaints.values()) one.text = '包装盒很脏';
  await harness.database.pool.query('update platform_accounts set busy_until = null');
  relay();
  await again(10_000);
  const { caseNo } = await only();
  expect(await rows('select 1 from complaints')).toHaveLength(before + 1);
  expect((await caseOf(caseNo)).text).toContain('包装盒有点脏');
});

test('two servers and many notices make one case of it', async () => {
  const { server, id } = await connect();
  const one = server.complain();
  relay();
  relay();
  const { raw, headers } = server.notice(one.id);
  const post = () => harness.call('POST', `/hooks/platforms/${id}`, { raw, headers });
  const answers = await Promise.all(Array.from({ length: 20 }, post));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"code":"SUCCESS"}']));
  await settled();
  expect(await rows('select 1 from platform_notices')).toHaveLength(1);
  expect(await rows('select raw from platform_notices')).toEqual([{ raw }]);
  await only();
  const looks = complaintCalls(server, /negotiation/);
  await post();
  await settled();
  expect(complaintCalls(server, /negotiation/)).toBe(looks);
});

test('a notice of a complaint that no list has shown yet makes its case', async () => {
  const { server, id } = await connect();
  relay();
  await settled();
  const one = server.complain();
  const { raw, headers } = server.notice(one.id, { id: 'EV-2' });
  expect((await harness.call('POST', `/hooks/platforms/${id}`, { raw, headers })).status).toBe(200);
  await waitUntil(
    async () => (await rows('select 1 from platform_complaints where case_no is not null')).length > 0,
    'its case',
  );
  expect(complaintCalls(server, /complaints-v2$/)).toBe(1);
});

test.each<
  [string, (server: WechatPayServer, id: string) => { raw: string; headers: Record<string, string>; to?: string }]
>([
  [
    'another key',
    (server) => {
      const made = server.notice('1');
      server.changeKey();
      return { ...made, headers: server.notice('1').headers };
    },
  ],
  [
    'other bytes',
    (server) => {
      const { raw, headers } = server.notice('1');
      return { raw: raw.replace('COMPLAINT.CREATE', 'COMPLAINT.STATE_CHANGE'), headers };
    },
  ],
  ['six minutes ago', (server) => server.notice('1', { at: clock.now() - 6 * 60_000 })],
  ['in six minutes', (server) => server.notice('1', { at: clock.now() + 6 * 60_000 })],
  ['another API key', (server) => server.notice('1', { apiKey: 'b'.repeat(32) })],
  ['no signature', (server) => ({ raw: server.notice('1').raw, headers: { 'content-type': 'application/json' } })],
  ['no such account', (server) => ({ ...server.notice('1'), to: '00000000-0000-4000-8000-000000000000' })],
])('a notice with %s is not taken', async (_what, made) => {
  const { server, id } = await connect();
  const { raw, headers, to = id } = made(server, id);
  const answer = await harness.call('POST', `/hooks/platforms/${to}`, { raw, headers });
  expect([answer.status, answer.body.code]).toEqual([401, 'not_signed']);
  expect(await rows('select 1 from platform_notices')).toEqual([]);
});

test('the list is read page by page, a month at a time, and again from the day before; what was finished before stays away', async () => {
  const { server } = await connect();
  server.complain({ state: 'PROCESSED' });
  for (let n = 0; n < 60; n++) server.complain({ at: clock.now() - (n % 29) * DAY });
  const first = relay();
  await waitUntil(
    async () => (await rows('select 1 from platform_complaints')).length === 60,
    'all were found',
    30_000,
  );
  await first.stop();
  const asked = server.calls.filter(({ path }) => path.endsWith('complaints-v2'));
  expect(asked.map(({ query }) => query.get('offset'))).toEqual(['0', '50']);
  // Away for seven weeks.
  await harness.database.pool.query(`delete from platform_complaints`);
  await harness.database.pool.query(`update platform_accounts set busy_until = null`);
  later(50 * DAY);
  server.complain({ at: clock.now() - 35 * DAY });
  server.calls.length = 0;
  relay();
  await waitUntil(
    async () => (await rows(`select 1 from platform_accounts where look_at > '${clock.instant()}'`)).length > 0,
    'read again',
    30_000,
  );
  const spans = server.calls
    .filter(({ path }) => path.endsWith('complaints-v2'))
    .map(({ query }) => [query.get('begin_date') ?? '', query.get('end_date') ?? '']);
  expect(new Set(spans.map(String)).size).toBe(2);
  for (const [from = '', to = ''] of spans) expect((Date.parse(to) - Date.parse(from)) / DAY).toBeLessThan(30);
  expect((await rows('select 1 from platform_complaints')).length).toBeGreaterThan(0);
});

test('an answer that the platform has not signed is believed by nobody; a platform that asks us to wait is waited for', async () => {
  const { server, id } = await connect();
  server.complain();
  server.changeKey();
  relay();
  const state = async () => (await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).body;
  await waitUntil(async () => (await state()).code === 'not_signed', 'it is not believed');
  expect(await rows('select 1 from platform_complaints')).toEqual([]);
  server.instead = () => ({ status: 429, body: { code: 'FREQUENCY_LIMITED' } });
  later(2_000);
  await waitUntil(async () => (await state()).code === 'frequency_limited', 'it is told to wait');
  const { waitsUntil } = await state();
  expect(Date.parse(String(waitsUntil)) - clock.now()).toBeGreaterThan(50_000);
});

test('a test says whether complaints can be listed', async () => {
  const { server, id } = await connect();
  relay();
  expect(await bench.tested(id)).toBe('ok');
  server.instead = () => ({ status: 403, body: { code: 'NO_AUTH' } });
  expect(await bench.tested(id)).toBe('no_auth');
});

test('the owner is told once before the time of the platform ends, whether it answers or not; nobody is told of what was replied', async () => {
  const { server } = await connect();
  server.complain();
  relay();
  await settled();
  const { caseNo, since = '' } = await only();
  await bench.own(caseNo);
  server.instead = () => ({ status: 500, body: { code: 'SYSTEM_ERROR' } });
  const notes = () => textsOf(caseNo, 'noted');
  clock.set(Date.parse(since) + 20 * HOUR + 1_000);
  await waitUntil(async () => (await notes()).length === 1, 'its owner is told');
  expect((await notes())[0]).toMatch(/^微信支付要求在 .+ 前首次回复客户/);
  expect((await eventsOf(caseNo, 'noted'))[0]?.data).toMatchObject({ mentions: ['anna'] });
  server.instead = undefined;
  await again();
  for (const one of server.complaints.values()) {
    server.writes(one, 'MERCHANT_RESPONSE', '我们在查', '商户');
    one.state = 'PROCESSING';
  }
  await again();
  expect((await notes()).slice(1)).toEqual(['微信支付：商户回复\n我们在查']);
  expect(await only()).toMatchObject({ phase: 'handling', repliedAt: expect.any(String) as string });
  clock.set(Date.parse(since) + 60 * HOUR + 1_000);
  await waitUntil(async () => (await notes()).length === 3, 'its owner is told');
  expect((await notes())[2]).toMatch(/^微信支付要求在 .+ 前处理完成/);
  await again();
  expect(await notes()).toHaveLength(3);
});

test('a customer who complains again once their case has ended opens it again, or another one', async () => {
  const { server } = await connect();
  const one = server.complain();
  const faults: Faults = {};
  relay(faults);
  await settled();
  const { caseNo } = await only();
  await bench.withdraw(caseNo);
  server.writes(one, 'USER_CONTINUE_COMPLAINT', '又脏了');
  await again();
  expect([(await only()).caseNo === caseNo, await textsOf(caseNo, 'reopened')]).toEqual([true, ['又脏了']]);
  await bench.withdraw(caseNo);
  faults.isTooLate = true;
  server.writes(one, 'USER_CONTINUE_COMPLAINT', '还是脏');
  await again(40 * 60_000);
  const { caseNo: other } = await only();
  expect([other === caseNo, (await caseOf(other)).text]).toEqual([false, '还是脏']);
  await again(40 * 60_000);
  expect((await only()).caseNo).toBe(other);
});

/** A case of one who wants money back, with an owner. */
async function owned(change: Parameters<WechatPayServer['complain']>[0] = {}) {
  const { server } = await connect();
  const one = server.complain(change);
  const { stop } = relay();
  await settled();
  const { caseNo } = await only();
  await bench.own(caseNo);
  return { server, one, caseNo, stop };
}
const replied = (server: WechatPayServer) =>
  server.calls.filter(({ path }) => path.endsWith('/response')).map(({ body }) => body.response_content);
test('a letter goes to the platform once, long ones in parts; a receipt does not, and neither comes back as news', async () => {
  const { server, caseNo } = await owned();
  const text = `您好，我们在查包装盒的事。${'今天下午给您答复，请稍等。'.repeat(30)}`;
  const answer = await harness.decide(caseNo, 'write', 'anna', { text });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  await again(HELD);
  await ended('replies');
  const parts = replied(server);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(String(part).length).toBeLessThanOrEqual(200);
  expect(parts.join('')).toBe(text);
  await again();
  await again(HOUR);
  expect(replied(server)).toHaveLength(parts.length);
  expect(await textsOf(caseNo, 'noted')).toEqual([]);
  expect(await only()).toMatchObject({ phase: 'handling', repliedAt: expect.any(String) as string });
});

test('a reply of which nobody knows whether it arrived is looked for before it is sent again', async () => {
  const { server, caseNo, one } = await owned();
  server.breaksAfter = '/response';
  expect((await harness.decide(caseNo, 'write', 'anna', { text: '我们在查' })).status).toBe(200);
  later(HELD);
  await waitUntil(
    async () => (await rows(`select 1 from platform_replies where state = 'unsure'`)).length > 0,
    'unsure',
  );
  await again(2 * 60_000);
  await ended('replies');
  expect(replied(server)).toEqual(['我们在查']);
  // And one that did not arrive is sent.
  server.instead = ({ path }) =>
    path.endsWith('/response') ? { status: 500, body: { code: 'SYSTEM_ERROR' } } : undefined;
  expect((await harness.decide(caseNo, 'write', 'anna', { text: '查好了' })).status).toBe(200);
  later(HELD);
  await waitUntil(() => Promise.resolve(replied(server).length === 2), 'it was tried');
  server.instead = undefined;
  await again(2 * 60_000);
  await ended('replies');
  expect(
    one.entries
      .filter(({ operate_type: type }) => type === 'MERCHANT_RESPONSE')
      .map(({ operate_details: said }) => said),
  ).toEqual(['我们在查', '查好了']);
});

test('a reply that the platform does not take is told to the owner', async () => {
  const { server, caseNo } = await owned();
  server.instead = ({ path }) =>
    path.endsWith('/response') ? { status: 400, body: { code: 'PARAM_ERROR' } } : undefined;
  expect((await harness.decide(caseNo, 'write', 'anna', { text: '我们在查' })).status).toBe(200);
  await again(HELD);
  await ended('replies');
  expect(await textsOf(caseNo, 'noted')).toEqual([expect.stringContaining('没有收下给客户的回复')]);
  expect(replied(server)).toHaveLength(1);
});

const actsOf = (server: WechatPayServer) =>
  server.calls
    .filter(({ method, path }) => method === 'POST' && /complete$|progress$/.test(path))
    .map(({ path, body }) => [path.split('/').at(-1), body]);

test('a person agrees to a refund or refuses it, and says that it is settled; nothing of it happens by itself', async () => {
  const { server, caseNo } = await owned({ isRefund: true, refundAmount: 5_000 });
  await again(2 * DAY);
  expect(actsOf(server)).toEqual([]);
  const of = async () =>
    (await harness.call('GET', `/api/cases/${caseNo}/platform`, { as: 'anna' })).body.platform as {
      acts: string[];
      deadlines: object[];
    };
  expect((await of()).acts).toEqual(['complete', 'approveRefund', 'rejectRefund']);
  expect((await of()).deadlines).toHaveLength(2);
  const refused = await act(caseNo, { act: 'rejectRefund' });
  expect(refused.status).toBe(422);
  server.breaksAfter = '/update-refund-progress';
  expect((await act(caseNo, { act: 'approveRefund', days: 3 })).status).toBe(202);
  expect((await act(caseNo, { act: 'complete' })).status).toBe(409);
  await waitUntil(async () => (await rows(`select 1 from platform_acts where state = 'unsure'`)).length > 0, 'unsure');
  await again(2 * 60_000);
  await ended('acts');
  expect(actsOf(server)).toEqual([['update-refund-progress', { action: 'APPROVE', launch_refund_day: 3 }]]);
  expect((await act(caseNo, { act: 'complete' })).status).toBe(202);
  await ended('acts');
  await settled();
  expect(actsOf(server).at(-1)).toEqual(['complete', { complainted_mchid: server.merchantId }]);
  expect(await only()).toMatchObject({ phase: 'finished' });
  expect((await of()).acts).toEqual([]);
  const noted = await textsOf(caseNo, 'noted');
  expect(noted).toContain('在微信支付上同意退款，3 个工作日内退');
  expect(noted).toContain('在微信支付上标记处理完成');
  expect((await act(caseNo, { act: 'complete' })).status).toBe(409);
});

test('only whoever works on the case decides for the platform, and only what is possible there', async () => {
  const { caseNo } = await owned();
  expect((await act(caseNo, { act: 'complete' }, 'arno')).status).toBe(404);
  expect((await act(caseNo, { act: 'approveRefund', days: 0 })).status).toBe(409);
  const other = await harness.open();
  await bench.own(other.caseNo);
  expect((await act(other.caseNo, { act: 'complete' })).status).toBe(409);
  expect((await harness.call('GET', `/api/cases/${other.caseNo}/platform`, { as: 'anna' })).body).toEqual({});
});
