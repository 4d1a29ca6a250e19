import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** One mail for many notices to one person: its Message-ID is fixed when the notices are gathered, before any attempt. */
export const digests = pgTable(
  'digests',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').notNull(),
    messageId: text('message_id').notNull(),
    addresses: jsonb().$type<string[]>(),
    state: text().$type<'planned' | 'sending' | 'sent' | 'failed' | 'skipped'>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    /** Attempts of which nobody knows whether the mail went out. */
    ambiguous: integer().notNull().default(0),
    plannedAt: instant('planned_at')
      .notNull()
      .default(sql`now()`),
    /** `planned`: not before; `sending`: the lease, after which somebody else may try. */
    nextAttemptAt: instant('next_attempt_at')
      .notNull()
      .default(sql`now()`),
    sentAt: instant('sent_at'),
    /** Code of the last fault; never an address. */
    error: text(),
  },
  (table) => [
    unique('digests_message').on(table.messageId),
    index('digests_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
    index('digests_user').on(table.userId, table.plannedAt),
  ],
);
