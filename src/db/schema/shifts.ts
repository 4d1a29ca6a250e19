import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * The dated roster (排班): `from` included, `to` not. Whoever has no shift to come, and had
 * none in the last seven days, works by their calendar; without a calendar at any hour.
 */
export const shifts = pgTable(
  'shifts',
  {
    userId: text('user_id').notNull(),
    from: instant('from_at').notNull(),
    to: instant('to_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.from] }), index('shifts_to').on(table.to)],
);
