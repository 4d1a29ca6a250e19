import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { InboundMessage, InboundOutcome } from '../records';
import { instant } from './columns';

/**
 * Messages that have come in, each kept before it is read. Rows stay after their messages are dealt with, so that the same
 * message is known when it comes again.
 */
export const inboundMessages = pgTable(
  'inbound_messages',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    channel: text().notNull(),
    source: text().notNull(),
    sourceKey: text('source_key').notNull(),
    /** Of its bytes, which lie on disk under it. */
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** Two with the same are one message. */
    identity: text().notNull(),
    nonce: text(),
    /** Those of one line are taken up one after the other, by `place` and then as they came; null: in any order. */
    line: text(),
    place: text(),
    envelope: jsonb().$type<InboundMessage['envelope']>().notNull(),
    arrivedAt: instant('arrived_at').notNull(),
    attempts: integer().notNull().default(0),
    /** Not to be taken up before; after a claim the end of the lease. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** Null: it has not been dealt with yet. */
    outcome: text().$type<InboundOutcome>(),
    /** Code of why, or of the last fault; never an address or a word of the message. */
    reason: text(),
    caseNo: text('case_no'),
    senderHash: text('sender_hash'),
    /** Whom it says it is from, and its subject, while somebody has to look at it. */
    title: text(),
    /** Somebody has looked, and wants it taken up whatever stood against it. */
    forced: boolean().notNull().default(false),
    endedAt: instant('ended_at'),
  },
  (table) => [
    unique('inbound_messages_source').on(table.channel, table.source, table.sourceKey),
    index('inbound_messages_identity').on(table.channel, table.identity),
    index('inbound_messages_nonce')
      .on(table.channel, table.source, table.nonce)
      .where(sql`${table.nonce} is not null`),
    index('inbound_messages_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.outcome} is null`),
    index('inbound_messages_sender').on(table.senderHash, table.endedAt),
    index('inbound_messages_line')
      .on(table.line, table.place, table.id)
      .where(sql`${table.line} is not null`),
    index('inbound_messages_ended').on(table.outcome, table.id),
    index('inbound_messages_last').on(table.channel, table.source, table.id),
  ],
);
