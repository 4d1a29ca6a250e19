import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReceive } from '../../../src/channels/inbound/receive';
import { createImapMailbox, type ImapMailbox } from '../../../src/channels/mail-in/imap';
import { ContentFiles } from '../../../src/content-files';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { PATIENT } from '../../support/busy';
import { createDovecot, type Dovecot } from '../../support/dovecot';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';

/** Mails of a real mailbox: each taken once, whatever happens to server, connection and process. */
let test_: TestDatabase;
let database: Database;
let stores: Stores;
let dovecot: Dovecot;
let dir: string;
const mailboxes: ImapMailbox[] = [];
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
  test_ = await createTestDatabase();
  database = openDatabase({ url: test_.url, max: 10, ...PATIENT });
  stores = createStores(database);
  dir = await mkdtemp(join(tmpdir(), 'redress-imap-'));
  dovecot = await createDovecot();
});
afterEach(async () => {
  await Promise.all(mailboxes.splice(0).map((one) => one.stop()));
  await dovecot.close();
  await database.close();
  await test_.drop();
  await rm(dir, { recursive: true, force: true });
});

const mail = (n: number): Buffer =>
  Buffer.from(`From: wang@example.com\r\nTo: help@example.com\r\nSubject: ${n}\r\n\r\n第 ${n} 封\r\n`);

function reading(given: Partial<Parameters<typeof createImapMailbox>[0]> = {}): ImapMailbox {
  const files = new ContentFiles(join(dir, 'inbound'));
  const receive = createReceive({ files, inbound: stores.inbound, maxBytes: MOST });
  const mailbox = createImapMailbox({
    url: dovecot.url('help'),
    receive,
    maxBytes: MOST,
    places: stores.inboundPlaces,
    log: silent,
    clock: Date.now,
    lookMs: 500,
    ...given,
  });
  mailboxes.push(mailbox);
  mailbox.start();
  return mailbox;
}

const MOST = 1_000_000;
const taken = async (): Promise<number> => (await stores.inbound.counts()).waiting ?? 0;
const connected = () =>
  waitUntil(
    async () => (await database.pool.query('select 1 from inbound_places')).rows.length === 1,
    'it is connected',
  );

test('what lies there before it is connected is left alone; what comes then is taken, in order, as it came', async () => {
  await dovecot.deliver('help', [mail(0)]);
  reading();
  await connected();
  await dovecot.deliver('help', [mail(1), mail(2), mail(3)]);
  await waitUntil(async () => (await taken()) === 3, 'three are taken');
  const messages = await stores.inbound.claim(9, 1_000, ['mail']);
  expect(messages.map(({ bytes }) => bytes)).toEqual([1, 2, 3].map((n) => mail(n).length));
  expect(messages[0]).toMatchObject({
    source: expect.stringMatching(/^imap:help@127/u),
    sourceKey: expect.stringMatching(/^\d+:\d+$/u),
  });
});

test('a server that ends and comes again, and a process that dies: nothing lost, nothing twice', async () => {
  const first = reading();
  await connected();
  await dovecot.deliver('help', [mail(1)]);
  await waitUntil(async () => (await taken()) === 1, 'the first is taken');
  await dovecot.stop();
  await dovecot.start();
  await dovecot.deliver('help', [mail(2)]);
  await waitUntil(async () => (await taken()) === 2, 'the second is taken');
  await first.stop();
  await dovecot.deliver('help', [mail(3)]);
  reading();
  await waitUntil(async () => (await taken()) === 3, 'the third is taken');
  expect(await stores.inbound.counts()).toEqual({ waiting: 3 });
});

test('a mail that cannot be kept is asked for again, and those behind it wait for it', async () => {
  const files = new ContentFiles(join(dir, 'inbound'));
  const receive = createReceive({ files, inbound: stores.inbound, maxBytes: MOST });
  let faults = 2;
  reading({
    receive: (message, content) => (faults-- > 0 ? Promise.reject(new Error('disk full')) : receive(message, content)),
  });
  await connected();
  await dovecot.deliver('help', [mail(1), mail(2)]);
  await waitUntil(async () => (await taken()) === 2, 'both are taken');
  const messages = await stores.inbound.claim(9, 1_000, ['mail']);
  expect(messages.map(({ bytes }) => bytes)).toEqual([1, 2].map((n) => mail(n).length));
});

test('of two processes one reads, and the other goes on when that ends', async () => {
  const one = reading();
  await connected();
  const other = reading();
  await dovecot.deliver('help', [mail(1)]);
  await waitUntil(async () => (await taken()) === 1, 'the first is taken');
  await one.stop();
  await dovecot.deliver('help', [mail(2)]);
  await waitUntil(async () => (await taken()) === 2, 'the second is taken');
  // A moment after the last mail has been kept.
  await waitUntil(() => other.lookedAt() !== undefined, 'the other has looked through it');
  expect(await stores.inbound.counts()).toEqual({ waiting: 2 });
});

test('a mailbox whose mails all get new numbers: what was taken is known, what was there before stays where it is', async () => {
  const before = new Date(Date.now() - 86_400_000);
  await dovecot.deliver('help', [mail(0)], before);
  reading();
  await connected();
  await dovecot.deliver('help', [mail(1)]);
  await waitUntil(async () => (await taken()) === 1, 'the first is taken');
  await dovecot.stop();
  await dovecot.renumber('help');
  await dovecot.start();
  await dovecot.deliver('help', [mail(2)]);
  await waitUntil(async () => (await taken()) === 2, 'the second is taken');
  expect(await stores.inbound.counts()).toEqual({ waiting: 2, repeat: 1 });
});

test('of a mail that is too large the header is kept, and those behind it do not wait', async () => {
  reading({ maxBytes: 1_000 });
  await connected();
  const large = Buffer.concat([mail(1), Buffer.alloc(2_000, 'x')]);
  await dovecot.deliver('help', [large, mail(2)]);
  await waitUntil(async () => (await taken()) === 2, 'both are taken');
  const messages = await stores.inbound.claim(9, 1_000, ['mail']);
  expect(messages.map(({ envelope }) => envelope)).toEqual([{ tooLarge: large.length }, {}]);
  expect(messages[0]?.bytes).toBeLessThan(mail(1).length);
});

test('a login that is refused is told without its password, and is not tried again at once', async () => {
  const told: object[] = [];
  const url = dovecot.url('help').replace(':kettle@', ':secret-of-ours@');
  reading({ url, log: { ...silent, warn: (fields, message) => told.push({ ...fields, message }) } });
  await waitUntil(() => told.length > 0, 'it is told');
  expect(told).toEqual([{ host: '127.0.0.1', code: 'login_refused', message: 'a mailbox cannot be read' }]);
});
