import { sql } from 'drizzle-orm';
import { index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { inboundHooks } from './inbound-hooks';
import { users } from './users';

/**
 * Calls, as the house's telephone system tells of them: a row for each extension at which one rang. What belongs to no case
 * is removed after a week; what belongs to one stays with it.
 */
export const calls = pgTable(
  'calls',
  {
    id: uuid().primaryKey(),
    hookId: text('hook_id')
      .notNull()
      .references(() => inboundHooks.id),
    /** As the telephone system calls it. */
    callId: text('call_id').notNull(),
    extension: text().notNull(),
    /** Whose extension it was when it rang; null: nobody's. */
    userId: text('user_id').references(() => users.id),
    /** Who called; null: withheld. */
    number: text(),
    /** The number that was called. */
    line: text(),
    rangAt: instant('rang_at').notNull(),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    /** An http(s) address, opened by the browsers of those who may see the case, and by nothing of ours. */
    recording: text(),
    caseNo: text('case_no'),
    /** Its agent does not want to see it any more. */
    putAwayAt: instant('put_away_at'),
  },
  (table) => [
    unique('calls_once').on(table.hookId, table.callId, table.extension),
    index('calls_of_user').on(table.userId, table.rangAt),
    index('calls_rang').on(table.rangAt),
    index('calls_of_case')
      .on(table.caseNo)
      .where(sql`${table.caseNo} is not null`),
    index('calls_of_none')
      .on(table.rangAt)
      .where(sql`${table.caseNo} is null`),
  ],
);
