import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** What the coded values of the facts are called, for tools that read the views: written anew by each migration. */
export const biLabels = pgTable(
  'bi_labels',
  {
    list: text().notNull(),
    value: text().notNull(),
    zh: text().notNull(),
    en: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.list, table.value] })],
);
