import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Merges that were reserved before the case was told: case `case_no` goes into case `into`. At most one for each case,
 * never a circle, and never taken back (`mergeStore`).
 */
export const caseMerges = pgTable(
  'case_merges',
  {
    caseNo: text('case_no').primaryKey(),
    into: text().notNull(),
    at: instant().notNull(),
    decisionId: text('decision_id').notNull(),
  },
  (table) => [index('case_merges_into').on(table.into)],
);
