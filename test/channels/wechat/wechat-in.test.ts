import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isDatabaseAway, isRefused } from '../../../src/cases';
import { createInbound, type Inbound } from '../../../src/channels/inbound/inbound';
import { ContentFiles } from '../../../src/content-files';
import { createHarness, SECRET, type Answered, type Harness } from '../../http/support/harness';
import { waitUntil } from '../../support/processes';
import { ACCOUNT, encrypted, envelopeXml, messageXml, OPENID, signedQuery, WechatServer } from '../../support/wechat';

/** What customers write to an official account, from the platform's post to the case, by HTTP and over a real Postgres. */
let harness: Harness;
let files: ContentFiles;
let inbound: Inbound;
let platform: WechatServer;
let account: string;

beforeEach(async () => {
  platform = await new WechatServer().open();
  harness = await createHarness({ WECHAT_BASE: platform.base, OUTGOING_ALLOWED: [platform.host] });
  files = new ContentFiles(join(harness.dataDir, 'inbound'));
  inbound = createInbound({
    ways: [harness.wechatIn],
    cases: harness.cases,
    inbound: harness.stores.inbound,
    files,
    accessCode: (caseNo) => harness.links.accessCode(caseNo),
    secret: SECRET,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    log: harness.needs.log,
    clock: Date.now,
    idleMs: 20,
  });
  await inbound.start();
  const made = await harness.call('POST', '/api/wechat-accounts', { as: 'adam', body: ACCOUNT });
  if (made.status !== 201) throw new Error(made.text);
  account = made.body.id as string;
});
afterEach(async () => {
  await inbound.stop();
  await harness.close();
  await platform.close();
});

const TEXT = '包装盒有点脏，希望说明一下。';
const now = (): number => Date.now() + harness.time.skewMs;
const seconds = (): number => Math.floor(now() / 1_000);
let lastId = 9_007_199_254_740_993n;
const nextId = (): string => String(lastId++);

/** Posts as the platform does. */
function post(
  fields: Record<string, string | number>,
  {
    at = now(),
    id = account,
    encrypt = encrypted(xmlOf(fields)),
    ...signed
  }: Partial<Parameters<typeof signedQuery>[0]> & { id?: string } = {},
): Promise<Answered> {
  return harness.call('POST', `/hooks/wechat/${id}?${signedQuery({ encrypt, at, ...signed })}`, {
    raw: envelopeXml(encrypt),
    headers: { 'content-type': 'text/xml' },
  });
}
const xmlOf = (fields: Record<string, string | number>): string =>
  messageXml({ CreateTime: seconds(), MsgType: 'text', ...fields });

const counts = () => harness.stores.inbound.counts();
const done = (count: number) =>
  waitUntil(async () => {
    const { waiting = 0, ...ended } = await counts();
    return waiting === 0 && Object.values(ended).reduce((sum, one) => sum + one, 0) >= count;
  }, `${count} dealt with`);
async function newest(): Promise<string> {
  const [message] = await harness.stores.inbound.list('filed', 1);
  if (message?.caseNo === undefined) throw new Error('nothing was filed');
  return message.caseNo;
}
/** What the customer has written in a case, in its order. */
async function entries(caseNo: string): Promise<string[]> {
  const record = await harness.stores.complaints.get(caseNo);
  const events = await harness.stores.ledger.events(caseNo);
  const refs = events.flatMap((one) => (one.type === 'customerWrote' ? [one.data.text.textId] : []));
  const texts = await harness.stores.texts.get(refs);
  return [record?.text.body ?? '', ...refs.map((id) => texts.get(id)?.body ?? '')];
}

test('the platform asks whether we are there, and hears what it has said; nobody else does', async () => {
  const ask = (query: string, id = account) => harness.call('GET', `/hooks/wechat/${id}?${query}`);
  const right = await ask(signedQuery({ at: now() }, { echostr: '5838479218127813673' }));
  expect([right.status, right.text, right.headers.get('content-type')]).toEqual([
    200,
    '5838479218127813673',
    expect.stringContaining('text/plain'),
  ]);
  const wrong = [
    ask(signedQuery({ at: now(), token: 'Another1' }, { echostr: 'x' })),
    ask(signedQuery({ at: now() - 301_000 }, { echostr: 'x' })),
    ask(signedQuery({ at: now() }, { echostr: 'x' }), harness.tokens.adam),
    ask('echostr=x'),
  ];
  expect((await Promise.all(wrong)).map(({ status, text }) => [status, text.includes('"x"')])).toEqual(
    wrong.map(() => [401, false]),
  );
});

