import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Who took which data out as a file: a row for each, begun before anything is sent. */
export const exportReads = pgTable(
  'export_reads',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').notNull(),
    /** `bi.cases`, `cases`, `figures`, … */
    what: text().notNull(),
    /** Which of it, as `grade=major&format=csv`; what was searched for is left out, since it may be a customer's name. */
    filter: text().notNull(),
    begunAt: instant('begun_at').notNull(),
    /** Null, as the rest: it broke off, or is still being sent. */
    endedAt: instant('ended_at'),
    rows: integer(),
    bytes: bigint({ mode: 'number' }),
    /** Of the file, as hex. */
    sha256: text(),
  },
  (table) => [index('export_reads_user').on(table.userId, table.id)],
);
