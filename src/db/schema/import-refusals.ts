import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Fault } from '../../domain/basics/faults';

/** Rows of a file that were not imported, and why; nothing of what stands in them. They go when the import starts anew, or with its file. */
export const importRefusals = pgTable(
  'import_refusals',
  {
    importId: text('import_id').notNull(),
    row: integer().notNull(),
    faults: jsonb().$type<Fault[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.row] })],
);
