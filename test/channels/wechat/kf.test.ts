import { join } from 'node:path';
import { isDatabaseAway, isRefused } from '../../../src/cases';
import { createWechatApi } from '../../../src/channels/wechat/api';
import { createInbound, type Inbound } from '../../../src/channels/inbound/inbound';
import { ContentFiles } from '../../../src/content-files';
import { createOutgoing } from '../../../src/outgoing';
import { createHarness, SECRET, type Answered, type Harness } from '../../http/support/harness';
import { waitUntil } from '../../support/processes';
import { encrypted, envelopeXml, KF, messageXml, signedQuery, WechatServer } from '../../support/wechat';

/** What customers write to a customer service account of WeCom: a word of the platform, then pages by cursor, over a real Postgres. */
let harness: Harness;
let inbound: Inbound;
let platform: WechatServer;
let account: string;

beforeEach(async () => {
  platform = await new WechatServer().open();
  harness = await createHarness({ WECHAT_BASE: platform.base, OUTGOING_ALLOWED: [platform.host] });
  inbound = createInbound({
    ways: [harness.wechatIn],
    cases: harness.cases,
    inbound: harness.stores.inbound,
    files: new ContentFiles(join(harness.dataDir, 'inbound')),
    accessCode: (caseNo) => harness.links.accessCode(caseNo),
    secret: SECRET,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    log: harness.needs.log,
    clock: Date.now,
    idleMs: 20,
  });
  await inbound.start();
  const made = await harness.call('POST', '/api/wechat-accounts', { as: 'adam', body: KF });
  if (made.status !== 201) throw new Error(made.text);
  account = made.body.id as string;
});
afterEach(async () => {
  await inbound.stop();
  await harness.close();
  await platform.close();
});

const CUSTOMER = 'wmAJ2GCAAAme1XQRCNIq0ZM9ukoAw';
let ids = 0;
const text = (content: string, change: object = {}): object => ({
  msgid: `from_msgid_462241664216945248${ids++}`,
  open_kfid: KF.openKfId,
  external_userid: CUSTOMER,
  send_time: Math.floor(Date.now() / 1_000),
  origin: 3,
  msgtype: 'text',
  text: { content },
  ...change,
});
/** The platform says that there is something. */
function push(change: { token?: string } = {}): Promise<Answered> {
  const encrypt = encrypted(
    messageXml({
      CreateTime: 1_348_831_860,
      MsgType: 'event',
      Event: 'kf_msg_or_event',
      Token: 'ENCApHxn',
      OpenKfId: KF.openKfId,
    }),
    KF,
  );
  return harness.call('POST', `/hooks/wechat/${account}?${signedQuery({ encrypt, at: Date.now(), ...change })}`, {
    raw: envelopeXml(encrypt),
  });
}
const counts = () => harness.stores.inbound.counts();
const pulls = () => platform.calls.filter(({ path }) => path === '/cgi-bin/kf/sync_msg').map(({ body }) => body);
const isRead = () =>
  waitUntil(async () => (await harness.stores.wechat.get(account))?.cursor === String(platform.pages.length), 'read');

test('WeCom asks in its own way whether we are there', async () => {
  const echo = encrypted('1616140317555161061', KF);
  const query = (given: object = {}) => signedQuery({ encrypt: echo, at: Date.now(), ...given }, { echostr: echo });
  const right = await harness.call('GET', `/hooks/wechat/${account}?${query()}`);
  expect([right.status, right.text]).toEqual([200, '1616140317555161061']);
  expect((await harness.call('GET', `/hooks/wechat/${account}?${query({ token: 'Another1' })}`)).status).toBe(401);
});

