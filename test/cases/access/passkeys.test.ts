import { createLinks } from '../../../src/cases/access/links';
import { createSignIn, type SignInAccess } from '../../../src/cases/access/create-sign-in';
import type { HashCost } from '../../../src/cases/access/passwords';
import { giveLink } from '../../../src/cases/access/sign-in-links';
import type { CurrentSession } from '../../../src/cases/access/sessions';
import { handleOf, relyingParty } from '../../../src/cases/access/webauthn';
import { isRefused, type Refused } from '../../../src/cases';
import { countsInMemory } from '../../../src/db/stores/limits';
import { MINUTE, SECOND } from '../../../src/domain/basics/milliseconds';
import { openTestStores, type TestStores } from '../../db/support';
import { Authenticator, type Told } from './authenticator';

const CHEAP: HashCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const PUBLIC_URL = 'https://care.example/';
const ORIGIN = 'https://care.example';
const FROM = { address: '192.0.2.7' };
const PASSWORD = '春天来了 海棠花开 1998';
const START = Date.parse('2028-02-28T23:30:00.000Z');
const ADMIN = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;

let on: TestStores;
let now: number;
let access: SignInAccess;

const server = (publicUrl = PUBLIC_URL): SignInAccess =>
  createSignIn({
    stores: on.another(),
    counts: countsInMemory,
    hashCost: CHEAP,
    links: createLinks({ secret: 's'.repeat(32), publicUrl }),
    mailDomain: 'house.example',
    forgottenMs: 0,
    publicUrl,
    issuer: '青禾电器',
    log: { warn: () => undefined },
    clock: () => now,
  });

beforeAll(async () => {
  on = await openTestStores();
});
beforeEach(async () => {
  now = START;
  await on.database.pool.query('truncate users, sign_in_failures, access_log cascade');
  access = server();
});
afterAll(() => on.close());

async function signedIn(id: string): Promise<CurrentSession> {
  if (!(await on.stores.users.byId(id))) {
    await on.stores.users.create({
      id,
      name: `${id} 王`,
      email: `${id}@house.example`,
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    });
    const { url } = await giveLink(on.stores, { publicUrl: PUBLIC_URL }, id, { name: id }, now);
    await access.useLink(url.slice(url.lastIndexOf('/') + 1), { password: PASSWORD }, FROM);
  }
  const entry = await access.signIn({ name: id, password: PASSWORD }, FROM);
  const session = entry.is === 'signedIn' ? await access.session(entry.sessionId) : undefined;
  if (!session) throw new Error(`not signed in: ${entry.is}`);
  return session;
}

const given = { name: '工作笔记本', password: '' };

async function withPasskey(who: CurrentSession): Promise<Authenticator> {
  const device = new Authenticator(ORIGIN);
  const { ticket, options } = await access.passkeys.offer(who, given);
  await access.passkeys.add(who, { ticket, name: given.name, answer: device.make(options) });
  return device;
}

async function comesIn(device: Authenticator, told?: Told): Promise<string> {
  const { ticket, options } = await access.passkeys.begin(FROM);
  return (await access.passkeys.finish({ ticket, answer: device.sign(options, told) }, FROM)).is;
}

