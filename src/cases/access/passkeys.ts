import { randomBytes, randomUUID } from 'node:crypto';
import type { Passkey, User } from '../../db';
import { isCleanText, isVisible } from '../../domain/basics/free-text';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Instant, Words } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { invalid, Refused } from '../refused';
import { sha256, TOKEN } from './links';
import { ownChecks, type Holder } from './own-account';
import type { CurrentSession, Sender, SignedIn } from './sessions';
import { countingTries, WRONG, type SignInParts, type TooLate, type Wrong } from './sign-in';
import type { Locked } from './tries';
import {
  handleOf,
  madePasskey,
  makeOptions,
  readAssertion,
  relyingParty,
  signedBy,
  signOptions,
  WAIT_MS,
  type MakeOptions,
  type RelyingParty,
  type SignOptions,
} from './webauthn';

/** A session that began longer ago than this asks for the password again before a passkey is added. */
const FRESH_MS = 10 * MINUTE;
const MOST = 10;
const LONGEST_NAME = 60;

/** One of somebody's passkeys, as they see it. */
export type ListedPasskey = Pick<Passkey, 'id' | 'name' | 'backedUp' | 'createdAt' | 'lastUsedAt'>;

/** What a browser is to do, and what it brings back with the answer: the ticket is for its cookie. */
export interface Asked<Options> {
  ticket: string;
  options: Options;
}

/** Passkeys (WebAuthn): a key on a device or in its owner's account there, which asks for a finger, a face or a PIN. */
export interface Passkeys {
  /**
   * Whether passkeys can be made and used at the address that staff reach us at (`PUBLIC_URL`). Where not, `offer` and
   * `begin` are refused, and `add` and `finish` take nothing.
   */
  readonly areOffered: boolean;
  /** Somebody's passkeys, the earliest first. */
  list(who: Holder): Promise<ListedPasskey[]>;
  /** Whether `offer` wants the password: they signed in more than ten minutes ago. */
  asksPassword(who: Pick<CurrentSession, 'since'>): boolean;
  /**
   * Begins to add one, in this session and no other, within five minutes.
   * @param given `name`: what they call it; `password`: see `asksPassword`
   * @throws Refused `invalid` at `name` or `password`; `tooMany` (`locked`); `notFound` for somebody without an account
   */
  offer(who: CurrentSession, given: { name: string; password: string }): Promise<Asked<MakeOptions>>;
  /**
   * Adds the passkey that the browser has made. Each ticket is good for one answer.
   * @param given `answer`: the credential in JSON
   * @throws Refused `invalid` at `name`, or at `passkey` for any other answer than one to this ticket
   */
  add(who: CurrentSession, given: { ticket: string; name: string; answer: string }): Promise<void>;
  /** Removes one of their own. @throws Refused `notFound` */
  remove(who: Holder, id: string): Promise<void>;
  /** Begins to sign somebody in, whoever it will be, within five minutes. @throws Refused `tooMany` as `SignIn.signIn` */
  begin(from: Sender): Promise<Asked<SignOptions>>;
  /**
   * Signs in whoever the passkey is of. It has asked its owner for more than its presence, so no code is asked for. One that
   * was removed, of somebody who has left, that signed something else or whose count went back gets the answer of a wrong
   * password. Failures are counted by the person whose passkey it is, apart from those of their name.
   * @param given `answer`: the credential in JSON
   * @throws Refused `tooMany` as `SignIn.signIn`
   */
  finish(given: { ticket: string; answer: string }, from: Sender): Promise<SignedIn | Wrong | Locked | TooLate>;
}

const TOO_LATE: TooLate = {
  is: 'tooLate',
  words: {
    zh: '等通行密钥等得太久了，或这次登录已经用过；请再点一次“用通行密钥登录”',
    en: 'that took too long, or was used before; press “Sign in with a passkey” again',
  },
};

const notOffered = (): Refused =>
  new Refused('notFound', 'no_passkeys', {
    zh: '这个网址不能用通行密钥，它要求 https 和域名；请用账号和密码',
    en: 'passkeys need https and a domain name, which this address has not; use your name and password',
  });

const at = (path: string, zh: string, en: string): Refused => invalid([{ path, words: { zh, en } satisfies Words }]);

function checkedName(typed: string): string {
  const name = typed.trim();
  if (!isVisible(name))
    throw at('name', '请起个名字，以后好认，例如“工作笔记本”', 'needs a name by which you know it, such as “laptop”');
  if (name.length > LONGEST_NAME || !isCleanText(name)) {
    throw at(
      'name',
      `请用不超过 ${LONGEST_NAME} 个字的名字`,
      `may have at most ${LONGEST_NAME} characters; choose a shorter one`,
    );
  }
  return name;
}

