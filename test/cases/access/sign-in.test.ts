import { TOTP, Secret } from 'otpauth';
import { createLinks } from '../../../src/cases/access/links';
import { createSignIn, type SignInAccess } from '../../../src/cases/access/create-sign-in';
import { HASH_COST, passwordFaults, Passwords, type HashCost } from '../../../src/cases/access/passwords';
import { secretUrl, stepOf } from '../../../src/cases/access/second-factor';
import { firstAdminLink, giveLink } from '../../../src/cases/access/sign-in-links';
import { nameFaults, signInKey } from '../../../src/cases/access/sign-in-name';
import { actorOf } from '../../../src/cases/access/staff';
import { isRefused, type Refused } from '../../../src/cases';
import type { User } from '../../../src/db';
import { countsInMemory } from '../../../src/db/stores/limits';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/domain/basics/milliseconds';
import { openTestStores, type TestStores } from '../../db/support';

const CHEAP: HashCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const PUBLIC_URL = 'https://care.example/';
const LINKS = createLinks({ secret: 's'.repeat(32), publicUrl: PUBLIC_URL });
const FROM = { address: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
const PASSWORD = '春天来了 海棠花开 1998';
const START = Date.parse('2027-02-28T23:30:00.000Z');

let on: TestStores;
let now: number;
let access: SignInAccess;
const clock = (): number => now;

/** The use cases of another server: with a memory of its own, on the same database. */
const server = (): SignInAccess =>
  createSignIn({
    stores: on.another(),
    counts: countsInMemory,
    hashCost: CHEAP,
    links: LINKS,
    mailDomain: 'house.example',
    forgottenMs: 0,
    publicUrl: PUBLIC_URL,
    issuer: '青禾电器',
    log: { warn: () => undefined },
    clock,
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

async function person(id: string, role: User['role'] = 'agent'): Promise<User> {
  const user: User = {
    id,
    name: `${id} 王`,
    email: `${id}@house.example`,
    role,
    team: 'after-sales',
    language: 'zh-CN',
    active: true,
  };
  await on.stores.users.create(user);
  return user;
}

const tokenIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** Somebody with an account, whose sign-in name is their id. */
async function withAccount(id: string, role: User['role'] = 'agent'): Promise<User> {
  const user = await person(id, role);
  const { url } = await giveLink(on.stores, { publicUrl: PUBLIC_URL }, id, { name: id }, now);
  await access.useLink(tokenIn(url), { password: PASSWORD }, FROM);
  return user;
}

async function signedIn(name: string, at = access): Promise<string> {
  const answer = await at.signIn({ name, password: PASSWORD }, FROM);
  if (answer.is !== 'signedIn') throw new Error(`not signed in: ${answer.is}`);
  return answer.sessionId;
}

const who = async (sessionId: string, at = access) => {
  const found = await at.session(sessionId);
  if (!found) throw new Error('no session');
  return found;
};

const refusal = async (work: Promise<unknown>): Promise<Refused> => {
  try {
    await work;
  } catch (error) {
    if (isRefused(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
const faultsIn = async (work: Promise<unknown>): Promise<string[]> =>
  ((await refusal(work)).details.faults ?? []).map(({ path }) => path);

const code = (secret: string, at = now): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
const wrongCode = (secret: string): string => {
  const right = new Set([-1, 0, 1].map((step) => code(secret, now + step * 30 * SECOND)));
  return ['000000', '111111', '222222', '333333'].find((one) => !right.has(one)) ?? '';
};

describe('signing in', () => {
  test('gives a session of its own each time, of which the database holds the hash alone', async () => {
    const user = await withAccount('anna');
    const [one, other] = [await signedIn('anna'), await signedIn('anna')];
    expect(one).not.toBe(other);
    for (const id of [one, other]) {
      expect(id).toMatch(/^[\w-]{43}$/);
      expect((await who(id)).user).toEqual(user);
    }
    const { rows } = await on.database.pool.query<{ line: string }>('select s::text as line from sessions s');
    expect(rows.length).toBeGreaterThan(1);
    for (const { line } of rows) expect(line).not.toContain(one);
    for (const id of ['', ' ', 'x', one.slice(1), `${one}x`, (await who(one)).key]) {
      expect(await access.session(id)).toBeUndefined();
    }
  });

  test('takes name and password in full and half width, and the name in any case', async () => {
    await withAccount('anna');
    const full = PASSWORD.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect(full).not.toBe(PASSWORD);
    expect(await access.signIn({ name: ' ＡNNA ', password: full }, FROM)).toMatchObject({ is: 'signedIn' });
    for (const password of ['', PASSWORD.slice(1), PASSWORD.toUpperCase() + ' ', `${PASSWORD}${'x'.repeat(10_000)}`]) {
      expect((await access.signIn({ name: 'anna', password }, FROM)).is).toBe('wrong');
    }
  });

  test('answers alike for a wrong password, an unknown name, an invitation that was not used and somebody who left', async () => {
    await withAccount('anna');
    await withAccount('gone');
    await on.stores.users.change([{ id: 'gone', change: { active: false } }]);
    await person('invited');
    await giveLink(on.stores, { publicUrl: PUBLIC_URL }, 'invited', { name: 'invited' }, now);
    const hashes = jest.spyOn(Passwords.prototype, 'isRight');
    const tries = [
      { name: 'anna', password: 'not the password' },
      { name: 'nobody', password: PASSWORD },
      { name: 'invited', password: PASSWORD },
      { name: 'invited', password: '' },
      { name: 'gone', password: PASSWORD },
    ];
    const answers = [];
    for (const one of tries) answers.push(await access.signIn(one, FROM));
    expect(answers[0]?.is).toBe('wrong');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(hashes).toHaveBeenCalledTimes(tries.length);
    hashes.mockRestore();
  });

  test('works as long for a name that nobody has: it hashes at the same cost', async () => {
    const passwords = new Passwords({ memoryCost: 8 * 1_024, timeCost: 4, parallelism: 1 });
    const hash = await passwords.hash(PASSWORD);
    const taken = async (of: string | undefined): Promise<number> => {
      const began = process.cpuUsage();
      expect(await passwords.isRight('not the password', of)).toBe(false);
      const { user, system } = process.cpuUsage(began);
      return user + system;
    };
    const median = async (of: string | undefined): Promise<number> => {
      const all: number[] = [];
      for (let n = 0; n < 9; n++) all.push(await taken(of));
      return all.toSorted((a, b) => a - b)[4] ?? 0;
    };
    const [known, unknown] = [await median(hash), await median(undefined)];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  test('is limited by address, whatever the name', async () => {
    await withAccount('anna');
    const answers = await Promise.allSettled(
      Array.from({ length: 105 }, (_, n) => access.signIn({ name: `nobody-${n}`, password: 'x' }, FROM)),
    );
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    const refused = await refusal(access.signIn({ name: 'anna', password: PASSWORD }, FROM));
    expect([refused.kind, refused.code]).toEqual(['tooMany', 'too_many']);
    expect((await refusal(access.confirmCode({ ticket: 'x', code: '1' }, FROM))).code).toBe('too_many');
    const elsewhere = { address: '192.0.2.8' };
    expect((await access.signIn({ name: 'anna', password: PASSWORD }, elsewhere)).is).toBe('signedIn');
  });
});

describe('the lock', () => {
  const wrong = (name: string, at = access) => at.signIn({ name, password: 'not the password' }, FROM);

  test.each(['anna', 'nobody'])(
    'shuts after five wrong passwords, longer each time, at every server: %s',
    async (name) => {
      await withAccount('anna');
      const other = server();
      for (let n = 0; n < 5; n++) expect((await wrong(name, n % 2 === 0 ? access : other)).is).toBe('wrong');
      for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
        const locked = await other.signIn({ name, password: PASSWORD }, FROM);
        expect(locked).toMatchObject({ is: 'locked', until: new Date(now + seconds * SECOND).toISOString() });
        now += seconds * SECOND - 1;
        expect((await wrong(name)).is).toBe('locked');
        now += 1;
        expect((await wrong(name)).is).toBe('wrong');
      }
    },
  );

  test('says how long in both languages', async () => {
    for (let n = 0; n < 5; n++) await wrong('nobody');
    expect(await wrong('nobody')).toMatchObject({
      words: { zh: expect.stringContaining('30 秒') as string, en: expect.stringContaining('30 seconds') as string },
    });
    now += 30 * SECOND;
    await wrong('nobody');
    now += 60 * SECOND;
    await wrong('nobody');
    expect(await wrong('nobody')).toMatchObject({
      words: { zh: expect.stringContaining('2 分钟') as string, en: expect.stringContaining('2 minutes') as string },
    });
  });

  test('lets no more guesses be made when they come all at once', async () => {
    await withAccount('anna');
    const guesses = jest.spyOn(Passwords.prototype, 'isRight');
    const answers = await Promise.all(Array.from({ length: 40 }, () => wrong('anna')));
    expect(answers.filter(({ is }) => is === 'wrong')).toHaveLength(5);
    expect(answers.filter(({ is }) => is === 'locked')).toHaveLength(35);
    expect(guesses).toHaveBeenCalledTimes(5);
    guesses.mockRestore();
  });

  test('is forgotten after the right password, and a day after the last failure', async () => {
    await withAccount('anna');
    for (let n = 0; n < 4; n++) await wrong('anna');
    await signedIn('anna');
    for (let n = 0; n < 5; n++) expect((await wrong('anna')).is).toBe('wrong');
    expect((await wrong('anna')).is).toBe('locked');
    now += DAY;
    for (let n = 0; n < 5; n++) expect((await wrong('anna')).is).toBe('wrong');
  });

  test('is of one name, and lifted by a link', async () => {
    await withAccount('anna');
    await withAccount('bert');
    for (let n = 0; n < 6; n++) await wrong('anna');
    await signedIn('bert');
    expect((await wrong('anna')).is).toBe('locked');
    const { url } = await giveLink(on.stores, { publicUrl: PUBLIC_URL }, 'anna', {}, now);
    await access.useLink(tokenIn(url), { password: PASSWORD }, FROM);
    await signedIn('anna');
  });
});

describe('a session', () => {
  test('ends by sign-out at once here, and within two seconds at another server', async () => {
    await withAccount('anna');
    const [one, other] = [await signedIn('anna'), await signedIn('anna')];
    const elsewhere = server();
    await who(one, elsewhere);
    await who(one);
    await access.signOut(one);
    expect(await access.session(one)).toBeUndefined();
    now += 2 * SECOND;
    expect(await elsewhere.session(one)).toBeUndefined();
    await who(other);
    await access.signOut(one);
    await access.signOut('');
  });

  test('ends within two seconds when its owner leaves', async () => {
    await withAccount('anna');
    const id = await signedIn('anna');
    await who(id);
    await on.stores.users.change([{ id: 'anna', change: { active: false } }]);
    now += 2 * SECOND;
    expect(await access.session(id)).toBeUndefined();
    expect((await access.signIn({ name: 'anna', password: PASSWORD }, FROM)).is).toBe('wrong');
  });

  test('ends after eight hours without use, and a week after it began however much it is used', async () => {
    await withAccount('anna');
    const [idle, used] = [await signedIn('anna'), await signedIn('anna')];
    for (let hours = 0; hours < 7 * 24; hours += 7) {
      await who(used);
      if (hours === 7) await who(idle);
      now = START + (hours + 7) * HOUR;
    }
    now = START + 7 * DAY - 1;
    await who(used);
    now += 1;
    expect(await access.session(used)).toBeUndefined();
    now = START + 15 * HOUR;
    expect(await access.session(idle)).toBeUndefined();
    // Not from memory either.
    const last = await signedIn('anna');
    now += 8 * HOUR - 1;
    await on.database.pool.query('update sessions set last_seen_at = $1', [new Date(now).toISOString()]);
    await who(last);
    now += 1;
    expect(await access.session(last)).toBeUndefined();
  });

  test('is listed for its owner with no more than they need, and ended by them alone', async () => {
    await withAccount('anna');
    await withAccount('bert');
    await on.database.pool.query('delete from sessions');
    const annas = await who(await signedIn('anna'));
    now += MINUTE;
    const second = await who(await signedIn('anna'));
    const berts = await who(await signedIn('bert'));
    const list = await access.sessions(annas);
    expect(list).toEqual([
      { key: annas.key, since: new Date(START).toISOString(), lastSeenAt: new Date(START).toISOString(), ...FROM },
      { key: second.key, since: new Date(now).toISOString(), lastSeenAt: new Date(now).toISOString(), ...FROM },
    ]);
    expect((await refusal(access.endSession(berts, annas.key))).kind).toBe('notFound');
    expect((await refusal(access.endSession(berts, ''))).kind).toBe('notFound');
    await access.endSession(annas, second.key);
    expect((await access.sessions(annas)).map(({ key }) => key)).toEqual([annas.key]);
    await signedIn('anna');
    expect(await access.signOutEverywhere(annas)).toBe(2);
    expect(await access.sessions(annas)).toEqual([]);
    expect(await access.sessions(berts)).toHaveLength(1);
  });

  test('keeps a name of the browser that is short and in plain letters', async () => {
    await withAccount('anna');
    const userAgent = `\u0007<b>${'x'.repeat(5_000)}`;
    const answer = await access.signIn({ name: 'anna', password: PASSWORD }, { address: 'none', userAgent });
    const own = await who(answer.is === 'signedIn' ? answer.sessionId : '');
    const kept = (await access.sessions(own)).find(({ key }) => key === own.key)?.userAgent;
    expect(kept).toMatch(/^<b>x{150,160}$/);
  });

  test('has a token for its forms that neither another session nor the database knows', async () => {
    await withAccount('anna');
    const [one, other] = [await who(await signedIn('anna')), await who(await signedIn('anna'))];
    expect(one.formToken).toMatch(/^[\w-]{43}$/);
    expect(one.formToken).not.toBe(other.formToken);
    const { rows } = await on.database.pool.query<{ line: string }>('select s::text as line from sessions s');
    for (const { line } of rows) expect(line).not.toContain(one.formToken);
  });
});

describe('a password', () => {
  test('is changed by whoever knows the old one, and ends all other sessions', async () => {
    await withAccount('anna');
    const [here, there] = [await signedIn('anna'), await signedIn('anna')];
    const own = await who(here);
    const next = '换一个新的密码 2027';
    expect(await faultsIn(access.changePassword(own, { old: 'not the old one', password: next }))).toEqual(['old']);
    expect(await faultsIn(access.changePassword(own, { old: PASSWORD, password: 'short' }))).toEqual(['password']);
    await who(there);
    now += MINUTE;
    await access.changePassword(own, { old: PASSWORD, password: next });
    expect(await access.session(there)).toBeUndefined();
    await who(here);
    expect((await access.signIn({ name: 'anna', password: PASSWORD }, FROM)).is).toBe('wrong');
    expect((await access.signIn({ name: 'anna', password: next }, FROM)).is).toBe('signedIn');
    expect(await access.account(own)).toEqual({
      name: 'anna',
      passwordSetAt: new Date(now).toISOString(),
      secondFactor: false,
    });
  });

  test('is not to be guessed at an open desk either', async () => {
    await withAccount('anna');
    const own = await who(await signedIn('anna'));
    const guess = () => refusal(access.changePassword(own, { old: 'not the old one', password: PASSWORD }));
    for (let n = 0; n < 5; n++) expect((await guess()).kind).toBe('invalid');
    const locked = await guess();
    expect([locked.kind, locked.code, locked.details.retryAfterSeconds]).toEqual(['tooMany', 'locked', 30]);
    expect((await refusal(access.removeSecondFactor(own, PASSWORD))).code).toBe('locked');
    // Which does not keep its owner from signing in.
    await signedIn('anna');
  });

  test('has ten characters or more, and is none that everybody guesses first', () => {
    const refused = (password: string, name = 'wanglihua88'): boolean => passwordFaults(password, name).length > 0;
    for (const password of [
      '',
      '123456789',
      'a'.repeat(201),
      'qwertyuiop',
      'WoAiNi5201314',
      'ｑwertyuiop',
      'WangLiHua88',
      'ababababab',
      'ends in NUL\u0000',
      'half a pair \ud83d',
    ]) {
      expect([password, refused(password)]).toEqual([password, true]);
    }
    for (const password of [
      'correct horse',
      '床前明月光疑是地上霜',
      '😀😃😄😁😆😅😂🤣😊😇',
      'wanglihua889',
      'xy'.repeat(98) + 'abcd',
    ]) {
      expect([password, refused(password)]).toEqual([password, false]);
    }
    for (const { words } of passwordFaults('short', ''))
      expect(words).toEqual({ zh: expect.anything(), en: expect.anything() });
  });

  test('is hashed by argon2id with 19 MiB and two passes, and never twice to the same hash', async () => {
    expect(HASH_COST).toEqual({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    const passwords = new Passwords();
    const [one, other] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await passwords.isRight(PASSWORD, one)).toBe(true);
    expect(await passwords.isRight(PASSWORD, undefined)).toBe(false);
    // The longest there can be, and one that only begins like it.
    const longest = '😀'.repeat(199) + '😎';
    const its = await passwords.hash(longest);
    expect([await passwords.isRight(longest, its), await passwords.isRight(`${longest}x`, its)]).toEqual([true, false]);
  });

  test('is hashed two at a time; whoever finds a hundred waiting is told to come again, and not counted', async () => {
    const passwords = new Passwords({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    const began = Array.from({ length: 102 }, () => passwords.hash(PASSWORD));
    const refused = await refusal(passwords.hash(PASSWORD));
    expect([refused.kind, refused.code]).toEqual(['away', 'too_many_sign_ins']);
    expect(() => passwords.checkRoom()).toThrow('too_many_sign_ins');
    expect(new Set(await Promise.all(began)).size).toBe(102);
    passwords.checkRoom();
    await passwords.hash(PASSWORD);
  });
});

describe('a sign-in name', () => {
  test('is one name in any width and case, and nobody has that of another', async () => {
    expect(signInKey(' Ａnna@House.Example ')).toBe('anna@house.example');
    await withAccount('anna');
    await person('other');
    const give = (name: string) => giveLink(on.stores, { publicUrl: PUBLIC_URL }, 'other', { name }, now);
    expect(await faultsIn(give('ＡNNA'))).toEqual(['name']);
    expect(await on.stores.accounts.byUser('other')).toBeUndefined();
    await give('anna2');
  });

  test.each(['', '   ', 'a b', 'a\u200bb', 'a\u0000', '\ud83d', 'x'.repeat(65), 'a\nb'])('is not %j', (name) => {
    expect(nameFaults(name).map(({ path }) => path)).toEqual(['name']);
  });

  test.each(['anna', '王小明', 'wang.fang@house.example', 'é'])('may be %s', (name) => {
    expect(nameFaults(name)).toEqual([]);
  });
});

describe('the second factor', () => {
  async function withCode(id: string): Promise<{ secret: string; session: string }> {
    await withAccount(id);
    const session = await signedIn(id);
    const own = await who(session);
    const { secret } = await access.offerSecondFactor(own);
    await access.confirmSecondFactor(own, code(secret));
    now += MINUTE;
    return { secret, session };
  }
  async function ticketOf(name: string): Promise<string> {
    const answer = await access.signIn({ name, password: PASSWORD }, FROM);
    if (answer.is !== 'needsCode') throw new Error(`no code is asked for: ${answer.is}`);
    return answer.ticket;
  }

  test('gives the codes of RFC 6238', () => {
    // Its test vectors, cut to six digits: SHA-1, the secret 12345678901234567890.
    const secret = Secret.fromLatin1('12345678901234567890').base32;
    for (const [seconds, digits] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_234_567_890, '005924'],
      [20_000_000_000, '353130'],
    ] as const) {
      expect(stepOf(secret, digits, seconds * SECOND)).toBe(Math.floor(seconds / 30));
    }
    const url = new URL(secretUrl(secret, 'anna', '青禾电器'));
    expect(url.protocol).toBe('otpauth:');
    expect(url.searchParams.get('secret')).toBe(secret);
    expect(url.searchParams.get('issuer')).toBe('青禾电器');
  });

  test('is asked for once its first code was confirmed, which ends the other sessions', async () => {
    await withAccount('anna');
    const other = await signedIn('anna');
    const own = await who(await signedIn('anna'));
    const { secret, url } = await access.offerSecondFactor(own);
    expect(url).toContain(secret);
    await signedIn('anna');
    expect(await faultsIn(access.confirmSecondFactor(own, wrongCode(secret)))).toEqual(['code']);
    await signedIn('anna');
    await access.confirmSecondFactor(own, code(secret));
    expect(await access.session(other)).toBeUndefined();
    expect(await access.account(own)).toMatchObject({ secondFactor: true });
    const ticket = await ticketOf('anna');
    // The ticket is no session, and shows in no list.
    expect(await access.session(ticket)).toBeUndefined();
    expect(await access.sessions(own)).toHaveLength(1);
    now += MINUTE;
    const answer = await access.confirmCode(
      { ticket, code: ` ${code(secret).slice(0, 3)} ${code(secret).slice(3)}` },
      FROM,
    );
    expect(answer.is).toBe('signedIn');
    expect((await access.confirmCode({ ticket, code: code(secret, now + 30_000) }, FROM)).is).toBe('tooLate');
  });

  test('takes each code once, and none that is older than one that was used', async () => {
    const { secret } = await withCode('anna');
    const [before, present] = [code(secret, now - 30 * SECOND), code(secret)];
    const confirm = async (digits: string) =>
      access.confirmCode({ ticket: await ticketOf('anna'), code: digits }, FROM);
    expect((await confirm(present)).is).toBe('signedIn');
    expect((await confirm(present)).is).toBe('wrong');
    expect((await confirm(before)).is).toBe('wrong');
    const two = [await ticketOf('anna'), await ticketOf('anna')];
    now += 30 * SECOND;
    const answers = await Promise.all(two.map((ticket) => access.confirmCode({ ticket, code: code(secret) }, FROM)));
    expect(answers.map(({ is }) => is).toSorted()).toEqual(['signedIn', 'wrong']);
  });

  test('the code that confirmed it signs nobody in', async () => {
    await withAccount('anna');
    const own = await who(await signedIn('anna'));
    const { secret } = await access.offerSecondFactor(own);
    await access.confirmSecondFactor(own, code(secret));
    const ticket = await ticketOf('anna');
    expect((await access.confirmCode({ ticket, code: code(secret) }, FROM)).is).toBe('wrong');
  });

  test('locks after five wrong codes, and signing in again with the password does not lift it', async () => {
    const { secret } = await withCode('anna');
    for (let n = 0; n < 5; n++) {
      const ticket = await ticketOf('anna');
      expect((await access.confirmCode({ ticket, code: wrongCode(secret) }, FROM)).is).toBe('wrong');
    }
    const ticket = await ticketOf('anna');
    expect(await access.confirmCode({ ticket, code: code(secret) }, FROM)).toMatchObject({
      is: 'locked',
      until: new Date(now + 30 * SECOND).toISOString(),
    });
  });

  test('waits five minutes for its code', async () => {
    const { secret } = await withCode('anna');
    const ticket = await ticketOf('anna');
    now += 5 * MINUTE;
    expect((await access.confirmCode({ ticket, code: code(secret) }, FROM)).is).toBe('tooLate');
    expect((await access.confirmCode({ ticket: '', code: code(secret) }, FROM)).is).toBe('tooLate');
  });

  test('a session is no ticket, and somebody who has left is no longer waited for', async () => {
    const { secret, session } = await withCode('anna');
    expect((await access.confirmCode({ ticket: session, code: code(secret) }, FROM)).is).toBe('tooLate');
    const ticket = await ticketOf('anna');
    await on.stores.users.change([{ id: 'anna', change: { active: false } }]);
    expect((await access.confirmCode({ ticket, code: code(secret) }, FROM)).is).toBe('tooLate');
  });

  test('is removed with the password, and by a link for whoever lost their phone', async () => {
    const { session } = await withCode('anna');
    const own = await who(session);
    expect(await faultsIn(access.removeSecondFactor(own, 'not the password'))).toEqual(['password']);
    await ticketOf('anna');
    await access.removeSecondFactor(own, PASSWORD);
    await signedIn('anna');

    await withCode('bert');
    const link = async (withoutCode: boolean) => {
      const { url } = await giveLink(on.stores, { publicUrl: PUBLIC_URL }, 'bert', { withoutCode }, now);
      return access.useLink(tokenIn(url), { password: PASSWORD }, FROM);
    };
    expect((await link(false)).is).toBe('needsCode');
    expect((await link(true)).is).toBe('signedIn');
  });
});

describe('a link to set a password', () => {
  const give = (id: string, name?: string) =>
    giveLink(on.stores, { publicUrl: PUBLIC_URL }, id, name === undefined ? {} : { name }, now);

  test('is made from PUBLIC_URL, stored as its hash, and works once', async () => {
    await person('anna');
    const { url, purpose, name } = await give('anna', 'Anna');
    expect([purpose, name]).toEqual(['invite', 'Anna']);
    expect(url).toMatch(/^https:\/\/care\.example\/password\/[\w-]{43}$/);
    const token = tokenIn(url);
    const { rows } = await on.database.pool.query<{ line: string }>('select l::text as line from sign_in_links l');
    for (const { line } of rows) expect(line).not.toContain(token);
    expect(await access.openLink(token)).toEqual({
      purpose: 'invite',
      person: { zh: 'anna 王', en: 'anna 王' },
      name: 'Anna',
    });
    expect(await faultsIn(access.useLink(token, { password: 'short' }, FROM))).toEqual(['password']);
    expect(await faultsIn(access.useLink(token, { password: '1234567890' }, FROM))).toEqual(['password']);
    expect((await access.useLink(token, { password: PASSWORD }, FROM)).is).toBe('signedIn');
    for (const again of [access.openLink(token), access.useLink(token, { password: PASSWORD }, FROM)]) {
      expect((await refusal(again)).kind).toBe('gone');
    }
    for (const none of ['', ' ', 'null', '[]', token.slice(1), `${token}x`]) {
      expect((await refusal(access.openLink(none))).kind).toBe('notFound');
      expect((await refusal(access.useLink(none, { password: PASSWORD }, FROM))).kind).toBe('notFound');
    }
  });

  test('of two who use it at once, one does', async () => {
    await person('anna');
    const { url } = await give('anna', 'anna');
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, () => access.useLink(tokenIn(url), { password: PASSWORD }, FROM)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('an invitation works a day, a reset an hour, and only the newest of each person', async () => {
    await person('anna');
    const invite = await give('anna', 'anna');
    expect(Date.parse(invite.expiresAt) - now).toBe(DAY);
    now += DAY;
    expect((await refusal(access.useLink(tokenIn(invite.url), { password: PASSWORD }, FROM))).kind).toBe('gone');
    await access.useLink(tokenIn((await give('anna')).url), { password: PASSWORD }, FROM);
    const [former, reset] = [await give('anna'), await give('anna')];
    expect(reset.purpose).toBe('reset');
    expect(Date.parse(reset.expiresAt) - now).toBe(HOUR);
    expect((await refusal(access.openLink(tokenIn(former.url)))).kind).toBe('notFound');
    now += HOUR - 1;
    await access.openLink(tokenIn(reset.url));
    now += 1;
    expect((await refusal(access.useLink(tokenIn(reset.url), { password: PASSWORD }, FROM))).kind).toBe('gone');
  });

  test('ends all sessions of the person, here at once', async () => {
    await withAccount('anna');
    await withAccount('bert');
    const [annas, berts] = [await signedIn('anna'), await signedIn('bert')];
    await who(annas);
    await access.useLink(tokenIn((await give('anna')).url), { password: `${PASSWORD}!` }, FROM);
    expect(await access.session(annas)).toBeUndefined();
    await who(berts);
  });

  test('is given by admins, to whoever works here', async () => {
    await person('anna');
    const [adam, mona] = [actorOf(await person('adam', 'admin')), actorOf(await person('mona', 'manager'))];
    expect((await refusal(access.giveLink('anna', { name: 'anna' }, mona))).kind).toBe('forbidden');
    expect((await refusal(access.giveLink('nobody', { name: 'nobody' }, adam))).kind).toBe('notFound');
    expect(await faultsIn(access.giveLink('anna', {}, adam))).toEqual(['name']);
    const { url } = await access.giveLink('anna', { name: 'anna' }, adam);
    expect(await faultsIn(access.giveLink('anna', { name: 'other' }, adam))).toEqual(['name']);
    await on.stores.users.change([{ id: 'anna', change: { active: false } }]);
    expect((await refusal(access.giveLink('anna', {}, adam))).kind).toBe('notFound');
    expect((await refusal(access.useLink(tokenIn(url), { password: PASSWORD }, FROM))).kind).toBe('notFound');
  });
});

describe('the ways in of others', () => {
  test('are read by admins and auditors, and ended by admins alone', async () => {
    await withAccount('anna');
    const session = await signedIn('anna');
    const by = async (role: User['role']) => actorOf(await person(role, role));
    const [adam, olga] = [await by('admin'), await by('auditor')];
    for (const role of ['colleague', 'agent', 'supervisor', 'manager'] as const) {
      const staff = await by(role);
      expect((await refusal(access.people(staff))).kind).toBe('forbidden');
      expect((await refusal(access.accessNotes(staff))).kind).toBe('forbidden');
      expect((await refusal(access.endSessionsOf('anna', staff))).kind).toBe('forbidden');
    }
    expect((await refusal(access.endSessionsOf('anna', olga))).kind).toBe('forbidden');
    expect((await access.people(olga)).find(({ id }) => id === 'anna')).toMatchObject({ state: 'ready', sessions: 2 });
    await who(session);
    await access.endSessionsOf('anna', adam);
    expect(await access.session(session)).toBeUndefined();
    expect((await access.people(adam)).find(({ id }) => id === 'anna')).toMatchObject({ sessions: 0 });
    expect((await access.accessNotes(olga))[0]).toMatchObject({ act: 'sessionsEnded', by: { en: 'admin 王' } });
  });
});

describe('the link of the first admin', () => {
  const SECRET = 's'.repeat(32);
  const first = () => firstAdminLink(on.stores, { publicUrl: PUBLIC_URL, secret: SECRET }, 'admin', now);

  test('is the same at each start until it was used, and then none is made', async () => {
    await person('admin', 'admin');
    const link = await first();
    expect(link?.url).toMatch(/^https:\/\/care\.example\/first\/[\w-]{43}$/);
    now += 5 * DAY;
    expect((await first())?.url).toBe(link?.url);
    const token = tokenIn(link?.url ?? '');
    expect(await access.openLink(token)).toEqual({ purpose: 'firstAdmin', person: { zh: 'admin 王', en: 'admin 王' } });
    expect(await faultsIn(access.useLink(token, { password: PASSWORD }, FROM))).toEqual(['name']);
    expect(await faultsIn(access.useLink(token, { password: 'wang-li-hua', name: 'Wang-Li-Hua' }, FROM))).toEqual([
      'password',
    ]);
    expect((await access.useLink(token, { password: PASSWORD, name: 'Wang' }, FROM)).is).toBe('signedIn');
    await signedIn('wang');
    expect((await refusal(access.openLink(token))).kind).toBe('notFound');
    expect((await refusal(access.useLink(token, { password: PASSWORD, name: 'again' }, FROM))).kind).toBe('notFound');
    expect(await first()).toBeUndefined();
  });

  test('works no more once an admin signs in by other means, also if it is being used at that moment', async () => {
    await person('admin', 'admin');
    const token = tokenIn((await first())?.url ?? '');
    await withAccount('adam', 'admin');
    expect(await first()).toBeUndefined();
    expect((await refusal(access.openLink(token))).kind).toBe('notFound');
    const redeemed = await on.stores.signInLinks.redeem(
      (
        await on.database.pool.query<{ hash: string }>(
          `select token_hash as hash from sign_in_links where user_id = 'admin'`,
        )
      ).rows[0]?.hash ?? '',
      { passwordHash: 'x', account: { name: 'late', nameKey: 'late' } },
      new Date(now).toISOString(),
    );
    expect(redeemed).toBe('adminIsThere');
    expect(await on.stores.accounts.byNameKey('late')).toBeUndefined();
  });

  test('accounts of others do not end it', async () => {
    await person('admin', 'admin');
    const token = tokenIn((await first())?.url ?? '');
    await withAccount('anna');
    expect(await access.openLink(token)).toMatchObject({ purpose: 'firstAdmin' });
  });

  test('a name that somebody has is refused, and the link still works', async () => {
    await person('admin', 'admin');
    await withAccount('anna');
    const token = tokenIn((await first())?.url ?? '');
    expect(await faultsIn(access.useLink(token, { password: PASSWORD, name: 'ANNA' }, FROM))).toEqual(['name']);
    expect((await access.useLink(token, { password: PASSWORD, name: 'root' }, FROM)).is).toBe('signedIn');
  });
});
