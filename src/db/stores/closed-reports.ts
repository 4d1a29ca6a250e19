import { and, desc, eq, isNull } from 'drizzle-orm';
import type { ReportKind } from '../../domain/facts/periods';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { ClosedReport, ReportRemark } from '../records';
import { reportRemarks, reports, reportWishes, users } from '../schema';
import { planHouseMails } from './house-mails';

/** A report by what it is about. */
export type ReportKey = Pick<ClosedReport, 'kind' | 'period'>;

const is = (on: typeof reports | typeof reportRemarks, { kind, period }: ReportKey) =>
  and(eq(on.kind, kind), eq(on.period, period));

/**
 * Reports of periods that are over: written once, read ever after. What people recommend beside them, and to whom they are
 * mailed.
 */
export function closedReportStore({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  return {
    /** Writes a report down for good. @returns whether this call did; else there was one, which stays as it is */
    async close(report: ClosedReport): Promise<boolean> {
      const rows = await db.insert(reports).values(report).onConflictDoNothing().returning({ period: reports.period });
      return rows.length > 0;
    },

    async get(key: ReportKey): Promise<ClosedReport | undefined> {
      const [row] = await db.select().from(reports).where(is(reports, key));
      return row;
    },

    /** When each report of a kind was closed, the latest period first. */
    list: (kind: ReportKind, most: number): Promise<Pick<ClosedReport, 'period' | 'closedAt'>[]> =>
      db
        .select({ period: reports.period, closedAt: reports.closedAt })
        .from(reports)
        .where(eq(reports.kind, kind))
        .orderBy(desc(reports.period))
        .limit(most),

    async remark(key: ReportKey): Promise<ReportRemark | undefined> {
      const [row] = await db.select().from(reportRemarks).where(is(reportRemarks, key));
      return row && withoutNulls(row);
    },

    /** Keeps what is recommended, in place of what was before. @returns false: it is signed off, and stays as it is */
    async writeRemark(key: ReportKey, { text, by }: Pick<ReportRemark, 'text' | 'by'>): Promise<boolean> {
      const at = toInstant(clock());
      const rows = await db
        .insert(reportRemarks)
        .values({ ...key, text, by, at })
        .onConflictDoUpdate({
          target: [reportRemarks.kind, reportRemarks.period],
          set: { text, by, at },
          setWhere: isNull(reportRemarks.signedAt),
        })
        .returning({ at: reportRemarks.at });
      return rows.length > 0;
    },

    /** Signs off what is recommended as it was read. @returns false: it was changed since, is signed off, or is not there */
    async signRemark(key: ReportKey, by: string, readAt: string): Promise<boolean> {
      const rows = await db
        .update(reportRemarks)
        .set({ signedBy: by, signedAt: toInstant(clock()) })
        .where(and(is(reportRemarks, key), isNull(reportRemarks.signedAt), eq(reportRemarks.at, readAt)))
        .returning({ by: reportRemarks.by });
      return rows.length > 0;
    },

    /** Which reports somebody has chosen to get by mail; undefined: they have chosen nothing. */
    async wishes(userId: string): Promise<ReportKind[] | undefined> {
      const [row] = await db
        .select({ kinds: reportWishes.kinds })
        .from(reportWishes)
        .where(eq(reportWishes.userId, userId));
      return row?.kinds;
    },

    async keepWishes(userId: string, kinds: ReportKind[]): Promise<void> {
      const chosen = { kinds, at: toInstant(clock()) };
      await db
        .insert(reportWishes)
        .values({ userId, ...chosen })
        .onConflictDoUpdate({ target: reportWishes.userId, set: chosen });
    },

    /** Everybody who is there, with what they have chosen. */
    async readers() {
      const rows = await db
        .select({ id: users.id, role: users.role, kinds: reportWishes.kinds })
        .from(users)
        .leftJoin(reportWishes, eq(reportWishes.userId, users.id))
        .where(eq(users.active, true));
      return rows.map((row) => withoutNulls(row));
    },

    /** Plans the mails that tell people of a report, each once. @param at not before */
    planMails: (
      { kind, period }: ReportKey,
      userIds: readonly string[],
      { at, mailDomain }: { at: string; mailDomain: string },
    ): Promise<number> =>
      planHouseMails(
        db,
        userIds.map((subject) => ({ kind: 'report', subject, occasion: `${kind}.${period}`, at })),
        { now: toInstant(clock()), mailDomain },
      ),
  };
}
