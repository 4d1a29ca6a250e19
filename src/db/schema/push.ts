import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { chats } from './chats';
import { instant } from './columns';
import { users } from './users';

/**
 * Browsers of staff that are told of notices. Removed by the person, when their sessions are ended, when the push service
 * says that there is no such browser any more, and with the person.
 */
export const pushSubscriptions = pgTable(
  'push_subscriptions',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The browser's address at its push service: whoever knows it and the house's key may push there. */
    endpoint: text().notNull(),
    /** The browser's public key, and a secret of it (base64url). */
    p256dh: text().notNull(),
    auth: text().notNull(),
    /** As the browser names itself. */
    userAgent: text('user_agent').notNull(),
    /** The session in which it was allowed, by the hash of its id: it is removed with that. */
    sessionHash: text('session_hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    unique('push_subscriptions_endpoint').on(table.endpoint),
    index('push_subscriptions_user').on(table.userId, table.id),
  ],
);

/**
 * Pushes to send: one for each browser and notice, or chat whose customer waits; planned as the notice is told or the chat
 * has waited for long, removed when it has ended.
 */
export const pushes = pgTable(
  'pushes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    subscriptionId: bigint('subscription_id', { mode: 'number' })
      .notNull()
      .references(() => pushSubscriptions.id, { onDelete: 'cascade' }),
    /** The notice's row of the outbox; null: it is about a chat. */
    outboxId: bigint('outbox_id', { mode: 'number' }),
    chatId: uuid('chat_id').references(() => chats.id, { onDelete: 'cascade' }),
    attempts: integer().notNull().default(0),
    plannedAt: instant('planned_at').notNull(),
    /** Not to be sent before; after a claim the end of the lease. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** Code of the last fault, or why it waits. */
    error: text(),
    /** Since when all attempts have failed; null: none has, or it has waited without a fault since. */
    failingSince: instant('failing_since'),
  },
  (table) => [
    unique('pushes_once').on(table.subscriptionId, table.outboxId),
    unique('pushes_once_chat').on(table.subscriptionId, table.chatId),
    check('pushes_about_one', sql`num_nonnulls(${table.outboxId}, ${table.chatId}) = 1`),
    index('pushes_due').on(table.nextAttemptAt, table.id),
  ],
);