const refusal = async (work: Promise<unknown>): Promise<Refused> => {
  try {
    await work;
  } catch (error) {
    if (isRefused(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
const faults = async (work: Promise<unknown>) => (await refusal(work)).details.faults?.map(({ path }) => path);
const acts = async (): Promise<unknown[]> =>
  (
    await on.database.pool.query<{ line: unknown }>(
      "select json_build_array(user_id, act, by) as line from access_log where act like 'passkey%' or act = 'sessionsEnded' order by id",
    )
  ).rows.map(({ line }) => line);

describe('passkeys', () => {
  test('one that was added signs its owner in without a code, says when it was used, and is noted', async () => {
    const anna = await signedIn('anna');
    const { secret } = await access.offerSecondFactor(anna);
    await on.stores.accounts.confirmSecondFactor('anna', secret, 1);
    const device = await withPasskey(anna);
    expect(await access.passkeys.list(anna)).toMatchObject([{ name: '工作笔记本', backedUp: true }]);
    now += MINUTE;
    const { ticket, options } = await access.passkeys.begin(FROM);
    expect(options).toMatchObject({ rpId: 'care.example', userVerification: 'required' });
    expect(options.allowCredentials ?? []).toEqual([]);
    const entry = await access.passkeys.finish({ ticket, answer: device.sign(options) }, FROM);
    expect(entry).toMatchObject({ is: 'signedIn', user: { id: 'anna' } });
    const [shown] = await access.passkeys.list(anna);
    expect(shown?.lastUsedAt).toBe(new Date(now).toISOString());
    await access.passkeys.remove(anna, shown?.id ?? '');
    expect(await comesIn(device)).toBe('wrong');
    expect(await acts()).toEqual([
      ['anna', 'passkeyAdded', 'anna'],
      ['anna', 'passkeyRemoved', 'anna'],
    ]);
  });

  test('what the browser is told names nobody to the device, wants no attestation, and leaves out devices that have one', async () => {
    const anna = await signedIn('anna');
    const device = await withPasskey(anna);
    const { options } = await access.passkeys.offer(anna, given);
    expect(options).toMatchObject({
      rp: { id: 'care.example', name: '青禾电器' },
      user: { id: handleOf('anna'), name: 'anna' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: device.id }],
    });
    const { options: next } = await access.passkeys.offer(anna, given);
    expect(next.challenge).not.toBe(options.challenge);
  });

  test.each<[string, Told]>([
    ['made for another origin', { origin: 'https://care.example.evil.example' }],
    ['made for another name', { rpId: 'evil.example' }],
    ['that answers another challenge', { challenge: 'x'.repeat(43) }],
    ['that asked its user for nothing', { isVerified: false }],
  ])('one %s neither is added nor signs in', async (_what, told) => {
    const anna = await signedIn('anna');
    const { ticket, options } = await access.passkeys.offer(anna, given);
    const answer = new Authenticator(ORIGIN).make(options, told);
    expect(await faults(access.passkeys.add(anna, { ticket, name: 'x', answer }))).toEqual(['passkey']);
    expect(await access.passkeys.list(anna)).toEqual([]);
    const device = await withPasskey(anna);
    expect(await comesIn(device, told)).toBe('wrong');
    expect(await comesIn(device)).toBe('signedIn');
  });

  test('what is to be signed is good for one answer, for five minutes, for one use, and in one session', async () => {
    const anna = await signedIn('anna');
    const device = await withPasskey(anna);
    const first = await access.passkeys.begin(FROM);
    const answer = device.sign(first.options);
    expect((await access.passkeys.finish({ ticket: first.ticket, answer: '{}' }, FROM)).is).toBe('wrong');
    expect((await access.passkeys.finish({ ticket: first.ticket, answer }, FROM)).is).toBe('tooLate');

    const both = await access.passkeys.begin(FROM);
    const twice = { ticket: both.ticket, answer: device.sign(both.options) };
    const [one, other] = await Promise.all([
      access.passkeys.finish(twice, FROM),
      server().passkeys.finish(twice, FROM),
    ]);
    expect([one.is, other.is].toSorted()).toEqual(['signedIn', 'tooLate']);

    const late = await access.passkeys.begin(FROM);
    const lateAnswer = device.sign(late.options);
    now += 5 * MINUTE;
    expect((await access.passkeys.finish({ ticket: late.ticket, answer: lateAnswer }, FROM)).is).toBe('tooLate');

    // What was asked for to sign in adds none, what was asked for to add one signs nobody in, and neither in another session.
    const [asked, offered] = [await access.passkeys.begin(FROM), await access.passkeys.offer(anna, given)];
    expect((await access.passkeys.finish({ ticket: offered.ticket, answer }, FROM)).is).toBe('tooLate');
    const made = new Authenticator(ORIGIN).make(offered.options);
    const add = (who: CurrentSession, ticket: string) => access.passkeys.add(who, { ticket, name: 'x', answer: made });
    expect(await faults(add(anna, asked.ticket))).toEqual(['passkey']);
    expect(await faults(add(await signedIn('anna'), offered.ticket))).toEqual(['passkey']);
    expect(await faults(add(await signedIn('boris'), offered.ticket))).toEqual(['passkey']);
    await add(anna, offered.ticket);
    expect(await faults(add(anna, offered.ticket))).toEqual(['passkey']);
    const { rows } = await on.database.pool.query('select 1 from passkey_challenges where session is not null');
    expect(rows).toEqual([]);
  });

  test('in a session that was ended meanwhile none is added', async () => {
    const anna = await signedIn('anna');
    const { ticket, options } = await access.passkeys.offer(anna, given);
    await access.endSessionsOf('anna', ADMIN);
    const answer = new Authenticator(ORIGIN).make(options);
    expect(await faults(access.passkeys.add(anna, { ticket, name: 'x', answer }))).toEqual(['passkey']);
    expect(await on.stores.passkeys.of('anna')).toEqual([]);
  });

  test('the passkey of one is never the way in of another', async () => {
    const [anna, boris] = [await signedIn('anna'), await signedIn('boris')];
    const device = await withPasskey(anna);
    expect(await comesIn(device, { userHandle: handleOf('boris') })).toBe('wrong');
    const { ticket, options } = await access.passkeys.offer(boris, given);
    const stolen = JSON.parse(device.make(options)) as object;
    expect(await faults(access.passkeys.add(boris, { ticket, name: 'x', answer: JSON.stringify(stolen) }))).toEqual([
      'passkey',
    ]);
    expect(await access.passkeys.list(boris)).toEqual([]);
    expect((await refusal(access.passkeys.remove(boris, (await access.passkeys.list(anna))[0]?.id ?? ''))).kind).toBe(
      'notFound',
    );
    expect(await access.passkeys.list(anna)).toHaveLength(1);
  });

  test('who has left is not let in; ended sessions keep the passkeys, and an admin removes them', async () => {
    const anna = await signedIn('anna');
    const device = await withPasskey(anna);
    await access.signOutEverywhere(anna);
    expect(await comesIn(device)).toBe('signedIn');
    await on.stores.users.change([{ id: 'anna', change: { active: false } }]);
    expect(await comesIn(device)).toBe('wrong');
    await on.stores.users.change([{ id: 'anna', change: { active: true } }]);
    expect((await access.people(ADMIN)).find(({ id }) => id === 'anna')).toMatchObject({ passkeys: 1, sessions: 1 });
    expect((await refusal(access.removePasskeysOf('anna', { ...ADMIN, role: 'manager' }))).kind).toBe('forbidden');
    await access.removePasskeysOf('anna', ADMIN);
    expect(await comesIn(device)).toBe('wrong');
    expect((await access.people(ADMIN)).find(({ id }) => id === 'anna')).toMatchObject({ passkeys: 0, sessions: 0 });
    expect(await acts()).toEqual([
      ['anna', 'passkeyAdded', 'anna'],
      ['anna', 'passkeyRemoved', 'adam'],
      ['anna', 'sessionsEnded', 'adam'],
    ]);
  });

  test('one that counts backwards is refused and noted; one that never counts is taken', async () => {
    const anna = await signedIn('anna');
    const device = await withPasskey(anna);
    expect(await comesIn(device, { counter: 0 })).toBe('signedIn');
    expect(await comesIn(device, { counter: 0 })).toBe('signedIn');
    expect(await comesIn(device, { counter: 7 })).toBe('signedIn');
    expect(await comesIn(device, { counter: 7 })).toBe('wrong');
    expect(await comesIn(device, { counter: 0 })).toBe('wrong');
    expect(await comesIn(device, { counter: 8 })).toBe('signedIn');
    const copied = (await acts()).filter((line) => String(line).includes('passkeyCopied'));
    expect(copied).toEqual([
      ['anna', 'passkeyCopied', null],
      ['anna', 'passkeyCopied', null],
    ]);
  });

  test('failures lock passkeys of the person, not their name, and a stranger’s like any other', async () => {
    const anna = await signedIn('anna');
    const [device, strange] = [await withPasskey(anna), new Authenticator(ORIGIN)];
    strange.make((await access.passkeys.offer(anna, given)).options);
    for (let n = 0; n < 5; n++) {
      expect(await comesIn(device, { isVerified: false })).toBe('wrong');
      expect(await comesIn(strange)).toBe('wrong');
    }
    expect(await comesIn(device)).toBe('locked');
    expect(await comesIn(strange)).toBe('locked');
    expect((await access.people(ADMIN)).find(({ id }) => id === 'anna')?.lockedUntil).toBeDefined();
    await signedIn('anna');
    now += 31 * SECOND;
    expect(await comesIn(device)).toBe('signedIn');
  });

  test('one address begins a hundred times a minute, by whichever way', async () => {
    const from = { address: '198.51.100.9' };
    for (let n = 0; n < 100; n++) await access.passkeys.begin(from);
    expect((await refusal(access.passkeys.begin(from))).kind).toBe('tooMany');
    expect((await refusal(access.passkeys.finish({ ticket: '', answer: '' }, from))).kind).toBe('tooMany');
  });

  test('who signed in a while ago gives the password first, and a name that will not do is refused', async () => {
    const anna = await signedIn('anna');
    now += 10 * MINUTE + 1;
    expect(access.passkeys.asksPassword(anna)).toBe(true);
    expect(await faults(access.passkeys.offer(anna, given))).toEqual(['password']);
    expect((await access.passkeys.offer(anna, { ...given, password: PASSWORD })).ticket).toMatch(/^[\w-]{43}$/);
    for (const name of ['', ' \u200b', 'x'.repeat(61)]) {
      expect(await faults(access.passkeys.offer(anna, { name, password: PASSWORD }))).toEqual(['name']);
    }
    for (let n = 0; n < 5; n++) await refusal(access.passkeys.offer(anna, { ...given, password: 'wrong' }));
    expect((await refusal(access.passkeys.offer(anna, { ...given, password: PASSWORD }))).code).toBe('locked');
  });

  test('nobody has more than ten', async () => {
    const anna = await signedIn('anna');
    for (let n = 0; n < 10; n++) await withPasskey(anna);
    expect(await faults(access.passkeys.offer(anna, given))).toEqual(['name']);
  });

  test('an address that browsers make none for offers none, and the bound name comes from PUBLIC_URL', async () => {
    expect(relyingParty('https://care.example:8443/base')).toEqual({
      id: 'care.example',
      origin: 'https://care.example:8443',
    });
    expect(relyingParty('http://localhost:3000')).toEqual({ id: 'localhost', origin: 'http://localhost:3000' });
    for (const url of ['http://care.example', 'http://127.0.0.1:3000', 'https://192.0.2.1', 'https://[2001:db8::1]']) {
      expect([url, relyingParty(url)]).toEqual([url, undefined]);
    }
    const anna = await signedIn('anna');
    const device = await withPasskey(anna);
    const plain = server('http://care.example').passkeys;
    expect(plain.areOffered).toBe(false);
    expect((await refusal(plain.offer(anna, given))).code).toBe('no_passkeys');
    expect((await refusal(plain.begin(FROM))).code).toBe('no_passkeys');
    const { ticket, options } = await access.passkeys.begin(FROM);
    expect((await plain.finish({ ticket, answer: device.sign(options) }, FROM)).is).toBe('wrong');
  });
});
