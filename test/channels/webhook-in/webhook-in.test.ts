import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { isDatabaseAway, isRefused } from '../../../src/cases';
import { createInbound, type Inbound } from '../../../src/channels/inbound/inbound';
import { ContentFiles } from '../../../src/content-files';
import { createHarness, SECRET, type Answered, type Harness } from '../../http/support/harness';
import { waitUntil } from '../../support/processes';
import { numbers } from '../../support/random';

/** What a system of the house posts, from its signature to the case, by HTTP and over a real Postgres. */
let harness: Harness;
let files: ContentFiles;
let inbound: Inbound;
let hook: { id: string; secret: string };

const begin = async (): Promise<void> => {
  inbound = createInbound({
    ways: [harness.posts],
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
};

beforeEach(async () => {
  harness = await createHarness();
  files = new ContentFiles(join(harness.dataDir, 'inbound'));
  hook = await made();
  await begin();
});
afterEach(async () => {
  await inbound.stop();
  await harness.close();
});

async function made(body: object = { name: '网店' }): Promise<{ id: string; secret: string }> {
  const answer = await harness.call('POST', '/api/inbound-hooks', { as: 'adam', body });
  if (answer.status !== 201) throw new Error(answer.text);
  const { hook: shown, secret } = answer.body as { hook: { id: string }; secret: string };
  return { id: shown.id, secret };
}

const OURS = {
  text: '包装盒有点脏，希望说明一下。',
  customer: { name: '王小明', phone: '138 1234 5621', email: 'wang@example.com' },
};
interface Sent {
  id?: string;
  secret?: string;
  /** What is signed, if it is not what is sent. */
  signed?: string;
  at?: number;
  nonce?: string;
  headers?: Record<string, string>;
}
/** Posts a text; its signature is right unless `given` says otherwise. */
function post(raw: string | Buffer, given: Sent = {}): Promise<Answered> {
  const { id = hook.id, secret = hook.secret, signed = raw, nonce = randomUUID() } = given;
  const at = given.at ?? Math.floor((Date.now() + harness.time.skewMs) / 1_000);
  const signature = createHmac('sha256', secret).update(`${at}.${nonce}.`).update(signed).digest('hex');
  return harness.call('POST', `/hooks/${id}`, {
    raw: raw as NonNullable<RequestInit['body']>,
    headers: {
      'X-Redress-Timestamp': String(at),
      'X-Redress-Nonce': nonce,
      'X-Redress-Signature': `v1=${signature}`,
      ...given.headers,
    },
  });
}
const json = (change: object = {}): string => JSON.stringify({ ...OURS, ...change });

const counts = () => harness.stores.inbound.counts();
const settled = () => waitUntil(async () => (await counts()).waiting === undefined, 'nothing waits');
const filed = async () => (await harness.stores.inbound.list('filed', 100)).map(({ caseNo }) => caseNo ?? '');
const cases = async (): Promise<number> => (await harness.database.pool.query('select 1 from complaints')).rows.length;

test('a signed complaint is kept bit by bit, becomes a case, and the customer gets the receipt', async () => {
  const raw = ` {"text":"包装盒有点脏，希望说明一下。", "subject": "盒子", "externalId": 1042,
    "customer":{"name":"王小明","email":"wang@example.com"},"product":{"name":"空调","orderNo":"A-1"} }\n`;
  const answer = await post(raw);
  expect(answer.status).toBe(202);
  await settled();
  const [message] = await harness.stores.inbound.list('filed', 5);
  expect(message).toMatchObject({ id: answer.body.id, channel: 'webhook', source: `hook:${hook.id}` });
  const kept = await files.read(message?.sha256 ?? '');
  expect(kept && (await buffer(kept)).equals(Buffer.from(raw))).toBe(true);
  expect(await harness.stores.complaints.get(message?.caseNo ?? '')).toMatchObject({
    channel: 'webhook',
    language: 'zh-CN',
    customer: { name: '王小明', email: 'wang@example.com' },
    product: { name: '空调', orderNo: 'A-1' },
    text: { body: '盒子\n\n包装盒有点脏，希望说明一下。' },
  });
  const shown = await harness.call('GET', `/api/cases/${message?.caseNo}`, { as: 'adam' });
  expect(shown.body.case).toMatchObject({ channel: 'webhook', source: '网店' });
  await waitUntil(
    async () => (await harness.stores.outbox.list(message?.caseNo ?? '')).some(({ mail }) => mail === 'receipt'),
    'the receipt is planned',
  );
  const list = await harness.call('GET', '/api/inbound-hooks', { as: 'adam' });
  expect(list.body.items).toMatchObject([{ id: hook.id, isOn: true, lastMessageAt: message?.arrivedAt }]);
  expect(list.text).not.toContain(hook.secret);
});

test('what is not signed, not of now, of no hook or of one that is off leaves nothing; all but the time answer alike', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const off = await made({ name: '停用' });
  await harness.call('PATCH', `/api/inbound-hooks/${off.id}`, { as: 'adam', body: { isOn: false } });
  const alike = [
    await post(json(), { secret: 'x'.repeat(43) }),
    await post(json(), { signed: json({ place: '北京' }) }),
    await post(json(), { id: randomUUID() }),
    await post(json(), { id: 'x' }),
    await post(json(), off),
    await post(json(), { nonce: 'short' }),
    await post(json(), { headers: { 'X-Redress-Nonce': randomUUID() } }),
    await post(json(), { headers: { 'X-Redress-Timestamp': String(now + 60) } }),
    await post(json(), { headers: { 'X-Redress-Signature': 'v1=' } }),
    await post(json(), { headers: { 'X-Redress-Signature': `v2=${'0'.repeat(64)}` } }),
    await harness.call('POST', `/hooks/${hook.id}`, { raw: json() }),
  ];
  const said = alike.map(({ status, body: { requestId: _id, ...body } }) => JSON.stringify({ status, body }));
  expect(new Set(said).size).toBe(1);
  expect(alike[0]).toMatchObject({ status: 401, body: { code: 'not_signed' } });
  // The limit itself is tested in signature.test.ts: here minutes may go by.
  for (const at of [now - 900, now + 900]) {
    expect(await post(json(), { at })).toMatchObject({ status: 401, body: { code: 'timestamp' } });
  }
  expect(await post(json(), { ...off, at: now - 900 })).toMatchObject({ body: { code: 'not_signed' } });
  expect(await counts()).toEqual({});
  for (const shift of [-200, 200]) {
    const at = Math.floor(Date.now() / 1_000) + shift;
    expect((await post(json({ place: `${at}` }), { at })).status).toBe(202);
  }
});

test('a post that is sent again is one case and gets the same answer; its nonce with other words is refused', async () => {
  const nonce = randomUUID();
  const first = await post(json(), { nonce });
  const again = await post(json(), { nonce });
  expect([first.status, again.status, again.body.id]).toEqual([202, 200, first.body.id]);
  expect(await post(json({ place: '北京' }), { nonce })).toMatchObject({ status: 409, body: { code: 'nonce_used' } });
  // The answer was lost, or the process was killed before it: the sender signs the same bytes anew.
  await settled();
  const anew = await post(json());
  expect([anew.status, anew.body.id]).toEqual([200, first.body.id]);
  const replayed = await post(json(), { nonce });
  expect([replayed.status, replayed.body.id]).toEqual([200, first.body.id]);
  expect(await counts()).toEqual({ filed: 1, repeat: 1 });
  // Of another hook the nonce and the bytes are its own.
  const other = await made({ name: '客服中心' });
  expect((await post(json({ customer: { name: '李', phone: '138 1234 5699' } }), { ...other, nonce })).status).toBe(
    202,
  );
  // A day later the same words are said once more.
  harness.time.skewMs = 25 * 3_600_000;
  const later = await post(json());
  expect(later.status).toBe(202);
  expect(later.body.id).not.toBe(first.body.id);
});

test('of two that come at once one is taken', async () => {
  const nonce = randomUUID();
  const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => post(json(), n < 4 ? { nonce } : {})));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(15);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  await settled();
  expect(await cases()).toBe(1);
});

