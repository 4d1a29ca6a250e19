import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { InboundChannel, Understood } from '../../../src/channels/inbound/channel';
import type { Placing } from '../../../src/channels/inbound/placing';
import type { Claiming } from '../../../src/channels/claiming';
import { createInboundPump } from '../../../src/channels/inbound/pump';
import { createReceive, type Receive } from '../../../src/channels/inbound/receive';
import { createSmtpListener, type SmtpListener } from '../../../src/channels/mail-in/smtp-listener';
import { ContentFiles } from '../../../src/content-files';
import { createStores, openDatabase, type Database, type InboundMessage, type Stores } from '../../../src/db';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';

/** What comes in is kept before it is read, taken up until it has an outcome, and stops nothing else. */
const MOST = 200_000;
let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
let dir: string;
let files: ContentFiles;
let receive: Receive;
const pumps: Claiming[] = [];
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
  test_ = await createTestDatabase();
  clock = new TestClock('2026-11-27T08:00:00.000Z');
  database = openDatabase({ url: test_.url, max: 10, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  dir = await mkdtemp(join(tmpdir(), 'redress-inbound-'));
  files = new ContentFiles(join(dir, 'inbound'));
  await files.prepare(Date.now());
  receive = createReceive({ files, inbound: stores.inbound, maxBytes: MOST });
});
afterEach(async () => {
  await Promise.all(pumps.splice(0).map((one) => one.stop()));
  await database.close();
  await test_.drop();
  await rm(dir, { recursive: true, force: true });
});

const bring = (text: string, sourceKey: string, source = 'imap:help') =>
  receive(
    { channel: 'mail', source, sourceKey, envelope: {}, arrivedAt: '2026-11-27T08:00:00.000Z' },
    Readable.from([Buffer.from(text)]),
  );

/** A channel for which every message is what its text says. */
const plain: InboundChannel = {
  name: 'mail',
  understand: (raw) => {
    const text = raw.toString();
    if (text.startsWith('poison')) return Promise.reject(new TypeError('unreadable'));
    return Promise.resolve({ kind: 'aside', reason: text.slice(0, 20) } as Understood);
  },
};

function pumping(given: Partial<Parameters<typeof createInboundPump>[0]> = {}): Claiming {
  const place: Placing = (understood) =>
    Promise.resolve({ outcome: 'aside', reason: 'reason' in understood ? understood.reason : 'none' });
  const pump = createInboundPump({
    inbound: stores.inbound,
    files,
    channels: [plain],
    place,
    isAway: () => false,
    log: silent,
    clock: clock.now,
    idleMs: 20,
    ...given,
  });
  pumps.push(pump);
  pump.start();
  return pump;
}

const counts = () => stores.inbound.counts();

