import { bigint, date, index, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { SuggestionState } from '../records';
import { instant } from './columns';

/** What customers and staff suggest to be done better, with what became of it. */
export const suggestions = pgTable(
  'suggestions',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Under it the same request, sent again, is one suggestion. */
    key: text().notNull(),
    /** Whose idea it is. */
    source: text().$type<'customer' | 'staff'>().notNull(),
    /** The case in which it was said; a customer's always has one. */
    caseNo: text('case_no'),
    /** Who put it down, by user id; null: the customer, on the page. */
    by: text(),
    text: text().notNull(),
    state: text().$type<SuggestionState>().notNull().default('new'),
    /** Where it goes on, when it was merged; never a merged one. */
    into: bigint({ mode: 'number' }),
    owner: text(),
    dueOn: date('due_on', { mode: 'string' }),
    /** Why it was adopted or declined, as whoever suggested it is told. */
    reason: text(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    /** What was done, as they are told. */
    result: text(),
    doneAt: instant('done_at'),
    /** When and by whom they were told of the present state in another way than by mail. */
    toldAt: instant('told_at'),
    toldBy: text('told_by'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    unique('suggestions_key').on(table.key),
    index('suggestions_state').on(table.state, table.id),
    index('suggestions_case').on(table.caseNo),
    index('suggestions_into').on(table.into),
  ],
);
