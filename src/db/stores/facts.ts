import { sql } from 'drizzle-orm';
import type { Database } from '../database';
import { FACTS_LOCK, rewriteFacts } from './case-facts';

/** Keeps the facts up with the ledger. */
export function factStore({ db }: Pick<Database, 'db'>) {
  return {
    /**
     * Writes the facts of cases whose ledgers have grown, those first that have waited longest.
     * @param failed told of a case whose ledger cannot be folded; it is looked at again when its ledger grows
     * @returns how many cases are up to date now; 0: there are none, or somebody else is at it
     */
    keepUp: (most: number, failed: (caseNo: string) => void): Promise<number> =>
      db.transaction(async (tx) => {
        const { rows } = await tx.execute<{ got: boolean }>(
          sql`select pg_try_advisory_xact_lock(${FACTS_LOCK}) as got`,
        );
        if (!rows[0]?.got) return 0;
        const { rows: due } = await tx.execute<{ case_no: string; last: string }>(sql`
          select case_no, max(id) as last from (select id, case_no from facts_due order by id limit ${20 * most}) d
          group by case_no order by min(id) limit ${most}`);
        if (due.length === 0) return 0;
        const caseNos = due.map(({ case_no }) => case_no);
        await rewriteFacts(tx, caseNos, failed);
        // Later rows of these cases may tell of entries that were not read.
        await tx.execute(sql`
          delete from facts_due d using unnest(${sql.param(caseNos)}::text[], ${sql.param(due.map(({ last }) => last))}::bigint[])
            as done(case_no, last)
          where d.case_no = done.case_no and d.id <= done.last`);
        return due.length;
      }),

    /**
     * Has the facts of cases written that are behind without anybody having said so, as what a worker of a former release
     * wrote.
     * @returns how many there were
     */
    async sweep(): Promise<number> {
      const { rowCount } = await db.execute(sql`
        insert into facts_due (case_no)
        select c.case_no from cases c left join fact_cases f using (case_no)
        where f.seq is distinct from c.last_seq and not exists (select from facts_due d where d.case_no = c.case_no)`);
      return rowCount ?? 0;
    },

    /** The newest write to a ledger that is not in the facts yet; undefined: all are. */
    async newestDue(): Promise<number | undefined> {
      const { rows } = await db.execute<{ id: string | null }>(sql`select max(id) as id from facts_due`);
      const id = rows[0]?.id ?? null;
      return id === null ? undefined : Number(id);
    },

    /** Whether all writes up to this one are in the facts. */
    async haveTaken(id: number): Promise<boolean> {
      const { rows } = await db.execute(sql`select from facts_due where id <= ${id} limit 1`);
      return rows.length === 0;
    },

    /** How many writes to ledgers are not in the facts yet. */
    async behind(): Promise<number> {
      const { rows } = await db.execute<{ behind: number }>(sql`select count(*)::int as behind from facts_due`);
      return rows[0]?.behind ?? 0;
    },
  };
}
