import { asc, count } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { run, type Database, type Statement } from '../database';
import { workflowStarts } from '../schema';

const LEASE_MS = 30_000;

const CLAIM: Statement = {
  name: 'starts_due',
  text: `
update workflow_starts set leased_until = $3::timestamptz + $2::int * interval '1 millisecond'
where case_no in (
  select case_no from workflow_starts where leased_until <= $3::timestamptz
  order by accepted_at, case_no limit $1::int for update skip locked
)
returning case_no, policy_version, accepted_at`,
};

const DONE: Statement = {
  name: 'starts_done',
  text: 'delete from workflow_starts where case_no = any($1::text[])',
};

interface Row {
  case_no: string;
  policy_version: number;
  accepted_at: Date;
}

/** Accepted complaints whose workflow is still to be started. */
export function startStore({ pool, db, clock }: Database) {
  return {
    /** Claims up to `limit` of them, the oldest first. For `leaseMs` no other caller gets them; default 30 s. */
    async due(limit: number, leaseMs = LEASE_MS): Promise<{ caseNo: string; policyVersion: number }[]> {
      const rows = await run<Row>(pool, CLAIM, [limit, leaseMs, toInstant(clock())]);
      return rows
        .toSorted((a, b) => a.accepted_at.getTime() - b.accepted_at.getTime() || (a.case_no < b.case_no ? -1 : 1))
        .map((row) => ({ caseNo: row.case_no, policyVersion: row.policy_version }));
    },

    /** Puts complaints back that were crossed out as started, because Temporal has lost its data since. Idempotent. */
    async putBack(rows: { caseNo: string; policyVersion: number }[]): Promise<void> {
      if (rows.length === 0) return;
      const now = toInstant(clock());
      await db
        .insert(workflowStarts)
        .values(rows.map((row) => ({ ...row, acceptedAt: now, leasedUntil: now })))
        .onConflictDoNothing({ target: workflowStarts.caseNo });
    },

    /** Crosses out complaints whose workflows Temporal has started. */
    async markStarted(caseNos: string[]): Promise<void> {
      if (caseNos.length > 0) await run(pool, DONE, [caseNos]);
    },

    /** How many workflows are still to be started. */
    async depth(): Promise<number> {
      const [row] = await db.select({ depth: count() }).from(workflowStarts);
      return row?.depth ?? 0;
    },

    /** When the complaint that has waited longest was accepted; undefined: none waits. */
    async oldest(): Promise<string | undefined> {
      const [row] = await db
        .select({ at: workflowStarts.acceptedAt })
        .from(workflowStarts)
        .orderBy(asc(workflowStarts.acceptedAt))
        .limit(1);
      return row?.at;
    },
  };
}
