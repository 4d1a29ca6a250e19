import { and, eq, inArray, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { HouseMail } from '../records';
import { houseMails } from '../schema';

/** A mail that may still be sent. */
const OPEN = ['planned', 'sending'] as const;

/** A mail to be planned; it goes at `at` or later. */
export type WantedHouseMail = Pick<HouseMail, 'kind' | 'subject' | 'occasion'> & { at: Instant };

/**
 * Plans mails, each once: of one kind, subject and occasion there is one, under one Message-ID, however often and by
 * whomever it is planned.
 * @param now when they were planned
 * @returns how many are new
 */
export async function planHouseMails(
  on: Pick<Database['db'], 'insert'>,
  mails: readonly WantedHouseMail[],
  { now, mailDomain }: { now: Instant; mailDomain: string },
): Promise<number> {
  if (mails.length === 0) return 0;
  const rows = await on
    .insert(houseMails)
    .values(
      mails.map(({ kind, subject, occasion, at }) => ({
        kind,
        subject,
        occasion,
        messageId: `<${kind}.${subject}.${occasion}@${mailDomain}>`,
        plannedAt: now,
        nextAttemptAt: at,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: houseMails.id });
  return rows.length;
}

/** Mails that no event of a case causes: planned once, sent at least once. */
export function houseMailStore({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  /** Changes a mail that has not ended; one that the mail server took after all is `sent` in any case. */
  const change = async (id: number, values: PgUpdateSetSource<typeof houseMails>): Promise<void> => {
    await db
      .update(houseMails)
      .set(values)
      .where(and(eq(houseMails.id, id), inArray(houseMails.state, [...OPEN])));
  };

  return {
    /**
     * Claims up to `limit` mails that are due, the oldest first. For `leaseMs` no other caller gets them. One whose lease
     * is over was left by a relay that died, so nobody knows whether it went out: it is counted as ambiguous.
     */
    async claim(limit: number, leaseMs: number): Promise<HouseMail[]> {
      const at = toInstant(clock());
      const due = sql`select ${houseMails.id} from ${houseMails}
        where ${houseMails.state} in ('planned', 'sending') and ${houseMails.nextAttemptAt} <= ${at}::timestamptz
        order by ${houseMails.nextAttemptAt}, ${houseMails.id} limit ${limit} for update skip locked`;
      const rows = await db
        .update(houseMails)
        .set({
          state: 'sending',
          attempts: sql`${houseMails.attempts} + 1`,
          ambiguous: sql`${houseMails.ambiguous} + case when ${houseMails.state} = 'sending' then 1 else 0 end`,
          nextAttemptAt: toInstant(clock() + leaseMs),
        })
        .where(sql`${houseMails.id} in (${due})`)
        .returning();
      return rows.map((row): HouseMail => withoutNulls(row)).toSorted((a, b) => a.id - b.id);
    },

    /** All mails about one suggestion or row of the care list, the oldest first. */
    async list(kind: HouseMail['kind'], subject: string): Promise<HouseMail[]> {
      const rows = await db
        .select()
        .from(houseMails)
        .where(and(eq(houseMails.kind, kind), eq(houseMails.subject, subject)))
        .orderBy(houseMails.id);
      return rows.map((row): HouseMail => withoutNulls(row));
    },

    /** Fixes the addresses before the first attempt. @returns those that count: fixed ones stay */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const [row] = await db
        .update(houseMails)
        .set({ addresses: sql`coalesce(${houseMails.addresses}, ${JSON.stringify(addresses)}::jsonb)` })
        .where(eq(houseMails.id, id))
        .returning({ addresses: houseMails.addresses });
      return row?.addresses ?? addresses;
    },

    /** The mail server took it; overrules a failure too. */
    async sent(id: number): Promise<void> {
      await db
        .update(houseMails)
        .set({ state: 'sent', error: null, sentAt: toInstant(clock()) })
        .where(and(eq(houseMails.id, id), inArray(houseMails.state, [...OPEN, 'failed'])));
    },
    /** Ends it unsent: there is nothing left to say, or nobody can get it. */
    skipped: (id: number, reason: string): Promise<void> => change(id, { state: 'skipped', error: reason }),
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff: (id: number, why: string, until: Instant): Promise<void> =>
      change(id, { state: 'planned', error: why, nextAttemptAt: until, attempts: 0 }),
    /** Refused for good, or tried for too long. */
    failed: (id: number, error: string): Promise<void> => change(id, { state: 'failed', error }),
    /** It certainly did not go out: tried again at `nextAt`. */
    retry: (id: number, error: string, nextAt: Instant): Promise<void> =>
      change(id, { state: 'planned', error, nextAttemptAt: nextAt }),
    /** Nobody knows whether it went out: tried again at `nextAt`, under the same Message-ID, and counted. */
    ambiguous: (id: number, error: string, nextAt: Instant): Promise<void> =>
      change(id, { state: 'planned', error, nextAttemptAt: nextAt, ambiguous: sql`${houseMails.ambiguous} + 1` }),
  };
}
