import { waitUntil } from '../../support/processes';
import { AlipayServer } from '../../support/platforms/alipay';
import type { Harness } from '../../http/support/harness';
import { HELD, LOOK, platformBench, PNG, type Faults } from './bench';

/** What customers complain of at Alipay becomes cases, one each: consumer complaints, and trade complaints with words of both sides. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const bench = platformBench();
const { clock, rows, settled, later, only, again, caseOf, eventsOf, textsOf, ended } = bench;
let harness: Harness;

beforeAll(async () => {
  harness = await bench.open();
});
afterEach(() => bench.clear());
afterAll(() => harness.close());

type Kind = 'alipay' | 'alipayTrade';
async function connect(kind: Kind) {
  const server = await new AlipayServer(clock.now, kind).open();
  return { server, id: await bench.connect(server) };
}

/** A case of one who has complained, with an owner. */
async function owned(kind: Kind, change: Parameters<AlipayServer['complain']>[0] = {}, faults: Faults = {}) {
  const { server, id } = await connect(kind);
  const one = server.complain(change);
  bench.relay(faults);
  await settled();
  const { caseNo } = await only();
  await bench.own(caseNo);
  return { server, id, one, caseNo };
}

const sent = (server: AlipayServer, what: string) =>
  server.calls
    .filter((call) => call.what.endsWith(what))
    .map(({ raw }) => new URLSearchParams(raw.toString()))
    .map((form) =>
      form.has('biz_content') ? (JSON.parse(form.get('biz_content') ?? '') as unknown) : Object.fromEntries(form),
    );

test.each<[Kind, string]>([
  ['alipay', '包装盒有点脏，希望说明一下。'],
  ['alipayTrade', '商品描述不符\n包装盒有点脏，希望说明一下。'],
])(
  'a complaint (%s) becomes one case, with order, amount, words, photos and number, and an id of all its figures',
  async (kind, words) => {
    const { server, id } = await connect(kind);
    server.images.set('1.png', PNG);
    const one = server.complain({ pictures: ['1.png'] });
    bench.relay();
    await settled();
    const { caseNo, ...row } = await only();
    expect(await caseOf(caseNo)).toMatchObject({
      channel: 'other',
      text: words,
      product: { name: '支付宝订单', orderNo: one.orderNo },
      customer: { name: '支付宝用户', phone: '13812345621' },
      evidence: [expect.objectContaining({ fileName: '平台图片 1.png', bytes: PNG.length })],
    });
    expect(row).toMatchObject({ complaintId: one.id, phase: 'waiting', amount: 12_345, acts: ['complete'] });
    await again();
    await again(HOUR);
    expect(await rows('select 1 from platform_complaints')).toHaveLength(1);
    expect(((await caseOf(caseNo)).evidence as unknown[]).length).toBe(1);
    expect(await textsOf(caseNo, 'customerWrote')).toEqual([]);
    const seen = [
      (await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).text,
      JSON.stringify(await rows('select * from platform_accounts')),
      JSON.stringify(await rows('select * from platform_complaints')),
      harness.logged.join(''),
    ].join('');
    for (const secret of [server.account.privateKey, 'PRIVATE KEY', '13812345621', '包装盒']) {
      expect(seen).not.toContain(secret);
    }
  },
);

test.each<Kind>(['alipay', 'alipayTrade'])(
  'a process that dies between filing and writing it down files it once (%s)',
  async (kind) => {
    const { server } = await connect(kind);
    const before = (await rows('select 1 from complaints')).length;
    server.complain();
    let isDead = true;
    const first = bench.relay({ filed: () => (isDead ? Promise.reject(new Error('killed')) : Promise.resolve()) });
    await waitUntil(async () => (await rows('select 1 from complaints')).length > before, 'it was filed');
    await first.stop();
    isDead = false;
    for (const one of server.complaints.values()) one.text = '包装盒很脏';
    await harness.database.pool.query('update platform_accounts set busy_until = null');
    bench.relay();
    await again(10_000);
    const { caseNo } = await only();
    expect(await rows('select 1 from complaints')).toHaveLength(before + 1);
    expect((await caseOf(caseNo)).text).toContain('包装盒有点脏');
  },
);

test.each<Kind>(['alipay', 'alipayTrade'])(
  'the list (%s) is read page by page, and again from the day before; what was finished before stays away',
  async (kind) => {
    const { server } = await connect(kind);
    server.complain({ status: kind === 'alipay' ? 'PROCESSED' : 'FINISHED', at: clock.now() - 5 * DAY });
    for (let n = 0; n < 25; n++) server.complain({ at: clock.now() - (n % 20) * DAY });
    bench.relay();
    await waitUntil(
      async () => (await rows('select 1 from platform_complaints')).length === 25,
      'all were found',
      30_000,
    );
    const lists = () => server.asked('batchquery');
    await settled();
    expect(lists()).toBe(2);
    await again();
    expect(lists()).toBeGreaterThan(2);
    expect(await rows('select 1 from platform_complaints')).toHaveLength(25);
  },
);

