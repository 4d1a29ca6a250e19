import { sql } from 'drizzle-orm';
import { bigint, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Language } from '../../domain/basics/types';
import type { LibraryAct, LibraryContent, LibraryState } from '../records';
import { instant } from './columns';

/** What solved cases have taught, for colleagues and, where it says so, for customers: an entry and where it stands. */
export const libraryEntries = pgTable(
  'library_entries',
  {
    id: uuid().primaryKey(),
    /** Of the newest version. */
    state: text().$type<LibraryState>().notNull(),
    /** The newest version; and the one that is offered, if there is one. */
    version: integer().notNull(),
    publishedVersion: integer('published_version'),
    /** The language in which it is published for customers; null: it is not. */
    publicIn: text('public_in').$type<Language>(),
    /** The case that it was written up from, without a foreign key: the entry outlives it. */
    caseNo: text('case_no'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Who wrote the newest version; and when anything was last done. */
    changedBy: text('changed_by').notNull(),
    changedAt: instant('changed_at').notNull(),
    /** Who published the version that is offered, or the last one that was. */
    reviewedBy: text('reviewed_by'),
    reviewedAt: instant('reviewed_at'),
  },
  (table) => [
    index('library_entries_changed').on(table.changedAt, table.id),
    index('library_entries_public')
      .on(table.publicIn, table.reviewedAt)
      .where(sql`${table.publicIn} is not null`),
  ],
);

/** Each wording of an entry. */
export const libraryVersions = pgTable(
  'library_versions',
  {
    entryId: uuid('entry_id')
      .notNull()
      .references(() => libraryEntries.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    content: jsonb().$type<LibraryContent>().notNull(),
    by: text().notNull(),
    at: instant().notNull(),
    /** Its texts in search form (`src/text/search.ts`), and the grams of that. */
    norm: text().notNull(),
    grams: integer().array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.version] }),
    index('library_versions_grams').using('gin', table.grams).with({ fastupdate: false }),
  ],
);

/** What was done with an entry, and by whom. */
export const libraryActs = pgTable(
  'library_acts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    entryId: uuid('entry_id')
      .notNull()
      .references(() => libraryEntries.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    act: text().$type<LibraryAct>().notNull(),
    by: text().notNull(),
    at: instant().notNull(),
    note: text(),
  },
  (table) => [index('library_acts_of').on(table.entryId, table.id)],
);

/** By what published entries are found (`topicKeys` in `src/text/matter.ts`). */
export const libraryKeys = pgTable(
  'library_keys',
  {
    key: integer().notNull(),
    /** When it was published: of a key that many have, the newest are compared. */
    at: instant().notNull(),
    entryId: uuid('entry_id')
      .notNull()
      .references(() => libraryEntries.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.at, table.entryId] }),
    index('library_keys_entry').on(table.entryId),
  ],
);

/** An entry was sent to a customer as a reply, or a part of one: once for each decision. */
export const libraryUses = pgTable(
  'library_uses',
  {
    entryId: uuid('entry_id').notNull(),
    decisionId: text('decision_id').notNull(),
    version: integer().notNull(),
    caseNo: text('case_no').notNull(),
    by: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.decisionId] }),
    index('library_uses_case').on(table.caseNo),
    foreignKey({
      name: 'library_uses_version',
      columns: [table.entryId, table.version],
      foreignColumns: [libraryVersions.entryId, libraryVersions.version],
    }).onDelete('cascade'),
  ],
);