test('killed after the bytes and the row were kept and before the answer: the same post again is one case', async () => {
  await inbound.stop();
  const nonce = randomUUID();
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', hook.secret).update(`${at}.${nonce}.`).update(json()).digest('hex');
  const { id } = await harness.posts.take({
    hookId: hook.id,
    timestamp: String(at),
    nonce,
    signature: `v1=${signature}`,
    raw: Buffer.from(json()),
  });
  // Nobody has heard of it, and the pump that would have filed it is gone, too: taken up, filed, and killed before its end.
  const [claimed] = await harness.stores.inbound.claim(1, 0, ['webhook']);
  expect(claimed?.id).toBe(id);
  const again = await post(json(), { nonce, at });
  expect([again.status, again.body.id]).toEqual([200, id]);
  await begin();
  await settled();
  expect(await counts()).toEqual({ filed: 1 });
  expect(await cases()).toBe(1);
});

test('the sender’s own id makes it the same complaint, whatever else the bytes are', async () => {
  const first = await post(json({ externalId: 'A-7' }));
  const second = await post(json({ externalId: 'A-7', text: '包装盒很脏。' }));
  await settled();
  const third = await post(json({ externalId: 'A-7', place: '上海' }));
  expect([first.status, second.status, third.status]).toEqual([202, 200, 200]);
  expect([second.body.id, third.body.id]).toEqual([first.body.id, first.body.id]);
  expect(await counts()).toEqual({ filed: 1, repeat: 2 });
  // The bytes of the others are there, too.
  for (const { sha256 } of await harness.stores.inbound.list('repeat', 5)) {
    const content = await files.read(sha256);
    expect(content && (await buffer(content)).toString()).toContain('A-7');
  }
  expect(await cases()).toBe(1);
  const other = await post(json({ externalId: 'A-8', text: '纸箱也有点脏。' }));
  expect(other.status).toBe(202);
  await settled();
  expect(await cases()).toBe(2);
});

