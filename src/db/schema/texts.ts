import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { StoredSuggestion } from '../records';
import { instant } from './columns';

/**
 * All free texts. They stand here alone, so that they can be erased: events and workflows carry only id and sha-256.
 */
export const texts = pgTable(
  'texts',
  {
    textId: uuid('text_id').primaryKey(),
    caseNo: text('case_no').notNull(),
    /** `complaint`, or the decision and field it was typed into. */
    kind: text().notNull(),
    sha256: text().notNull(),
    body: text().notNull(),
    /** What it suggests, with the words quoted, if the customer speaks in it: it goes when the text goes. Null: not read. */
    reading: jsonb().$type<StoredSuggestion>(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('texts_case').on(table.caseNo)],
);
