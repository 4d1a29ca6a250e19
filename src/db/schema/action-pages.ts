import { bigint, date, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { ActionSheet } from '../records';
import { instant } from './columns';

/**
 * What people write of a corrective action beside its workflow, a row an action from the first time that somebody does. What
 * the action is, and where it stands, is in `corrective_actions` and in the ledger of the case that planned it.
 */
export const actionSheets = pgTable('action_sheets', {
  actionId: text('action_id').primaryKey(),
  /** Grows with every change, which names the one that it was made on. */
  version: integer().notNull(),
  /** To whose complaints its effect is narrowed; null: to none. */
  product: text(),
  region: text(),
  /** The parts of an 8D report that people write. */
  problem: text(),
  containment: text(),
  rootCause: text('root_cause'),
  plan: text(),
  prevention: text(),
  recognition: text(),
  changedAt: instant('changed_at').notNull(),
  changedBy: text('changed_by').notNull(),
} satisfies Record<keyof ActionSheet | 'actionId', unknown>);

/** What is to be done for a corrective action, each by somebody and until a day. */
export const actionTasks = pgTable(
  'action_tasks',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    actionId: text('action_id').notNull(),
    /** Under it the same request, sent again, is one task. */
    key: text().notNull(),
    text: text().notNull(),
    owner: text().notNull(),
    dueOn: date('due_on', { mode: 'string' }).notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    doneAt: instant('done_at'),
    doneBy: text('done_by'),
    /** What came of it. */
    result: text(),
    /** It is not to be done any more. */
    droppedAt: instant('dropped_at'),
    droppedBy: text('dropped_by'),
  },
  (table) => [
    unique('action_tasks_key').on(table.key),
    index('action_tasks_action').on(table.actionId, table.id),
    index('action_tasks_owner').on(table.owner, table.actionId),
  ],
);

/** Cases that were gathered into a corrective action which another case planned. */
export const actionCases = pgTable(
  'action_cases',
  {
    actionId: text('action_id').notNull(),
    caseNo: text('case_no').notNull(),
    addedAt: instant('added_at').notNull(),
    addedBy: text('added_by').notNull(),
    /** When a note told the case that the action has ended. */
    toldAt: instant('told_at'),
  },
  (table) => [
    primaryKey({ columns: [table.actionId, table.caseNo] }),
    index('action_cases_case').on(table.caseNo, table.actionId),
  ],
);
