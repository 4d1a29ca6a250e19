import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { IncidentKind } from '../../domain/case/incidents';
import { instant } from './columns';

/** What the watch over the workflows could not mend by itself: a person has to look. One row an incident. */
export const incidents = pgTable(
  'incidents',
  {
    /** Case or corrective action. */
    subject: text().notNull(),
    since: instant().notNull(),
    kind: text().$type<IncidentKind>().notNull(),
    caseNo: text('case_no').notNull(),
    /** How often it has been started again from its ledger. */
    restarts: integer().notNull().default(0),
    /** The admins have a mail of it. */
    toldAt: instant('told_at'),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.subject, table.since] }),
    uniqueIndex('incidents_open')
      .on(table.subject)
      .where(sql`${table.endedAt} is null`),
    index('incidents_since').on(table.since),
  ],
);
