import { and, count, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { AccessMail, SignInLink, TestMail } from '../records';
import { accessMails, accounts, signInLinks } from '../schema';
import { noteAccess } from './access-log';

/** A mail that may still be sent. */
const OPEN = ['planned', 'sending'] as const;

/** Mails to staff about their own way in: planned with the link that they carry, sent at least once. */
export function accessMailStore({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  /** Changes a mail that has not ended; one that the mail server took after all is `sent` in any case. */
  const change = async (id: number, values: PgUpdateSetSource<typeof accessMails>): Promise<void> => {
    await db
      .update(accessMails)
      .set(values)
      .where(and(eq(accessMails.id, id), inArray(accessMails.state, [...OPEN])));
  };

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

    /**
     * Claims up to `limit` mails that are due, the oldest first. For `leaseMs` no other caller gets them. One whose lease
     * is over was left by a relay that died, so nobody knows whether it went out: it is counted as ambiguous.
     */
    async claim(limit: number, leaseMs: number): Promise<AccessMail[]> {
      const at = toInstant(clock());
      const due = sql`select ${accessMails.id} from ${accessMails}
        where ${accessMails.state} in ('planned', 'sending') and ${accessMails.nextAttemptAt} <= ${at}::timestamptz
        order by ${accessMails.nextAttemptAt}, ${accessMails.id} limit ${limit} for update skip locked`;
      const rows = await db
        .update(accessMails)
        .set({
          state: 'sending',
          attempts: sql`${accessMails.attempts} + 1`,
          ambiguous: sql`${accessMails.ambiguous} + case when ${accessMails.state} = 'sending' then 1 else 0 end`,
          nextAttemptAt: toInstant(clock() + leaseMs),
        })
        .where(sql`${accessMails.id} in (${due})`)
        .returning();
      return rows.map((row): AccessMail => withoutNulls(row)).toSorted((a, b) => a.id - b.id);
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

    /** Fixes the addresses before the first attempt. @returns those that count: fixed ones stay */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const [row] = await db
        .update(accessMails)
        .set({ addresses: sql`coalesce(${accessMails.addresses}, ${JSON.stringify(addresses)}::jsonb)` })
        .where(eq(accessMails.id, id))
        .returning({ addresses: accessMails.addresses });
      return row?.addresses ?? addresses;
    },

    /** The mail server took it; overrules a failure too. */
    async sent(id: number): Promise<void> {
      await db
        .update(accessMails)
        .set({ state: 'sent', error: null, sentAt: toInstant(clock()) })
        .where(and(eq(accessMails.id, id), inArray(accessMails.state, [...OPEN, 'failed'])));
    },
    /** Ends it unsent: its link works no more, or nobody can get it. */
    skipped: (id: number, reason: string): Promise<void> => change(id, { state: 'skipped', error: reason }),
    /** Refused for good, or tried for too long. */
    failed: (id: number, error: string): Promise<void> => change(id, { state: 'failed', error }),
    /** It certainly did not go out: tried again at `nextAt`. */
    retry: (id: number, error: string, nextAt: Instant): Promise<void> =>
      change(id, { state: 'planned', error, nextAttemptAt: nextAt }),
    /** Nobody knows whether it went out: tried again at `nextAt`, under the same Message-ID, and counted. */
    ambiguous: (id: number, error: string, nextAt: Instant): Promise<void> =>
      change(id, { state: 'planned', error, nextAttemptAt: nextAt, ambiguous: sql`${accessMails.ambiguous} + 1` }),
  };
}
