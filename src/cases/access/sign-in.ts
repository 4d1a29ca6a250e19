import type { Account, Counts, Stores, User } from '../../db';
import type { Words } from '../../domain/basics/types';
import { Refused } from '../refused';
import type { Passwords } from './passwords';
import { stepOf } from './second-factor';
import type { CurrentSession, Sender, Sessions, SignedIn } from './sessions';
import { signInKey } from './sign-in-name';
import type { Locked, Tries } from './tries';

/** Tries to sign in that one address may make a minute, by name, by code and by passkey together. */
const A_MINUTE = 100;

/** The password was right, and the code of the second factor is still to come. */
export interface NeedsCode {
  is: 'needsCode';
  /** For the browser to send back with the code, within five minutes. */
  ticket: string;
}

/** Not signed in; the words are for whoever tried. */
export interface Wrong {
  is: 'wrong';
  words: Words;
}

/** The five minutes for the code, or for the passkey, are over; it is to be begun again. */
export interface TooLate {
  is: 'tooLate';
  words: Words;
}

/** Signing in with name and password, and what follows from it. */
export interface SignIn {
  /**
   * Signs somebody in by name and password. An unknown name, a wrong password, somebody who has left and somebody who has
   * set no password yet get one answer, after the same work, and are locked in the same way.
   * @throws Refused `tooMany` after a hundred tries a minute from one address; `away` while too many sign in at once
   */
  signIn(given: { name: string; password: string }, from: Sender): Promise<SignedIn | NeedsCode | Wrong | Locked>;
  /**
   * The second step, where `signIn` says that a code is needed. Each code is good for once.
   * @throws Refused `tooMany` as for `signIn`
   */
  confirmCode(given: { ticket: string; code: string }, from: Sender): Promise<SignedIn | Wrong | Locked | TooLate>;
  /**
   * The session of this id. Kept in memory for two seconds: so much longer counts one that was ended at another server, and
   * so much later somebody who has left is out.
   * @param isFresh nothing is taken from memory: for whatever changes something
   * @returns undefined for any other id, and for a session that is over
   */
  session(sessionId: string, isFresh?: boolean): Promise<CurrentSession | undefined>;
  /** Ends the session. An id that has none is no fault. */
  signOut(sessionId: string): Promise<void>;
}

/** One answer for a wrong pair and for a passkey that signs nobody in, whatever the reason. */
export const WRONG: Wrong = {
  is: 'wrong',
  words: {
    zh: '账号、密码或通行密钥不对；请检查大小写，忘了密码，点下面的“忘记密码”',
    en: 'the name, the password or the passkey is wrong; check capital letters, or follow “Forgotten your password” below',
  },
};
const WRONG_CODE: Wrong = {
  is: 'wrong',
  words: {
    zh: '验证码不对，或已经用过；请等下一个六位数再输',
    en: 'the code is wrong or was used before; wait for the next one and enter that',
  },
};
const TOO_LATE: TooLate = {
  is: 'tooLate',
  words: { zh: '等验证码等得太久了，请重新输入密码', en: 'that took too long; enter your password again' },
};

/** For an address that tries too often. @param ms until it may try again */
export const tooManyTries = (ms: number): Refused =>
  new Refused(
    'tooMany',
    'too_many',
    { zh: '这个地址试得太频繁，请一分钟后再试', en: 'too many tries from this address; try again in a minute' },
    { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1_000)) },
  );

/** Makes what counts a try to sign in by its address. @throws Refused `tooMany` after a hundred a minute */
export function countingTries(counts: Counts): (from: Sender) => Promise<void> {
  const countFor = counts('sign-in', A_MINUTE);
  return async ({ address }) => {
    const ms = await countFor(address);
    if (ms !== undefined) throw tooManyTries(ms);
  };
}

/** What signing in is built from. */
export interface SignInParts {
  stores: Stores;
  sessions: Sessions;
  tries: Tries;
  passwords: Passwords;
  counts: Counts;
  clock: () => number;
}

/** A session for somebody whose password was right, unless their account asks for a code as well. */
export async function enter(
  { sessions }: Pick<SignInParts, 'sessions'>,
  { user, account }: { user: User; account: Pick<Account, 'totpSecret'> },
  from: Sender,
): Promise<SignedIn | NeedsCode> {
  if (account.totpSecret === undefined) return sessions.begin(user, from);
  return { is: 'needsCode', ticket: await sessions.await(user.id, from) };
}

/** Builds the use cases of signing in. */
export function createSigningIn({ stores, sessions, tries, passwords, counts, clock }: SignInParts): SignIn {
  const count = countingTries(counts);

  return {
    async signIn({ name, password }, from) {
      await count(from);
      passwords.checkRoom();
      const key = signInKey(name);
      const right = await tries.at({ name: key }, async () => {
        const account = await stores.accounts.byNameKey(key);
        const isRight = await passwords.isRight(password, account?.passwordHash);
        const user = account && isRight ? await stores.users.byId(account.userId) : undefined;
        return account && user?.active ? { account, user } : undefined;
      });
      if (right === undefined) return WRONG;
      return 'is' in right ? right : enter({ sessions }, right, from);
    },

    async confirmCode({ ticket, code }, from) {
      await count(from);
      const user = await sessions.awaited(ticket);
      if (!user) return TOO_LATE;
      const right = await tries.at({ codeOf: user.id }, async () => {
        const secret = (await stores.accounts.byUser(user.id))?.totpSecret;
        const step = secret === undefined ? undefined : stepOf(secret, code, clock());
        return step !== undefined && (await stores.accounts.useStep(user.id, step)) ? { step } : undefined;
      });
      if (right === undefined) return WRONG_CODE;
      if ('is' in right) return right;
      // Of two right codes under one ticket, one signs in.
      return (await sessions.end(ticket)) ? sessions.begin(user, from) : TOO_LATE;
    },

    session: (sessionId, isFresh) => sessions.current(sessionId, isFresh),

    async signOut(sessionId) {
      await sessions.end(sessionId);
    },
  };
}
