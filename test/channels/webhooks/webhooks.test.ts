import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { webhookMessage } from '../../../src/cases';
import { createWebhookRelay } from '../../../src/channels/webhooks/relay';
import { createStores, openDatabase, type Database, type Stores, type WebhookEndpoint } from '../../../src/db';
import { WEBHOOK_EVENT_NAMES } from '../../../src/domain/case/webhook-events';
import { createOutgoing, webhookSecret } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { acceptWalk } from '../mail/accepted';
import { recorder } from '../mail/fake-stores';
import { actor, user, Walk } from '../mail/walk';

/** What happens to cases reaches other systems: signed, at least once under one id, none of them in another's way. */
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');
const SECRET = 'test-secret-of-at-least-32-characters';
const HOUR = 3_600_000;

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}
type Answer = number | ((response: ServerResponse) => void);

/** A receiver on this machine. */
class Receiver {
  readonly received: Received[] = [];
  answer: Answer = 204;
  host = '';
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      if (typeof this.answer === 'number') response.writeHead(this.answer, { location: '/elsewhere' }).end();
      else this.answer(response);
    });
  });

  async open(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  /** Breaks what is under way. */
  cut(): void {
    this.server.closeAllConnections();
  }

  ids = (): (string | string[] | undefined)[] => this.received.map(({ headers }) => headers['webhook-id']);
}

const headersOf = ({ headers }: Received): Record<string, string> => ({
  'webhook-id': String(headers['webhook-id']),
  'webhook-timestamp': String(headers['webhook-timestamp']),
  'webhook-signature': String(headers['webhook-signature']),
});

let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
const receivers: Receiver[] = [];
const relays: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  test_ = await createTestDatabase();
  // Whoever verifies looks at the time: it is this moment.
  clock = new TestClock(new Date().toISOString());
  database = openDatabase({ url: test_.url, max: 8, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  await stores.users.create(AGENT);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await Promise.all(receivers.splice(0).map((one) => one.close()));
  await database.close();
  await test_.drop();
});

async function connect(events?: WebhookEndpoint['events']) {
  const receiver = await new Receiver().open();
  receivers.push(receiver);
  const endpoint = await stores.webhooks.create({
    id: randomUUID(),
    url: `http://${receiver.host}/hook`,
    description: '',
    ...(events && { events }),
    createdBy: 'adam',
  });
  return { receiver, id: endpoint.id };
}

let cases = 0;
/** A case that was graded and given to the agent. @returns its number */
async function given(): Promise<string> {
  cases++;
  const caseNo = `C261122-AAAA${String(cases).padStart(2, '0')}`;
  const walk = new Walk({ language: 'zh-CN', caseNo, words: '包装盒有点脏，希望说明一下。', customerName: '林晓梅' });
  walk.decide('grade', actor(AGENT), { grade: 'general', category: 'product_quality' });
  await acceptWalk(stores, walk);
  return caseNo;
}

function relay(options: { timeoutMs?: number; backOffMs?: number[] } = {}) {
  const { log, lines } = recorder();
  const made = createWebhookRelay({
    stores,
    out: createOutgoing({
      allowed: receivers.map(({ host }) => host),
      timeoutMs: options.timeoutMs ?? 2_000,
    }),
    secret: SECRET,
    log,
    clock: clock.now,
    idleMs: 5,
    backOffMs: options.backOffMs ?? [5],
  });
  relays.push(made);
  made.start();
  return { lines, stop: () => made.stop() };
}

const states = async (id: string) => (await stores.webhooks.deliveries(id, 100)).map(({ state }) => state);
const allSent = (id: string) =>
  waitUntil(async () => (await states(id)).every((state) => state === 'sent'), 'all messages are taken');
const endpoint = async (id: string) => (await stores.webhooks.list()).find((one) => one.id === id);
const secretOf = (endpointId: string, generation = 1) => webhookSecret(SECRET, { endpointId, generation });

