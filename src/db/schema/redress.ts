import { integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** What customers were given: one row a remedy carried out. */
export const redress = pgTable(
  'redress',
  {
    caseNo: text('case_no').notNull(),
    /** The event that carried it out. */
    seq: integer().notNull(),
    n: integer().notNull(),
    kind: text().notNull(),
    /** In the house's currency. */
    amount: numeric({ precision: 12, scale: 2, mode: 'number' }).notNull(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.seq, table.n] })],
);
