import { and, count, desc, eq, gt } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { AccessMail, SignInLink, TestMail } from '../records';
import { accessMails, accounts, signInLinks } from '../schema';
import { noteAccess } from './access-log';
import { personalMails, type MailSqlRow } from './personal-mails';

interface Row extends MailSqlRow {
  user_id: string;
  kind: AccessMail['kind'];
}

/** Mails to staff about their own way in: planned with the link that they carry, sent at least once. */
export function accessMailStore(database: Pick<Database, 'db' | 'pool' | 'clock'>) {
  const { db } = database;
  const mails = personalMails(database, 'access_mails', ({ user_id: userId, kind }: Row) => ({ userId, kind }));

  return {
    /**
     * Plans the mail of a link for a forgotten password, and stores the link: both or neither. Links that the person has
     * stay as they are, since anybody may ask for one. Does nothing when they were planned `most` mails since `since`.
     * @returns whether it was planned
     */
    async planLink(
      { link, messageId }: { link: Omit<SignInLink, 'usedAt'>; messageId: string },
      { most, since }: { most: number; since: Instant },
    ): Promise<boolean> {
      const { userId, createdAt: at } = link;
      return db.transaction(async (tx) => {
        // Of several that ask at once, each waits here and counts those before it.
        await tx.select({ id: accounts.userId }).from(accounts).where(eq(accounts.userId, userId)).for('update');
        const [before] = await tx
          .select({ mails: count() })
          .from(accessMails)
          .where(and(eq(accessMails.userId, userId), eq(accessMails.kind, 'link'), gt(accessMails.plannedAt, since)));
        if ((before?.mails ?? 0) >= most) return false;
        await tx.insert(signInLinks).values(link);
        await tx.insert(accessMails).values({ userId, messageId, plannedAt: at, nextAttemptAt: at });
        await noteAccess(tx, { userId, acts: ['mailAsked'], at });
        return true;
      });
    },

    /** Plans a test to a person. Does nothing when they were planned `most` tests since `since`. @returns whether it was planned */
    async planTest(
      { userId, messageId, at }: { userId: string; messageId: string; at: Instant },
      { most, since }: { most: number; since: Instant },
    ): Promise<boolean> {
      const [before] = await db
        .select({ mails: count() })
        .from(accessMails)
        .where(and(eq(accessMails.userId, userId), eq(accessMails.kind, 'test'), gt(accessMails.plannedAt, since)));
      if ((before?.mails ?? 0) >= most) return false;
      await db.insert(accessMails).values({ userId, kind: 'test', messageId, plannedAt: at, nextAttemptAt: at });
      return true;
    },

    /** The last test to a person, and how it went. */
    async lastTest(userId: string): Promise<TestMail | undefined> {
      const [row] = await db
        .select({ state: accessMails.state, at: accessMails.plannedAt, error: accessMails.error })
        .from(accessMails)
        .where(and(eq(accessMails.userId, userId), eq(accessMails.kind, 'test')))
        .orderBy(desc(accessMails.id))
        .limit(1);
      return row && withoutNulls(row);
    },

    /** The link that a mail carries, by the hash of its token. */
    async linkOf(tokenHash: string): Promise<SignInLink | undefined> {
      const [row] = await db.select().from(signInLinks).where(eq(signInLinks.tokenHash, tokenHash));
      return row && withoutNulls(row);
    },

    /** All mails of a person, the oldest first. */
    async list(userId: string): Promise<AccessMail[]> {
      const rows = await db.select().from(accessMails).where(eq(accessMails.userId, userId)).orderBy(accessMails.id);
      return rows.map((row): AccessMail => withoutNulls(row));
    },

    ...mails,
  };
}