test('each wanted event goes out once, signed, with facts and without a word or a name', async () => {
  const { receiver, id } = await connect();
  const { receiver: other, id: otherId } = await connect(['case.graded']);
  const caseNo = await given();
  relay();
  await allSent(id);
  await allSent(otherId);
  const verifier = new Webhook(secretOf(id));
  const messages = receiver.received.map((one) => webhookMessage.parse(verifier.verify(one.body, headersOf(one))));
  const types = messages.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['case.received', 'case.graded', 'case.assigned']));
  expect(types.filter((type) => !WEBHOOK_EVENT_NAMES.includes(type))).toEqual([]);
  expect(new Set(receiver.ids()).size).toBe(receiver.received.length);
  expect(messages.find(({ type }) => type === 'case.graded')).toMatchObject({
    data: { caseNo, event: 'graded', actor: { kind: 'staff', id: AGENT.id }, case: { grade: 'general' } },
  });
  expect(other.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['case.graded']);
  // The same event has one id for all.
  expect(receiver.ids()).toContain(other.ids()[0]);
  const all = receiver.received.map(({ body }) => body).join('');
  for (const personal of ['包装盒', '林晓梅', '13800000000', '李娜', AGENT.email]) expect(all).not.toContain(personal);
  expect(() =>
    new Webhook(secretOf(otherId)).verify(
      receiver.received[0]?.body ?? '',
      headersOf(receiver.received[0] as Received),
    ),
  ).toThrow('No matching signature found');
});

test('nothing is planned for what is off, nor twice when the ledger is written again', async () => {
  const { id } = await connect();
  const { id: off } = await connect();
  await stores.webhooks.change(off, { enabled: false }, 'adam');
  const walk = new Walk({ language: 'zh-CN', caseNo: 'C261122-BBBBBB', words: '包装盒有点脏', customerName: '林晓梅' });
  await acceptWalk(stores, walk);
  const planned = (await states(id)).length;
  await stores.ledger.append('C261122-BBBBBB', walk.events);
  expect([planned > 0, (await states(id)).length, (await states(off)).length]).toEqual([true, planned, 0]);
});

