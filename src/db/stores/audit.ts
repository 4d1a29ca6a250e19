import { sql } from 'drizzle-orm';
import { iso, type Database } from '../database';
import { caseEvents, cases, complaints, correctiveActions, digests, outbox, workflowStarts } from '../schema';
import { toInstant } from '../../domain/time/duration';

/** Looks across all cases for what should never be there, for `npm run ledger:check` and the watch. Empty is good. */
export function auditStore({ db }: Database) {
  return {
    /**
     * Complaints received more than `olderThanMs` before `now` that still have no ledger. `waiting`: its workflow is
     * still to be started (a row in `workflow_starts`); without it nobody would ever start it.
     */
    async withoutCase(
      olderThanMs: number,
      now: number,
    ): Promise<{ caseNo: string; policyVersion: number; waiting: boolean }[]> {
      const { rows } = await db.execute<{ case_no: string; policy_version: number; waiting: boolean }>(sql`
        select c.case_no, c.policy_version, s.case_no is not null as waiting
        from ${complaints} c
        left join ${cases} k on k.case_no = c.case_no
        left join ${workflowStarts} s on s.case_no = c.case_no
        where k.case_no is null and c.received_at <= ${toInstant(now - olderThanMs)}::timestamptz
        order by c.case_no`);
      return rows.map((row) => ({ caseNo: row.case_no, policyVersion: row.policy_version, waiting: row.waiting }));
    },

    /** Corrective actions that an open case waits for and that have no row: their workflow never saved one. */
    async actionsWithoutRow(olderThanMs: number, now: number): Promise<{ caseNo: string; actionId: string }[]> {
      const { rows } = await db.execute<{ case_no: string; action_id: string }>(sql`
        select k.case_no, a ->> 'id' as action_id
        from ${cases} k cross join lateral jsonb_array_elements(k.state -> 'actions') a
        left join ${correctiveActions} r on r.id = a ->> 'id'
        where k.stage <> 'archived' and a ->> 'status' <> 'ended' and r.id is null
          and k.updated_at <= ${toInstant(now - olderThanMs)}::timestamptz
        order by 1, 2`);
      return rows.map((row) => ({ caseNo: row.case_no, actionId: row.action_id }));
    },

    /**
     * Mails, alone or in a digest, whose next attempt has been due for more than `olderThanMs`, and that no relay has
     * claimed. One that waits for a retry is due in the future, so it does not count. `since`: when it fell due.
     */
    async stuckMails(
      olderThanMs: number,
      now: number,
    ): Promise<{ caseNo: string; seq: number; mail: string; since: string }[]> {
      const { rows } = await db.execute<{ case_no: string; seq: number; mail: string; next_attempt_at: string }>(sql`
        select o.case_no, o.seq, o.mail, coalesce(d.next_attempt_at, o.next_attempt_at) as next_attempt_at
        from ${outbox} o left join ${digests} d on d.id = o.digest_id and d.state in ('planned', 'sending')
        where (o.state in ('planned', 'sending') or o.state = 'gathered' and d.id is not null)
          and coalesce(d.next_attempt_at, o.next_attempt_at) < ${toInstant(now - olderThanMs)}::timestamptz
        order by o.id`);
      return rows.map((row) => ({
        caseNo: row.case_no,
        seq: row.seq,
        mail: row.mail,
        since: iso(row.next_attempt_at),
      }));
    },

    /**
     * Escalations that were written more than once. One is allowed for each clock, version of its due time, level and
     * step of the chain.
     */
    async doubleEscalations(): Promise<
      { caseNo: string; clock: string; version: number; to: string; times: number }[]
    > {
      const { rows } = await db.execute<{ case_no: string; clock: string; version: number; to: string; times: number }>(
        sql`
        select case_no, data ->> 'clock' as clock, (data ->> 'version')::int as version, data ->> 'to' as to,
          count(*)::int as times
        from ${caseEvents}
        where type = 'escalated' and data ->> 'clock' is not null
        group by 1, 2, 3, 4, data ->> 'step' having count(*) > 1
        order by 1, 2, 3, 4`,
      );
      return rows.map(({ case_no: caseNo, ...row }) => ({ caseNo, ...row }));
    },

    /**
     * Broken promises without an escalation. A clock whose plan has no step at or before the breach is left out: nobody
     * has to be told of it at the deadline.
     */
    async silentBreaches(): Promise<{ caseNo: string; clock: string; version: number }[]> {
      const { rows } = await db.execute<{ case_no: string; clock: string; version: number }>(sql`
        select b.case_no, b.data ->> 'clock' as clock, (b.data ->> 'version')::int as version
        from ${caseEvents} b
        where b.type = 'promiseBreached' and not exists (
          select from ${caseEvents} e
          where e.case_no = b.case_no and e.type = 'escalated'
            and e.data ->> 'clock' = b.data ->> 'clock' and e.data -> 'version' = b.data -> 'version')
        and not exists (
          select from ${caseEvents} s
          where s.case_no = b.case_no and s.type in ('promiseStarted', 'promiseMoved')
            and s.data ->> 'clock' = b.data ->> 'clock' and s.data -> 'version' = b.data -> 'version'
            and s.data ? 'plan' and not exists (
              select from jsonb_array_elements(s.data -> 'plan') step, jsonb_array_elements(s.data -> 'plan') breach
              where step ->> 'kind' = 'step' and breach ->> 'kind' = 'breach' and step ->> 'at' <= breach ->> 'at'))
        order by 1, 2, 3`);
      return rows.map(({ case_no: caseNo, ...row }) => ({ caseNo, ...row }));
    },
  };
}
