import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { AccessAct } from '../records';
import { instant } from './columns';

/** What was done about somebody's way in, and by whom. Rows are added, never changed. */
export const accessLog = pgTable(
  'access_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Whose account. */
    userId: text('user_id').notNull(),
    act: text().$type<AccessAct>().notNull(),
    /** User id of whoever did it; null: nobody who was signed in. */
    by: text(),
    at: instant().notNull(),
  },
  (table) => [index('access_log_user').on(table.userId, table.id)],
);
