import { createECDH, createPublicKey, randomBytes, randomUUID, verify, type ECDH } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keepChats } from '../../../src/cases/chat/keeping';
import { createPushRelay } from '../../../src/channels/push/relay';
import { createPushTransport } from '../../../src/channels/push/transport';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { USUAL_CHOICES } from '../../../src/domain/policy/notice-choices';
import { outgoingAddress } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { acceptWalk } from '../mail/accepted';
import { recorder } from '../mail/fake-stores';
import { actor, user, Walk } from '../mail/walk';

const ece = jest.requireActual<{ decrypt(body: Buffer, options: object): Buffer }>('http_ece');

/** A notice reaches the browsers that were allowed: encrypted for them, signed by the house, and told once. */
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');
const CASE = 'C261122-AAAAAA';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A push service on this machine, which answers with a status for each path. */
class PushService {
  readonly received: Received[] = [];
  readonly status = new Map<string, number>();
  private readonly server: Server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const path = req.url ?? '';
      this.received.push({ path, headers: req.headers, body: Buffer.concat(parts) });
      res.writeHead(this.status.get(path) ?? 201).end();
    });
  });
  host = '';

  async open(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** The keys of a browser. */
function browserKeys() {
  const pair = createECDH('prime256v1');
  const p256dh = pair.generateKeys('base64url');
  const auth = randomBytes(16).toString('base64url');
  const read = (body: Buffer): unknown =>
    JSON.parse(ece.decrypt(body, { version: 'aes128gcm', privateKey: pair, authSecret: auth }).toString());
  return { p256dh, auth, read };
}

const keysOf = (pair: ECDH) => ({
  publicKey: pair.generateKeys('base64url'),
  privateKey: pair.getPrivateKey().toString('base64url').padStart(43, 'A'),
  subject: 'mailto:house@example.com',
});
const HOUSE = keysOf(createECDH('prime256v1'));

/** Whether the house signed it, for this push service. */
function signed({ headers }: Received, audience: string): boolean {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(HOUSE.publicKey, 'base64url');
  const publicKey = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; sub: string };
  return (
    key === HOUSE.publicKey &&
    said.aud === audience &&
    said.sub === HOUSE.subject &&
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  );
}

