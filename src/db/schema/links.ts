import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Customers' links that answer once. The token itself is derived from a secret; here is only its hash. */
export const links = pgTable('links', {
  tokenHash: text('token_hash').primaryKey(),
  purpose: text().$type<'proposal' | 'survey'>().notNull(),
  caseNo: text('case_no').notNull(),
  /** The proposal or survey it answers. */
  subject: text().notNull(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
});
