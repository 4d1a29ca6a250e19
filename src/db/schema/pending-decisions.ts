import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { DecisionMessage } from '../../domain/decisions/decide';
import { instant } from './columns';

/**
 * Decisions that were accepted while no worker answered, until the ledger has them or their refusal: Temporal holds the
 * signal, and should it lose it with the run, it is sent again from here. The message names texts, it holds none.
 */
export const pendingDecisions = pgTable(
  'pending_decisions',
  {
    caseNo: text('case_no').notNull(),
    decisionId: text('decision_id').notNull(),
    name: text().notNull(),
    message: jsonb().$type<DecisionMessage>().notNull(),
    acceptedAt: instant('accepted_at').notNull(),
    sentAt: instant('sent_at').notNull(),
    sends: integer().notNull(),
    /** The case is over and would not take it: why. Nothing sends it any more. */
    lost: text(),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.decisionId] }),
    index('pending_decisions_sent').on(table.sentAt),
  ],
);
