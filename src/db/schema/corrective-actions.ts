import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { CorrectiveActionState } from '../../domain/corrective-action/state';
import type { Cause } from '../../domain/basics/types';
import { instant } from './columns';

/** One row for each corrective action, as its workflow last saved it. */
export const correctiveActions = pgTable(
  'corrective_actions',
  {
    id: text().primaryKey(),
    /** Grows with every change: a save that arrives late does not overwrite a newer one. */
    revision: integer().notNull(),
    caseNos: jsonb('case_nos').$type<string[]>().notNull(),
    kind: text().$type<CorrectiveActionState['kind']>().notNull(),
    owner: text().notNull(),
    cause: text().$type<Cause>().notNull(),
    status: text().$type<CorrectiveActionState['status']>().notNull(),
    startedAt: instant('started_at'),
    dueAt: instant('due_at'),
    /** When its effect is to be checked. */
    checkAt: instant('check_at'),
    /** Rounds up to an effect check, the present one included. */
    rounds: integer().notNull(),
    state: jsonb().$type<CorrectiveActionState>().notNull(),
    updatedAt: instant('updated_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    index('corrective_actions_open')
      .on(table.owner)
      .where(sql`${table.status} <> 'ended'`),
  ],
);