test('another secret: the one before is taken for a day, the one before that at once no more', async () => {
  const rotate = async (): Promise<string> => {
    const answer = await harness.call('POST', `/api/inbound-hooks/${hook.id}/rotate`, { as: 'adam' });
    return String(answer.body.secret);
  };
  const second = await rotate();
  expect(second).not.toBe(hook.secret);
  let n = 0;
  const taken = async (secret: string): Promise<number> => (await post(json({ place: `${n++}` }), { secret })).status;
  expect([await taken(hook.secret), await taken(second)]).toEqual([202, 202]);
  harness.time.skewMs = 24 * 3_600_000 + 60_000;
  expect([await taken(hook.secret), await taken(second)]).toEqual([401, 202]);
  harness.time.skewMs = 0;
  const third = await rotate();
  expect([await taken(hook.secret), await taken(second), await taken(third)]).toEqual([401, 202, 202]);
});

test('what does not fit its mapping is told by field and kept; a better mapping makes it a case, once', async () => {
  const mapping = {
    text: { pointer: '/message' },
    externalId: { pointer: '/id' },
    'customer.name': { pointer: '/buyer/names/0', value: '客户' },
    'customer.phone': { pointer: '/buyer/tel' },
    'product.name': { value: '空调' },
    'product.orderNo': { pointer: '/a~1b~0c' },
    channel: { value: 'phone' },
  };
  const shop = await made({ name: '网店', mapping });
  const body = { id: 'B-1', message: '包装盒有点脏。', buyer: { names: [], phone: '138 1234 5621' }, 'a/b~c': 99 };
  const raw = JSON.stringify(body);
  const wrong = await post(raw, shop);
  expect(wrong).toMatchObject({ status: 422, body: { code: 'unmapped' } });
  expect(wrong.body.errors).toMatchObject([{ path: 'customer.phone' }]);
  expect(wrong.body.detail).toContain('It was kept');
  await settled();
  expect(await harness.stores.inbound.list('quarantined', 5)).toMatchObject([
    { reason: 'unmapped', title: '网店 · customer.phone' },
  ]);
  const bad = await post(JSON.stringify({ ...body, buyer: { tel: { no: 1 } }, message: 'x\u0000' }), shop);
  expect(
    (bad.body.errors as { path: string; words: { en: string } }[]).map(({ path, words }) => [path, words.en]),
  ).toEqual(
    expect.arrayContaining([
      ['customer.phone', 'must be text (from /buyer/tel)'],
      ['text', 'contains NUL or an incomplete surrogate pair (from /message)'],
    ]),
  );
  // Sent again as it is: the same answer, and nothing more waits.
  expect((await post(raw, shop)).status).toBe(422);
  await settled();
  expect(await counts()).toEqual({ quarantined: 2, repeat: 1 });

  const better = { ...mapping, 'customer.phone': { pointer: '/buyer/phone' } };
  const at = `/api/inbound-hooks/${shop.id}`;
  const tried = await harness.call('POST', `${at}/try`, { as: 'adam', body: { body, mapping: better } });
  expect(tried).toMatchObject({
    status: 200,
    body: {
      externalId: 'B-1',
      complaint: { channel: 'phone', customer: { name: '客户' }, product: { name: '空调', orderNo: '99' } },
    },
  });
  expect(await harness.call('POST', `${at}/try`, { as: 'adam', body: { body } })).toMatchObject({ status: 422 });
  expect(await cases()).toBe(0);
  expect((await harness.call('PATCH', at, { as: 'adam', body: { mapping: better } })).status).toBe(200);
  await settled();
  expect(await counts()).toEqual({ filed: 1, quarantined: 1, repeat: 1 });
  await post(raw, shop);
  await settled();
  expect(await cases()).toBe(1);
});

