import { sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Language } from '../../domain/basics/types';
import type { Chat, ChatMessage } from '../records';
import { instant } from './columns';
import { complaints } from './complaints';
import { texts } from './texts';
import { users } from './users';

/**
 * Online chats of customers. What is said there is personal data: a chat that became no complaint is removed 30 days after
 * its end, with its messages; one that did is the transcript of its case, and goes with that.
 */
export const chats = pgTable(
  'chats',
  {
    id: uuid().primaryKey(),
    /** Of the secret that lets its customer in, which is stored nowhere. */
    keyHash: text('key_hash').notNull().unique(),
    language: text().$type<Language>().notNull(),
    /** The site whose page it stood in, by name; null: our own. */
    site: text(),
    status: text().$type<Chat['status']>().notNull(),
    /** What the machine asks next, and what it has been told. */
    bot: jsonb().$type<Chat['bot']>().notNull(),
    /** Of its last message. */
    seq: integer().notNull().default(0),
    startedAt: instant('started_at').notNull(),
    /** When anybody last said something. */
    lastAt: instant('last_at').notNull(),
    /** Since when its customer waits for a person; null: they do not. */
    waitingSince: instant('waiting_since'),
    /** When the machine said that nobody has come yet. */
    remindedAt: instant('reminded_at'),
    /** When staff who are not at the desk were called to it, for as long as its customer waits. */
    calledAt: instant('called_at'),
    /** Who of the staff has taken it. */
    takenBy: text('taken_by').references(() => users.id, { onDelete: 'set null' }),
    endedAt: instant('ended_at'),
    /** What it became, or whose progress was asked for with its code. */
    caseNo: text('case_no').references(() => complaints.caseNo, { onDelete: 'cascade' }),
    /** Up to which entry of that case the house's letters are in the chat. */
    caseSeq: integer('case_seq').notNull().default(0),
  },
  (table) => [
    index('chats_open')
      .on(table.waitingSince, table.lastAt)
      .where(sql`${table.status} in ('waiting', 'taken')`),
    index('chats_idle')
      .on(table.lastAt)
      .where(sql`${table.status} <> 'ended'`),
    index('chats_ended')
      .on(table.endedAt)
      .where(sql`${table.caseNo} is null`),
    index('chats_case')
      .on(table.caseNo)
      .where(sql`${table.caseNo} is not null`),
  ],
);

/** What is said in a chat, in its order. Removed with the chat. */
export const chatMessages = pgTable(
  'chat_messages',
  {
    chatId: uuid('chat_id')
      .notNull()
      .references(() => chats.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    /** Drawn by whoever sends it: sent again, it is the same message. */
    clientId: text('client_id').notNull(),
    side: text().$type<ChatMessage['side']>().notNull(),
    /** Who of the staff said it. */
    by: text(),
    /** Null: it is a letter of the case, and its words are there. */
    body: text(),
    textId: uuid('text_id').references(() => texts.textId, { onDelete: 'cascade' }),
    /** The question that it answers; null: free words. */
    about: text(),
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.seq] }),
    unique('chat_messages_once').on(table.chatId, table.clientId),
  ],
);

/**
 * Files that a customer has sent in a chat, each said in it by a message. Their bytes lie under their SHA-256 in a folder of
 * the chats' own; the case that the chat becomes gets a copy as evidence. Removed with the chat.
 */
export const chatFiles = pgTable(
  'chat_files',
  {
    chatId: uuid('chat_id').notNull(),
    /** Of the message that says it. */
    clientId: text('client_id').notNull(),
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text('media_type').notNull(),
    fileName: text('file_name').notNull(),
    /** Since when nothing is left to be done: the evidence of the case has it, or does not take it. */
    passedAt: instant('passed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.clientId] }),
    foreignKey({
      columns: [table.chatId, table.clientId],
      foreignColumns: [chatMessages.chatId, chatMessages.clientId],
    }).onDelete('cascade'),
    index('chat_files_sha').on(table.sha256),
    index('chat_files_due')
      .on(table.chatId)
      .where(sql`${table.passedAt} is null`),
  ],
);
