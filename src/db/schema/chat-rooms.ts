import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { RoomKind, RoomNews } from '../../domain/case/rooms';
import type { RoomQuiet } from '../../domain/policy/notice-choices';
import type { Language } from '../../domain/basics/types';
import type { ChatRoom, ChatRoomNews } from '../records';
import { instant } from './columns';
import { users } from './users';

/** Group chats of staff on other platforms that are told of cases. They stay until an admin removes them. */
export const chatRooms = pgTable('chat_rooms', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  kind: text().$type<RoomKind>().notNull(),
  /** The robot's address, sealed (src/outgoing/seal.ts): whoever has it can post there. */
  url: text().notNull(),
  /** What its messages are signed with, sealed; null: they are not. */
  secret: text(),
  language: text().$type<Language>().notNull(),
  /** Cases of this team or department alone; null: of all. */
  team: text(),
  news: text().array().$type<RoomNews[]>().notNull(),
  quiet: jsonb().$type<RoomQuiet>().notNull(),
  enabled: boolean().notNull().default(true),
  offBecause: text('off_because').$type<ChatRoom['offBecause'] & {}>(),
  /** How the last attempt failed; null once one has succeeded. */
  code: text(),
  /** Failures one after the other; they end with the first success. */
  failures: integer().notNull().default(0),
  failingSince: instant('failing_since'),
  /** After a failure: nothing is sent before. */
  waitsUntil: instant('waits_until'),
  /** Its quiet hours: only what is urgent is sent before. */
  quietUntil: instant('quiet_until'),
  /** A message to it is under way; the end of the lease. */
  busyUntil: instant('busy_until'),
  /** When it last took a message: the next one waits, and gathers what comes meanwhile. */
  sentAt: instant('sent_at'),
  /** When an admin last asked for a test, and how it ended: `ok`, or a code; null: it has not yet. */
  testAt: instant('test_at'),
  testCode: text('test_code'),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
});

/**
 * What is told to a room: a row for each event and room that wants it, planned in the ledger's own write. They hold ids and
 * numbers alone. Removed 30 days after they were planned, and with their room.
 */
export const chatRoomNews = pgTable(
  'chat_room_news',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    roomId: uuid('room_id')
      .notNull()
      .references(() => chatRooms.id, { onDelete: 'cascade' }),
    caseNo: text('case_no').notNull(),
    seq: integer().notNull(),
    news: text().$type<RoomNews>().notNull(),
    urgent: boolean().notNull(),
    /** The message that it is part of: fixed before the first attempt, so that a retry says the same. */
    batch: uuid(),
    state: text().$type<ChatRoomNews['state']>().notNull().default('waiting'),
    plannedAt: instant('planned_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    unique('chat_room_news_once').on(table.roomId, table.caseNo, table.seq),
    index('chat_room_news_due')
      .on(table.roomId, table.id)
      .where(sql`${table.state} = 'waiting'`),
    index('chat_room_news_planned').on(table.plannedAt),
  ],
);

/** Under which names staff are called in rooms, by platform: their own choice. Removed with the person. */
export const chatIds = pgTable(
  'chat_ids',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text().$type<RoomKind>().notNull(),
    chatId: text('chat_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.kind] })],
);
