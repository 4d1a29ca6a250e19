import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { ActedOn, ChannelActName } from '../../domain/case/connections';
import { instant } from './columns';

/**
 * What admins did about hooks, receivers of webhooks, group chats and trackers. Rows are added, never changed, and outlive what they
 * are about. They hold ids of staff and what a thing was called, and of settings the names alone.
 */
export const channelActs = pgTable(
  'channel_acts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    channel: text().$type<ActedOn>().notNull(),
    subjectId: text('subject_id').notNull(),
    /** What it was called then. */
    name: text().notNull(),
    act: text().$type<ChannelActName>().notNull(),
    /** Which settings have another value. */
    fields: text().array().notNull(),
    /** User id. */
    by: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('channel_acts_subject').on(table.subjectId, table.id)],
);