test.each<[string, Answer]>([
  ['an error of the server', 500],
  ['a refusal that somebody may put right', 401],
  ['a redirect, which nobody follows', 302],
  ['a connection that breaks', (response) => void response.socket?.destroy()],
  ['silence', () => undefined],
])('after %s a message comes again under the same id and with the same body', async (_what, answer) => {
  const { receiver, id } = await connect(['case.graded']);
  receiver.answer = answer;
  await given();
  relay({ timeoutMs: 200 });
  await waitUntil(() => receiver.received.length >= 2, 'it is tried again');
  expect(await endpoint(id)).toMatchObject({ failingSince: expect.any(String), waiting: 1 });
  expect(await stores.webhooks.backlog()).toEqual({ waiting: 1, failing: 1 });
  receiver.answer = 204;
  await allSent(id);
  expect(new Set(receiver.ids()).size).toBe(1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  const last = receiver.received.at(-1) as Received;
  expect(new Webhook(secretOf(id)).verify(last.body, headersOf(last))).toMatchObject({ type: 'case.graded' });
  const after = await endpoint(id);
  expect([after?.failures, after?.failingSince, after?.waiting]).toEqual([0, undefined, 0]);
  expect(await stores.webhooks.backlog()).toEqual({ waiting: 0, failing: 0 });
  expect(await stores.webhooks.deliveries(id, 1)).toMatchObject([{ code: 'http_204', durationMs: expect.any(Number) }]);
});

test('a receiver that is dead is left alone after five failures, and delays no other', async () => {
  const { receiver: dead, id: deadId } = await connect();
  const { receiver: alive, id } = await connect();
  dead.answer = () => undefined;
  for (let n = 0; n < 8; n++) await given();
  const waiting = (await states(deadId)).length;
  expect(waiting).toBeGreaterThan(24);
  // Its time limit is far longer than all that goes to the other one takes on any machine.
  const { stop } = relay({ timeoutMs: 120_000 });
  await allSent(id);
  expect(alive.received).toHaveLength(waiting);
  expect(dead.received.length).toBeLessThanOrEqual(4);
  dead.cut();
  await stop();
  dead.answer = 503;
  relay({ timeoutMs: 120_000 });
  await waitUntil(async () => (await endpoint(deadId))?.pausedUntil !== undefined, 'it is left alone');
  // For half a minute, which the rest may need on a busy machine.
  clock.hold();
  const asked = dead.received.length;
  await given();
  await allSent(id);
  expect(dead.received).toHaveLength(asked);
  // One message asks whether it is there again, and then all go.
  dead.answer = 204;
  clock.set(clock.now() + 11 * 60_000);
  await allSent(deadId);
  expect((await endpoint(deadId))?.failures).toBe(0);
});

test('410 ends the message and switches the receiver off; what waits goes on when it is on again', async () => {
  const { receiver, id } = await connect(['case.graded']);
  receiver.answer = 410;
  await given();
  const { lines } = relay();
  await waitUntil(async () => (await endpoint(id))?.enabled === false, 'it is off');
  expect(await endpoint(id)).toMatchObject({ offBecause: 'gone' });
  await waitUntil(async () => (await states(id))[0] === 'failed', 'the message has ended');
  expect(lines.some(({ level, message }) => level === 'warn' && message.includes('410'))).toBe(true);
  expect(receiver.received).toHaveLength(1);
  receiver.answer = 204;
  await stores.webhooks.change(id, { enabled: true }, 'adam');
  expect(await stores.webhooks.replay(id, { since: clock.instant(-HOUR) })).toBe(1);
  await allSent(id);
  expect(new Set(receiver.ids()).size).toBe(1);
});

test('for a day after a rotation both secrets sign, then the new one alone', async () => {
  const { receiver, id } = await connect(['case.graded']);
  await stores.webhooks.rotate(id, 'adam');
  relay();
  await given();
  await allSent(id);
  const [first] = receiver.received as [Received];
  for (const generation of [1, 2]) {
    expect(new Webhook(secretOf(id, generation)).verify(first.body, headersOf(first))).toMatchObject({
      type: 'case.graded',
    });
  }
  expect(String(first.headers['webhook-signature']).split(' ')).toHaveLength(2);
  clock.set(clock.now() + 25 * HOUR);
  await given();
  await waitUntil(() => receiver.received.length === 2, 'the next one comes');
  expect(String(receiver.received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
});

test('what a killed relay had claimed comes again under its id when the lease is over', async () => {
  const { receiver, id } = await connect(['case.graded']);
  await given();
  // The lease runs out when this test says so.
  clock.hold();
  const lost = await stores.webhooks.claim(10, 60_000, { perEndpoint: 4, except: [] });
  expect(lost).toHaveLength(1);
  relay();
  await given();
  await waitUntil(() => receiver.received.length === 1, 'the other message goes');
  expect(receiver.ids()).not.toContain(lost[0]?.messageId);
  clock.set(clock.now() + 61_000);
  await allSent(id);
  expect(receiver.ids()[1]).toBe(lost[0]?.messageId);
});

test('after three days it is given up and stays in the log, after a month it is removed', async () => {
  const { receiver, id } = await connect(['case.graded']);
  receiver.answer = 500;
  await given();
  const { lines } = relay({ backOffMs: [5] });
  await waitUntil(() => receiver.received.length > 0, 'it is tried');
  clock.set(clock.now() + 73 * HOUR);
  await waitUntil(async () => (await states(id))[0] === 'failed', 'it is given up');
  expect(lines.some(({ level }) => level === 'warn')).toBe(true);
  expect((await endpoint(id))?.failingSince).toBeDefined();
  await stores.webhooks.replay(id, { id: (await stores.webhooks.deliveries(id, 1))[0]?.id ?? 0 });
  expect(await states(id)).toEqual(['waiting']);
  // Sent again it has three days anew.
  expect(await stores.webhooks.tidy()).toBe(0);
  clock.set(clock.now() + 31 * 24 * HOUR);
  await stores.webhooks.tidy();
  expect(await states(id)).toEqual([]);
});

test('what has waited for three days is given up with the rest, unless it was sent again since', async () => {
  const { id } = await connect(['case.graded']);
  await given();
  await given();
  await stores.webhooks.fails(id);
  clock.set(clock.now() + 73 * HOUR);
  const [newest] = await stores.webhooks.deliveries(id, 1);
  await stores.webhooks.replay(id, { id: newest?.id ?? 0 });
  expect(await stores.webhooks.tidy()).toBe(1);
  expect(await states(id)).toEqual(['waiting', 'failed']);
  expect(await stores.webhooks.deliveries(id, 1, { state: 'failed' })).toMatchObject([{ code: 'not_sent' }]);
});

test('a test goes out also to a receiver that is off, once, and counts for nothing', async () => {
  const { receiver, id } = await connect();
  await stores.webhooks.change(id, { enabled: false }, 'adam');
  receiver.answer = 500;
  await stores.webhooks.planTest(id, 'test_1', '{}');
  relay();
  await waitUntil(async () => (await states(id))[0] === 'failed', 'it has ended');
  expect(receiver.ids()).toEqual(['test_1']);
  expect(await stores.webhooks.deliveries(id, 1)).toMatchObject([{ code: 'http_500', attempts: 1 }]);
  expect((await endpoint(id))?.failures).toBe(0);
});

test('an address inside the house that nobody has allowed is not called', async () => {
  const { receiver, id } = await connect(['case.graded']);
  receivers.splice(receivers.indexOf(receiver), 1);
  await given();
  relay();
  await waitUntil(async () => (await stores.webhooks.deliveries(id, 1))[0]?.code === 'address', 'it is refused');
  expect(receiver.received).toEqual([]);
  await receiver.close();
});
