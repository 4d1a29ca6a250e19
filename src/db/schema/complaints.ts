import { sql, type SQL } from 'drizzle-orm';
import { date, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { Channel, Language } from '../../domain/basics/types';
import type { StoredSuggestion } from '../records';
import { identifierKey, instant } from './columns';

/** What was said at receipt, by whom and how to reach them. Never changed by the process. */
export const complaints = pgTable(
  'complaints',
  {
    caseNo: text('case_no').primaryKey(),
    /** No foreign key: both rows come from one statement, and its check would be a tenth of what acceptance costs. */
    customerId: text('customer_id').notNull(),
    receivedAt: instant('received_at').notNull(),
    channel: text().$type<Channel>().notNull(),
    language: text().$type<Language>().notNull(),
    contactName: text('contact_name').notNull(),
    contactPhone: text('contact_phone'),
    contactEmail: text('contact_email'),
    preferredChannel: text('preferred_channel'),
    /** The same for every spelling of the number: what repeats and searches compare. */
    phoneKey: text('phone_key'),
    /** As comparing needs it: see src/contact.ts. */
    emailKey: text('email_key'),
    productName: text('product_name'),
    productModel: text('product_model'),
    serialNo: text('serial_no'),
    orderNo: text('order_no'),
    serialKey: text('serial_key').generatedAlwaysAs((): SQL => identifierKey(complaints.serialNo)),
    orderKey: text('order_key').generatedAlwaysAs((): SQL => identifierKey(complaints.orderNo)),
    purchasedOn: date('purchased_on', { mode: 'string' }),
    occurredAt: instant('occurred_at'),
    place: text(),
    textId: uuid('text_id').notNull(),
    wantedRemedy: text('wanted_remedy'),
    /** With the words that led to it: they are the customer's, so they stay here. */
    suggestion: jsonb().$type<StoredSuggestion>().notNull(),
    policyVersion: integer('policy_version').notNull(),
    answerBy: instant('answer_by').notNull(),
    resolveBy: instant('resolve_by').notNull(),
    accessCodeHash: text('access_code_hash').notNull(),
    /** Staff who took the complaint down for the customer. */
    filedBy: text('filed_by'),
  },
  (table) => [
    index('complaints_phone')
      .on(table.phoneKey)
      .where(sql`${table.phoneKey} is not null`),
    index('complaints_email')
      .on(table.emailKey)
      .where(sql`${table.emailKey} is not null`),
    index('complaints_order')
      .on(table.orderKey)
      .where(sql`${table.orderKey} is not null`),
    index('complaints_serial')
      .on(table.serialKey)
      .where(sql`${table.serialKey} is not null`),
  ],
);
