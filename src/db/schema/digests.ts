import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * One mail for many reminders to one person; they are rows of `outbox` that name it. Its Message-ID is fixed when it is
 * gathered, before any attempt, so that retries carry the same one.
 */
export const digests = pgTable(
  'digests',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').notNull(),
    messageId: text('message_id').notNull(),
    /** Where it goes to, fixed before the first attempt; null until then. */
    addresses: jsonb().$type<string[]>(),
    state: text().$type<'planned' | 'sending' | 'sent' | 'failed' | 'skipped'>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    /** Attempts of which nobody knows whether the mail went out. */
    ambiguous: integer().notNull().default(0),
    plannedAt: instant('planned_at')
      .notNull()
      .default(sql`now()`),
    /** `planned`: not to be sent before; `sending`: the end of the lease, after which another relay may claim it. */
    nextAttemptAt: instant('next_attempt_at')
      .notNull()
      .default(sql`now()`),
    sentAt: instant('sent_at'),
    /** Code of the last fault; never an address. */
    error: text(),
    /** Since when all attempts have failed; null: none has, or it has waited without a fault since. */
    failingSince: instant('failing_since'),
  },
  (table) => [
    unique('digests_message').on(table.messageId),
    index('digests_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
    index('digests_user').on(table.userId, table.plannedAt),
  ],
);
