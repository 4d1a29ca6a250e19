import { createSignIn, type SignInAccess } from '../../../src/cases/access/create-sign-in';
import { createLinks } from '../../../src/cases/access/links';
import { giveLink } from '../../../src/cases/access/sign-in-links';
import { isRefused } from '../../../src/cases';
import { createMailRelay } from '../../../src/channels/mail/relay';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import type { Delivery } from '../../../src/channels/outbox/channel';
import { createStores, type Stores } from '../../../src/db';
import { countsInDatabase } from '../../../src/db/stores/limits';
import { DAY, HOUR, MINUTE } from '../../../src/domain/basics/milliseconds';
import { openTestStores, type TestStores } from '../../db/support';
import { createConnections } from '../../../src/cases/connections/connections';
import { waitUntil } from '../../support/processes';

const PUBLIC_URL = 'https://care.example';
const PASSWORD = '春天来了 海棠花开 1998';
const START = Date.parse('2027-02-28T23:30:00.000Z');
const LINKS = createLinks({ secret: 's'.repeat(32), publicUrl: PUBLIC_URL });

let on: TestStores;
let stores: Stores;
let now: number;
let access: SignInAccess;
let from: { address: string };
let addresses = 0;
const clock = (): number => now;

/** The use cases of another server. */
const server = (forgottenMs = 0): SignInAccess =>
  createSignIn({
    stores: on.another(),
    counts: countsInDatabase(on.database),
    hashCost: { memoryCost: 8, timeCost: 1, parallelism: 1 },
    links: LINKS,
    mailDomain: 'house.example',
    forgottenMs,
    publicUrl: PUBLIC_URL,
    issuer: '青禾电器',
    log: { warn: () => undefined },
    clock,
  });

beforeAll(async () => {
  on = await openTestStores();
  stores = createStores({ ...on.database, clock });
});
beforeEach(async () => {
  now = START;
  from = { address: `192.0.2.${++addresses}` };
  await on.database.pool.query('truncate users, sign_in_failures, access_log, access_mails cascade');
  access = server();
  await person('anna');
  const { url } = await giveLink(stores, { publicUrl: PUBLIC_URL }, 'anna', { name: 'anna' }, now);
  await access.useLink(tokenIn(url), { password: PASSWORD }, from);
});
afterAll(() => on.close());

const person = (id: string, email = `${id}@house.example`): Promise<void> =>
  stores.users.create({
    id,
    name: `${id} 王`,
    email,
    role: 'agent',
    team: 'after-sales',
    language: 'zh-CN',
    active: true,
  });
const tokenIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
const mails = (id = 'anna') => stores.accessMails.list(id);

