import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Drafts of policies, valid or not. Publishing one adds a row to `policies` and ends the draft. */
export const policyDrafts = pgTable('policy_drafts', {
  id: uuid().primaryKey().defaultRandom(),
  title: text().notNull(),
  /** The version it was made from. */
  base: integer().notNull(),
  /** Grows with every save: a save that was made on an older revision is refused. */
  revision: integer().notNull().default(1),
  policy: jsonb().$type<unknown>().notNull(),
  /** Report of the last rehearsal, and the revision that was rehearsed. */
  rehearsal: jsonb().$type<unknown>(),
  rehearsedRevision: integer('rehearsed_revision'),
  /** The version that was published from it. */
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