test('words that are too many for a case are there in full as its file', async () => {
  expect((await post(json({ text: '脏'.repeat(9_000) }))).status).toBe(202);
  await settled();
  const [caseNo = ''] = await filed();
  expect(await harness.stores.evidence.list(caseNo)).toMatchObject([{ fileName: '全文 full text.txt', bytes: 27_000 }]);
});

test('damaged bodies never break anything: each is told or kept, and the next good one is taken', async () => {
  const random = numbers('damaged');
  const good = Buffer.from(json({ externalId: 'C-1' }));
  const statuses = new Map<number, number>();
  for (let n = 0; n < 200; n++) {
    const bytes = Buffer.from(good);
    for (let hits = 0; hits <= n % 5; hits++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const raw = n % 7 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    const { status } = await post(raw);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  for (const raw of ['', 'null', '[]', '"x"', '1', '{"text":1,"text":2}', '['.repeat(50_000), '\uFEFF{}']) {
    expect((await post(raw)).status).toBe(422);
  }
  expect([...statuses.keys()].filter((status) => ![200, 202, 422].includes(status))).toEqual([]);
  expect(statuses.get(422)).toBeGreaterThan(50);
  expect((await post(Buffer.alloc(1024 * 1024 + 1, 32))).status).toBe(413);
  expect((await post(json())).status).toBe(202);
  await settled();
  expect((await counts()).quarantined).toBeGreaterThan(50);
});

test('while Postgres is away the sender is told to come again, and nothing is acknowledged', async () => {
  await harness.way.cut();
  const answer = await post(json());
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  await harness.way.heal();
  expect((await post(json())).status).toBe(202);
});

test('a mapping is checked as it is saved, and hooks are for admins', async () => {
  const wrong = await harness.call('POST', '/api/inbound-hooks', {
    as: 'adam',
    body: { name: '店', mapping: { text: { pointer: 'message' }, language: { value: 'fr' }, wrong: { value: 'x' } } },
  });
  expect((wrong.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['mapping.text.pointer', 'mapping.language.value', 'mapping.wrong']),
  );
  const less = await harness.call('POST', '/api/inbound-hooks', {
    as: 'adam',
    body: { name: '店', mapping: { subject: { pointer: '/s' }, 'product.orderNo': { pointer: '/o' } } },
  });
  expect((less.body.errors as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
    'mapping.customer.name',
    'mapping.customer.phone',
    'mapping.product.name',
    'mapping.text',
  ]);
  expect((await harness.call('GET', '/api/inbound-hooks', { as: 'mona' })).status).toBe(403);
  expect((await harness.call('POST', `/api/inbound-hooks/${hook.id}/rotate`, { as: 'mona' })).status).toBe(403);
  for (const id of ['x', randomUUID()]) {
    expect((await harness.call('POST', `/api/inbound-hooks/${id}/rotate`, { as: 'adam' })).status).toBe(404);
  }
});

test.each(['webhook-in.md', 'webhook-in.zh-CN.md'])('the example of %s works', async (page) => {
  const docs = await readFile(join(__dirname, '../../../docs/channels', page), 'utf8');
  const code = /```js\n([\s\S]*?)```/u.exec(docs)?.[1] ?? '';
  const env = { ...process.env, HOOK_URL: `${harness.base}/hooks/${hook.id}`, HOOK_SECRET: hook.secret };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { env });
  expect(stdout.trim()).toBe('202');
  await settled();
  expect(await cases()).toBe(1);
});

test('nothing of what was posted stands in the log', async () => {
  await post(json({ text: '秘密的事' }));
  await post('{"text":"秘密');
  await settled();
  const log = harness.logged.join('\n');
  for (const secret of ['秘密', '王小明', 'wang@', '5621', hook.secret]) expect(log).not.toContain(secret);
});