test('what somebody writes becomes a case that says where it is from, and nothing but the one row says who', async () => {
  const answer = await post({ Content: TEXT, MsgId: nextId() });
  expect([answer.status, answer.text]).toEqual([200, 'success']);
  await done(1);
  const record = await harness.stores.complaints.get(await newest());
  expect(record).toMatchObject({
    channel: 'wechat',
    language: 'zh-CN',
    source: ACCOUNT.name,
    text: { body: TEXT },
    customer: { name: '微信客户', preferredChannel: 'wechat' },
    wechatPerson: expect.any(String),
  });
  // The bytes were kept, as they were said.
  const [message] = await harness.stores.inbound.list('filed', 1);
  const kept = await files.read(message?.sha256 ?? '');
  expect((kept && (await buffer(kept)).toString()) ?? '').toContain(TEXT);
  const { rows } = await harness.database.pool.query(
    `select to_jsonb(m) from inbound_messages m union all select to_jsonb(c) from complaints c
     union all select to_jsonb(e) from case_events e union all select to_jsonb(i) from idempotency_keys i`,
  );
  expect(JSON.stringify([rows, harness.logged])).not.toContain(OPENID);
});

test('50 identical deliveries at once, and the retries of the platform, are one case; all are answered the same', async () => {
  const id = nextId();
  const fields = { Content: TEXT, MsgId: id, CreateTime: seconds() };
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(fields)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 success']));
  await done(1);
  await post(fields, { at: now() + 5_000 });
  await done(2);
  const { filed, appended } = await counts();
  expect([filed, appended]).toEqual([1, undefined]);
  expect(await entries(await newest())).toEqual([TEXT]);
});

test('a burst of one person is one case with its entries in order, also when it comes in another', async () => {
  const at = seconds();
  const burst = Array.from({ length: 10 }, (_one, index) => ({
    Content: `第${index}句，包装盒有点脏`,
    MsgId: nextId(),
    CreateTime: at,
  }));
  // The last one comes first.
  await Promise.all(burst.toReversed().map((fields) => post(fields)));
  await done(10);
  const { filed, appended } = await counts();
  expect([filed, appended]).toEqual([1, 9]);
  expect(await entries(await newest())).toEqual(burst.map(({ Content }) => Content));
});

test('15 people in one second are 15 cases', async () => {
  const at = seconds();
  await Promise.all(
    Array.from({ length: 15 }, (_one, index) =>
      post({ Content: TEXT, MsgId: nextId(), CreateTime: at, FromUserName: `o-person-${index}` }),
    ),
  );
  await done(15);
  expect((await counts()).filed).toBe(15);
});

test('what is written once a case has ended is another complaint', async () => {
  await post({ Content: TEXT, MsgId: nextId() });
  await done(1);
  const first = await newest();
  await waitUntil(async () => (await harness.stores.cases.get(first)) !== undefined, 'it has begun');
  await harness.database.pool.query(
    `update cases set stage = 'archived', state = jsonb_set(state, '{stage}', '"archived"') where case_no = $1`,
    [first],
  );
  await post({ Content: '又脏了，包装盒还是有点脏', MsgId: nextId() });
  await done(2);
  expect((await counts()).filed).toBe(2);
  const second = await harness.stores.complaints.get(await newest());
  const known = await harness.stores.complaints.get(first);
  expect([second?.customer.id === known?.customer.id, second?.caseNo === first]).toEqual([true, false]);
});

