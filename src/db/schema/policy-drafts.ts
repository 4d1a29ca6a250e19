import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Policies in the making: whatever somebody has saved, right or wrong. Publishing makes a version of it. */
export const policyDrafts = pgTable('policy_drafts', {
  id: uuid().primaryKey().defaultRandom(),
  title: text().notNull(),
  /** The version it was made from. */
  base: integer().notNull(),
  /** Grows with every save: who saves on top of an older one is told. */
  revision: integer().notNull().default(1),
  policy: jsonb().$type<unknown>().notNull(),
  /** The last rehearsal, of which revision. */
  rehearsal: jsonb().$type<unknown>(),
  rehearsedRevision: integer('rehearsed_revision'),
  publishedAs: integer('published_as'),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
  updatedBy: text('updated_by').notNull(),
  updatedAt: instant('updated_at')
    .notNull()
    .default(sql`now()`),
});
