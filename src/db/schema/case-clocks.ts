import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Clock } from '../../domain/promises/clock';
import { instant } from './columns';

/**
 * Part of the projection: one row for each clock of each case, open or archived. Reports, forecast and watch read it.
 */
export const caseClocks = pgTable(
  'case_clocks',
  {
    caseNo: text('case_no').notNull(),
    /** Id of the clock in its case: `firstResponse`, `help:h1`. */
    clock: text().notNull(),
    promise: text().$type<Clock['promise']>().notNull(),
    /** How many due times the clock has had. */
    version: integer().notNull(),
    status: text().$type<Clock['status']>().notNull(),
    startedAt: instant('started_at').notNull(),
    dueAt: instant('due_at').notNull(),
    stoppedAt: instant('stopped_at'),
    /** The due time of the present version that was missed. */
    breachedAt: instant('breached_at'),
    /** Steps of the escalation chain taken. */
    escalated: integer().notNull(),
    /** When the next event of this clock is due: a warning, the breach, a step of the chain. Null: none is to come. */
    nextAt: instant('next_at'),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.clock] }),
    index('case_clocks_next')
      .on(table.nextAt)
      .where(sql`${table.nextAt} is not null`),
  ],
);
