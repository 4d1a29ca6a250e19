import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { CustomerMessage } from '../records';
import { instant } from './columns';

/**
 * What customers are told by another way than mail, planned in the ledger's own write beside the mail in whose place it
 * goes. No number and no word of anybody: both are read when it leaves. The rows stay with the case, as those of the outbox.
 */
export const customerMessages = pgTable(
  'customer_messages',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Under which the gateway knows it; a retry has the same. */
    key: text().notNull().unique(),
    way: text().$type<CustomerMessage['way']>().notNull(),
    caseNo: text('case_no').notNull(),
    seq: integer().notNull(),
    mail: text().$type<MailKind>().notNull(),
    state: text().$type<CustomerMessage['state']>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    /** The gateway was called, and that it did not take the message is not known. */
    called: boolean().notNull().default(false),
    /** Since when one attempt after the other has failed. */
    failingSince: instant('failing_since'),
    plannedAt: instant('planned_at').notNull(),
    /** `planned`: not to be sent before; `sending`: the end of the lease. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    sentAt: instant('sent_at'),
    /** When it was delivered, failed or was left out. */
    endedAt: instant('ended_at'),
    /** How many messages of the network it is paid as. */
    segments: integer(),
    /** The gateway's own id, by which it reports. */
    gatewayId: text('gateway_id'),
    /** Its mail was sent in its place. */
    fellBack: boolean('fell_back').notNull().default(false),
    /** Code of the last fault, or why it waits or was left out; never a number. */
    error: text(),
  },
  (table) => [
    index('customer_messages_case').on(table.caseNo, table.id),
    index('customer_messages_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
    index('customer_messages_gateway')
      .on(table.gatewayId)
      .where(sql`${table.gatewayId} is not null`),
    index('customer_messages_ended')
      .on(table.endedAt)
      .where(sql`${table.state} in ('failed', 'unknown')`),
  ],
);
