import { integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Part of the projection: what customers were given, one row for each remedy that was carried out. */
export const redress = pgTable(
  'redress',
  {
    caseNo: text('case_no').notNull(),
    /** The `carriedOut` event, and the place of the remedy in it, from 0. */
    seq: integer().notNull(),
    n: integer().notNull(),
    kind: text().notNull(),
    /** In the house's currency. */
    amount: numeric({ precision: 12, scale: 2, mode: 'number' }).notNull(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.seq, table.n] })],
);
