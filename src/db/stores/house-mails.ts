import { and, eq } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { HouseMail } from '../records';
import { houseMails } from '../schema';
import { personalMails, type MailSqlRow } from './personal-mails';

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

type Row = MailSqlRow & Pick<HouseMail, 'kind' | 'subject' | 'occasion'>;

/** Mails that no event of a case causes: planned once, sent at least once. */
export function houseMailStore(database: Pick<Database, 'db' | 'pool' | 'clock'>) {
  const { db } = database;
  const mails = personalMails(database, 'house_mails', ({ kind, subject, occasion }: Row) => ({
    kind,
    subject,
    occasion,
  }));

  return {
    /** All mails about one suggestion or row of the care list, the oldest first. */
    async list(kind: HouseMail['kind'], subject: string): Promise<HouseMail[]> {
      const rows = await db
        .select()
        .from(houseMails)
        .where(and(eq(houseMails.kind, kind), eq(houseMails.subject, subject)))
        .orderBy(houseMails.id);
      return rows.map((row): HouseMail => withoutNulls(row));
    },

    ...mails,
  };
}
