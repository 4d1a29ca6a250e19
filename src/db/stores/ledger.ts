import { sql } from 'drizzle-orm';
import type { CaseEvent } from '../../domain/case/events';
import type { Database } from '../database';
import { caseEvents, cases } from '../schema';
import { LedgerAppend, type AppendOptions } from './ledger-append';
import { rebuildProjection, verifyLedger } from './ledger-check';
import { ledgerEntries } from './ledger-entries';

/** The ledger: appending to it, reading it, and comparing the projection with it. */
export function ledgerStore(database: Database) {
  const { db } = database;
  const writing = new LedgerAppend(database);
  return {
    ...ledgerEntries(database),

    /**
     * The one way into the ledger, idempotent: see `LedgerAppend.append`.
     * @throws LedgerConflict when another event stands under a sequence
     * @throws LedgerGap when events before the first one are missing
     */
    append: (caseNo: string, events: CaseEvent[], options?: AppendOptions): Promise<{ seq: number }> =>
      writing.append(caseNo, events, options),

    /** Compares a case's hash chain and projection with what its events say: see `verifyLedger`. */
    verify: (caseNo: string): Promise<{ differences: string[] }> => verifyLedger(db, caseNo),

    /**
     * Rewrites the projection of a case from its ledger: see `rebuildProjection`.
     * @throws LedgerBroken when the chain does not verify; nothing is rewritten then
     */
    async rebuild(caseNo: string): Promise<void> {
      await rebuildProjection(db, caseNo);
      writing.forget(caseNo);
    },

    /**
     * The numbers of all cases that have events or a row in the projection, in order, a page at a time.
     * @param last the last number of the page before; empty: the first page
     */
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
