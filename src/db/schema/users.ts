import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Language, Role } from '../../domain/basics/types';
import { instant } from './columns';

const list = (name: string) =>
  text(name)
    .array()
    .notNull()
    .default(sql`'{}'::text[]`);

/** Staff. Events, decisions and Temporal carry the opaque id; the name stands only here. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** The name in Latin letters, for English texts; null: `name` is used there too. */
    nameEn: text('name_en'),
    email: text().notNull(),
    phone: text(),
    role: text().$type<Role>().notNull(),
    /** `after-sales`, or the department of a colleague. */
    team: text().notNull(),
    language: text().$type<Language>().notNull().default('zh-CN'),
    active: boolean().notNull().default(true),
    /** For routing: free words that must equal those in the policy's routing rules. Also the two lists that follow. */
    skills: list('skills'),
    productLines: list('product_lines'),
    regions: list('regions'),
    /** Languages they speak with customers; empty: routing takes them for any language, and for `language` first. */
    languages: list('languages'),
    /** The most open cases they may be given; null: no cap. */
    maxOpen: integer('max_open'),
    /** Id of the calendar of their working hours, for routing and reminders; null: they work at any hour. */
    calendar: text(),
    /** Their extension in the house's telephone system, whose calls they see; null: none. */
    extension: text().unique(),
    /** When they were last picked for a case: whoever waited longest comes next. */
    lastAssignedAt: instant('last_assigned_at'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('users_team_role').on(table.team, table.role)],
);
