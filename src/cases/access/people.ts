import type { AccessAct, User } from '../../db';
import { toInstant } from '../../domain/time/duration';
import type { Instant, Words } from '../../domain/basics/types';
import { nameWords } from '../../domain/basics/words';
import type { Staff } from '../../domain/case/permissions';
import { mustBe, mustRead, notFound } from '../refused';
import type { SignInParts } from './sign-in';
import { nameFaults } from './sign-in-name';
import { keyOf } from './tries';

/** How somebody who is or was on the staff signs in. */
export interface PersonAccess extends Pick<User, 'id' | 'role' | 'team' | 'active'> {
  person: Words;
  /** `none`: no account. `invited`: an account without a password. `ready`: they can sign in. */
  state: 'none' | 'invited' | 'ready';
  /** The sign-in name; absent: no account. */
  name?: string;
  /** A sign-in name to begin with, for somebody without an account; absent: none suggests itself. */
  suggestedName?: string;
  passwordSetAt?: Instant;
  /** Whether signing in takes a code as well. */
  secondFactor: boolean;
  /** How many passkeys they have. */
  passkeys: number;
  /** Too many tries failed: none is taken until then. */
  lockedUntil?: Instant;
  /** Sessions that are in force. */
  sessions: number;
}

/** What was done about somebody's way in. */
export interface AccessNote {
  /** Whose. */
  person: Words;
  act: AccessAct;
  /** Who did it; absent: nobody who was signed in. */
  by?: Words;
  at: Instant;
}

/** The ways in of all staff, for admins; auditors may look. */
export interface PeopleAccess {
  /** Everybody, those who are active first. @throws Refused `forbidden` to anybody but admins and auditors */
  people(by: Staff): Promise<PersonAccess[]>;
  /** What was done last, the newest first. @throws Refused as `people` */
  accessNotes(by: Staff): Promise<AccessNote[]>;
  /** Ends all sessions of somebody. @throws Refused `forbidden` to anybody but an admin; `notFound` */
  endSessionsOf(userId: string, by: Staff): Promise<void>;
  /** Removes all passkeys of somebody, and ends their sessions. @throws Refused as `endSessionsOf` */
  removePasskeysOf(userId: string, by: Staff): Promise<void>;
}

const SHOWN_NOTES = 20;

/** Builds the use cases about the ways in of others. */
export function createPeopleAccess({ stores, sessions, clock }: SignInParts): PeopleAccess {
  async function checkAdmin(by: Staff, userId: string): Promise<void> {
    mustBe(by, 'admin');
    if (!(await stores.users.byId(userId))) throw notFound({ zh: '员工', en: 'person' });
  }

  return {
    async people(by) {
      mustRead(by, 'admin');
      const at = toInstant(clock());
      const [users, accounts, locked, counts, passkeys] = await Promise.all([
        stores.users.list(),
        stores.accounts.all(),
        stores.signInFailures.locked(at),
        stores.sessions.counts(at),
        stores.passkeys.counts(),
      ]);
      const people = users.map((user): PersonAccess => {
        const account = accounts.get(user.id);
        const suggested = user.email.split('@', 1)[0] ?? '';
        const tried = account && [{ name: account.nameKey }, { codeOf: user.id }, { passkeyOf: user.id }];
        const until = tried?.map((one) => locked.get(keyOf(one)));
        const lockedUntil = until
          ?.filter((one) => one !== undefined)
          .toSorted()
          .at(-1);
        return {
          id: user.id,
          role: user.role,
          team: user.team,
          active: user.active,
          person: nameWords(user),
          state: !account ? 'none' : account.passwordHash === undefined ? 'invited' : 'ready',
          ...(account && { name: account.name }),
          ...(!account && nameFaults(suggested).length === 0 && { suggestedName: suggested }),
          ...(account?.passwordSetAt !== undefined && { passwordSetAt: account.passwordSetAt }),
          secondFactor: account?.totpSecret !== undefined,
          passkeys: passkeys.get(user.id) ?? 0,
          ...(lockedUntil !== undefined && { lockedUntil }),
          sessions: user.active ? (counts.get(user.id) ?? 0) : 0,
        };
      });
      return people.toSorted((a, b) => Number(b.active) - Number(a.active));
    },

    async accessNotes(by) {
      mustRead(by, 'admin');
      const [notes, users] = await Promise.all([stores.accessLog.latest(SHOWN_NOTES), stores.users.list()]);
      const names = new Map(users.map((user) => [user.id, nameWords(user)]));
      const named = (id: string): Words => names.get(id) ?? { zh: id, en: id };
      return notes.map(({ userId, act, by: whoDid, at }) => ({
        person: named(userId),
        act,
        ...(whoDid !== undefined && { by: named(whoDid) }),
        at,
      }));
    },

    async endSessionsOf(userId, by) {
      await checkAdmin(by, userId);
      await stores.sessions.endAllBy(userId, by.id, toInstant(clock()));
      sessions.forget();
    },

    async removePasskeysOf(userId, by) {
      await checkAdmin(by, userId);
      await stores.passkeys.removeAllBy(userId, by.id, toInstant(clock()));
      sessions.forget();
    },
  };
}