test('a person hands in how it was dealt with, with a picture, once; nothing of it happens by itself', async () => {
  const { server, caseNo, one } = await owned('alipay');
  await bench.upload(caseNo);
  await again(2 * HOUR);
  expect(server.asked('process.finish')).toBe(0);
  const there = await bench.there(caseNo);
  expect([there.acts, there.pictures.length]).toEqual([['complete'], 1]);
  const pictures = there.pictures.map(({ evidenceId }) => evidenceId);
  for (const body of [
    { act: 'complete' },
    { act: 'complete', result: 'REFUND' },
    { act: 'complete', result: 'PAID', reason: '已退款' },
    { act: 'complete', result: 'REFUND', reason: '已退款', pictures: ['none'] },
  ]) {
    expect((await bench.act(caseNo, body)).status).toBe(422);
  }
  expect((await bench.act(caseNo, { act: 'prove', reason: '凭证' })).status).toBe(409);
  server.breaksAfter = 'process.finish';
  expect((await bench.act(caseNo, { act: 'complete', result: 'REFUND', reason: '已退 50 元', pictures })).status).toBe(
    202,
  );
  expect((await bench.act(caseNo, { act: 'complete', result: 'REFUND', reason: '已退' })).status).toBe(409);
  await bench.until(`select 1 from platform_acts where state = 'unsure'`, 'unsure');
  await again(2 * 60_000);
  await ended('acts');
  expect([...server.handedIn.values()]).toEqual([PNG]);
  expect(sent(server, 'process.finish')).toHaveLength(1);
  expect(one.processed).toMatchObject({ code: 'REFUND', remark: '已退 50 元' });
  await settled();
  expect(await only()).toMatchObject({ phase: 'finished', acts: [] });
  expect(await textsOf(caseNo, 'noted')).toEqual([
    '在支付宝消费者投诉上标记处理完成（已退款，用户无异议）：已退 50 元',
    '支付宝消费者投诉：商家已提交处理结果\nREFUND\n已退 50 元',
  ]);
});

test('letters do not go to consumer complaints, which take none: whoever has left no other way cannot be written to', async () => {
  const { server, caseNo } = await owned('alipay');
  const answer = await harness.decide(caseNo, 'write', 'anna', { text: '我们在查' });
  expect([answer.status, answer.body.code]).toEqual([409, 'no_address']);
  expect(await rows('select 1 from platform_replies')).toEqual([]);
  expect(server.calls.every(({ what }) => what.endsWith('query'))).toBe(true);
});

test('a result that Alipay does not take is told to the owner', async () => {
  const { server, caseNo, one } = await owned('alipay');
  one.status = 'PROCESSING';
  expect((await bench.act(caseNo, { act: 'complete', result: 'REFUND', reason: '已退款' })).status).toBe(202);
  await ended('acts');
  expect((await textsOf(caseNo, 'noted')).at(-1)).toBe(
    '支付宝消费者投诉没有收下“标记处理完成”；请看平台上的情况再决定。',
  );
  expect((await bench.there(caseNo)).passed[0]).toMatchObject({ state: 'refused', code: 'not_processed' });
  expect(server.asked('process.finish')).toBe(1);
});

test("Alipay's own clock stands beside ours: its owner is told before it ends, once; the customer may complain again", async () => {
  const faults: Faults = {};
  const { caseNo, one } = await owned('alipay', {}, faults);
  expect((await bench.there(caseNo)).deadlines).toEqual([
    { what: 'finish', dueAt: `${new Date(one.overdueAt).toISOString().slice(0, 19)}.000Z` },
  ]);
  clock.set(one.overdueAt - 11 * HOUR);
  await waitUntil(async () => (await textsOf(caseNo, 'noted')).length === 1, 'its owner is told');
  expect((await textsOf(caseNo, 'noted'))[0]).toMatch(/^支付宝消费者投诉要求在 .+ 前处理完成/);
  expect((await eventsOf(caseNo, 'noted'))[0]?.data).toMatchObject({ mentions: ['anna'] });
  await bench.withdraw(caseNo);
  one.upgraded = { at: clock.now(), text: '还是脏' };
  await again(HOUR);
  expect([(await only()).caseNo, await textsOf(caseNo, 'reopened')]).toEqual([caseNo, ['还是脏']]);
  await bench.withdraw(caseNo);
  faults.isTooLate = true;
  one.upgraded = { at: clock.now(), text: '又脏了' };
  await again(HOUR);
  const { caseNo: other } = await only();
  expect([other === caseNo, (await caseOf(other)).text]).toEqual([false, '又脏了']);
});

