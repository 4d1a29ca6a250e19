import { waitUntil } from '../../support/processes';
import { WeixinServer } from '../../support/platforms/weixin';
import type { Harness } from '../../http/support/harness';
import { HELD, platformBench, PNG, type Faults } from './bench';

/** Complaints at mini-programs and disputes at stores of WeChat are pushed alone; each becomes one case, and is decided by a person. */
const HOUR = 3_600_000;
const bench = platformBench();
const { clock, rows, settled, later, only, again, caseOf, eventsOf, textsOf, ended } = bench;
let harness: Harness;

beforeAll(async () => {
  harness = await bench.open();
});
afterEach(() => bench.clear());
afterAll(() => harness.close());

type Kind = 'miniprogram' | 'wechatStore';
type Push = NonNullable<Parameters<WeixinServer['push']>[1]>;

async function connect(kind: Kind) {
  const server = await new WeixinServer(clock.now, kind).open();
  const id = await bench.connect(server);
  const push = (complaintId: string, over?: Push, to = id) => {
    const { query, raw, headers } = server.push(complaintId, over);
    return harness.call('POST', `/hooks/platforms/${to}?${query}`, { raw, headers });
  };
  return { server, id, push };
}

/** A case of one who has complained, with an owner. */
async function owned(kind: Kind, change: Parameters<WeixinServer['complain']>[0] = {}, faults: Faults = {}) {
  const { server, id, push } = await connect(kind);
  const one = server.complain(change);
  expect((await push(one.id)).text).toBe('success');
  bench.relay(faults);
  await settled();
  const { caseNo } = await only();
  await bench.own(caseNo);
  return { server, id, one, caseNo, push };
}

const sent = (server: WeixinServer, what: string) =>
  server.calls.filter((call) => call.what.endsWith(what)).map(({ raw }) => JSON.parse(raw.toString()) as unknown);

test.each<[Kind, boolean]>([
  ['miniprogram', false],
  ['miniprogram', true],
  ['wechatStore', false],
])(
  'what is pushed (%s, XML: %s) is kept before it is answered, and becomes one case with words, photos and number',
  async (kind, isXml) => {
    const { server, id, push } = await connect(kind);
    server.images.set('1.png', PNG);
    const one = server.complain({ pictures: ['1.png'] });
    // Nothing runs that could ask for it: there is no list, so that what is kept now is all that there is.
    expect([(await push(one.id, { isXml })).text, await rows('select complaint_id from platform_complaints')]).toEqual([
      'success',
      [{ complaint_id: one.id }],
    ]);
    bench.relay();
    await settled();
    const { caseNo, ...row } = await only();
    const isStore = kind === 'wechatStore';
    expect(await caseOf(caseNo)).toMatchObject({
      channel: 'wechat',
      text: '包装盒有点脏，希望说明一下。',
      product: { name: isStore ? '微信小店订单' : '电水壶', orderNo: one.orderNo },
      customer: { name: isStore ? '微信小店用户' : '微信小程序用户', phone: '13812345621' },
      evidence: [expect.objectContaining({ fileName: '平台图片 1.png', bytes: PNG.length })],
    });
    expect(row).toMatchObject({ phase: isStore ? 'handling' : 'waiting', ...(!isStore && { amount: 12_345 }) });
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
    for (const secret of [server.secret, server.token, server.aesKey, '13812345621', '包装盒']) {
      expect(seen).not.toContain(secret);
    }
  },
);

