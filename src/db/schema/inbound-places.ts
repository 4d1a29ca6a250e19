import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** How far a mailbox has been read. */
export const inboundPlaces = pgTable('inbound_places', {
  /** As in `inbound_messages`: `imap:…`. */
  source: text().primaryKey(),
  /** The mailbox's UIDVALIDITY: with another one all its numbers are new (RFC 3501, section 2.3.1.1). */
  validity: text().notNull(),
  /** The highest number that has been kept. */
  lastUid: bigint('last_uid', { mode: 'number' }).notNull(),
  /** What arrived there before is not ours: the mailbox was connected then. */
  since: instant().notNull(),
  /** About when it was last found to have nothing more: written once a minute at most. */
  lookedAt: instant('looked_at'),
});
