import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/** Who somebody is at the identity provider of the house, kept at their first single sign-on. */
export const signInSubjects = pgTable(
  'sign_in_subjects',
  {
    issuer: text().notNull(),
    /** The provider's own id of the person (`sub`), which outlives names and mail addresses. */
    subject: text().notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.issuer, table.subject] }), index('sign_in_subjects_user').on(table.userId)],
);
