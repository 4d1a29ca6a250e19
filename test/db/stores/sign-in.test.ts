import type { Session, User } from '../../../src/db';
import { addMs } from '../../../src/domain/time/duration';
import { HOUR, MINUTE, SECOND } from '../../../src/domain/basics/milliseconds';
import { openTestStores, type TestStores } from '../support';

const AT = '2029-02-28T23:59:59.500Z';
const later = (ms: number): string => addMs(AT, ms);

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
  for (const id of ['anna', 'adam']) await on.stores.users.create(user(id));
});
afterEach(() => on.close());

const user = (id: string): User => ({
  id,
  name: id,
  email: `${id}@house.example`,
  role: id === 'adam' ? 'admin' : 'agent',
  team: 'after-sales',
  language: 'zh-CN',
  active: true,
});

describe('accounts', () => {
  it('have one name each, and a name has one account', async () => {
    const { accounts } = on.stores;
    await accounts.add({ userId: 'anna', name: 'Anna', nameKey: 'anna' }, AT);
    await accounts.add({ userId: 'anna', name: 'Other', nameKey: 'other' }, later(1));
    expect(await accounts.byUser('anna')).toEqual({ userId: 'anna', name: 'Anna', nameKey: 'anna', createdAt: AT });
    expect(await accounts.byNameKey('other')).toBeUndefined();
    await expect(accounts.add({ userId: 'adam', name: 'ANNA', nameKey: 'anna' }, AT)).rejects.toMatchObject({
      constraint: 'accounts_name_key',
    });
    await accounts.setPassword('anna', 'hash', later(2));
    expect(await accounts.byNameKey('anna')).toMatchObject({ passwordHash: 'hash', passwordSetAt: later(2) });
  });

  it('use a step of the second factor once, and none before it', async () => {
    const { accounts } = on.stores;
    await accounts.add({ userId: 'anna', name: 'anna', nameKey: 'anna' }, AT);
    expect(await accounts.useStep('anna', 5)).toBe(false);
    await accounts.offerSecondFactor('anna', 'FIRST');
    await accounts.offerSecondFactor('anna', 'SECOND');
    expect(await accounts.confirmSecondFactor('anna', 'FIRST', 5)).toBe(false);
    expect(await accounts.confirmSecondFactor('anna', 'SECOND', 5)).toBe(true);
    expect(await accounts.confirmSecondFactor('anna', 'SECOND', 9)).toBe(false);
    expect(await accounts.useStep('anna', 5)).toBe(false);
    const at6 = await Promise.all(Array.from({ length: 8 }, () => accounts.useStep('anna', 6)));
    expect(at6.filter(Boolean)).toHaveLength(1);
    expect([await accounts.useStep('anna', 4), await accounts.useStep('anna', 7)]).toEqual([false, true]);
    await accounts.removeSecondFactor('anna');
    expect(await accounts.useStep('anna', 8)).toBe(false);
    expect(await accounts.byUser('anna')).toEqual({ userId: 'anna', name: 'anna', nameKey: 'anna', createdAt: AT });
  });
});

