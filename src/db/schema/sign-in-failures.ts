import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Tries at a password or code that failed, for all servers together. They are counted by what was typed, not by account:
 * a name that nobody has is locked like any other, so a lock does not tell which names exist.
 */
export const signInFailures = pgTable(
  'sign_in_failures',
  {
    /** SHA-256 of what is tried: a sign-in name as it is compared, or whose code or old password. */
    key: text().primaryKey(),
    failures: integer().notNull(),
    /** Tries are refused until this moment; null: the next one is taken. */
    lockedUntil: instant('locked_until'),
    /** From this moment on the failures count no more, and the row may be removed. */
    forgetAt: instant('forget_at').notNull(),
  },
  (table) => [index('sign_in_failures_forget').on(table.forgetAt)],
);