test('that the customer has withdrawn it is a note', async () => {
  const { caseNo, one } = await owned('alipay');
  one.status = 'DROP_COMPLAIN';
  await again(HOUR);
  await again(HOUR);
  expect(await textsOf(caseNo, 'noted')).toEqual(['支付宝消费者投诉：用户已撤诉']);
  expect((await bench.there(caseNo)).acts).toEqual([]);
});

test('what the customer writes later is their correspondence, once, with photos; what others write is a note', async () => {
  const { server, caseNo, one } = await owned('alipayTrade');
  server.images.set('2.png', PNG);
  server.writes(one, 'USER', '盒子里面也有点脏', ['2.png']);
  later(2_000);
  server.writes(one, 'AUDITOR', '请尽快处理 @商户');
  server.writes(one, 'MERCHANT', '我们另在处理');
  await again();
  await again(40 * 60_000);
  expect(await textsOf(caseNo, 'customerWrote')).toEqual(['盒子里面也有点脏']);
  expect((await caseOf(caseNo)).evidence).toHaveLength(1);
  expect(await textsOf(caseNo, 'noted')).toEqual([
    '支付宝小程序交易投诉：审核小二\n请尽快处理 (at)商户',
    '支付宝小程序交易投诉：商户回复\n我们另在处理',
  ]);
});

test('a letter goes to a trade complaint once; of which nobody knows is looked for before it is sent again', async () => {
  const { server, caseNo, one } = await owned('alipayTrade');
  server.breaksAfter = 'reply.submit';
  await bench.write(caseNo, '我们在查');
  later(HELD);
  await bench.until(`select 1 from platform_replies where state = 'unsure'`, 'unsure');
  await again(2 * 60_000);
  await ended('replies');
  expect(server.asked('reply.submit')).toBe(1);
  server.instead = (call) => (call.what.endsWith('reply.submit') ? { status: 502 } : undefined);
  await bench.write(caseNo, '查好了');
  later(HELD);
  await waitUntil(() => Promise.resolve(server.asked('reply.submit') === 2), 'it was tried');
  server.instead = undefined;
  await again(2 * 60_000);
  await ended('replies');
  await again(HOUR);
  const ours = one.words.filter(({ role }) => role === 'MERCHANT').map(({ text }) => text);
  expect(ours).toEqual(['我们在查', '查好了']);
  expect(await textsOf(caseNo, 'noted')).toEqual([]);
  server.instead = (call) =>
    call.what.endsWith('reply.submit') ? server.fails(call.what, '40004', 'STATUS_NOT_ALLOW') : undefined;
  await bench.write(caseNo, '再说一句');
  await again(HELD);
  await ended('replies');
  expect(await textsOf(caseNo, 'noted')).toEqual([expect.stringContaining('没有收下给客户的回复')]);
});

test('a result and evidence of a trade complaint go there once, each when it is waited for', async () => {
  const { server, caseNo, one } = await owned('alipayTrade');
  await bench.upload(caseNo);
  const pictures = (await bench.there(caseNo)).pictures.map(({ evidenceId }) => evidenceId);
  expect((await bench.act(caseNo, { act: 'complete', result: '05', reason: '已换新', pictures })).status).toBe(202);
  await ended('acts');
  await settled();
  expect(sent(server, 'feedback.submit')).toEqual([
    { complain_event_id: one.id, feedback_code: '05', feedback_content: '已换新', feedback_images: 'image-1' },
  ]);
  expect(await only()).toMatchObject({ phase: 'handling', acts: [] });
  expect((await bench.act(caseNo, { act: 'complete', result: '05', reason: '已换新' })).status).toBe(409);
  one.status = 'PLATFORM_PROCESSING';
  await again(HOUR);
  expect(await only()).toMatchObject({ isHelped: true, acts: ['prove'] });
  server.breaksAfter = 'supplement.submit';
  expect((await bench.act(caseNo, { act: 'prove', reason: '换新的凭证' })).status).toBe(202);
  await bench.until(`select 1 from platform_acts where state = 'unsure'`, 'unsure');
  await again(2 * 60_000);
  await ended('acts');
  expect(server.asked('supplement.submit')).toBe(1);
  // What we have said there is no news.
  expect((await textsOf(caseNo, 'noted')).filter((text) => text?.includes('商户回复'))).toEqual([]);
});

