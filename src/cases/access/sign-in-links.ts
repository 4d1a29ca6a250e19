import { createHmac, randomBytes } from 'node:crypto';
import { violatedConstraint, type SignInLink, type Stores, type User } from '../../db';
import { DAY, HOUR } from '../../domain/basics/milliseconds';
import type { Words } from '../../domain/basics/types';
import { nameWords } from '../../domain/basics/words';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { gone, invalid, mustBe, notFound, unknownLink, type Refused } from '../refused';
import { readToken, sha256, TOKEN } from './links';
import { passwordFaults } from './passwords';
import type { Sender, SignedIn } from './sessions';
import { enter, type NeedsCode, type SignInParts } from './sign-in';
import { NAME_TAKEN, nameFaults, signInKey } from './sign-in-name';

/** What a link to set a password is for. */
export type SignInLinkPurpose = SignInLink['purpose'];

/** How long each works: a day at most. That of the first admin is given out anew at each start. */
const LIFE: Record<SignInLinkPurpose, number> = { firstAdmin: DAY, invite: DAY, reset: HOUR };

/** A link that was made. */
export interface GivenLink {
  purpose: SignInLinkPurpose;
  url: string;
  expiresAt: string;
  /** The sign-in name of whoever it is for; absent: they choose it, with the link. */
  name?: string;
}

/** What a link is for, as its page shows it. */
export interface OpenLink {
  purpose: SignInLinkPurpose;
  /** Whose link it is. */
  person: Words;
  /** Their sign-in name; absent: they choose one. */
  name?: string;
}

/** Links by which somebody sets their password. */
export interface PasswordLinks {
  /**
   * What the link is for; nothing is used up.
   * @throws Refused `notFound` for a token of no link; `gone` for one that was used or has expired
   */
  openLink(token: string): Promise<OpenLink>;
  /**
   * Sets the password and uses the link up. All former sessions of the person end, and a lock is lifted.
   * @param given `name` for the link of the first admin, who chooses it
   * @throws Refused as `openLink`; `invalid` at `password` or `name`, and then the link still works
   */
  useLink(token: string, given: { password: string; name?: string }, from: Sender): Promise<SignedIn | NeedsCode>;
  /**
   * Makes a link for somebody: an invitation if they have set no password yet, else to set a new one. Links made for them
   * before work no more.
   * @param wanted see `giveLink`
   * @throws Refused `forbidden` to anybody but an admin; `notFound`; `invalid` at `name`
   */
  giveLink(userId: string, wanted: WantedLink, by: Staff): Promise<GivenLink>;
}

/** How a link is wanted. */
export interface WantedLink {
  /** The sign-in name, for somebody who has no account yet; else it may be left out. */
  name?: string;
  /** They have lost what shows their codes: signing in takes a password alone from now on. */
  withoutCode?: boolean;
}

/** Where links lead. */
export interface LinkAddress {
  /** Where staff reach us. Links are made from it alone, never from a request's Host header, which a caller could forge. */
  publicUrl: string;
}

