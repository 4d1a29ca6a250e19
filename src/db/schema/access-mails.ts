import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/**
 * Mails to staff that belong to no case: the link for a forgotten password, written in the transaction that stores the link,
 * and the test that an admin sends to themselves. The states follow each other as those of `digests`.
 */
export const accessMails = pgTable(
  'access_mails',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text().$type<'link' | 'test'>().notNull().default('link'),
    /** Fixed before any attempt. The token of the link is derived from it, with a secret that is not in the database. */
    messageId: text('message_id').notNull(),
    /** Where it goes to, fixed before the first attempt; null until then. */
    addresses: jsonb().$type<string[]>(),
    state: text().$type<'planned' | 'sending' | 'sent' | 'failed' | 'skipped'>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    /** Attempts of which nobody knows whether the mail went out. */
    ambiguous: integer().notNull().default(0),
    plannedAt: instant('planned_at').notNull(),
    /** `planned`: not to be sent before; `sending`: the end of the lease, after which another relay may claim it. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    sentAt: instant('sent_at'),
    /** Code of the last fault, or why it was skipped; never an address. */
    error: text(),
  },
  (table) => [
    unique('access_mails_message').on(table.messageId),
    index('access_mails_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
    index('access_mails_user').on(table.userId, table.plannedAt),
  ],
);