test('two servers and many messages make one case of it; one that no list has shown yet makes its case', async () => {
  const { server, id } = await connect('alipayTrade');
  bench.relay();
  bench.relay();
  await settled();
  const one = server.complain();
  const { raw, headers } = server.notice(one.id);
  const post = () => harness.call('POST', `/hooks/platforms/${id}`, { raw, headers });
  const answers = await Promise.all(Array.from({ length: 20 }, post));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 success']));
  await bench.until('select 1 from platform_complaints where case_no is not null', 'its case');
  expect(await rows('select raw from platform_notices')).toEqual([{ raw }]);
  await only();
  // Of something else it is heard as well, and nothing is kept.
  const other = server.notice(one.id, { msg_method: 'alipay.open.app.api.status.changed', notify_id: '2' });
  expect((await harness.call('POST', `/hooks/platforms/${id}`, other)).text).toBe('success');
  expect(await rows('select 1 from platform_notices')).toHaveLength(1);
});

test.each<
  [string, (server: AlipayServer, consumer: string) => { raw: string; headers: Record<string, string>; to?: string }]
>([
  [
    'another key',
    (server) => {
      server.changeKey();
      return server.notice('1');
    },
  ],
  [
    'other bytes',
    (server) => {
      const { raw, headers } = server.notice('1');
      return { raw: raw.replace('notify_id=2026', 'notify_id=2027'), headers };
    },
  ],
  ['another application', (server) => server.notice('1', { app_id: '2021000118640000' })],
  ['no signature', (server) => ({ ...server.notice('1'), raw: 'app_id=2021000118649999' })],
  ['an account that hears of nothing', (server, to) => ({ ...server.notice('1'), to })],
])('a message with %s is not taken', async (_what, made) => {
  const { server, id } = await connect('alipayTrade');
  const { id: consumer } = await connect('alipay');
  const { raw, headers, to = id } = made(server, consumer);
  const answer = await harness.call('POST', `/hooks/platforms/${to}`, { raw, headers });
  expect([answer.status, answer.body.code]).toEqual([401, 'not_signed']);
  expect(await rows('select 1 from platform_notices')).toEqual([]);
});

test('an answer that Alipay has not signed is believed by nobody; what it says of the account is told; it is waited for', async () => {
  const { server, id } = await connect('alipay');
  server.complain();
  server.changeKey();
  bench.relay();
  const state = async () => (await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).body;
  await waitUntil(async () => (await state()).code === 'not_signed', 'it is not believed');
  expect(await rows('select 1 from platform_complaints')).toEqual([]);
  expect((await state()).noticeUrl).toBeUndefined();
  server.instead = (call) => server.fails(call.what, '40006', 'isv.insufficient-isv-permissions');
  later(2_000);
  await waitUntil(async () => (await state()).code === 'isv.insufficient-isv-permissions', 'it is told');
  server.instead = (call) => server.fails(call.what, '40005', 'isv.call-limited');
  later(2_000);
  await waitUntil(async () => (await state()).code === 'isv.call-limited', 'it is told to wait');
  expect(Date.parse(String((await state()).waitsUntil)) - clock.now()).toBeGreaterThan(50_000);
});

test.each<Kind>(['alipay', 'alipayTrade'])('a test says whether complaints can be listed (%s)', async (kind) => {
  const { server, id } = await connect(kind);
  bench.relay();
  expect(await bench.tested(id)).toBe('ok');
  const other = await new AlipayServer(clock.now, kind).open();
  const body = { privateKey: other.account.privateKey };
  await other.close();
  expect((await harness.call('PATCH', `/api/platforms/${id}`, { as: 'adam', body })).status).toBe(200);
  expect(await bench.tested(id)).toBe('isv.invalid-signature');
  expect(server.asked('batchquery')).toBeGreaterThan(1);
});

test('what is the matter with one complaint keeps no other one waiting, and is tried again', async () => {
  const { server } = await connect('alipay');
  const one = server.complain();
  server.complain();
  server.instead = (call) =>
    call.what.endsWith('info.query') && call.raw.toString().includes(one.id)
      ? server.fails(call.what, '40004', 'SYSTEM_ERROR')
      : undefined;
  bench.relay();
  await bench.until('select 1 from platform_complaints where case_no is not null', 'the other one has its case');
  await bench.until(`select 1 from platform_complaints where code = 'system_error'`, 'it is said why one waits');
  server.instead = undefined;
  await again(2 * LOOK);
  expect(await rows('select 1 from platform_complaints where case_no is not null')).toHaveLength(2);
});
