import { and, desc, eq, isNull, lte, ne, or, sql, type SQL } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { run, type Database } from '../database';
import type { NoticeRow, Scope } from '../records';
import { caseEvents, caseReads, cases, complaints, notices, outbox, texts } from '../schema';
import { visibleTo } from './case-access';
import { fromRow } from './ledger-entries';
import { TELL } from './telling';

/** The place behind which a page begins: when the last notice of the page before was told, and its row of the outbox. */
export interface NoticePlace {
  at: Instant;
  id: number;
}

/** Characters of the customer's words that a notice shows. */
const OPENING = 120;
/** How far back the unread ones are counted: more than this many nobody reads one by one. */
const COUNTED = 300;

/** Unread: neither ticked, nor was its case opened up to its event. */
const isUnread = and(
  isNull(notices.readAt),
  sql`not exists (select 1 from ${caseReads} where ${caseReads.userId} = ${notices.userId}
    and ${caseReads.caseNo} = ${outbox.caseNo} and ${caseReads.kind} = 'opened' and ${caseReads.seq} >= ${outbox.seq}
    -- This one is planned long after its event, which its reader has seen by then.
    and (${outbox.mail} <> 'askByPhone' or ${caseReads.at} >= ${notices.at}))`,
);

/** What was overtaken, or handed on to somebody else, is no notice any more. */
const isSo: SQL | undefined = or(ne(outbox.state, 'skipped'), eq(outbox.error, 'bell_only'));

/** What staff are told on the desk: each is a mail to them, in the outbox. */
export function noticeStore({ pool, db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  const ofReader = (userId: string, scope: Scope): SQL | undefined =>
    and(eq(notices.userId, userId), isSo, visibleTo(scope));

  async function rowsOf(which: SQL | undefined, limit: number): Promise<NoticeRow[]> {
    const rows = await db
      .select({
        id: notices.outboxId,
        at: notices.at,
        kind: outbox.mail,
        isUnread: sql<boolean>`${isUnread}`,
        state: cases.state,
        event: caseEvents,
        customerName: complaints.contactName,
        opening: sql<string | null>`left(${texts.body}, ${OPENING})`,
      })
      .from(notices)
      .innerJoin(outbox, eq(outbox.id, notices.outboxId))
      .innerJoin(cases, eq(cases.caseNo, outbox.caseNo))
      .innerJoin(caseEvents, and(eq(caseEvents.caseNo, outbox.caseNo), eq(caseEvents.seq, outbox.seq)))
      .innerJoin(complaints, eq(complaints.caseNo, outbox.caseNo))
      .leftJoin(texts, eq(texts.textId, complaints.textId))
      .where(which)
      .orderBy(desc(notices.at), desc(notices.outboxId))
      .limit(limit);
    return rows.map(({ event, opening, customerName, ...row }) => ({
      ...row,
      event: fromRow(event).event,
      customerName,
      opening: opening ?? '',
    }));
  }

  return {
    /** These people are told what this mail says. */
    async tell(outboxId: number, userIds: readonly string[]): Promise<void> {
      if (userIds.length > 0) await run(pool, TELL, [outboxId, userIds, nowInstant()]);
    },

    /** What somebody was told of cases that they may see, the newest first. */
    list(userId: string, scope: Scope, limit: number, before?: NoticePlace): Promise<NoticeRow[]> {
      const behind =
        before && sql`(${notices.at}, ${notices.outboxId}) < (${before.at}::timestamptz, ${before.id}::bigint)`;
      return rowsOf(and(ofReader(userId, scope), behind), limit);
    },

    /** One of somebody's notices, unless it was read, overtaken, or they may not see its case. */
    async unread(userId: string, outboxId: number, scope: Scope): Promise<NoticeRow | undefined> {
      const [row] = await rowsOf(and(ofReader(userId, scope), eq(notices.outboxId, outboxId), isUnread), 1);
      return row;
    },

    /** How many of the newest 300 are unread. @param besides a case that is being opened, and does not count */
    async countUnread(userId: string, scope: Scope, besides?: string): Promise<number> {
      const newest = db
        .select({ id: notices.outboxId, is: sql<boolean>`${isUnread}`.as('is') })
        .from(notices)
        .innerJoin(outbox, eq(outbox.id, notices.outboxId))
        .innerJoin(cases, eq(cases.caseNo, outbox.caseNo))
        .where(and(ofReader(userId, scope), besides === undefined ? undefined : ne(outbox.caseNo, besides)))
        .orderBy(desc(notices.at), desc(notices.outboxId))
        .limit(COUNTED)
        .as('newest');
      const [row] = await db.select({ count: sql<number>`count(*) filter (where ${newest.is})::int` }).from(newest);
      return row?.count ?? 0;
    },

    /** Ticks one of somebody's notices as read. */
    async read(userId: string, id: number): Promise<void> {
      await db
        .update(notices)
        .set({ readAt: nowInstant() })
        .where(and(eq(notices.userId, userId), eq(notices.outboxId, id), isNull(notices.readAt)));
    },

    /** Ticks all that somebody had been told by then. */
    async readUpTo(userId: string, at: Instant): Promise<void> {
      await db
        .update(notices)
        .set({ readAt: nowInstant() })
        .where(and(eq(notices.userId, userId), lte(notices.at, at), isNull(notices.readAt)));
    },
  };
}