test('pictures are fetched into the evidence; one that the platform does not have any more is told in words', async () => {
  platform.media.set('m1', {
    type: 'image/jpeg',
    content: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]),
  });
  await post({ Content: TEXT, MsgId: nextId() });
  await post({ MsgType: 'image', MediaId: 'm1', PicUrl: 'http://mmbiz.example/1', MsgId: nextId() });
  await done(2);
  // Its token has run out meanwhile: one new one is asked for.
  platform.token = 'token-2';
  await post({ MsgType: 'image', MediaId: 'gone', PicUrl: 'http://mmbiz.example/2', MsgId: nextId() });
  await done(3);
  const caseNo = await newest();
  expect(await entries(caseNo)).toEqual([TEXT, '[图片]', '[图片]（没有取到 / could not be fetched）']);
  const { rows } = await harness.database.pool.query('select * from evidence where case_no = $1', [caseNo]);
  expect(rows).toEqual([expect.objectContaining({ file_name: '微信图片.jpg' })]);
  expect(platform.tokensAsked()).toBe(2);
  expect(JSON.stringify(harness.logged)).not.toMatch(/token-\d|0123456789abcdef0123/);
});

test('events are kept and open no case', async () => {
  await post({ MsgType: 'event', Event: 'subscribe', EventKey: '' });
  await done(1);
  expect(await counts()).toMatchObject({ aside: 1 });
});

test('what is stale, signed by another, not encrypted or for another account is refused, and nothing is kept', async () => {
  const fields = { Content: TEXT, MsgId: nextId() };
  const refused = [
    await post(fields, { at: now() - 301_000 }),
    await post(fields, { at: now() + 600_000 }),
    await post(fields, { token: 'Another1' }),
    await post(fields, { id: '00000000-0000-4000-8000-000000000000' }),
    await harness.call('POST', `/hooks/wechat/${account}?${signedQuery({ at: now() })}`, { raw: xmlOf(fields) }),
    await post(fields, { encrypt: encrypted(xmlOf(fields), { ...ACCOUNT, appId: 'wxffffffffffffffff' }) }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 422, 422]);
  expect(await counts()).toEqual({});
  const shown = await harness.call('GET', `/api/wechat-accounts/${account}`, { as: 'adam' });
  expect(shown.body).toMatchObject({ status: 'failing', code: 'aes_key' });
  // Off, nothing is taken at all.
  await harness.call('PATCH', `/api/wechat-accounts/${account}`, { as: 'adam', body: { enabled: false } });
  expect((await post(fields)).status).toBe(401);
});

test('a Postgres that does not answer: the platform hears so before its five seconds are over, and its retries are one case', async () => {
  const fields = { Content: TEXT, MsgId: nextId(), CreateTime: seconds() };
  const holder = await harness.database.pool.connect();
  await holder.query('begin');
  await holder.query('lock table inbound_messages in access exclusive mode');
  const began = performance.now();
  const answer = await post(fields);
  const tookMs = performance.now() - began;
  expect([answer.status, tookMs < 4_500]).toEqual([503, true]);
  await holder.query('rollback');
  holder.release();
  for (let retry = 0; retry < 3; retry++) expect((await post(fields)).status).toBe(200);
  await waitUntil(async () => (await counts()).filed === 1, 'it is a case');
  expect(await harness.stores.inbound.list('filed', 10)).toHaveLength(1);
});

test('secrets go in and never come out; what an admin did is noted without them', async () => {
  const changed = await harness.call('PATCH', `/api/wechat-accounts/${account}`, {
    as: 'adam',
    body: { token: 'Another1', secret: 'f'.repeat(32) },
  });
  expect(changed.body).toMatchObject({
    name: ACCOUNT.name,
    url: `https://redress.example/hooks/wechat/${account}`,
    status: 'working',
  });
  const list = await harness.call('GET', '/api/wechat-accounts', { as: 'adam' });
  const channels = await harness.call('GET', '/api/channels', { as: 'adam' });
  const { rows } = await harness.database.pool.query('select * from wechat_accounts');
  const seen = JSON.stringify([changed.text, list.text, channels.text, rows, harness.logged]);
  for (const secret of [ACCOUNT.secret, ACCOUNT.token, ACCOUNT.aesKey, 'Another1', 'f'.repeat(32)]) {
    expect(seen).not.toContain(secret);
  }
  expect(channels.text).toContain('"secret","token"');
  const again = await harness.call('POST', '/api/wechat-accounts', { as: 'adam', body: ACCOUNT });
  expect([again.status, again.body.code]).toEqual([409, 'known_account']);
});
