import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { ImportMapping } from '../records';
import { instant } from './columns';

/** How the columns of an old system are read, by name, for its next file. They hold names of columns and no data; they stay until somebody removes them. */
export const importMappings = pgTable('import_mappings', {
  name: text().primaryKey(),
  system: text().notNull(),
  mapping: jsonb().$type<ImportMapping>().notNull(),
  savedBy: text('saved_by').notNull(),
  savedAt: instant('saved_at').notNull(),
});