/** Runs a relay until nothing is due; each attempt is answered by the next of `answers`, the later ones by `sent`. */
async function relay(answers: Delivery[] = []): Promise<OutgoingMail[]> {
  const sent: OutgoingMail[] = [];
  const mailer = createMailRelay({
    stores: stores,
    transport: {
      send(mail) {
        sent.push(mail);
        return Promise.resolve(answers.shift() ?? { kind: 'sent' });
      },
      close: () => undefined,
    },
    config: { ORG_NAME: '青禾电器', CUSTOMER_CONTACT: '' },
    links: LINKS,
    onPermanentFailure: () => Promise.resolve(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    clock,
    idleMs: 5,
  });
  mailer.start();
  const at = new Date(now).toISOString();
  await waitUntil(
    async () =>
      (await mails()).every(
        ({ state, nextAttemptAt }) => state !== 'sending' && (state !== 'planned' || nextAttemptAt > at),
      ),
    'no mail is due',
  );
  await mailer.stop();
  return sent;
}

test('a test mail goes to the admin who asks for it, says how it went, and takes nothing from the links', async () => {
  const admin = { kind: 'staff', id: 'anna', role: 'admin', team: 'after-sales' } as const;
  const names = () => Promise.resolve(new Map<string, string>());
  const connections = createConnections({
    stores,
    staff: { names },
    config: {},
    mailDomain: 'house.example',
    clock,
  });
  const lastTest = async () => (await connections.list(admin)).find(({ name }) => name === 'mailOut')?.lastTest;
  expect(await lastTest()).toBeUndefined();
  for (let test = 0; test < 5; test++) await connections.testMail(admin);
  expect(await lastTest()).toMatchObject({ state: 'planned' });
  await expect(connections.testMail(admin)).rejects.toMatchObject({ kind: 'tooMany' });
  const sent = await relay();
  expect(sent.length).toBeGreaterThanOrEqual(5);
  expect(new Set(sent.flatMap(({ to }) => to))).toEqual(new Set(['anna@house.example']));
  expect([sent[0]?.subject, sent[0]?.text.includes('渠道')]).toEqual(['测试：邮件能发出去', true]);
  expect(await lastTest()).toMatchObject({ state: 'sent' });
  await access.forgotPassword('anna', from);
  expect((await mails()).filter(({ kind }) => kind === 'link')).toHaveLength(1);
  await relay();
});

describe('a forgotten password', () => {
  test('the link goes to the mail address of the account, once; it ends the sessions and leaves the second factor', async () => {
    const before = await access.signIn({ name: 'anna', password: PASSWORD }, from);
    if (before.is !== 'signedIn') throw new Error(before.is);
    const held = await access.session(before.sessionId);
    if (!held) throw new Error('no session');
    const { secret } = await access.offerSecondFactor(held);
    await stores.accounts.confirmSecondFactor('anna', secret, 1);
    await access.forgotPassword(' ANNA ', from);
    const [mail, ...others] = await relay();
    expect(others).toEqual([]);
    expect(mail?.to).toEqual(['anna@house.example']);
    expect(mail?.messageId).toMatch(/^<access\.[0-9a-f-]{36}@house\.example>$/);
    const url = /https?:\/\/[^\s"<]+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect(url).toMatch(/^https:\/\/care\.example\/password\/[\w-]{43}$/);
    const { rows } = await on.database.pool.query<{ line: string }>(
      'select m::text as line from access_mails m union all select l::text from sign_in_links l',
    );
    for (const { line } of rows) expect(line).not.toContain(tokenIn(url));

    const entry = await access.useLink(tokenIn(url), { password: `${PASSWORD}!` }, from);
    expect(entry.is).toBe('needsCode');
    expect(await access.session(before.sessionId)).toBeUndefined();
    await expect(access.useLink(tokenIn(url), { password: `${PASSWORD}?` }, from)).rejects.toMatchObject({
      kind: 'gone',
    });
    expect((await mails()).map(({ state }) => state)).toEqual(['sent']);
  });

  test('nobody gets a mail who has no account, no address or has left, and the answer is the same', async () => {
    for (const id of ['left', 'without']) {
      await person(id, id === 'without' ? '' : undefined);
      await giveLink(stores, { publicUrl: PUBLIC_URL }, id, { name: id }, now);
    }
    await stores.users.change([{ id: 'left', change: { active: false } }]);
    for (const name of ['anna', 'left', 'without', 'nobody', '']) {
      expect(await access.forgotPassword(name, from)).toBeUndefined();
    }
    const { rows } = await on.database.pool.query('select user_id from access_mails');
    expect(rows).toEqual([{ user_id: 'anna' }]);
  });

  test('takes the same time whether there is such an account or not', async () => {
    const slow = server(300);
    for (const name of ['anna', 'nobody']) {
      const began = performance.now();
      await slow.forgotPassword(name, from);
      expect(performance.now() - began).toBeGreaterThanOrEqual(299);
    }
  });

  test('three mails an hour to one person, whichever servers are asked, also all at once', async () => {
    const servers = [access, server(), server()];
    await Promise.all([...servers, ...servers, ...servers].map((one) => one.forgotPassword('anna', from)));
    expect(await mails()).toHaveLength(3);
    now += HOUR;
    await access.forgotPassword('anna', { address: `${from.address}1` });
    expect(await mails()).toHaveLength(4);
  });

  test('ten times a minute from one address, whichever servers are asked', async () => {
    const servers = [access, server()];
    for (let n = 0; n < 10; n++) await servers[n % 2]?.forgotPassword(`nobody${n}`, from);
    const answers = await Promise.allSettled(servers.map((one) => one.forgotPassword('nobody', from)));
    for (const answer of answers) {
      expect(answer.status === 'rejected' && isRefused(answer.reason, 'tooMany')).toBe(true);
    }
    await access.forgotPassword('nobody', { address: `${from.address}1` });
  });

  test('asking for one leaves a link alone that an admin gave', async () => {
    const { url } = await giveLink(stores, { publicUrl: PUBLIC_URL }, 'anna', {}, now);
    await access.forgotPassword('anna', from);
    expect((await access.openLink(tokenIn(url))).purpose).toBe('reset');
  });

  test('it is tried again under the same Message-ID with the same link, and not once the link is over', async () => {
    await access.forgotPassword('anna', from);
    const [first] = await relay([{ kind: 'ambiguous', code: 'ETIMEDOUT' }]);
    expect((await mails())[0]).toMatchObject({ state: 'planned', ambiguous: 1, error: 'ETIMEDOUT' });
    now += 5 * MINUTE;
    const [second] = await relay();
    expect(second).toMatchObject({ messageId: first?.messageId, text: first?.text, to: first?.to });
    await access.forgotPassword('anna', from);
    now += DAY;
    expect(await relay()).toEqual([]);
    expect((await mails()).map(({ state, error }) => [state, error])).toEqual([
      ['sent', undefined],
      ['skipped', 'overtaken'],
    ]);
  });

  test('a relay that died leaves it to the next one', async () => {
    const before = await stores.outbox.depth();
    await access.forgotPassword('anna', from);
    expect(await stores.accessMails.claim(5, MINUTE)).toHaveLength(1);
    expect(await stores.accessMails.claim(5, MINUTE)).toEqual([]);
    // It is one of the mails that have still to leave, as the metrics count them.
    expect(await stores.outbox.depth()).toBe(before + 1);
    now += MINUTE;
    expect(await relay()).toHaveLength(1);
    expect(await stores.outbox.depth()).toBe(before);
    expect((await mails())[0]).toMatchObject({ state: 'sent', ambiguous: 1, attempts: 2 });
  });
});