describe('from a notice to a browser', () => {
  let test_: TestDatabase;
  let database: Database;
  let stores: Stores;
  let clock: TestClock;
  let service: PushService;
  const relays: { stop(): Promise<void> }[] = [];

  beforeEach(async () => {
    test_ = await createTestDatabase();
    clock = new TestClock('2026-11-22T15:00:00.000Z');
    database = openDatabase({ url: test_.url, max: 6, clock: clock.now, ...PATIENT });
    stores = createStores(database);
    await stores.users.create(AGENT);
    service = await new PushService().open();
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((one) => one.stop()));
    await service.close();
    await database.close();
    await test_.drop();
  });

  /** A case that was given to the agent; the row of the mail about it. */
  async function given(): Promise<number> {
    const walk = new Walk({ language: 'zh-CN', caseNo: CASE, words: '滤芯错了', customerName: '林晓梅' });
    walk.decide('grade', actor(AGENT), { grade: 'general', category: 'product_quality' });
    await acceptWalk(stores, walk);
    const row = (await stores.outbox.list(CASE)).findLast(({ mail }) => mail === 'assigned');
    if (!row) throw new Error('no mail');
    return row.id;
  }

  async function allow(path: string) {
    const { read, ...keys } = browserKeys();
    const endpoint = `http://${service.host}${path}`;
    const kept = { userId: AGENT.id, endpoint, userAgent: 'Firefox', sessionHash: 'h', createdAt: clock.instant() };
    await stores.pushes.add({ ...kept, ...keys }, 10);
    return read;
  }

  function relay() {
    const { log, lines } = recorder();
    const transport = createPushTransport({ keys: HOUSE, trusted: [service.host] });
    const made = createPushRelay({
      stores,
      transport,
      worksFrom: () => Promise.resolve(clock.now()),
      log,
      clock: clock.now,
      idleMs: 5,
      backOffMs: [5],
    });
    relays.push(made);
    made.start();
    return { lines, stop: () => made.stop() };
  }

  const waiting = async () =>
    (
      await database.pool.query<{ error: string | null; next: Date }>(
        'select error, next_attempt_at as next from pushes',
      )
    ).rows;
  const allEnded = () => waitUntil(async () => (await waiting()).length === 0, 'nothing is left to be pushed');

  test('each of somebody’s browsers gets what only it can read: the case’s number and what it is about, no names', async () => {
    const [first, second] = [await allow('/one'), await allow('/two')];
    expect(await stores.pushes.having([AGENT.id, 'u-other'])).toEqual(new Set([AGENT.id]));
    const id = await given();
    await stores.notices.tell(id, [AGENT.id]);
    await stores.notices.tell(id, [AGENT.id]);
    relay();
    await allEnded();
    const byPath = new Map(service.received.map((one) => [one.path, one]));
    expect([service.received.length, [...byPath.keys()].toSorted()]).toEqual([2, ['/one', '/two']]);
    const [one, two] = [byPath.get('/one') as Received, byPath.get('/two') as Received];
    const words = { title: CASE, body: '案件由您负责', tag: `notice-${id}`, path: `/desk/cases/${CASE}` };
    expect([first(one.body), second(two.body)]).toEqual([words, words]);
    expect(() => second(one.body)).toThrow(/authenticate/);
    expect(signed(one, `http://${service.host}`)).toBe(true);
    expect(Number(one.headers.ttl)).toBeGreaterThan(0);
  });

  test('what was read on the desk meanwhile is not pushed, nor what is wanted under the bell alone', async () => {
    await allow('/one');
    const id = await given();
    await stores.notices.tell(id, [AGENT.id]);
    await stores.notices.read(AGENT.id, id);
    relay();
    await allEnded();
    await stores.noticeChoices.keep(AGENT.id, { ...USUAL_CHOICES, bellOnly: ['mine'] });
    await database.pool.query('delete from notices');
    await stores.notices.tell(id, [AGENT.id]);
    await allEnded();
    expect(service.received).toEqual([]);
  });

  test('in quiet hours it waits, across a restart, and goes once', async () => {
    await stores.noticeChoices.keep(AGENT.id, {
      ...USUAL_CHOICES,
      quiet: { kind: 'hours', from: '22:00', to: '07:00' },
    });
    await allow('/one');
    const { stop } = relay();
    await stores.notices.tell(await given(), [AGENT.id]);
    await waitUntil(async () => (await waiting())[0]?.error === 'quiet', 'it waits');
    expect((await waiting())[0]?.next.toISOString()).toBe('2026-11-22T23:00:00.000Z');
    await stop();
    expect(service.received).toEqual([]);
    clock.set('2026-11-22T23:00:01.000Z');
    relay();
    await allEnded();
    expect(service.received).toHaveLength(1);
  });

  test('a service that is busy is asked again; a browser that is gone is removed, and others still get it', async () => {
    for (const path of ['/busy', '/gone', '/here']) await allow(path);
    service.status.set('/busy', 503).set('/gone', 410);
    await stores.notices.tell(await given(), [AGENT.id]);
    relay();
    await waitUntil(() => service.received.filter(({ path }) => path === '/busy').length > 1, 'it is asked again');
    service.status.delete('/busy');
    await allEnded();
    const paths = (await stores.pushes.list(AGENT.id)).map(({ endpoint }) => new URL(endpoint).pathname);
    expect(paths.toSorted()).toEqual(['/busy', '/here']);
    expect(service.received.filter(({ path }) => path === '/here')).toHaveLength(1);
    expect(service.received.filter(({ path }) => path === '/gone')).toHaveLength(1);
  });

  test('hours that it waited for its reader are no fault: what fails after them is tried again', async () => {
    await allow('/one');
    service.status.set('/one', 403);
    await stores.notices.tell(await given(), [AGENT.id]);
    const [row] = await stores.pushes.claim(1, 60_000);
    const monday = clock.instant(4 * 24 * 3_600_000);
    await stores.pushes.putOff(row?.id ?? 0, 'quiet', monday);
    clock.set(monday);
    relay();
    await waitUntil(() => service.received.length > 2, 'it is tried again');
    expect([await stores.pushes.list(AGENT.id), await waiting()]).toMatchObject([[{}], [{ error: 'push_403' }]]);
    service.status.delete('/one');
    await allEnded();
  });

  /** A chat whose customer has waited for two minutes. */
  async function waitingChat(): Promise<string> {
    const bot = { asks: 'person', facts: {} };
    const [id, startedAt] = [randomUUID(), clock.instant(-120_000)];
    await stores.chats.begin({ id, keyHash: id, language: 'zh-CN', bot, startedAt });
    await stores.chats.say(id, { change: { status: 'waiting', waitingSince: startedAt } });
    return id;
  }
  const files = { pass: () => Promise.resolve(), remove: () => Promise.resolve() };
  const keep = () => keepChats({ chats: stores.chats, files, clock: clock.now });
  const planned = async () => (await waiting()).length;

  test('a customer who waits in a chat reaches whoever is away from the desk: after a minute, once, and for minutes only', async () => {
    const read = await allow('/one');
    const id = await waitingChat();
    clock.set(clock.now() - 90_000);
    await keep();
    expect(await planned()).toBe(0);
    clock.set(clock.now() + 90_000);
    await keep();
    await keep();
    relay();
    await allEnded();
    await keep();
    expect(await planned()).toBe(0);
    const words = {
      title: '在线客服',
      body: '有客户在等人接，还没有人接',
      tag: `chat-${id}`,
      path: `/desk/chats/${id}`,
    };
    expect(service.received.map(({ body, headers }) => [read(body), headers.ttl])).toEqual([[words, '600']]);
    await stores.chats.take(id, AGENT.id);
    const again = { status: 'waiting', takenBy: null, waitingSince: clock.instant(), calledAt: null } as const;
    await stores.chats.say(id, { change: again });
    clock.set(clock.now() + 61_000);
    await keep();
    expect(await planned()).toBe(1);
  });

  test('nobody is called to a chat that somebody has taken, that is of a case they may not see, or for which they want no call', async () => {
    await allow('/one');
    const [taken, hidden] = [await waitingChat(), await waitingChat()];
    await given();
    await database.pool.query('update cases set against = $1', [[AGENT.id]]);
    await stores.chats.say(hidden, { change: { caseNo: CASE } });
    await keep();
    expect(await planned()).toBe(2);
    await stores.chats.take(taken, AGENT.id);
    relay();
    await allEnded();
    await stores.noticeChoices.keep(AGENT.id, { ...USUAL_CHOICES, bellOnly: ['chats'] });
    await waitingChat();
    await keep();
    await allEnded();
    expect(service.received).toEqual([]);
  });

  test('out of their hours it waits for them, and goes only if the customer still waits then', async () => {
    await allow('/one');
    await stores.noticeChoices.keep(AGENT.id, {
      ...USUAL_CHOICES,
      quiet: { kind: 'hours', from: '22:00', to: '07:00' },
    });
    const id = await waitingChat();
    await keep();
    relay();
    await waitUntil(async () => (await waiting())[0]?.error === 'quiet', 'it waits');
    expect((await waiting())[0]?.next.toISOString()).toBe('2026-11-22T23:00:00.000Z');
    await stores.chats.take(id, AGENT.id);
    clock.set('2026-11-22T23:00:01.000Z');
    await allEnded();
    expect(service.received).toEqual([]);
  });

  test('a browser that was allowed under other keys is removed after three days of refusals', async () => {
    await allow('/old');
    service.status.set('/old', 403);
    await stores.notices.tell(await given(), [AGENT.id]);
    const { lines } = relay();
    await waitUntil(() => lines.some(({ level }) => level === 'error'), 'the alert is raised');
    expect(await stores.pushes.list(AGENT.id)).toHaveLength(1);
    clock.set(clock.now() + 73 * 3_600_000);
    await waitUntil(async () => (await stores.pushes.list(AGENT.id)).length === 0, 'it is removed');
  });
});

