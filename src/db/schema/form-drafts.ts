import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/** What staff have typed into forms of the desk and not sent yet. Removed when the form is taken, and after a week. */
export const formDrafts = pgTable(
  'form_drafts',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Which form: `C261123-7KQ4MX/propose`, `phone`. */
    place: text().notNull(),
    /** The values of each control by its name, as typed. */
    fields: jsonb().$type<Record<string, string[]>>().notNull(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.place] }), index('form_drafts_at').on(table.at)],
);