test('the same message is taken up once, however often and from wherever it comes', async () => {
  await Promise.all([
    bring('one', '1:1'),
    bring('one', '1:1'),
    bring('one', '2:1'),
    bring('one', 'a', 'smtp'),
    bring('two', '1:2'),
  ]);
  expect(await counts()).toEqual({ waiting: 2, repeat: 2 });
  const claimed = await Promise.all([
    stores.inbound.claim(1, 1_000, ['mail']),
    stores.inbound.claim(5, 1_000, ['mail']),
  ]);
  expect(claimed.flat().map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(await stores.inbound.claim(5, 1_000, ['mail'])).toEqual([]);
});

test('one that cannot be read waits for somebody after three tries, and the next is not kept waiting', async () => {
  await bring('poison', '1:1');
  await bring('good', '1:2');
  expect(await stores.inbound.backlog()).toEqual({ oldestSeconds: expect.closeTo(0, -1), toLookAt: 0 });
  pumping();
  await waitUntil(async () => (await counts()).aside === 1, 'the good one is done');
  expect(await counts()).toEqual({ waiting: 1, aside: 1 });
  for (const tries of [1, 2]) {
    // Its lease is longer than what it waits for after a fault.
    await waitUntil(async () => {
      const { rows } = await database.pool.query(
        'select 1 from inbound_messages where source_key = $1 and attempts = $2 and reason is not null and next_attempt_at < $3',
        ['1:1', tries, new Date(clock.now() + 61_000)],
      );
      return rows.length === 1;
    }, 'it has failed and waits');
    clock.set(clock.now() + 61_000);
    expect((await stores.inbound.backlog()).oldestSeconds).toBeGreaterThan(60);
  }
  await waitUntil(async () => (await counts()).quarantined === 1, 'it waits for somebody');
  expect(await stores.inbound.backlog()).toEqual({ oldestSeconds: 0, toLookAt: 1 });
  const [row] = await stores.inbound.list('quarantined', 10);
  expect(row).toMatchObject({ reason: 'fault_TypeError', attempts: 3 });

  // Somebody has mended what was wrong, and lets it go.
  await pumps[0]?.stop();
  expect(await stores.inbound.release(row?.id ?? 0)).toBe(true);
  expect(await stores.inbound.release(row?.id ?? 0)).toBe(false);
  pumping({ channels: [{ name: 'mail', understand: () => Promise.resolve({ kind: 'aside', reason: 'now' }) }] });
  await waitUntil(async () => (await counts()).aside === 2, 'it is done');
  expect(await stores.inbound.setAside(row?.id ?? 0)).toBe(false);
});

test('a slow message holds up no other', async () => {
  await bring('slow', '1:1');
  for (const n of [2, 3, 4, 5]) await bring(`good ${n}`, `1:${n}`);
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const understand = async (raw: Buffer): Promise<Understood> => {
    if (raw.toString() === 'slow') await over;
    return { kind: 'aside', reason: raw.toString() } as Understood;
  };
  pumping({ channels: [{ name: 'mail', understand }], concurrency: 2 });
  await waitUntil(async () => (await counts()).aside === 4, 'the others are done');
  expect(await counts()).toEqual({ waiting: 1, aside: 4 });
  end();
  await waitUntil(async () => (await counts()).aside === 5, 'it is done');
});

test('what is handed in comes first: nothing is taken up in a rush, for a minute at most', async () => {
  await bring('one', '1:1');
  let isRush = true;
  let asked = 0;
  const busy = (): boolean => {
    asked++;
    return isRush;
  };
  pumping({ busy });
  await waitUntil(() => asked > 2, 'it was asked');
  expect(await counts()).toEqual({ waiting: 1 });
  isRush = false;
  await waitUntil(async () => (await counts()).aside === 1, 'it is done after the rush');
  isRush = true;
  asked = 0;
  await bring('two', '1:2');
  await waitUntil(() => asked > 1, 'the rush is known');
  expect(await counts()).toEqual({ waiting: 1, aside: 1 });
  clock.set(clock.now() + 60_001);
  await waitUntil(async () => (await counts()).aside === 2, 'it is done however long the rush lasts');
});

test('one over which its process is killed again and again waits for somebody, too', async () => {
  await bring('heavy', '1:1');
  for (let kills = 0; kills < 3; kills++) {
    expect(await stores.inbound.claim(1, 1_000, ['mail'])).toHaveLength(1);
    clock.set(clock.now() + 1_001);
  }
  const understand = jest.fn<Promise<Understood>, [Buffer, InboundMessage]>();
  pumping({ channels: [{ name: 'mail', understand }] });
  await waitUntil(async () => (await counts()).quarantined === 1, 'it waits for somebody');
  expect(understand).not.toHaveBeenCalled();
  expect(await stores.inbound.list('quarantined', 1)).toMatchObject([{ reason: 'ended_the_process' }]);
});

test('one over which its process is killed takes none of the others with it', async () => {
  for (const text of ['one', 'two', 'heavy', 'three', 'four']) await bring(text, `1:${text}`);
  const killed: (() => void)[] = [];
  /** A process that is killed as soon as it reads `heavy`: what it has under way then never ends. */
  const begin = (): Promise<void> =>
    new Promise((dies) => {
      let isDead = false;
      const gone = (): Promise<never> => new Promise((_, reject) => killed.push(() => reject(new Error('killed'))));
      pumping({
        channels: [
          {
            name: 'mail',
            async understand(raw) {
              // The others have begun, too.
              for (let turns = 0; turns < 50; turns++) await nextTurn();
              if (raw.toString() === 'heavy') {
                isDead = true;
                dies();
              }
              if (isDead) return gone();
              return { kind: 'aside', reason: raw.toString() } as Understood;
            },
          },
        ],
        busy: () => isDead,
      });
    });
  for (let kills = 0; kills < 3; kills++) {
    await begin();
    clock.set(clock.now() + 180_001);
  }
  pumping();
  await waitUntil(async () => {
    clock.set(clock.now() + 1_001);
    return (await counts()).waiting === undefined;
  }, 'all of them have an outcome');
  expect(await counts()).toEqual({ aside: 4, quarantined: 1 });
  expect(await stores.inbound.list('quarantined', 2)).toMatchObject([{ reason: 'ended_the_process' }]);
  for (const end of killed) end();
});

test('what came in by a channel that is off goes on waiting', async () => {
  await bring('good', '1:1');
  pumping({ channels: [{ ...plain, name: 'chat' }] });
  const message = { channel: 'chat', source: 'x', sourceKey: '1', envelope: {}, arrivedAt: '2026-11-27T08:00:00.000Z' };
  await receive(message, Readable.from([Buffer.from('other')]));
  await waitUntil(async () => (await counts()).aside === 1, 'the other one is done');
  expect(await counts()).toEqual({ waiting: 1, aside: 1 });
  expect(await stores.inbound.claim(1, 1_000, ['mail'])).toMatchObject([{ channel: 'mail', attempts: 1 }]);
});

test('while what we need is away nothing is given up', async () => {
  await bring('good', '1:1');
  let isAway = true;
  pumping({
    place: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve({ outcome: 'aside', reason: 'done' })),
    isAway: () => isAway,
  });
  for (let tries = 0; tries < 6; tries++) {
    await waitUntil(async () => {
      const { rows } = await database.pool.query(
        'select 1 from inbound_messages where next_attempt_at > $1 and reason is not null and attempts = 0',
        [new Date(clock.now())],
      );
      return rows.length === 1;
    }, 'it waits');
    clock.set(clock.now() + 15_001);
    await waitUntil(async () => {
      const { rows } = await database.pool.query('select 1 from inbound_messages where next_attempt_at > $1', [
        new Date(clock.now()),
      ]);
      return rows.length === 1;
    }, 'it is tried again');
  }
  isAway = false;
  clock.set(clock.now() + 200_000);
  await waitUntil(async () => (await counts()).aside === 1, 'it is done');
  expect(await counts()).toEqual({ aside: 1 });
});

