import type { Account, User } from '../../db';
import { invalid, Refused } from '../refused';
import { newSecret, secretUrl, stepOf } from './second-factor';
import type { ListedSession } from './sessions';
import type { SignInParts } from './sign-in';
import { lockedOut } from './tries';
import { passwordFaults } from './passwords';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';

/** What somebody's own account is, as they see it. */
export interface AccountShown {
  /** The sign-in name. */
  name: string;
  passwordSetAt: Instant;
  /** Whether signing in takes a code as well. */
  secondFactor: boolean;
}

/** A session as the person holds it: `CurrentSession` is one. */
export interface Holder {
  user: Pick<User, 'id'>;
  key: string;
}

/** What somebody who is signed in does with their own account. */
export interface OwnAccount {
  /** @throws Refused `notFound` for somebody without an account, who came by a bearer token */
  account(who: Holder): Promise<AccountShown>;
  /** Their sessions, the earliest first; the present one has the key of `who`. */
  sessions(who: Holder): Promise<ListedSession[]>;
  /** Ends one of their sessions. @throws Refused `notFound` */
  endSession(who: Holder, key: string): Promise<void>;
  /** Ends all their sessions, this one too. @returns how many there were */
  signOutEverywhere(who: Holder): Promise<number>;
  /**
   * Sets another password. All their other sessions end.
   * @throws Refused `invalid`, at `old` if that is not their password, at `password` if it will not do; `tooMany` (`locked`)
   */
  changePassword(who: Holder, given: { old: string; password: string }): Promise<void>;
  /**
   * Offers a second factor. It is asked for at no sign-in before `confirmSecondFactor`; one in force stays so until then.
   * @returns the secret in base 32, and the same as the address of a QR code
   */
  offerSecondFactor(who: Holder): Promise<{ secret: string; url: string }>;
  /**
   * Puts the offered second factor in force, by a code that its app shows. All other sessions end.
   * @throws Refused `invalid` at `code`; `tooMany` (`locked`)
   */
  confirmSecondFactor(who: Holder, code: string): Promise<void>;
  /**
   * Signing in takes a password alone again.
   * @throws Refused `invalid` at `password` if it is not theirs; `tooMany` (`locked`)
   */
  removeSecondFactor(who: Holder, password: string): Promise<void>;
}

const noAccount = (): Refused =>
  new Refused('notFound', 'no_account', {
    zh: '您还没有登录账号；请管理员发一个邀请链接',
    en: 'you have no account to sign in with yet; ask an admin for an invitation',
  });

const noSession = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '这次登录已经结束；请刷新列表',
    en: 'that session is over already; load the list again',
  });

/** Makes what checks that somebody has an account, and that a password is theirs. */
export function ownChecks({
  stores,
  tries,
  passwords,
  clock,
}: Pick<SignInParts, 'stores' | 'tries' | 'passwords' | 'clock'>) {
  /** @throws Refused `notFound` for somebody without an account */
  async function accountOf({ user }: Holder): Promise<Account> {
    const account = await stores.accounts.byUser(user.id);
    if (!account) throw noAccount();
    return account;
  }

  /** @throws Refused `invalid` at `path` unless the password is that of the account; `tooMany` (`locked`) */
  async function checkPassword(account: Account, password: string, path: string): Promise<void> {
    passwords.checkRoom();
    const right = await tries.at({ passwordOf: account.userId }, async () =>
      (await passwords.isRight(password, account.passwordHash)) ? account : undefined,
    );
    if (right === undefined) {
      throw invalid([
        { path, words: { zh: '不是现在的密码，请再输一次', en: 'is not your password; enter it again' } },
      ]);
    }
    if ('is' in right) throw lockedOut(right, clock());
  }

  return { accountOf, checkPassword };
}

/** Builds what somebody does with their own account. */
export function createOwnAccount({
  stores,
  sessions,
  tries,
  passwords,
  clock,
  issuer,
}: SignInParts & {
  /** The house's name, which an app for codes shows beside the code. */
  issuer: string;
}): OwnAccount {
  const { accountOf, checkPassword } = ownChecks({ stores, tries, passwords, clock });

  return {
    async account(who) {
      const { name, passwordSetAt, createdAt, totpSecret } = await accountOf(who);
      return { name, passwordSetAt: passwordSetAt ?? createdAt, secondFactor: totpSecret !== undefined };
    },

    sessions: ({ user }) => sessions.list(user.id),

    async endSession({ user }, key) {
      if (!(await sessions.endOne(user.id, key))) throw noSession();
    },

    signOutEverywhere: ({ user }) => sessions.endAll(user.id),

    async changePassword(who, { old, password }) {
      const account = await accountOf(who);
      await checkPassword(account, old, 'old');
      const faults = passwordFaults(password, account.name);
      if (faults.length > 0) throw invalid(faults);
      await stores.accounts.setPassword(who.user.id, await passwords.hash(password), toInstant(clock()));
      await sessions.endAll(who.user.id, who.key);
    },

    async offerSecondFactor(who) {
      const { name } = await accountOf(who);
      const secret = newSecret();
      await stores.accounts.offerSecondFactor(who.user.id, secret);
      return { secret, url: secretUrl(secret, name, issuer) };
    },

    async confirmSecondFactor(who, code) {
      const { totpOffered: secret } = await accountOf(who);
      const right = await tries.at({ codeOf: who.user.id }, async () => {
        const step = secret === undefined ? undefined : stepOf(secret, code, clock());
        const confirmed =
          secret !== undefined &&
          step !== undefined &&
          (await stores.accounts.confirmSecondFactor(who.user.id, secret, step));
        return confirmed ? { step } : undefined;
      });
      if (right === undefined) {
        throw invalid([
          {
            path: 'code',
            words: {
              zh: '和应用里显示的不符；请核对手机时间，等下一个六位数再输',
              en: "is not what the app shows; check your phone's clock, and enter the next one",
            },
          },
        ]);
      }
      if ('is' in right) throw lockedOut(right, clock());
      await sessions.endAll(who.user.id, who.key);
    },

    async removeSecondFactor(who, password) {
      await checkPassword(await accountOf(who), password, 'password');
      await stores.accounts.removeSecondFactor(who.user.id);
    },
  };
}