/** Builds the use cases of passkeys. */
export function createPasskeys(
  parts: SignInParts & {
    /** Where staff reach us; who passkeys are bound to is made from it alone, never from a request. */
    publicUrl: string;
    /** The house's name, which a device shows beside the passkey. */
    issuer: string;
    log: { warn(fields: object, message: string): void };
  },
): Passkeys {
  const { stores, sessions, tries, counts, clock, publicUrl, issuer, log } = parts;
  const party = relyingParty(publicUrl);
  const count = countingTries(counts);
  const { accountOf, checkPassword } = ownChecks(parts);

  const offered = (): RelyingParty => {
    if (!party) throw notOffered();
    return party;
  };
  const now = (): Instant => toInstant(clock());
  const asksPassword = ({ since }: Pick<CurrentSession, 'since'>): boolean => clock() - Date.parse(since) > FRESH_MS;

  /** Keeps what is to be signed. @returns the ticket under which the answer may come */
  async function keep(challenge: string, session?: string): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = toInstant(clock() + WAIT_MS);
    await stores.passkeys.ask({ ticketHash: sha256(ticket), challenge, expiresAt, ...(session && { session }) }, now());
    return ticket;
  }

  const taken = async (ticket: string, session?: string): Promise<string | undefined> =>
    TOKEN.test(ticket) ? stores.passkeys.take(sha256(ticket), session, now()) : undefined;

  /** Whoever signed in, once the answer has proved that. */
  async function signer(text: string, challenge: string): Promise<User | Locked | undefined> {
    const answer = readAssertion(text);
    if (!answer || !party) return undefined;
    const passkey = await stores.passkeys.byCredential(answer.credentialId);
    const tried = passkey ? { passkeyOf: passkey.userId } : { passkey: answer.credentialId };
    return tries.at(tried, async () => {
      if (!passkey || answer.userHandle !== handleOf(passkey.userId)) return undefined;
      const use = await signedBy(party, passkey, answer, challenge);
      if (!use) return undefined;
      const user = await stores.users.byId(passkey.userId);
      if (!user?.active || !(await stores.accounts.byUser(user.id))) return undefined;
      if (await stores.passkeys.use(passkey, use, now())) return user;
      log.warn({ user: user.id }, 'a passkey counted backwards, as a copy of it would; it was refused');
      return undefined;
    });
  }

  return {
    areOffered: party !== undefined,
    asksPassword,

    async list({ user }) {
      const all = await stores.passkeys.of(user.id);
      return all.map(({ id, name, backedUp, createdAt, lastUsedAt }) => ({
        id,
        name,
        backedUp,
        createdAt,
        ...(lastUsedAt !== undefined && { lastUsedAt }),
      }));
    },

    async offer(who, { name, password }) {
      const to = offered();
      const account = await accountOf(who);
      checkedName(name);
      if (asksPassword(who)) await checkPassword(account, password, 'password');
      const others = await stores.passkeys.of(who.user.id);
      if (others.length >= MOST) {
        throw at(
          'name',
          `最多 ${MOST} 把通行密钥；请先移除不用的`,
          `you have ${MOST} passkeys, the most there can be; remove one first`,
        );
      }
      const person = { userId: who.user.id, name: account.name, displayName: who.user.name, house: issuer };
      const options = await makeOptions(to, person, others);
      return { ticket: await keep(options.challenge, who.key), options };
    },

    async add(who, { ticket, name: typed, answer }) {
      const name = checkedName(typed);
      const challenge = await taken(ticket, who.key);
      const made = challenge && party ? await madePasskey(party, answer, challenge) : undefined;
      const passkey = made && { id: randomUUID(), userId: who.user.id, ...made, name, createdAt: now() };
      if (passkey && (await stores.passkeys.add(passkey))) return;
      throw at(
        'passkey',
        '没有添加：可能等得太久，或这把通行密钥已经添加过；请再试一次',
        'was not added: maybe it took too long, or it was added before; try again',
      );
    },

    async remove({ user }, id) {
      if (await stores.passkeys.remove(user.id, id, now())) return;
      throw new Refused('notFound', 'not_found', {
        zh: '这把通行密钥已经不在了；请刷新列表',
        en: 'that passkey is gone already; load the list again',
      });
    },

    async begin(from) {
      await count(from);
      const options = await signOptions(offered());
      return { ticket: await keep(options.challenge), options };
    },

    async finish({ ticket, answer }, from) {
      await count(from);
      const challenge = await taken(ticket);
      if (challenge === undefined) return TOO_LATE;
      const user = await signer(answer, challenge);
      if (!user) return WRONG;
      return 'is' in user ? user : sessions.begin(user, from);
    },
  };
}
