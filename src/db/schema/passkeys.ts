import { bigint, boolean, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { users } from './users';

/** Passkeys of staff (WebAuthn): public keys, so nothing in a row signs anybody in. Gone when removed, and with the person. */
export const passkeys = pgTable(
  'passkeys',
  {
    /** Our own name for it, in forms; the authenticator's is `credentialId`. */
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** In base64url, as `publicKey`. */
    credentialId: text('credential_id').notNull(),
    /** In the form of COSE. */
    publicKey: text('public_key').notNull(),
    /** How often the authenticator has signed, as it said last; 0 for those that do not count. */
    counter: bigint({ mode: 'number' }).notNull(),
    /** How it may be reached, as the browser said: `internal`, `hybrid`, `usb`. */
    transports: text().array().notNull(),
    /** Whether the person's account at the maker keeps a copy for their other devices. */
    backedUp: boolean('backed_up').notNull(),
    /** What its owner calls it. */
    name: text().notNull(),
    createdAt: instant('created_at').notNull(),
    /** Null: nobody has signed in with it yet. */
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    uniqueIndex('passkeys_credential_key').on(table.credentialId),
    index('passkeys_user').on(table.userId, table.createdAt),
  ],
);
