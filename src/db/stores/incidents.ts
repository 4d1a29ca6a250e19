import { and, asc, count, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { IncidentKind } from '../../domain/case/incidents';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database, type WithoutNulls } from '../database';
import { incidents } from '../schema';

/** A row of `incidents` without its nulls. */
export type Incident = WithoutNulls<typeof incidents.$inferSelect>;

/**
 * Incidents: what the watch found not going on by itself, since when, whether the admins know, and what was restarted.
 */
export function incidentRecords({ db }: Pick<Database, 'db'>) {
  return {
    /**
     * Opens an incident, or changes the kind of the one that is open. When the admins were told of the same subject
     * after `toldSince`, the new incident counts as told: a subject that comes and goes does not send a mail each time.
     */
    async open(found: { subject: string; caseNo: string; kind: IncidentKind }, at: Instant, toldSince: Instant) {
      const { subject, caseNo, kind } = found;
      await db.execute(sql`
        insert into ${incidents} (subject, since, kind, case_no, told_at)
        values (${subject}, ${at}::timestamptz, ${kind}, ${caseNo}, (
          select max(told_at) from ${incidents} where subject = ${subject} and told_at > ${toldSince}::timestamptz))
        on conflict (subject) where ended_at is null do update set kind = excluded.kind`);
    },

    /** Ends the open incident of a subject; false: it had none. */
    async end(subject: string, at: Instant): Promise<boolean> {
      const rows = await db
        .update(incidents)
        .set({ endedAt: at })
        .where(and(eq(incidents.subject, subject), isNull(incidents.endedAt)))
        .returning({ subject: incidents.subject });
      return rows.length > 0;
    },

    /** The open incident of a subject; there is at most one. */
    async openOf(subject: string): Promise<Incident | undefined> {
      const [row] = await db
        .select()
        .from(incidents)
        .where(and(eq(incidents.subject, subject), isNull(incidents.endedAt)));
      return row && withoutNulls(row);
    },

    /** Open incidents, the oldest first. */
    async openIncidents(limit: number): Promise<Incident[]> {
      const rows = await db
        .select()
        .from(incidents)
        .where(isNull(incidents.endedAt))
        .orderBy(asc(incidents.since), asc(incidents.subject))
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** How many are open of each kind; a kind without any is absent. */
    async countOpen(): Promise<Partial<Record<IncidentKind, number>>> {
      const rows = await db
        .select({ kind: incidents.kind, count: count() })
        .from(incidents)
        .where(isNull(incidents.endedAt))
        .groupBy(incidents.kind);
      return Object.fromEntries(rows.map((row) => [row.kind, row.count]));
    },

    /** Open incidents that the admins have not been told of, the oldest first. */
    async untold(limit: number): Promise<Incident[]> {
      const rows = await db
        .select()
        .from(incidents)
        .where(and(isNull(incidents.endedAt), isNull(incidents.toldAt)))
        .orderBy(asc(incidents.since), asc(incidents.subject))
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** Notes that the admins were told of the open incidents of these subjects. */
    async told(subjects: string[], at: Instant): Promise<void> {
      if (subjects.length === 0) return;
      await db.execute(sql`
        update ${incidents} set told_at = ${at}::timestamptz
        where ended_at is null and told_at is null and subject = any(${sql.param(subjects)}::text[])`);
    },

    /**
     * Notes that a subject's workflow was started again from its ledger: as an incident that begins and ends at `at`.
     */
    async restarted(found: { subject: string; caseNo: string; kind: IncidentKind }, at: Instant): Promise<void> {
      const { subject, caseNo, kind } = found;
      await db.execute(sql`
        insert into ${incidents} (subject, since, kind, case_no, restarts, told_at, ended_at)
        values (${subject}, ${at}::timestamptz, ${kind}, ${caseNo}, 1, null, ${at}::timestamptz)
        on conflict (subject, since) do update set restarts = ${incidents.restarts} + 1`);
    },

    /** How often a subject was started again after `since`, and when last; the watch gives up restarting by this. */
    async restarts(subject: string, since: Instant): Promise<{ times: number; last?: Instant }> {
      const rows = await db
        .select({ restarts: incidents.restarts, since: incidents.since })
        .from(incidents)
        .where(
          and(
            eq(incidents.subject, subject),
            gt(incidents.restarts, 0),
            sql`${incidents.since} > ${since}::timestamptz`,
          ),
        )
        .orderBy(desc(incidents.since));
      return {
        times: rows.reduce((sum, row) => sum + row.restarts, 0),
        ...(rows[0] ? { last: rows[0].since } : {}),
      };
    },

    /** Deletes incidents that ended before this. */
    async forget(before: Instant): Promise<void> {
      await db.delete(incidents).where(sql`${incidents.endedAt} < ${before}::timestamptz`);
    },
  };
}
