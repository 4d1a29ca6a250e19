import { boolean, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { HookMapping } from '../records';
import { instant } from './columns';

/**
 * Systems of the house that post complaints. Their secrets are derived from the house's own and never stored. Rows stay: a
 * hook that nobody wants any more is switched off, and what came by it is still told apart.
 */
export const inboundHooks = pgTable('inbound_hooks', {
  id: text().primaryKey(),
  name: text().notNull(),
  isOn: boolean('is_on').notNull(),
  mapping: jsonb().$type<HookMapping>().notNull(),
  /** Counted up at each rotation; the secret is derived from it. */
  generation: integer().notNull(),
  /** When the present generation began: the one before is taken for a day more. */
  rotatedAt: instant('rotated_at'),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  /** About when the last message was taken: written once a minute at most. */
  lastMessageAt: instant('last_message_at'),
});
