import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CaseEvent, DecisionTrace } from '../../domain/case/events';
import type { Actor } from '../../domain/basics/types';
import { instant } from './columns';

/**
 * The ledger: append-only (triggers refuse update and delete), without gaps, each row bound to
 * the one before by its hash.
 */
export const caseEvents = pgTable(
  'case_events',
  {
    caseNo: text('case_no').notNull(),
    seq: integer().notNull(),
    type: text().$type<CaseEvent['type']>().notNull(),
    at: instant().notNull(),
    actor: jsonb().$type<Actor>().notNull(),
    data: jsonb().notNull(),
    /** The decision that the event belongs to; null for events of the system itself. */
    decision: jsonb().$type<DecisionTrace>(),
    /** See `linkHash` (`src/db/projection.ts`). */
    hash: text().notNull(),
    prevHash: text('prev_hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.seq] })],
);