const urlOf = ({ publicUrl }: LinkAddress, purpose: SignInLinkPurpose, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/${purpose === 'firstAdmin' ? 'first' : 'password'}/${token}`;

const noSuchPerson = (): Refused => notFound({ zh: '员工', en: 'person' });

/**
 * Makes a link for somebody who works here, and their account if they have none.
 * @param now milliseconds since 1970 @param by user id of whoever gives it; left out: the command line
 * @throws Refused `notFound` if nobody of this id works here; `invalid` at `name` if it is missing, will not do, is somebody
 *   else's, or is not the one they have
 */
export async function giveLink(
  stores: Pick<Stores, 'users' | 'accounts' | 'signInLinks'>,
  address: LinkAddress,
  userId: string,
  { name, withoutCode = false }: WantedLink,
  now: number,
  by?: string,
): Promise<GivenLink> {
  const user = await stores.users.byId(userId);
  if (!user?.active) throw noSuchPerson();
  const account = (await stores.accounts.byUser(userId)) ?? (await accountFor(stores, userId, name ?? '', now));
  if (name !== undefined && signInKey(name) !== account.nameKey) {
    throw invalid([
      {
        path: 'name',
        words: {
          zh: '这个人已有另一个账号名；不写账号名再试一次',
          en: 'they have another sign-in name already; try again without one',
        },
      },
    ]);
  }
  const purpose = account.passwordHash === undefined ? 'invite' : 'reset';
  const token = randomBytes(32).toString('base64url');
  const expiresAt = toInstant(now + LIFE[purpose]);
  const link = { tokenHash: sha256(token), purpose, userId, createdAt: toInstant(now), expiresAt } as const;
  await stores.signInLinks.give(link, { by, withoutCode });
  return { purpose, url: urlOf(address, purpose, token), expiresAt, name: account.name };
}

async function accountFor(
  { accounts }: Pick<Stores, 'accounts'>,
  userId: string,
  name: string,
  now: number,
): Promise<{ name: string; nameKey: string; passwordHash?: string }> {
  const faults = nameFaults(name);
  if (faults.length > 0) throw invalid(faults);
  const account = { userId, name: name.trim(), nameKey: signInKey(name) };
  await takingName(() => accounts.add(account, toInstant(now)));
  return account;
}

/** @throws Refused `invalid` instead of the error of Postgres for a name that somebody else has */
async function takingName<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) === 'accounts_name_key') throw invalid([NAME_TAKEN]);
    throw error;
  }
}

/**
 * The link by which the first admin of an installation signs in: the same at each start until it was used.
 * @param userId the entry that becomes theirs @param now milliseconds since 1970
 * @returns undefined once it was used, or an admin signs in by other means
 */
export async function firstAdminLink(
  { signInLinks }: Pick<Stores, 'signInLinks'>,
  { publicUrl, secret }: LinkAddress & { secret: string },
  userId: string,
  now: number,
): Promise<GivenLink | undefined> {
  if (await signInLinks.hasAdmin()) return undefined;
  // Derived, not drawn: only its hash is stored, and a later start has to print the same link.
  const token = createHmac('sha256', secret).update(`firstAdmin/${userId}`).digest('base64url');
  const purpose = 'firstAdmin';
  const expiresAt = toInstant(now + LIFE[purpose]);
  const link = { tokenHash: sha256(token), purpose, userId, createdAt: toInstant(now), expiresAt } as const;
  if (!(await signInLinks.prolong(link))) return undefined;
  return { purpose, url: urlOf({ publicUrl }, purpose, token), expiresAt };
}

/** Builds the use cases of links that set a password. */
export function createPasswordLinks(parts: SignInParts & LinkAddress): PasswordLinks {
  const { stores, sessions, tries, passwords, clock } = parts;

  /** @throws Refused as `openLink` */
  async function find(pasted: string): Promise<{ link: SignInLink; user: User; name?: string }> {
    const token = readToken(pasted);
    const link = TOKEN.test(token) ? await stores.signInLinks.get(sha256(token)) : undefined;
    if (!link) throw unknownLink();
    if (link.purpose === 'firstAdmin' && (await stores.signInLinks.hasAdmin())) throw unknownLink();
    if (link.usedAt !== undefined || link.expiresAt <= toInstant(clock())) throw isOver();
    const user = await stores.users.byId(link.userId);
    if (!user?.active) throw unknownLink();
    const name = link.purpose === 'firstAdmin' ? undefined : (await stores.accounts.byUser(link.userId))?.name;
    return { link, user, ...(name !== undefined && { name }) };
  }

  return {
    async openLink(token) {
      const { link, user, name } = await find(token);
      return { purpose: link.purpose, person: nameWords(user), ...(name !== undefined && { name }) };
    },

    async useLink(token, { password, name: chosen = '' }, from) {
      const { link, user, name } = await find(token);
      const isFirst = link.purpose === 'firstAdmin';
      const faults = [...(isFirst ? nameFaults(chosen) : []), ...passwordFaults(password, name ?? chosen)];
      if (faults.length > 0) throw invalid(faults);
      const passwordHash = await passwords.hash(password);
      const own = { name: chosen.trim(), nameKey: signInKey(chosen) };
      const redeemed = await takingName(() =>
        stores.signInLinks.redeem(
          link.tokenHash,
          { passwordHash, ...(isFirst && { account: own }) },
          toInstant(clock()),
        ),
      );
      if (redeemed === 'adminIsThere') throw unknownLink();
      if (redeemed === 'gone') throw isOver();
      sessions.forget();
      const account = await stores.accounts.byUser(user.id);
      if (!account) throw unknownLink();
      await tries.forget({ name: account.nameKey });
      return enter(parts, { user, account }, from);
    },

    async giveLink(userId, wanted, by) {
      mustBe(by, 'admin');
      return giveLink(stores, parts, userId, wanted, clock(), by.id);
    },
  };
}

const isOver = (): Refused =>
  gone(
    '这个链接已经用过，或已过期；请管理员再发一个',
    'this link was used before, or has expired; ask an admin for another one',
  );
