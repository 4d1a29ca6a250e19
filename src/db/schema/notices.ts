import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Whom a mail to staff is for, as it was worked out when its turn came: the desk shows it to them. What it says stands in
 * the outbox and the ledger; whether its case was opened since, in `case_reads`.
 */
export const notices = pgTable(
  'notices',
  {
    userId: text('user_id').notNull(),
    /** The row of the outbox. */
    outboxId: bigint('outbox_id', { mode: 'number' }).notNull(),
    /** When they were told. */
    at: instant().notNull(),
    /** When they ticked it as read; null: they did not. */
    readAt: instant('read_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.outboxId] }),
    index('notices_newest').on(table.userId, table.at, table.outboxId),
  ],
);
