import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** One row a submission that carried an `Idempotency-Key`: the gate through which only the first of its repeats goes. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  keyHash: text('key_hash').primaryKey(),
  bodyHash: text('body_hash').notNull(),
  caseNo: text('case_no').notNull(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
});
