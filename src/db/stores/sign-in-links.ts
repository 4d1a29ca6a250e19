import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { SignInLink } from '../records';
import { accounts, signInLinks, users } from '../schema';
import { noteAccess } from './access-log';
import { WITHOUT_FACTOR } from './accounts';
import { endSessionsOf } from './sessions';

/** How a link was used; else why it was not. */
export type Redeemed = { userId: string } | 'gone' | 'adminIsThere';

/** Whether an active admin has a password. */
async function hasAdmin(on: Pick<Database['db'], 'select'>): Promise<boolean> {
  const rows = await on
    .select({ userId: accounts.userId })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(and(eq(users.role, 'admin'), eq(users.active, true), isNotNull(accounts.passwordHash)))
    .limit(1);
  return rows.length > 0;
}

/** Links by which somebody sets their password. */
export function signInLinkStore({ db }: Pick<Database, 'db'>) {
  return {
    /**
     * Stores a link, and notes who gave it. Those of the person that were not used work no more: only the newest does.
     * @param how.withoutCode the second factor is removed
     */
    async give(
      link: Omit<SignInLink, 'usedAt'>,
      { by, withoutCode = false }: { by?: string | undefined; withoutCode?: boolean } = {},
    ): Promise<void> {
      const { userId, createdAt: at } = link;
      await db.transaction(async (tx) => {
        if (withoutCode) await tx.update(accounts).set(WITHOUT_FACTOR).where(eq(accounts.userId, userId));
        const given = link.purpose === 'invite' ? 'invited' : 'resetGiven';
        await noteAccess(tx, { userId, acts: withoutCode ? [given, 'codeRemoved'] : [given], by, at });
        await tx.delete(signInLinks).where(and(eq(signInLinks.userId, userId), isNull(signInLinks.usedAt)));
        await tx.insert(signInLinks).values(link);
      });
    },

    /**
     * Stores a link that is derived and so the same each time, or has it expire later. Others of the person stay.
     * @returns false if it was used
     */
    async prolong(link: Omit<SignInLink, 'usedAt'>): Promise<boolean> {
      const rows = await db
        .insert(signInLinks)
        .values(link)
        .onConflictDoUpdate({
          target: signInLinks.tokenHash,
          set: { expiresAt: link.expiresAt },
          setWhere: isNull(signInLinks.usedAt),
        })
        .returning({ tokenHash: signInLinks.tokenHash });
      return rows.length > 0;
    },

    /** The link, used and expired ones too. */
    async get(tokenHash: string): Promise<SignInLink | undefined> {
      const [row] = await db.select().from(signInLinks).where(eq(signInLinks.tokenHash, tokenHash));
      return row && withoutNulls(row);
    },

    /** Whether an active admin has a password, so that no first one is to be made. */
    hasAdmin: () => hasAdmin(db),

    /**
     * Uses the link up and sets the password, together or not at all. All sessions of the person end, and their other
     * links work no more.
     * @param account of the first admin, who has none yet
     * @returns `gone`: unknown, used or expired; `adminIsThere`: it would make the first admin, and there is one
     * @throws Error of Postgres (`violatedConstraint`: `accounts_name_key`) if somebody else has the name
     */
    async redeem(
      tokenHash: string,
      { passwordHash, account }: { passwordHash: string; account?: { name: string; nameKey: string } },
      at: Instant,
    ): Promise<Redeemed> {
      return db.transaction(async (tx) => {
        const [link] = await tx
          .update(signInLinks)
          .set({ usedAt: at })
          .where(and(eq(signInLinks.tokenHash, tokenHash), isNull(signInLinks.usedAt), gt(signInLinks.expiresAt, at)))
          .returning({ purpose: signInLinks.purpose, userId: signInLinks.userId });
        if (!link) return 'gone';
        const { userId } = link;
        if (link.purpose === 'firstAdmin') {
          // Of two such links used at once, one waits here and then finds the other's admin.
          await tx.execute(sql`select pg_advisory_xact_lock(hashtext('first admin'))`);
          if (await hasAdmin(tx)) return 'adminIsThere';
        }
        const password = { passwordHash, passwordSetAt: at };
        if (account) {
          await tx
            .insert(accounts)
            .values({ userId, ...account, ...password, createdAt: at })
            .onConflictDoUpdate({ target: accounts.userId, set: { ...account, ...password } });
        } else await tx.update(accounts).set(password).where(eq(accounts.userId, userId));
        await endSessionsOf(tx, userId);
        await tx.delete(signInLinks).where(and(eq(signInLinks.userId, userId), isNull(signInLinks.usedAt)));
        return { userId };
      });
    },
  };
}
