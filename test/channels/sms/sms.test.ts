import { createSmsRelay, type SmsRelayOptions } from '../../../src/channels/sms/relay';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { event } from '../../../src/domain/case/events';
import { createOutgoing } from '../../../src/outgoing';
import { smsGateway } from '../../../src/sms-gateway';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { SmsServer } from '../../support/sms';
import { acceptWalk } from '../mail/accepted';
import { config, links, recorder } from '../mail/fake-stores';
import { staffOf, Walk } from '../mail/walk';

/** Customers without a mail address, or who prefer it, are told by text message: once, in the right hours, or by mail after all. */
const HOUR = 3_600_000;
const PHONE = '138 0000 5621';

let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
let server: SmsServer;
const relays: { stop(): Promise<void> }[] = [];
let told: unknown[];
let cases = 0;

beforeEach(async () => {
  test_ = await createTestDatabase();
  // 12:00 at the house.
  clock = new TestClock('2026-11-22T04:00:00.000Z');
  database = openDatabase({ url: test_.url, max: 8, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  for (const one of staffOf('zh-CN')) await stores.users.create(one);
  server = await new SmsServer().open();
  told = [];
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await server.close();
  await database.close();
  await test_.drop();
});

interface Customer {
  phone?: string;
  email?: string;
  preferredChannel?: string;
}

/** A case whose complaint has been taken. @returns its walk, to go on with */
async function files(customer: Customer = { phone: PHONE }): Promise<Walk> {
  cases++;
  const walk = new Walk({
    language: 'zh-CN',
    caseNo: `C261122-AAA${String(cases).padStart(3, '0')}`,
    words: '包装盒有点脏，希望说明一下。',
    customerName: '林晓梅',
    at: clock.instant(),
  });
  await acceptWalk(stores, walk, customer, true);
  return walk;
}
const goesOn = (walk: Walk) => stores.ledger.append(walk.options.caseNo, walk.events, { sms: true });

function relay(options: { gateway?: object; timeoutMs?: number; breaker?: SmsRelayOptions['breaker'] } = {}) {
  const { log, lines } = recorder();
  const read = smsGateway({
    url: server.url,
    body: { to: '{{to}}', text: '{{text}}', id: '{{id}}' },
    answer: { success: { at: '/code', is: ['OK'] }, id: '/msgId', code: '/code', never: ['ILLEGAL'] },
    ...options.gateway,
  });
  if ('faults' in read) throw new Error(read.faults.join());
  const made = createSmsRelay({
    stores,
    gateway: read.gateway,
    secret: 'gateway-secret',
    out: createOutgoing({ allowed: [server.host], timeoutMs: options.timeoutMs ?? 2_000, maxBytes: 16_384 }),
    links,
    config,
    onUndelivered: (message, how) => {
      told.push({ mail: message.mail, seq: message.seq, ...how });
      return Promise.resolve();
    },
    log,
    clock: clock.now,
    idleMs: 5,
    backOffMs: [5],
    ...(options.breaker && { breaker: options.breaker }),
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
  );
const mails = async ({ options }: Walk) =>
  (await stores.outbox.list(options.caseNo))
    .filter(({ to }) => to.kind === 'customer')
    .map(({ mail, state, error }) => [mail, state, error]);

test('a customer who left a telephone number alone gets the receipt as a text message, and no mail is tried', async () => {
  const walk = await files();
  expect(await mails(walk)).toEqual([['receipt', 'skipped', 'by_sms']]);
  const { lines } = relay();
  await settled(walk);

  expect(server.calls).toHaveLength(1);
  const [message] = await messages(walk);
  expect(server.calls[0]?.body).toEqual({
    to: '+8613800005621',
    text: expect.stringMatching(
      new RegExp(
        `^【青禾电器】投诉已受理，单号${walk.options.caseNo}，.+前答复。进展：https://desk\\.example/p/.+code=\\w{26}$`,
      ),
    ),
    id: message?.key,
  });
  expect(message).toMatchObject({ state: 'sent', gatewayId: 'gw-1', segments: 2, way: 'sms', fellBack: false });
  // Neither row nor log holds the number.
  const kept = JSON.stringify([await database.pool.query('select * from customer_messages'), lines]);
  expect(kept).not.toMatch(/138\D?0000\D?5621|13800005621/);
  expect(await stores.customerMessages.backlog()).toEqual({ waiting: 0, undelivered: 0 });
});

test('by which way somebody is told is decided with the event: by what they prefer, else by mail where there is one', async () => {
  const both = await files({ phone: PHONE, email: 'lin@example.com' });
  const prefers = await files({ phone: PHONE, email: 'lin@example.com', preferredChannel: 'sms' });
  const mailOnly = await files({ email: 'lin@example.com', preferredChannel: 'sms' });
  expect([await mails(both), await mails(prefers), await mails(mailOnly)]).toEqual([
    [['receipt', 'planned', undefined]],
    [['receipt', 'skipped', 'by_sms']],
    [['receipt', 'planned', undefined]],
  ]);
  expect([await messages(both), await messages(mailOnly)]).toEqual([[], []]);

  // Where the house has no gateway, nothing changes.
  const walk = new Walk({ language: 'zh-CN', caseNo: 'C261122-BBBBBB', words: '盒子脏了', customerName: '林晓梅' });
  await acceptWalk(stores, walk, { phone: PHONE });
  expect([await mails(walk), await messages(walk)]).toEqual([[['receipt', 'planned', undefined]], []]);

  // The same events once more plan nothing more.
  await goesOn(prefers);
  expect(await messages(prefers)).toHaveLength(1);
});

test('a fixed line takes no text message: its mail is planned after all, and ends as it would have without', async () => {
  const walk = await files({ phone: '010-88886666' });
  relay();
  await settled(walk);
  expect(server.calls).toEqual([]);
  expect(await statesOf(walk)).toEqual([['receipt', 'skipped', 'no_mobile']]);
  expect(await mails(walk)).toEqual([['receipt', 'planned', undefined]]);
  expect(told).toEqual([]);
});

test('what a gateway never takes goes by mail, and without a mail address the case is told', async () => {
  server.answer = (response) => server.say(response, { code: 'ILLEGAL' });
  const withMail = await files({ phone: PHONE, email: 'lin@example.com', preferredChannel: 'sms' });
  const without = await files();
  relay();
  await settled(withMail);
  await settled(without);
  expect(await statesOf(withMail)).toEqual([['receipt', 'failed', 'sms_ILLEGAL']]);
  expect(await mails(withMail)).toEqual([['receipt', 'planned', undefined]]);
  expect(await mails(without)).toEqual([['receipt', 'skipped', 'by_sms']]);
  expect(told).toEqual([{ mail: 'receipt', seq: expect.any(Number), unsure: false }]);
  expect(await stores.customerMessages.backlog()).toEqual({ waiting: 0, undelivered: 2 });
});

test('when nobody knows whether it was sent it is not sent again; where the gateway knows our id it is, under the same', async () => {
  server.answer = () => undefined;
  const walk = await files();
  const first = relay({ timeoutMs: 50 });
  await settled(walk);
  expect(server.calls).toHaveLength(1);
  expect(await statesOf(walk)).toEqual([['receipt', 'unknown', 'TIMEOUT']]);
  expect(told).toEqual([{ mail: 'receipt', seq: expect.any(Number), unsure: true }]);
  await first.made.stop();

  const other = await files();
  relay({ timeoutMs: 50, gateway: { knowsRepeats: true } });
  await waitUntil(() => {
    return server.calls.length >= 3;
  }, 'it is sent again');
  server.answer = undefined;
  await waitUntil(async () => {
    return (await messages(other))[0]?.state === 'sent';
  }, 'it is taken');
  expect(new Set(server.calls.slice(1).map(({ body }) => body?.id)).size).toBe(1);
  expect(told).toHaveLength(1);
});

test('a message that a relay left while it called is not sent again', async () => {
  const walk = await files();
  const [lost] = await stores.customerMessages.claim('sms', 10, 1_000);
  await stores.customerMessages.calling(lost?.id ?? 0, 1);
  clock.set(clock.now() + 2_000);
  // One that was only claimed is.
  const other = await files();
  await stores.customerMessages.claim('sms', 10, 1_000);
  clock.set(clock.now() + 2_000);
  relay();
  await settled(walk);
  await settled(other);
  expect(await statesOf(walk)).toEqual([['receipt', 'unknown', 'left']]);
  expect(await statesOf(other)).toEqual([['receipt', 'sent', undefined]]);
  expect(server.calls).toHaveLength(1);
});

test('what is not taken now is tried again, for six hours at most', async () => {
  server.answer = (response) => server.say(response, { code: 'LIMIT' });
  const walk = await files();
  relay();
  await waitUntil(() => {
    return server.calls.length >= 3;
  }, 'it is tried again');
  expect(await stores.customerMessages.backlog()).toMatchObject({ waiting: 1 });
  clock.set(clock.now() + 7 * HOUR);
  await settled(walk);
  expect(await statesOf(walk)).toEqual([['receipt', 'failed', 'sms_LIMIT']]);
});

test('at night only the receipt goes; the rest waits for the morning, and what is out of date by then is left out', async () => {
  const walk = await files();
  const { agent } = walk.staff;
  // 23:00 at the house.
  clock.set(clock.now() + 11 * HOUR);
  walk.now = clock.instant();
  walk
    .decide('grade', agent, { grade: 'general', category: 'product_quality' })
    .decide('respond', agent, { via: 'mail', text: walk.free('已查') })
    .decide('propose', agent, { remedies: [{ kind: 'apology', amount: 0 }], solution: walk.free('道歉') });
  await goesOn(walk);
  clock.set(clock.now() + 10 * 60_000);
  relay();
  await waitUntil(async () => (await messages(walk)).some(({ error }) => error === 'quiet'), 'it waits');
  await waitUntil(
    async () =>
      (await statesOf(walk)).every(
        ([, state, error]) => state !== 'sending' && (state !== 'planned' || error === 'quiet'),
      ),
    'all are looked at',
  );
  expect(server.calls).toHaveLength(1);
  expect(await stores.customerMessages.backlog()).toMatchObject({ waiting: 0 });
  expect((await messages(walk)).find(({ error }) => error === 'quiet')?.nextAttemptAt).toBe('2026-11-23T00:00:00.000Z');

  // The customer accepts the offer on the page, before the text about it leaves.
  walk.now = clock.instant();
  walk.decide('customerAnswer', { kind: 'customer' }, { accepted: true, via: 'link' });
  await goesOn(walk);
  clock.set(clock.now() + 9 * HOUR);
  await settled(walk);
  const ended = Object.fromEntries((await messages(walk)).map(({ mail, state, error }) => [mail, error ?? state]));
  expect(ended).toMatchObject({ receipt: 'sent', response: 'sent', solution: 'overtaken' });
  expect(server.texts()).toContainEqual(expect.stringContaining('有了答复'));
});

test('a loop is held back before it has cost much', async () => {
  relay({ breaker: { perAddress: 2, timesUsual: 5, floor: 1_000 } });
  await settled(await files());
  await settled(await files());
  const third = await files();
  await waitUntil(async () => (await messages(third))[0]?.error === 'held_address', 'the third waits');
  expect(server.calls).toHaveLength(2);
});

test('an event of nobody in particular plans nothing', async () => {
  const walk = await files();
  walk.happen(event('escalated', { because: 'unassigned', to: 'supervisor' }));
  await goesOn(walk);
  expect(await messages(walk)).toHaveLength(1);
});
