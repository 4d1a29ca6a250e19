import { sql } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** When somebody is away (`from` included, `to` not), and who stands in for them. */
export const leaves = pgTable(
  'leaves',
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: text('user_id').notNull(),
    from: instant('from_at').notNull(),
    to: instant('to_at').notNull(),
    deputy: text(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('leaves_user').on(table.userId, table.to)],
);