describe('sessions', () => {
  const session = (idHash: string, changes: Partial<Session> = {}): Session => ({
    idHash,
    userId: 'anna',
    awaitsCode: false,
    createdAt: AT,
    lastSeenAt: AT,
    idleUntil: later(HOUR),
    endsAt: later(3 * HOUR),
    address: '192.0.2.1',
    userAgent: '',
    ...changes,
  });

  it('are over when they were idle, and at their end in any case', async () => {
    const { sessions } = on.stores;
    await sessions.add(session('a'));
    expect(await sessions.get('a', later(HOUR - 1))).toEqual(session('a'));
    expect(await sessions.get('a', later(HOUR))).toBeUndefined();
    await sessions.touch('a', later(MINUTE), later(4 * HOUR));
    expect(await sessions.get('a', later(3 * HOUR - 1))).toMatchObject({ lastSeenAt: later(MINUTE) });
    expect(await sessions.get('a', later(3 * HOUR))).toBeUndefined();
    expect(await sessions.list('anna', later(3 * HOUR))).toEqual([]);
  });

  it('that are over are removed when the next one begins, those of others are not', async () => {
    const { sessions } = on.stores;
    await sessions.add(session('idle'));
    await sessions.add(session('open', { idleUntil: later(3 * HOUR) }));
    await sessions.add(session('of adam', { userId: 'adam' }));
    await sessions.add(session('next', { createdAt: later(2 * HOUR), idleUntil: later(3 * HOUR) }));
    const { rows } = await on.database.pool.query<{ id_hash: string }>('select id_hash from sessions order by 1');
    expect(rows.map((row) => row.id_hash)).toEqual(['next', 'of adam', 'open']);
  });

  it('are ended one by one by their owner, or all but one; those that await a code are not listed', async () => {
    const { sessions } = on.stores;
    for (const id of ['a', 'b', 'c']) await sessions.add(session(id));
    await sessions.add(session('ticket', { awaitsCode: true }));
    expect((await sessions.list('anna', AT)).map(({ idHash }) => idHash)).toEqual(['a', 'b', 'c']);
    expect([await sessions.end('a', 'adam'), await sessions.end('a', 'anna'), await sessions.end('a')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(await sessions.endAll('anna', 'b')).toBe(2);
    expect(await sessions.endAll('adam')).toBe(0);
    expect(await sessions.get('b', AT)).toBeDefined();
  });
});

describe('failed tries', () => {
  const lockOut = { free: 1, waits: [30, 60], forget: 3_600 };

  it('lock a key for a time that grows up to the last of the list, by the moments that are given', async () => {
    const { signInFailures: failures } = on.stores;
    const take = (ms: number) => failures.take('k', later(ms), lockOut);
    expect([await take(0), await take(0)]).toEqual([undefined, undefined]);
    expect(await take(30 * SECOND - 1)).toBe(later(30 * SECOND));
    expect(await take(30 * SECOND)).toBeUndefined();
    expect(await take(31 * SECOND)).toBe(later(90 * SECOND));
    expect(await take(90 * SECOND)).toBeUndefined();
    expect(await take(91 * SECOND)).toBe(later(150 * SECOND));
    expect(await failures.take('other', later(91 * SECOND), lockOut)).toBeUndefined();
    await failures.clear('k', later(92 * SECOND));
    expect([await take(93 * SECOND), await take(93 * SECOND)]).toEqual([undefined, undefined]);
    expect(await take(94 * SECOND)).toBe(later(123 * SECOND));
  });

  it('are forgotten after a while, and their rows removed with the next success of anybody', async () => {
    const { signInFailures: failures } = on.stores;
    for (let n = 0; n < 2; n++) await failures.take('k', AT, lockOut);
    await failures.take('young', later(HOUR - 1), lockOut);
    expect(await failures.take('k', later(HOUR), lockOut)).toBeUndefined();
    expect(await failures.take('k', later(HOUR), lockOut)).toBeUndefined();
    await failures.clear('somebody else', later(2 * HOUR - 1));
    const { rows } = await on.database.pool.query<{ key: string }>('select key from sign_in_failures');
    expect(rows).toEqual([{ key: 'k' }]);
  });

  it('that come all at once are all counted', async () => {
    const { signInFailures: failures } = on.stores;
    const all = await Promise.all(Array.from({ length: 20 }, () => failures.take('k', AT, lockOut)));
    expect(all.filter((until) => until === undefined)).toHaveLength(2);
  });
});

describe('links to set a password', () => {
  const link = (tokenHash: string, changes: object = {}) => ({
    tokenHash,
    purpose: 'invite' as const,
    userId: 'anna',
    createdAt: AT,
    expiresAt: later(HOUR),
    ...changes,
  });
  const redeem = (hash: string, ms = 0, account?: { name: string; nameKey: string }) =>
    on.stores.signInLinks.redeem(hash, { passwordHash: `by ${hash}`, ...(account && { account }) }, later(ms));

  it('are used once, before they expire, and then set the password', async () => {
    const { accounts, signInLinks } = on.stores;
    await accounts.add({ userId: 'anna', name: 'anna', nameKey: 'anna' }, AT);
    await signInLinks.give(link('late'));
    expect([await redeem('late', HOUR), await redeem('unknown'), await redeem('')]).toEqual(['gone', 'gone', 'gone']);
    expect((await accounts.byUser('anna'))?.passwordHash).toBeUndefined();
    const answers = await Promise.all(Array.from({ length: 6 }, () => redeem('late', HOUR - 1)));
    expect(answers.filter((answer) => answer !== 'gone')).toEqual([{ userId: 'anna' }]);
    expect(await accounts.byUser('anna')).toMatchObject({ passwordHash: 'by late', passwordSetAt: later(HOUR - 1) });
    expect(await signInLinks.get('late')).toEqual(link('late', { usedAt: later(HOUR - 1) }));
  });

  it('replace those that were given to the same person before', async () => {
    const { signInLinks } = on.stores;
    await signInLinks.give(link('old'));
    await signInLinks.give(link('of adam', { userId: 'adam' }));
    await signInLinks.give(link('new'));
    expect(await signInLinks.get('old')).toBeUndefined();
    expect(await signInLinks.get('of adam')).toBeDefined();
  });

  it('of the first admin are prolonged until they are used, and of two one makes the admin', async () => {
    const { signInLinks, accounts } = on.stores;
    const first = { purpose: 'firstAdmin' as const };
    await on.stores.users.create({ ...user('adam'), id: 'second' });
    expect(await signInLinks.prolong(link('1', { ...first, userId: 'adam' }))).toBe(true);
    expect(await signInLinks.prolong(link('1', { ...first, userId: 'adam', expiresAt: later(2 * HOUR) }))).toBe(true);
    expect(await signInLinks.prolong(link('2', { ...first, userId: 'second' }))).toBe(true);
    expect((await signInLinks.get('1'))?.expiresAt).toBe(later(2 * HOUR));
    expect(await signInLinks.hasAdmin()).toBe(false);
    const answers = await Promise.all([
      redeem('1', 0, { name: 'one', nameKey: 'one' }),
      redeem('2', 0, { name: 'two', nameKey: 'two' }),
    ]);
    expect(answers.filter((answer) => answer === 'adminIsThere')).toHaveLength(1);
    expect(await signInLinks.hasAdmin()).toBe(true);
    const made = [await accounts.byUser('adam'), await accounts.byUser('second')].filter((one) => one !== undefined);
    expect(made).toHaveLength(1);
    expect(await signInLinks.prolong(link(answers[0] === 'adminIsThere' ? '2' : '1', first))).toBe(false);
  });

  it('set nothing when the name is taken, and are not used up', async () => {
    const { signInLinks, accounts } = on.stores;
    await accounts.add({ userId: 'anna', name: 'anna', nameKey: 'anna' }, AT);
    await signInLinks.prolong(link('1', { purpose: 'firstAdmin', userId: 'adam' }));
    await expect(redeem('1', 0, { name: 'Anna', nameKey: 'anna' })).rejects.toMatchObject({
      constraint: 'accounts_name_key',
    });
    expect((await signInLinks.get('1'))?.usedAt).toBeUndefined();
    expect(await redeem('1', 0, { name: 'adam', nameKey: 'adam' })).toEqual({ userId: 'adam' });
  });
});
