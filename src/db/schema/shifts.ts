import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** The dated roster (排班). Whoever has no shifts works by their calendar; with neither, always. */
export const shifts = pgTable(
  'shifts',
  {
    userId: text('user_id').notNull(),
    from: instant('from_at').notNull(),
    to: instant('to_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.from] }), index('shifts_to').on(table.to)],
);
