import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Policy } from '../../domain/policy/schema';
import { instant } from './columns';

/**
 * Published policies. A row never changes: a case keeps the version it was opened under, unless it is moved to another.
 */
export const policies = pgTable('policies', {
  version: integer().primaryKey(),
  policy: jsonb().$type<Policy>().notNull(),
  publishedBy: text('published_by').notNull(),
  publishedAt: instant('published_at')
    .notNull()
    .default(sql`now()`),
});
