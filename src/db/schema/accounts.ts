import { integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/** What staff sign in with in the browser; programs have bearer tokens (`user_tokens`). */
export const accounts = pgTable(
  'accounts',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The sign-in name as it was given. */
    name: text().notNull(),
    /** The same as it is compared: `signInKey` in src/cases/access/sign-in-name.ts. */
    nameKey: text('name_key').notNull(),
    /** argon2id in its PHC form, `$argon2id$v=19$m=…`; null: invited, no password yet. */
    passwordHash: text('password_hash'),
    passwordSetAt: instant('password_set_at'),
    /**
     * The secret of the second factor in base 32, once a code from it was confirmed. Checking a code takes the secret
     * itself, so unlike everything else here it is not stored as a hash.
     */
    totpSecret: text('totp_secret'),
    /** A secret that was shown and not confirmed yet. */
    totpOffered: text('totp_offered'),
    /** The last step (30 s since 1970) whose code was used: neither it nor an earlier one counts again. */
    totpStep: integer('totp_step'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('accounts_name_key').on(table.nameKey)],
);