describe('by SMTP', () => {
  let listener: SmtpListener;
  let port: number;
  const open = async (given: Partial<Parameters<typeof createSmtpListener>[0]> = {}): Promise<void> => {
    const isOurs = (address: string): boolean => address.endsWith('@redress.example');
    listener = createSmtpListener({ receive, isOurs, maxBytes: MOST, log: silent, clock: clock.now, ...given });
    port = await listener.listen(0, '127.0.0.1');
  };
  afterEach(() => listener.close());
  const send = (mail: { to?: string; text?: string; from?: string }) =>
    createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true }).sendMail({
      from: 'wang@example.com',
      to: 'help@redress.example',
      subject: '漏水',
      ...mail,
    });

  test('a mail is kept as it came, with who handed it in, before it is acknowledged', async () => {
    await open();
    await send({ text: '请处理' });
    const [message] = await stores.inbound.claim(1, 1_000, ['mail']);
    expect(message).toMatchObject({
      source: 'smtp',
      envelope: { from: 'wang@example.com', to: ['help@redress.example'], ip: '127.0.0.1' },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of (await files.read(message?.sha256 ?? '')) ?? []) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks)).toHaveLength(message?.bytes ?? 0);
    expect(Buffer.concat(chunks).toString()).toMatch(/^From: wang@example.com/u);
  });

  test('nobody else’s mail is taken, nothing too large, and nothing that cannot be kept', async () => {
    await open();
    await expect(send({ to: 'somebody@example.com' })).rejects.toMatchObject({ responseCode: 550 });
    await expect(send({ text: 'x'.repeat(MOST) })).rejects.toMatchObject({ responseCode: 552 });
    await send({ text: 'still here' });
    await listener.close();
    await open({ receive: () => Promise.reject(new Error('disk full')) });
    await expect(send({ text: 'x' })).rejects.toMatchObject({ responseCode: 451 });
    expect(await counts()).toEqual({ waiting: 1 });
  });
});
