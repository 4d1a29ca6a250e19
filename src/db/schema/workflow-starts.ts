import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Accepted complaints whose workflow has not been seen running yet. Written with the complaint, deleted when it runs. */
export const workflowStarts = pgTable(
  'workflow_starts',
  {
    caseNo: text('case_no').primaryKey(),
    policyVersion: integer('policy_version').notNull(),
    acceptedAt: instant('accepted_at')
      .notNull()
      .default(sql`now()`),
    /** Until then somebody is at it. */
    leasedUntil: instant('leased_until')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('workflow_starts_accepted').on(table.acceptedAt)],
);
