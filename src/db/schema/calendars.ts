import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Calendar } from '../../domain/time/calendar';
import { instant } from './columns';

/** Working calendars, in versions that never change. A policy names the versions it uses and keeps them. */
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
