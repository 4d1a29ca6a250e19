import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Customers' links, each good for one answer. The token is derived from a secret; only its hash is stored. */
export const links = pgTable('links', {
  tokenHash: text('token_hash').primaryKey(),
  purpose: text().$type<'proposal' | 'survey'>().notNull(),
  caseNo: text('case_no').notNull(),
  /** Id of the proposal or survey that it answers. */
  subject: text().notNull(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
});