test('many pushes of the same, to two servers, make one case; of something else nothing is kept', async () => {
  const { server, id, push } = await connect('miniprogram');
  bench.relay();
  bench.relay();
  const one = server.complain();
  const answers = await Promise.all(Array.from({ length: 20 }, () => push(one.id)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 success']));
  await settled();
  expect(await rows('select 1 from platform_notices')).toHaveLength(1);
  await only();
  const looks = server.asked('complaintOrderDetail');
  await push(one.id);
  await settled();
  expect(server.asked('complaintOrderDetail')).toBe(looks);
  expect((await push(one.id, { event: 'user_enter_tempsession' })).text).toBe('success');
  expect(await rows('select 1 from platform_notices')).toHaveLength(1);
  expect((await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).body).toMatchObject({
    noticeUrl: `https://redress.example/hooks/platforms/${id}`,
    noticeAt: expect.any(String) as string,
  });
});

test('a process that dies between filing and writing it down files it once', async () => {
  const { server, push } = await connect('miniprogram');
  const before = (await rows('select 1 from complaints')).length;
  const one = server.complain();
  await push(one.id);
  let isDead = true;
  const first = bench.relay({ filed: () => (isDead ? Promise.reject(new Error('killed')) : Promise.resolve()) });
  await waitUntil(async () => (await rows('select 1 from complaints')).length > before, 'it was filed');
  await first.stop();
  isDead = false;
  one.text = '包装盒很脏';
  await harness.database.pool.query('update platform_accounts set busy_until = null');
  bench.relay();
  await again(10_000);
  const { caseNo } = await only();
  expect(await rows('select 1 from complaints')).toHaveLength(before + 1);
  expect((await caseOf(caseNo)).text).toContain('包装盒有点脏');
});

test('the platform asks whether we are there, and hears what it wants from whoever knows the Token alone', async () => {
  const { server, id } = await connect('wechatStore');
  const greet = (token?: string) => harness.call('GET', `/hooks/platforms/${id}?${server.greeting(token)}`);
  expect([(await greet()).text, (await greet('other')).status]).toEqual(['42', 401]);
});

test.each<[string, Push & { isPlain?: true; to?: string }]>([
  ['another token', { token: 'other' }],
  ['another key', { aesKey: 'b'.repeat(43) }],
  ['another AppID', { appId: 'wx0000000000000000' }],
  ['six minutes ago', { at: clock.now() - 6 * 60_000 }],
  ['in seven minutes', { at: clock.now() + 7 * 60_000 }],
  ['no encryption', { isPlain: true }],
  ['no such account', { to: '00000000-0000-4000-8000-000000000000' }],
])('a push with %s is not taken', async (_what, { isPlain, to, ...over }) => {
  const { server, id, push } = await connect('miniprogram');
  const plain = async () => {
    const { query, headers } = server.push('1');
    const raw = JSON.stringify({ Event: 'complaint_callback', complaint_order_id: 1 });
    return harness.call('POST', `/hooks/platforms/${id}?${query}`, { raw, headers });
  };
  const answer = isPlain ? await plain() : await push('1', over, to);
  expect([answer.status, answer.body.code]).toEqual([401, 'not_signed']);
  expect(await rows('select 1 from platform_notices')).toEqual([]);
});

test('what the customer writes later is their correspondence, once; what else happens there is a note', async () => {
  const { server, one, caseNo, push } = await owned('miniprogram');
  server.images.set('2.png', PNG);
  server.writes(one, 2, '盒子里面也有点脏', ['2.png']);
  later(2_000);
  server.writes(one, 1);
  server.writes(one, 31, '商家责任 @商户');
  server.writes(one, 10);
  server.writes(one, 99, '一种新的进展');
  one.status = 206;
  expect((await push(one.id)).text).toBe('success');
  await settled();
  await again(40 * 60_000);
  expect(await textsOf(caseNo, 'customerWrote')).toEqual(['盒子里面也有点脏']);
  expect((await eventsOf(caseNo, 'customerWrote'))[0]?.data).toMatchObject({ via: 'wechat' });
  expect((await caseOf(caseNo)).evidence).toHaveLength(1);
  expect(await textsOf(caseNo, 'noted')).toEqual([
    '微信小程序交易投诉：用户申请平台介入',
    '微信小程序交易投诉：平台判定商家责任\n商家责任 (at)商户',
    '微信小程序交易投诉：进展（类型 99）\n一种新的进展',
  ]);
});

test('a settlement is agreed to or refused by a person, with pictures, once; nothing of it happens by itself', async () => {
  const { server, one, caseNo } = await owned('miniprogram');
  await bench.upload(caseNo);
  await again(2 * HOUR);
  expect(server.calls.filter(({ method, what }) => method === 'POST' && what.startsWith('/wxaapi'))).toEqual([]);
  const there = await bench.there(caseNo);
  expect(there.acts).toEqual(['settle', 'refuse']);
  const pictures = there.pictures.map(({ evidenceId }) => evidenceId);
  expect((await bench.act(caseNo, { act: 'settle' })).status).toBe(422);
  expect((await bench.act(caseNo, { act: 'complete' })).status).toBe(409);
  server.breaksAfter = 'bussiRespondComplaint';
  expect((await bench.act(caseNo, { act: 'settle', reason: '换一个新盒子寄来', pictures })).status).toBe(202);
  await bench.until(`select 1 from platform_acts where state = 'unsure'`, 'unsure');
  await again(2 * 60_000);
  await ended('acts');
  await settled();
  expect(sent(server, 'bussiRespondComplaint')).toEqual([
    { complaintOrderId: Number(one.id), content: '换一个新盒子寄来', mediaIdList: ['media-1'], bussiHandle: 1 },
  ]);
  expect([...server.handedIn.values()]).toEqual([PNG]);
  expect(await only()).toMatchObject({ phase: 'handling', status: '203', acts: [] });
  expect(await textsOf(caseNo, 'noted')).toEqual(['在微信小程序交易投诉上同意和解：换一个新盒子寄来']);
});

test('of which nobody knows whether it was taken is not sent again once the platform is a step further', async () => {
  const { server, one, caseNo } = await owned('miniprogram');
  server.instead = (call) => (call.what.endsWith('bussiRespondComplaint') ? { status: 502 } : undefined);
  expect((await bench.act(caseNo, { act: 'refuse', reason: '盒子不脏' })).status).toBe(202);
  await bench.until(`select 1 from platform_acts where state = 'unsure'`, 'unsure');
  server.instead = undefined;
  // The time was over meanwhile.
  one.status = 202;
  await again(2 * 60_000);
  await ended('acts');
  expect(server.asked('bussiRespondComplaint')).toBe(1);
  expect((await bench.there(caseNo)).passed[0]).toMatchObject({ what: 'refuse', state: 'refused', code: 'moved_on' });
  expect((await textsOf(caseNo, 'noted')).at(-1)).toContain('没有收下“拒绝和解”');
});

test('evidence, proof of a refund and an appeal go there when they are waited for, and at no other time', async () => {
  const { server, one, caseNo } = await owned('miniprogram', { status: 108 });
  const passed = async (act: string, what: string) => {
    expect((await bench.there(caseNo)).acts).toEqual([act]);
    expect((await bench.act(caseNo, { act, reason: '说明和凭证' })).status).toBe(202);
    await ended('acts');
    await settled();
    expect(sent(server, what)).toEqual([{ complaintOrderId: Number(one.id), content: '说明和凭证', mediaIdList: [] }]);
  };
  await passed('prove', 'bussiSupplyProof');
  one.status = 206;
  await again(HOUR);
  await passed('proveRefund', 'bussiSupplyRefund');
  one.appeal = 401;
  await again(HOUR);
  await passed('appeal', 'busiAppeal');
  one.status = 205;
  one.appeal = 118;
  await again(HOUR);
  expect(await only()).toMatchObject({ phase: 'finished', status: '205/118', acts: [] });
  expect((await bench.act(caseNo, { act: 'prove', reason: '凭证' })).status).toBe(409);
});

test('a step that the platform does not take is told to the owner', async () => {
  const { one, caseNo } = await owned('miniprogram');
  one.status = 202;
  expect((await bench.act(caseNo, { act: 'settle', reason: '换一个' })).status).toBe(202);
  await ended('acts');
  expect((await bench.there(caseNo)).passed[0]).toMatchObject({ state: 'refused', code: 'wechat_309' });
  expect((await textsOf(caseNo, 'noted')).at(-1)).toBe(
    '微信小程序交易投诉没有收下“同意和解”；请看平台上的情况再决定。',
  );
});

test("the platform's own 48 hours stand beside ours; its owner is told before they end, once for each step", async () => {
  const { server, one, caseNo } = await owned('miniprogram');
  const due = `${new Date(one.expiresAt).toISOString().slice(0, 19)}.000Z`;
  expect((await bench.there(caseNo)).deadlines).toEqual([{ what: 'reply', dueAt: due }]);
  server.instead = () => ({ status: 500 });
  clock.set(one.expiresAt - 3 * HOUR);
  await waitUntil(async () => (await textsOf(caseNo, 'noted')).length === 1, 'its owner is told');
  expect((await textsOf(caseNo, 'noted'))[0]).toMatch(/^微信小程序交易投诉要求在 .+ 前首次回复客户/);
  expect((await eventsOf(caseNo, 'noted'))[0]?.data).toMatchObject({ mentions: ['anna'] });
  server.instead = undefined;
  one.status = 206;
  one.expiresAt = clock.now() + 48 * HOUR;
  await again(HOUR);
  expect((await bench.there(caseNo)).deadlines.map(({ what }) => what)).toEqual(['finish']);
  clock.set(one.expiresAt - 11 * HOUR);
  await waitUntil(async () => (await textsOf(caseNo, 'noted')).length === 2, 'its owner is told');
  await again(HOUR);
  expect(await textsOf(caseNo, 'noted')).toHaveLength(2);
});

test('a customer who writes once their case has ended opens it again, or another one', async () => {
  const faults: Faults = {};
  const { server, one, caseNo } = await owned('wechatStore', {}, faults);
  await bench.withdraw(caseNo);
  server.writes(one, 7, '这是照片');
  // Within the same second as the complaint, so that the order of the two is not known.
  for (const item of one.items) item.at = one.at;
  await again(HOUR);
  expect([(await only()).caseNo, await textsOf(caseNo, 'reopened')]).toEqual([caseNo, ['这是照片']]);
  await bench.withdraw(caseNo);
  faults.isTooLate = true;
  server.writes(one, 2, '还是脏');
  await again(HOUR);
  const { caseNo: other } = await only();
  expect([other === caseNo, (await caseOf(other)).text]).toEqual([false, '还是脏']);
});

test('letters do not go to mini-programs, which take none; to a store they go once, and what it does not take is told', async () => {
  const { caseNo: there } = await owned('miniprogram');
  expect((await harness.decide(there, 'write', 'anna', { text: '我们在查' })).body.code).toBe('no_address');
  await bench.clear();
  const { server, one, caseNo } = await owned('wechatStore');
  server.breaksAfter = 'addcomplaintmaterial';
  await bench.write(caseNo, '我们在查');
  later(HELD);
  await bench.until(`select 1 from platform_replies where state = 'unsure'`, 'unsure');
  await again(2 * 60_000);
  await ended('replies');
  expect(server.asked('addcomplaintmaterial')).toBe(1);
  expect(one.items.filter(({ type }) => type === 3).map(({ text }) => text)).toEqual(['我们在查']);
  one.status = 106;
  await bench.write(caseNo, '再说一句');
  await again(HELD);
  await ended('replies');
  expect((await textsOf(caseNo, 'noted')).at(-1)).toContain('没有收下给客户的回复');
  expect((await bench.there(caseNo)).passed[0]).toMatchObject({ state: 'refused', code: 'wechat_10021503' });
  // Evidence goes now.
  await again(HOUR);
  expect((await bench.act(caseNo, { act: 'prove', reason: '发货的凭证' })).status).toBe(202);
  await ended('acts');
  expect(sent(server, 'addcomplaintproof')).toEqual([{ complaint_id: one.id, content: '发货的凭证' }]);
});

test('the access token is asked for once, and again when it holds no more; a test says whether one can be had', async () => {
  const { server, id, push } = await connect('miniprogram');
  bench.relay();
  const one = server.complain();
  await push(one.id);
  await settled();
  server.endToken();
  await again(HOUR);
  expect(server.asked('stable_token')).toBe(2);
  expect((await only()).phase).toBe('waiting');
  expect(await bench.tested(id)).toBe('ok');
  const body = { secret: 'x'.repeat(32) };
  expect((await harness.call('PATCH', `/api/platforms/${id}`, { as: 'adam', body })).status).toBe(200);
  expect(await bench.tested(id)).toBe('wechat_40125');
});

test('a number that the platform knows nothing of keeps no other one waiting', async () => {
  const { server, push } = await connect('miniprogram');
  const one = server.complain();
  const other = server.complain();
  server.instead = (call) =>
    call.query.get('complaintOrderId') === one.id
      ? { status: 200, body: JSON.stringify({ errcode: -1, errmsg: 'system error' }) }
      : undefined;
  await push(one.id);
  await push(other.id);
  await push('999');
  bench.relay();
  await bench.until('select 1 from platform_complaints where case_no is not null', 'the other one has its case');
  await bench.until(`select 1 from platform_complaints where code = 'wechat_-1'`, 'it is said why one waits');
  await waitUntil(async () => {
    later(HOUR);
    return (await rows(`select 1 from platform_complaints where state = 'stuck' and code = 'wechat_1'`)).length > 0;
  }, 'a number that is none is put aside');
  server.instead = undefined;
  await again(10 * 60_000);
  expect(await rows('select 1 from platform_complaints where case_no is not null')).toHaveLength(2);
});

// The last one: from then on nothing of this address is heard.
test('wrong signatures are counted, and whoever sends too many is not heard any more', async () => {
  const { push } = await connect('miniprogram');
  const statuses: number[] = [];
  for (let n = 0; n < 400 && !statuses.includes(429); n++) statuses.push((await push('1', { token: 'other' })).status);
  expect(statuses.at(-1)).toBe(429);
});
