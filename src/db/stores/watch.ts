import { and, asc, gt, ne, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withLock } from '../with-lock';
import type { Database } from '../database';
import { caseClocks, cases, correctiveActions, pendingDecisions } from '../schema';
import { incidentRecords } from './incidents';

/** Number of the advisory lock; any that no other caller of `alone` uses. */
const WATCH_LOCK = 7_331_002;

/** What the watch asks of the projection, and the incidents it has found. */
export function watchStore(database: Database) {
  return { ...projectionSeen(database), ...incidentRecords(database) };
}

function projectionSeen({ pool, db }: Database) {
  return {
    /** Does the work unless another worker is at it: then false, at once. */
    underLock: (work: () => Promise<void>): Promise<boolean> => withLock(pool, WATCH_LOCK, work),

    /**
     * Open cases with a moment of a clock that fell due before `overdueSince` and is not written, or with a decision
     * accepted before it and not in the ledger; those that have waited longest first.
     */
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

    /** The next `limit` open cases after a number, in order; the watch goes through all of them in turn. */
    async openAfter(caseNo: string, limit: number): Promise<string[]> {
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(ne(cases.stage, 'archived'), gt(cases.caseNo, caseNo)))
        .orderBy(asc(cases.caseNo))
        .limit(limit);
      return rows.map((row) => row.caseNo);
    },

    /** The next `limit` corrective actions after an id that have not ended, in order. */
    async openActionsAfter(id: string, limit: number): Promise<string[]> {
      const rows = await db
        .select({ id: correctiveActions.id })
        .from(correctiveActions)
        .where(and(ne(correctiveActions.status, 'ended'), gt(correctiveActions.id, id)))
        .orderBy(asc(correctiveActions.id))
        .limit(limit);
      return rows.map((row) => row.id);
    },

    /**
     * Open cases and corrective actions that know different things of each other: the action has ended and the case
     * does not know it, or the case knows it as started and the action itself does not. Only where neither row has
     * changed since `before`: a signal may be on its way.
     */
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
  };
}
