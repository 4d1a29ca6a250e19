import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';
import { sessions } from './sessions';

/** What a passkey is to sign, good for once. A row goes when it is answered, and when it is over another one takes it along. */
export const passkeyChallenges = pgTable(
  'passkey_challenges',
  {
    /** SHA-256 of the ticket in the cookie of the browser that asked. */
    ticketHash: text('ticket_hash').primaryKey(),
    /** In base64url. */
    challenge: text().notNull(),
    /** The session in which a passkey is being added, which cannot be once that has ended; null: somebody signs in. */
    session: text().references(() => sessions.idHash, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('passkey_challenges_session').on(table.session),
    index('passkey_challenges_over').on(table.expiresAt),
  ],
);
