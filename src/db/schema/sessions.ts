import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/** Sessions of staff in browsers. One that is signed out has no row. */
export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the id that the browser holds. */
    idHash: text('id_hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The password was right and the code of the second factor is still to come: signed in to nothing yet. */
    awaitsCode: boolean('awaits_code').notNull(),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** Over at this moment unless it is used before. */
    idleUntil: instant('idle_until').notNull(),
    /** Over at this moment in any case. */
    endsAt: instant('ends_at').notNull(),
    /** For the person's list of sessions alone: an IPv4 address or the network of an IPv6 one, and the browser's name. */
    address: text().notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [index('sessions_user').on(table.userId)],
);
