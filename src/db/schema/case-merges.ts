import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Reserved merges: at most one a case, and never a circle. */
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
