import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Accepted complaints whose workflow is still to be started. Written with the complaint, deleted when Temporal has it.
 */
export const workflowStarts = pgTable(
  'workflow_starts',
  {
    caseNo: text('case_no').primaryKey(),
    policyVersion: integer('policy_version').notNull(),
    acceptedAt: instant('accepted_at')
      .notNull()
      .default(sql`now()`),
    /** Until then whoever claimed the row starts the workflow; after that anybody may. */
    leasedUntil: instant('leased_until')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('workflow_starts_accepted').on(table.acceptedAt)],
);
