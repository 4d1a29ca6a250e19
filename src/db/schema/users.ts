import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Language, Role } from '../../domain/basics/types';
import { instant } from './columns';

const list = (name: string) =>
  text(name)
    .array()
    .notNull()
    .default(sql`'{}'::text[]`);

/** Staff. Ids are opaque: they stand in events, decisions and Temporal, names only here. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** In Latin letters, for whoever reads English; nothing: as it is. */
    nameEn: text('name_en'),
    email: text().notNull(),
    phone: text(),
    role: text().$type<Role>().notNull(),
    /** `after-sales`, or the department of a colleague. */
    team: text().notNull(),
    language: text().$type<Language>().notNull().default('zh-CN'),
    active: boolean().notNull().default(true),
    /** What routing goes by: free words, the same as in a policy's routing rules. */
    skills: list('skills'),
    productLines: list('product_lines'),
    regions: list('regions'),
    /** Languages spoken with customers; empty: their own. */
    languages: list('languages'),
    /** Open cases they may have at once; nothing: no cap. */
    maxOpen: integer('max_open'),
    /** Their working hours, for routing and reminders: a calendar's id; nothing: at any hour. */
    calendar: text(),
    /** Stamped by the rotation, so that two cases that arrive together go to two people. */
    lastAssignedAt: instant('last_assigned_at'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('users_team_role').on(table.team, table.role)],
);
