import { createWechatApi } from '../../../src/channels/wechat/api';
import { createWechatRelay } from '../../../src/channels/wechat/relay';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { createOutgoing, seal } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { ACCOUNT, OPENID, WechatServer } from '../../support/wechat';
import { acceptWalk } from '../mail/accepted';
import { config, links, recorder } from '../mail/fake-stores';
import { staffOf, Walk } from '../mail/walk';

/** Customers who came by an official account are answered there: once, within the platform's window, or by mail or people after all. */
const HOUR = 3_600_000;
const SECRET = 'house-secret-of-at-least-32-characters';
const ID = '11111111-1111-4111-8111-111111111111';

let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
let platform: WechatServer;
const relays: { stop(): Promise<void> }[] = [];
let told: unknown[];
let cases = 0;

beforeEach(async () => {
  test_ = await createTestDatabase();
  clock = new TestClock('2026-11-22T04:00:00.000Z');
  database = openDatabase({ url: test_.url, max: 8, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  for (const one of staffOf('zh-CN')) await stores.users.create(one);
  platform = await new WechatServer().open();
  told = [];
  const sealed = (what: 'secret' | 'token' | 'aesKey') => seal(ACCOUNT[what], SECRET, `wechat/${ID}/${what}`);
  await stores.wechat.create({
    id: ID,
    name: ACCOUNT.name,
    kind: ACCOUNT.kind,
    appId: ACCOUNT.appId,
    secret: sealed('secret'),
    token: sealed('token'),
    aesKey: sealed('aesKey'),
    createdBy: 'adam',
  });
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await platform.close();
  await database.close();
  await test_.drop();
});

/** A case of somebody who has just written, if nothing else is said. @returns its walk, to go on with */
async function files(
  reach: { email?: string; preferredChannel?: string } = {},
  wroteAt = clock.instant(),
): Promise<Walk> {
  cases++;
  const walk = new Walk({
    language: 'zh-CN',
    caseNo: `C261122-WWW${String(cases).padStart(3, '0')}`,
    words: '包装盒有点脏，希望说明一下。',
    customerName: '微信客户',
    at: clock.instant(),
  });
  const wechatPerson = await stores.wechat.wrote(ID, OPENID, wroteAt);
  await acceptWalk(stores, walk, { ...reach, wechatPerson });
  return walk;
}
const goesOn = (walk: Walk) => stores.ledger.append(walk.options.caseNo, walk.events);

function relay({ timeoutMs = 2_000 }: { timeoutMs?: number } = {}) {
  const { log, lines } = recorder();
  const out = createOutgoing({ allowed: [platform.host], timeoutMs, maxBytes: 16_384 });
  const made = createWechatRelay({
    stores,
    api: createWechatApi({ out, secret: SECRET, clock: clock.now, base: platform.base }),
    links,
    config,
    onUndelivered: (message, how) => {
      told.push({ mail: message.mail, ...how });
      return Promise.resolve();
    },
    log,
    clock: clock.now,
    idleMs: 5,
    backOffMs: [5],
  });
  relays.push(made);
  made.start();
  return { lines, made };
}

const messages = ({ options }: Walk) => stores.customerMessages.list(options.caseNo);
const statesOf = async (walk: Walk) => (await messages(walk)).map(({ mail, state, error }) => [mail, state, error]);
const settled = (walk: Walk) =>
  waitUntil(
    async () => (await messages(walk)).every(({ state }) => !['planned', 'sending'].includes(state)),
    'all ended',
    30_000,
  );
const mails = async ({ options }: Walk) =>
  (await stores.outbox.list(options.caseNo))
    .filter(({ to }) => to.kind === 'customer')
    .map(({ mail, state, error }) => [mail, state, error]);

test('the receipt goes back by the account, and no mail is tried; who it is stands in no row, log or error', async () => {
  const walk = await files();
  expect(await mails(walk)).toEqual([['receipt', 'skipped', 'by_wechat']]);
  const { lines } = relay();
  await settled(walk);
  expect(platform.calls.at(-1)?.body).toEqual({
    touser: OPENID,
    msgtype: 'text',
    text: {
      content: expect.stringMatching(
        new RegExp(`^投诉已受理，单号${walk.options.caseNo}，.+前答复。进展：https://desk\\.example/p/.+code=\\w{26}$`),
      ),
    },
  });
  expect(await messages(walk)).toEqual([expect.objectContaining({ way: 'wechat', state: 'sent', fellBack: false })]);
  const { rows } = await database.pool.query(
    'select to_jsonb(m) from customer_messages m union all select to_jsonb(o) from outbox o',
  );
  expect(JSON.stringify([rows, lines])).not.toMatch(new RegExp(`${OPENID}|${ACCOUNT.secret}|token-1`));
});

test('what somebody writes to the customer is told in their words', async () => {
  const walk = await files();
  relay();
  await settled(walk);
  walk.now = clock.instant();
  const words = walk.free('包装盒会换新的。\n快递明天到。');
  const text = { ...words, caseNo: walk.options.caseNo, kind: 'write/text', body: walk.texts.get(words.textId) ?? '' };
  await stores.texts.put([text]);
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  walk.decide('write', walk.staff.agent, { text: words });
  await goesOn(walk);
  clock.set(clock.now() + 10 * 60_000);
  await settled(walk);
  expect(platform.sent().at(-1)).toMatch(/^包装盒会换新的。\n快递明天到。\n\n关于您的投诉.+https:/);
});

test('by mail where the customer is told by mail, as somebody has chosen', async () => {
  const walk = await files({ email: 'lin@example.com', preferredChannel: 'mail' });
  expect([await mails(walk), await messages(walk)]).toEqual([[['receipt', 'planned', undefined]], []]);
});

test('48 hours after they wrote nothing is sent: the mail goes, or the case is told', async () => {
  const without = await files();
  const withMail = await files({ email: 'lin@example.com' });
  clock.set(clock.now() + 48 * HOUR);
  relay();
  await settled(without);
  await settled(withMail);
  expect([await statesOf(without), await statesOf(withMail)]).toEqual([
    [['receipt', 'failed', 'window']],
    [['receipt', 'failed', 'window']],
  ]);
  expect(platform.calls).toEqual([]);
  expect(told).toEqual([{ mail: 'receipt', unsure: false }]);
  expect(await mails(withMail)).toEqual([['receipt', 'planned', undefined]]);
});

test.each([
  [45015, 'failed'],
  [45047, 'failed'],
  [40003, 'failed'],
])('what the platform refuses for good inside a 200 (%i) is told to the case at once', async (errcode, state) => {
  platform.answer = (response) => platform.say(response, { errcode, errmsg: 'no' });
  const walk = await files();
  relay();
  await settled(walk);
  expect(await statesOf(walk)).toEqual([['receipt', state, `wechat_${errcode}`]]);
  expect(platform.sent()).toHaveLength(1);
  expect(told).toHaveLength(1);
});

test('a busy platform is asked again; a token that has run out is asked for once more, and only once', async () => {
  let busy = 2;
  platform.answer = (response) => platform.say(response, busy-- > 0 ? { errcode: -1 } : { errcode: 0 });
  const walk = await files();
  relay();
  await settled(walk);
  expect([platform.sent().length, platform.tokensAsked()]).toEqual([3, 1]);

  // The platform says that the token is not valid and gives the same one again: then another one is forced.
  let isForced = false;
  platform.answer = (response) => {
    platform.say(response, isForced ? { errcode: 0 } : { errcode: 42001 });
    isForced = true;
  };
  const next = await files();
  await settled(next);
  expect([(await statesOf(next))[0]?.[1], platform.tokensAsked()]).toEqual(['sent', 3]);
});

test('many at once ask for one token', async () => {
  const out = createOutgoing({ allowed: [platform.host], maxBytes: 16_384 });
  const api = createWechatApi({ out, secret: SECRET, clock: clock.now, base: platform.base });
  const account = await stores.wechat.get(ID);
  if (!account) throw new Error('no account');
  const all = await Promise.all(Array.from({ length: 20 }, () => api.say(account, OPENID, '您好')));
  expect(all.every(({ kind }) => kind === 'taken')).toBe(true);
  platform.token = 'token-2';
  await Promise.all(Array.from({ length: 20 }, () => api.say(account, OPENID, '您好')));
  expect(platform.tokensAsked()).toBe(2);
  api.close();
});

test('a wrong secret is no fault of a message: it waits, and the account says so', async () => {
  await stores.wechat.change(ID, { secret: seal('f'.repeat(32), SECRET, `wechat/${ID}/secret`) }, 'adam');
  const walk = await files();
  const { lines } = relay();
  await waitUntil(async () => (await stores.wechat.list())[0]?.code === 'wechat_40125', 'it is told');
  expect((await messages(walk))[0]?.state).not.toBe('failed');
  expect(told).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain('f'.repeat(32));
  await stores.wechat.change(ID, { secret: seal(ACCOUNT.secret, SECRET, `wechat/${ID}/secret`) }, 'adam');
  await settled(walk);
  expect(platform.sent()).toHaveLength(1);
  expect((await stores.wechat.list())[0]).toMatchObject({ lastOutAt: expect.any(String) });
});

test('when nobody knows whether it was sent it is not sent again, also by the next relay', async () => {
  platform.answer = () => undefined;
  const walk = await files();
  relay({ timeoutMs: 50 });
  await settled(walk);
  expect(await statesOf(walk)).toEqual([['receipt', 'unknown', 'TIMEOUT']]);
  expect(platform.sent()).toHaveLength(1);
  expect(told).toEqual([{ mail: 'receipt', unsure: true }]);
});

test('five are taken since they wrote: the sixth is not tried, and what they write opens five more', async () => {
  const walk = await files();
  relay();
  await settled(walk);
  const person = (await stores.complaints.get(walk.options.caseNo))?.wechatPerson ?? '';
  for (let sent = 1; sent < 5; sent++) await stores.wechat.sentTo(person);
  // The same once more, or an older one, opens nothing.
  const other = await files({}, '2026-11-22T03:59:00.000Z');
  await settled(other);
  expect(await statesOf(other)).toEqual([['receipt', 'failed', 'limit']]);
  await settled(await files());
  expect(platform.sent()).toHaveLength(2);
});
