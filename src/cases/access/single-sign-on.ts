import type { Counts, Stores, User } from '../../db';
import type { Words } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Identity, IdentityProvider, Kept } from './identity-provider';
import type { Sender, Sessions, SignedIn } from './sessions';
import { enter, tooManyTries, type NeedsCode, type Wrong } from './sign-in';

/** Times a minute that one address may come back from the provider. */
const A_MINUTE = 100;

/** Signing in by the identity provider of the house. */
export interface SingleSignOn {
  /** Where to send the browser, and what it has to bring back; or that the provider cannot be reached. */
  begin(): Promise<{ is: 'begun'; url: string; kept: Kept } | Wrong>;
  /**
   * Signs in whoever came back from the provider: known from before, or by the verified mail address of somebody who has
   * an account here. No account is ever made. A code of ours is not asked for when the provider asked for two factors.
   * @param query of the address that they came back to @param kept undefined: the browser brought nothing back
   * @throws Refused `tooMany` after a hundred tries a minute from one address
   */
  finish(query: string, kept: Kept | undefined, from: Sender): Promise<SignedIn | NeedsCode | Wrong>;
}

interface Needs {
  provider: Pick<IdentityProvider, 'begin' | 'finish'>;
  stores: Pick<Stores, 'users' | 'accounts' | 'signInSubjects'>;
  sessions: Sessions;
  counts: Counts;
  log: { warn(fields: object, message: string): void };
  clock: () => number;
}

const wrong = (zh: string, en: string): Wrong => ({ is: 'wrong', words: { zh, en } satisfies Words });
const AWAY = wrong(
  '现在连不上企业账号系统，请稍后再试，或用账号和密码登录',
  "the company's sign-in cannot be reached now; try again later, or use your name and password",
);
const NOT_DONE = wrong(
  '企业账号登录没有完成，可能等得太久或被取消了；请再试一次',
  'signing in with the company account was not completed, maybe it took too long or was cancelled; try again',
);
const UNKNOWN = wrong(
  '您的企业账号在这里没有对应的账号，或者邮箱没有经过验证；请管理员先邀请您，登记同一个邮箱',
  'your company account has no account here, or its mail address is not verified; ask an admin to invite you, with the same mail address',
);

/** Builds single sign-on over a provider. */
export function createSingleSignOn({ provider, stores, sessions, counts, log, clock }: Needs): SingleSignOn {
  const countFor = counts('sso', A_MINUTE);
  // Names and codes only: what a provider says may hold an address or a token.
  const logFault = (error: unknown, message: string): void => {
    const { name, code } = error as { name?: string; code?: string };
    log.warn({ name, code }, message);
  };

  async function personOf({ issuer, subject, verifiedEmail }: Identity): Promise<User | undefined> {
    const known = await stores.signInSubjects.userOf(issuer, subject);
    if (known !== undefined) return stores.users.byId(known);
    if (verifiedEmail === undefined) return undefined;
    const email = verifiedEmail.toLowerCase();
    const found = (await stores.users.list({ active: true })).filter((user) => user.email.toLowerCase() === email);
    // Of two people with one address, nobody knows which it is.
    return found.length === 1 ? found[0] : undefined;
  }

  return {
    async begin() {
      try {
        return { is: 'begun', ...(await provider.begin()) };
      } catch (error) {
        logFault(error, 'the identity provider cannot be reached');
        return AWAY;
      }
    },

    async finish(query, kept, from) {
      const ms = await countFor(from.address);
      if (ms !== undefined) throw tooManyTries(ms);
      if (!kept) return NOT_DONE;
      let identity: Identity;
      try {
        identity = await provider.finish(query, kept);
      } catch (error) {
        logFault(error, 'a single sign-on was not completed');
        return NOT_DONE;
      }
      const user = await personOf(identity);
      const account = user?.active ? await stores.accounts.byUser(user.id) : undefined;
      if (!user || !account) return UNKNOWN;
      const { issuer, subject, isMultiFactor } = identity;
      await stores.signInSubjects.keep({ issuer, subject, userId: user.id }, toInstant(clock()));
      return isMultiFactor ? sessions.begin(user, from) : enter({ sessions }, { user, account }, from);
    },
  };
}
