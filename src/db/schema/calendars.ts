import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Calendar } from '../../domain/time/calendar';
import { instant } from './columns';

/** Business calendars. A version never changes: a policy freezes the ones it uses when it is published. */
export const calendars = pgTable(
  'calendars',
  {
    id: text().notNull(),
    version: integer().notNull(),
    calendar: jsonb().$type<Calendar>().notNull(),
    publishedBy: text('published_by').notNull(),
    publishedAt: instant('published_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.id, table.version] })],
);
