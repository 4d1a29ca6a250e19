import { and, asc, count, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { IncidentKind } from '../../domain/case/incidents';
import type { Instant } from '../../domain/basics/types';
import { alone } from '../alone';
import { given, type Database, type Given } from '../database';
import { caseClocks, cases, correctiveActions, incidents, pendingDecisions } from '../schema';

export type Incident = Given<typeof incidents.$inferSelect>;

/** Any number that no other lock of ours has. */
const WATCH_LOCK = 7_331_002;

/** What the watch over the workflows asks of the projection, and what it has found. */
export function watchStore({ pool, db }: Database) {
  return {
    /** Does the work unless another worker is at it. */
    alone: (work: () => Promise<void>): Promise<boolean> => alone(pool, WATCH_LOCK, work),

    /** Open cases with something due that nobody has written, or with a decision nobody has taken; the longest first. */
    async suspects(overdueSince: Instant, limit: number): Promise<string[]> {
      const { rows } = await db.execute<{ case_no: string }>(sql`
        select case_no from (
          select case_no, next_at as since from ${caseClocks} where next_at < ${overdueSince}::timestamptz
          union all
          select case_no, accepted_at from ${pendingDecisions}
          where lost is null and accepted_at < ${overdueSince}::timestamptz
        ) s join ${cases} k using (case_no)
        where k.stage <> 'archived'
        group by case_no order by min(since), case_no limit ${limit}`);
      return rows.map((row) => row.case_no);
    },

    /** The next ones of all open cases, in the order of their numbers. */
    async openAfter(caseNo: string, limit: number): Promise<string[]> {
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(ne(cases.stage, 'archived'), gt(cases.caseNo, caseNo)))
        .orderBy(asc(cases.caseNo))
        .limit(limit);
      return rows.map((row) => row.caseNo);
    },

    async openActionsAfter(id: string, limit: number): Promise<string[]> {
      const rows = await db
        .select({ id: correctiveActions.id })
        .from(correctiveActions)
        .where(and(ne(correctiveActions.status, 'ended'), gt(correctiveActions.id, id)))
        .orderBy(asc(correctiveActions.id))
        .limit(limit);
      return rows.map((row) => row.id);
    },

    /** Open cases that have not heard that their corrective action was started or has ended. */
    async unheardActions(before: Instant): Promise<{ caseNo: string; actionId: string }[]> {
      const { rows } = await db.execute<{ case_no: string; action_id: string }>(sql`
        select k.case_no, r.id as action_id
        from ${cases} k cross join lateral jsonb_array_elements(k.state -> 'actions') a
        join ${correctiveActions} r on r.id = a ->> 'id'
        where k.stage <> 'archived' and a ->> 'status' <> 'ended'
          and (r.status = 'ended' or a ->> 'status' = 'started' and r.status = 'planned')
          and k.updated_at <= ${before}::timestamptz and r.updated_at <= ${before}::timestamptz
        order by 1, 2`);
      return rows.map((row) => ({ caseNo: row.case_no, actionId: row.action_id }));
    },

    // ---- incidents

    /**
     * Opens an incident, or says of an open one what it is now. Who was told of the same subject not long ago is not told
     * again.
     * @param toldSince mails after this still count
     */
    async open(found: { subject: string; caseNo: string; kind: IncidentKind }, at: Instant, toldSince: Instant) {
      const { subject, caseNo, kind } = found;
      await db.execute(sql`
        insert into ${incidents} (subject, since, kind, case_no, told_at)
        values (${subject}, ${at}::timestamptz, ${kind}, ${caseNo}, (
          select max(told_at) from ${incidents} where subject = ${subject} and told_at > ${toldSince}::timestamptz))
        on conflict (subject) where ended_at is null do update set kind = excluded.kind`);
    },

    async end(subject: string, at: Instant): Promise<boolean> {
      const rows = await db
        .update(incidents)
        .set({ endedAt: at })
        .where(and(eq(incidents.subject, subject), isNull(incidents.endedAt)))
        .returning({ subject: incidents.subject });
      return rows.length > 0;
    },

    async openOf(subject: string): Promise<Incident | undefined> {
      const [row] = await db
        .select()
        .from(incidents)
        .where(and(eq(incidents.subject, subject), isNull(incidents.endedAt)));
      return row && given(row);
    },

    /** The oldest first. */
    async openIncidents(limit: number): Promise<Incident[]> {
      const rows = await db
        .select()
        .from(incidents)
        .where(isNull(incidents.endedAt))
        .orderBy(asc(incidents.since), asc(incidents.subject))
        .limit(limit);
      return rows.map((row) => given(row));
    },

    async countOpen(): Promise<Partial<Record<IncidentKind, number>>> {
      const rows = await db
        .select({ kind: incidents.kind, count: count() })
        .from(incidents)
        .where(isNull(incidents.endedAt))
        .groupBy(incidents.kind);
      return Object.fromEntries(rows.map((row) => [row.kind, row.count]));
    },

    /** Open ones that no admin has been told of. */
    async untold(limit: number): Promise<Incident[]> {
      const rows = await db
        .select()
        .from(incidents)
        .where(and(isNull(incidents.endedAt), isNull(incidents.toldAt)))
        .orderBy(asc(incidents.since), asc(incidents.subject))
        .limit(limit);
      return rows.map((row) => given(row));
    },

    async told(subjects: string[], at: Instant): Promise<void> {
      if (subjects.length === 0) return;
      await db.execute(sql`
        update ${incidents} set told_at = ${at}::timestamptz
        where ended_at is null and told_at is null and subject = any(${sql.param(subjects)}::text[])`);
    },

    /** Notes that a subject was started again from its ledger: an incident that mended itself. */
    async restarted(found: { subject: string; caseNo: string; kind: IncidentKind }, at: Instant): Promise<void> {
      const { subject, caseNo, kind } = found;
      await db.execute(sql`
        insert into ${incidents} (subject, since, kind, case_no, restarts, told_at, ended_at)
        values (${subject}, ${at}::timestamptz, ${kind}, ${caseNo}, 1, null, ${at}::timestamptz)
        on conflict (subject, since) do update set restarts = ${incidents.restarts} + 1`);
    },

    /** How often it has been started again since then, and when last. */
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

    /** What is long over is forgotten. */
    async forget(before: Instant): Promise<void> {
      await db.delete(incidents).where(sql`${incidents.endedAt} < ${before}::timestamptz`);
    },
  };
}