describe('an address that a browser gives', () => {
  test.each([
    'http://push.example.com/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://10.1.2.3/x',
    'https://192.168.1.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/x',
    'https://[fd00::1]/x',
    'https://[64:ff9b::a00:1]/x',
    'https://localhost/x',
    'https://app.localhost/x',
    'https://redress/x',
    'https://user:pass@push.example.com/x',
    'https://push.example.com:8443/x',
    'file:///etc/passwd',
    'push.example.com',
    `https://push.example.com/${'x'.repeat(1_000)}`,
  ])('is not called: %s', async (endpoint) => {
    expect(outgoingAddress(endpoint, { onlyUsualPort: true })).toBeUndefined();
    const resolve = () => {
      throw new Error('nothing is asked');
    };
    const { p256dh, auth } = browserKeys();
    const words = { title: 't', body: 'b', tag: 'n', path: '/desk' };
    const sent = await createPushTransport({ keys: HOUSE, resolve }).send({ endpoint, p256dh, auth }, words, 'normal');
    expect(sent).toEqual({ kind: 'gone', code: 'push_address' });
  });

  test('a name is called only when all its addresses are public', async () => {
    const { p256dh, auth } = browserKeys();
    const to = { endpoint: 'https://push.example.com/x', p256dh, auth };
    const words = { title: 't', body: 'b', tag: 'n', path: '/desk' };
    for (const inside of ['127.0.0.1', '10.0.0.8', '::1', 'fe80::1']) {
      const found = [
        { address: '93.184.216.34', family: 4 },
        { address: inside, family: inside.includes(':') ? 6 : 4 },
      ];
      const sent = await createPushTransport({
        keys: HOUSE,
        resolve: (_name, _all, answer) => answer(null, found),
      }).send(to, words, 'normal');
      expect(sent).toEqual({ kind: 'gone', code: 'push_address' });
    }
    expect(outgoingAddress(to.endpoint, {})?.host).toBe('push.example.com');
  });

  test('a service that does not answer is given up in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { p256dh, auth } = browserKeys();
    const transport = createPushTransport({ keys: HOUSE, trusted: [host], timeoutMs: 50 });
    const words = { title: 't', body: 'b', tag: 'n', path: '/desk' };
    const sent = await transport.send({ endpoint: `http://${host}/x`, p256dh, auth }, words, 'normal');
    expect(sent).toEqual({ kind: 'temporary', code: 'TIMEOUT' });
    silent.closeAllConnections();
    await new Promise((done) => silent.close(done));
  });
});
