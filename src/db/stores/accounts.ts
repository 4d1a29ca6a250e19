import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { Account } from '../records';
import { accounts } from '../schema';

/** An account that asks for no code. */
export const WITHOUT_FACTOR = { totpSecret: null, totpOffered: null, totpStep: null };

/** What staff sign in with: name, password, second factor. */
export function accountStore({ db }: Pick<Database, 'db'>) {
  const change = async (userId: string, values: Partial<typeof accounts.$inferInsert>): Promise<void> => {
    await db.update(accounts).set(values).where(eq(accounts.userId, userId));
  };

  return {
    /** Somebody's account, also of a person who has left. */
    async byUser(userId: string): Promise<Account | undefined> {
      const [row] = await db.select().from(accounts).where(eq(accounts.userId, userId));
      return row && withoutNulls(row);
    },

    /** All accounts, by user id; also of people who have left. */
    async all(): Promise<Map<string, Account>> {
      const rows = await db.select().from(accounts);
      return new Map(rows.map((row) => [row.userId, withoutNulls(row)]));
    },

    /** The account of this sign-in name, by its compared form. */
    async byNameKey(nameKey: string): Promise<Account | undefined> {
      const [row] = await db.select().from(accounts).where(eq(accounts.nameKey, nameKey));
      return row && withoutNulls(row);
    },

    /**
     * Adds an account without a password. One that the person has already stays as it is.
     * @throws Error of Postgres (`violatedConstraint`: `accounts_name_key`) if somebody else has the name
     */
    async add(account: Pick<Account, 'userId' | 'name' | 'nameKey'>, at: Instant): Promise<void> {
      await db
        .insert(accounts)
        .values({ ...account, createdAt: at })
        .onConflictDoNothing({ target: accounts.userId });
    },

    setPassword: (userId: string, passwordHash: string, at: Instant): Promise<void> =>
      change(userId, { passwordHash, passwordSetAt: at }),

    /** Keeps a secret that was shown and waits for its first code. One that is in force stays so until then. */
    offerSecondFactor: (userId: string, secret: string): Promise<void> => change(userId, { totpOffered: secret }),

    /**
     * Puts the offered secret in force.
     * @param step of the code that proved it; that code is used up
     * @returns false if another secret was offered since
     */
    async confirmSecondFactor(userId: string, secret: string, step: number): Promise<boolean> {
      const rows = await db
        .update(accounts)
        .set({ totpSecret: secret, totpOffered: null, totpStep: step })
        .where(and(eq(accounts.userId, userId), eq(accounts.totpOffered, secret)))
        .returning({ userId: accounts.userId });
      return rows.length > 0;
    },

    removeSecondFactor: (userId: string): Promise<void> => change(userId, WITHOUT_FACTOR),

    /** Uses up a code by its step. False: it, or a later one, was used before. */
    async useStep(userId: string, step: number): Promise<boolean> {
      const rows = await db
        .update(accounts)
        .set({ totpStep: step })
        .where(
          and(
            eq(accounts.userId, userId),
            isNotNull(accounts.totpSecret),
            or(isNull(accounts.totpStep), lt(accounts.totpStep, step)),
          ),
        )
        .returning({ userId: accounts.userId });
      return rows.length > 0;
    },
  };
}
