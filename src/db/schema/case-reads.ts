import { bigint, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Who of the staff looked at which case, and when: a row for each half hour in which they did. */
export const caseReads = pgTable(
  'case_reads',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').notNull(),
    caseNo: text('case_no').notNull(),
    /** `contact`: they were shown the customer's phone number and mail address unmasked. */
    kind: text().$type<'opened' | 'contact'>().notNull(),
    /** The beginning of the half hour. */
    halfHour: instant('half_hour').notNull(),
    /** The last entry of the ledger that they read; 0: none, they saw the case without its timeline. */
    seq: integer().notNull(),
    /** The first look in that half hour. */
    at: instant().notNull(),
  },
  (table) => [
    unique('case_reads_half_hour').on(table.userId, table.caseNo, table.kind, table.halfHour),
    index('case_reads_case').on(table.caseNo, table.id),
  ],
);
