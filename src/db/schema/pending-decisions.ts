import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { DecisionMessage } from '../../domain/decisions/decide';
import { instant } from './columns';

/**
 * Decisions that were accepted while no worker answered. Temporal holds the signal; should the run be lost with it, the
 * watch sends it again from here. A row goes when the ledger has the decision or its refusal. The message carries ids
 * of texts, never a text.
 */
export const pendingDecisions = pgTable(
  'pending_decisions',
  {
    caseNo: text('case_no').notNull(),
    decisionId: text('decision_id').notNull(),
    name: text().notNull(),
    message: jsonb().$type<DecisionMessage>().notNull(),
    acceptedAt: instant('accepted_at').notNull(),
    /** When it was last sent to the workflow, and how often it was. */
    sentAt: instant('sent_at').notNull(),
    sends: integer().notNull(),
    /** Why it was given up, for example because the case is archived; null: it is still sent again. */
    lost: text(),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.decisionId] }),
    index('pending_decisions_sent').on(table.sentAt),
  ],
);
