import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { IncidentKind } from '../../domain/case/incidents';
import { instant } from './columns';

/**
 * Incidents: cases and corrective actions that the watch found not going on by themselves. A row without `ended_at`
 * needs a person. One with `restarts` was mended by the watch, which started the workflow again.
 */
export const incidents = pgTable(
  'incidents',
  {
    /** Number of the case, or id of the corrective action. At most one incident of a subject is open. */
    subject: text().notNull(),
    since: instant().notNull(),
    kind: text().$type<IncidentKind>().notNull(),
    caseNo: text('case_no').notNull(),
    /** Times the workflow was started again from its ledger; such a row begins and ends at that moment. */
    restarts: integer().notNull().default(0),
    /** When the admins were told by mail. */
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
