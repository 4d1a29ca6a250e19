import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * One row for each `Idempotency-Key` of a filed complaint: the primary key lets only the first of its repeats through.
 */
export const idempotencyKeys = pgTable('idempotency_keys', {
  keyHash: text('key_hash').primaryKey(),
  /** Tells a repeat from another complaint under the same key. */
  bodyHash: text('body_hash').notNull(),
  caseNo: text('case_no').notNull(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
});