test('a word of the platform has all pages read; several lines of one person are one case in order, each once, and who it is stands nowhere', async () => {
  await waitUntil(() => pulls().length > 0, 'it is looked at once it is connected');
  platform.pages.push(
    [
      text('包装盒有点脏，希望说明一下。'),
      text('订单是上周的'),
      text('好的', { origin: 5, servicer_userid: 'Zhangsan' }),
      { msgtype: 'event', origin: 4, send_time: 1, event: { event_type: 'enter_session' } },
      text('很久以前的', { send_time: 1_615_478_585 }),
    ],
    [text('谢谢'), text('包装盒有点脏', { external_userid: 'wmAnother' })],
  );
  expect((await push({ token: 'Another1' })).status).toBe(401);
  expect((await push()).text).toBe('success');
  await isRead();
  await waitUntil(async () => {
    const { waiting = 0, filed = 0, appended = 0 } = await counts();
    return waiting === 0 && filed + appended === 4;
  }, 'all are dealt with');
  expect(await counts()).toEqual({ filed: 2, appended: 2 });
  expect(pulls().at(-1)).toMatchObject({ open_kfid: KF.openKfId, cursor: '1', token: 'ENCApHxn' });

  // The same page once more, as after a crash before the cursor was kept.
  await harness.database.pool.query('update wechat_accounts set cursor = null');
  await push();
  await isRead();
  const { repeat: _repeat, ...others } = await counts();
  expect(others).toEqual({ filed: 2, appended: 2 });

  const { rows } = await harness.database.pool.query(
    `select to_jsonb(m) from inbound_messages m union all select to_jsonb(c) from complaints c
     union all select to_jsonb(e) from case_events e`,
  );
  expect(JSON.stringify([rows, harness.logged])).not.toContain(CUSTOMER);
  expect(JSON.stringify(harness.logged)).not.toMatch(/token-1|kf-secret/);
});

test('a customer is answered by the account that they wrote to', async () => {
  const sealed = await harness.stores.wechat.get(account);
  const api = createWechatApi({
    out: createOutgoing({ allowed: [platform.host], maxBytes: 16_384 }),
    secret: SECRET,
    clock: Date.now,
    base: platform.base,
  });
  if (!sealed) throw new Error('no account');
  expect(await api.say(sealed, CUSTOMER, '您好')).toEqual({ kind: 'taken' });
  expect(platform.calls.at(-1)?.body).toEqual({
    touser: CUSTOMER,
    open_kfid: KF.openKfId,
    msgtype: 'text',
    text: { content: '您好' },
  });
  platform.answer = (response) => platform.say(response, { errcode: 95018, errmsg: 'send msg session status invalid' });
  expect(await api.say(sealed, CUSTOMER, '您好')).toEqual({ kind: 'never', code: 'wechat_95018' });
  api.close();
});

test('a wrong secret is told at the account, and what was written is read once it is right', async () => {
  const change = (body: object) => harness.call('PATCH', `/api/wechat-accounts/${account}`, { as: 'adam', body });
  await waitUntil(() => pulls().length > 0, 'it is looked at once it is connected');
  platform.token = 'token-2';
  await change({ secret: 'x'.repeat(43) });
  platform.pages.push([text('包装盒有点脏，希望说明一下。')]);
  await push();
  await waitUntil(async () => (await harness.stores.wechat.list())[0]?.code === 'wechat_40001', 'it is told');
  await change({ secret: KF.secret });
  await push();
  await waitUntil(async () => (await counts()).filed === 1, 'it is a case');
  expect(await counts()).toEqual({ filed: 1 });
});

test('what a kind does not have is told at its field', async () => {
  const create = (change: object) =>
    harness.call('POST', '/api/wechat-accounts', { as: 'adam', body: { ...KF, ...change } });
  const told = await Promise.all([
    create({ appId: 'wx0123456789abcdef' }),
    create({ openKfId: undefined }),
    create({}),
  ]);
  expect(told.map(({ status }) => status)).toEqual([422, 422, 409]);
  expect(told[0]?.text).toContain('"appId"');
  expect(told[1]?.text).toContain('"openKfId"');
});
