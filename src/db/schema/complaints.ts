import { sql, type SQL } from 'drizzle-orm';
import { date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Channel, Language } from '../../domain/basics/types';
import type { SenderCheck, StoredSuggestion } from '../records';
import { identifierKey, instant } from './columns';

/** What the customer said, who they are and how to reach them. The process never changes a row. */
export const complaints = pgTable(
  'complaints',
  {
    caseNo: text('case_no').primaryKey(),
    /** Without a foreign key: one statement writes both rows, and the key's check would add a tenth to its cost. */
    customerId: text('customer_id').notNull(),
    receivedAt: instant('received_at').notNull(),
    channel: text().$type<Channel>().notNull(),
    language: text().$type<Language>().notNull(),
    contactName: text('contact_name').notNull(),
    contactPhone: text('contact_phone'),
    contactEmail: text('contact_email'),
    /** As the customer wished; staff may choose another for how the customer is told. */
    preferredChannel: text('preferred_channel'),
    /** Phone and mail address in the one form that repeats and searches compare: `src/contact.ts`. */
    phoneKey: text('phone_key'),
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
    /** The customer's words, in `texts`. */
    textId: uuid('text_id').notNull(),
    wantedRemedy: text('wanted_remedy'),
    /** Quotes the customer's words, which are personal data: it stands here and never in events or Temporal. */
    suggestion: jsonb().$type<StoredSuggestion>().notNull(),
    policyVersion: integer('policy_version').notNull(),
    /** When the first response was promised for. */
    answerBy: instant('answer_by').notNull(),
    /** When the resolution was promised for. */
    resolveBy: instant('resolve_by').notNull(),
    accessCodeHash: text('access_code_hash').notNull(),
    /** Id of the member of staff who took the complaint down for the customer; null: the customer filed it. */
    filedBy: text('filed_by'),
    /** The system that posted it or that it was imported from, or the site whose page the form stood in, by the name that it had then; null: none. */
    source: text(),
    /** Null: it did not come by mail, or was not checked. */
    senderCheck: jsonb('sender_check').$type<SenderCheck>(),
    /** Who wrote it on WeChat, a row of `wechat_people`; null: it came another way. */
    wechatPerson: uuid('wechat_person'),
    /** Its number in the system that it was imported from. */
    sourceNo: text('source_no'),
  },
  (table) => [
    // An old complaint is imported once, whatever files it comes in; the row stays, so it never comes back.
    uniqueIndex('complaints_source_no')
      .on(table.source, table.sourceNo)
      .where(sql`${table.sourceNo} is not null`),
    // When a form in another site last brought one.
    index('complaints_source')
      .on(table.source, table.receivedAt)
      .where(sql`${table.source} is not null and ${table.sourceNo} is null`),
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
