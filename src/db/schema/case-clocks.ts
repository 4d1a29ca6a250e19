import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Clock } from '../../domain/promises/clock';
import { instant } from './columns';

/** Every promise of every case, one row a clock: what reports count. */
export const caseClocks = pgTable(
  'case_clocks',
  {
    caseNo: text('case_no').notNull(),
    clock: text().notNull(),
    promise: text().$type<Clock['promise']>().notNull(),
    version: integer().notNull(),
    status: text().$type<Clock['status']>().notNull(),
    startedAt: instant('started_at').notNull(),
    dueAt: instant('due_at').notNull(),
    stoppedAt: instant('stopped_at'),
    breachedAt: instant('breached_at'),
    escalated: integer().notNull(),
    /** The next moment that has to be written: a warning, the breach, a step of the chain. Null: nothing is to come. */
    nextAt: instant('next_at'),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.clock] }),
    index('case_clocks_next')
      .on(table.nextAt)
      .where(sql`${table.nextAt} is not null`),
  ],
);
