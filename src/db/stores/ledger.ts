import { sql } from 'drizzle-orm';
import type { CaseEvent } from '../../domain/case/events';
import type { Database } from '../database';
import { caseEvents, cases } from '../schema';
import { LedgerAppend } from './ledger-append';
import { rebuildProjection, verifyLedger } from './ledger-check';
import { ledgerEntries } from './ledger-entries';

/** The ledger: written in one way, read, and held against what was made of it. */
export function ledgerStore(database: Database) {
  const { db } = database;
  const writing = new LedgerAppend(database);
  return {
    ...ledgerEntries(database),

    /**
     * The one way into the ledger: see `LedgerAppend`.
     * @throws LedgerConflict when another event stands under a sequence, LedgerGap when events before are missing
     */
    append: (caseNo: string, events: CaseEvent[], options?: { mailDomain?: string }): Promise<{ seq: number }> =>
      writing.append(caseNo, events, options),

    /** Recomputes the chain, folds the case and compares with every row of the projection, in one snapshot. */
    verify: (caseNo: string): Promise<{ differences: string[] }> => verifyLedger(db, caseNo),

    /**
     * Folds the ledger again and rewrites the projection from it; the outbox is left alone.
     * @throws LedgerBroken when the chain does not verify: nothing is rewritten from a ledger that cannot be trusted
     */
    async rebuild(caseNo: string): Promise<void> {
      await rebuildProjection(db, caseNo);
      writing.forget(caseNo);
    },

    /** Every case that has events or a row, in pages: for checks and rebuilds of everything. */
    async caseNos(last = '', limit = 500): Promise<string[]> {
      const { rows } = await db.execute<{ case_no: string }>(sql`
        (select case_no from ${cases} where case_no > ${last} order by case_no limit ${limit})
        union
        (select distinct case_no from ${caseEvents} where case_no > ${last} order by case_no limit ${limit})
        order by case_no limit ${limit}`);
      return rows.map((row) => row.case_no);
    },
  };
}
