import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Language } from '../../domain/basics/types';
import type {
  PlatformActName,
  PlatformActState,
  PlatformKind,
  PlatformPhase,
  PlatformReplyState,
  TakenState,
} from '../../domain/case/platforms';
import type { MailKind } from '../../domain/policy/mail-kinds';
import { instant } from './columns';

/**
 * Accounts at platforms whose customers complain there. Rows stay: one that nobody wants any more is switched off, so
 * that none of its complaints becomes a second case.
 */
export const platformAccounts = pgTable(
  'platform_accounts',
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    kind: text().$type<PlatformKind>().notNull(),
    /** Where its API lies. */
    url: text().notNull(),
    merchantId: text('merchant_id').notNull(),
    /** Of our certificate; null: this kind has none. */
    serial: text(),
    /** The platform's key, which is public, and how the platform names it; null, as of those below: this kind has none. */
    publicKeyId: text('public_key_id'),
    publicKey: text('public_key'),
    /** Sealed (src/outgoing/seal.ts). */
    privateKey: text('private_key'),
    apiKey: text('api_key'),
    secret: text(),
    token: text(),
    aesKey: text('aes_key'),
    /** In which notes in cases are written. */
    language: text().$type<Language>().notNull(),
    enabled: boolean().notNull().default(true),
    /** How the last round failed; null once one has succeeded. */
    code: text(),
    failures: integer().notNull().default(0),
    failingSince: instant('failing_since'),
    waitsUntil: instant('waits_until'),
    /** It is being worked with; the end of the lease. */
    busyUntil: instant('busy_until'),
    /** When its list is next read, and when it was. */
    lookAt: instant('look_at').notNull(),
    lookedAt: instant('looked_at'),
    /** The day up to which its list has been read, as `2026-11-27`. */
    readTo: text('read_to'),
    /** When it last told us something that was signed as it has to be. */
    noticeAt: instant('notice_at'),
    /** When an admin last asked for a test, and how it ended: `ok`, or a code; null: it has not yet. */
    testAt: instant('test_at'),
    testCode: text('test_code'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('platform_accounts_merchant').on(table.kind, table.merchantId)],
);

/** Complaints at platforms, each of which is one case. The rows stay with the case; its words and photos are in the case alone. */
export const platformComplaints = pgTable(
  'platform_complaints',
  {
    id: uuid().primaryKey().defaultRandom(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => platformAccounts.id),
    /** As the platform names it. */
    complaintId: text('complaint_id').notNull(),
    /** The case that has it; null until it is filed. */
    caseNo: text('case_no'),
    state: text().$type<TakenState>().notNull().default('new'),
    /** What the case is filed from, fixed so that a repeat files the same; emptied once it is. */
    body: jsonb().$type<unknown>(),
    /** Entries and photos of the negotiation that the case has. */
    taken: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** What it looks like there: null until it was looked at. */
    phase: text().$type<PlatformPhase>(),
    /** In the platform's own word. */
    status: text(),
    problem: text(),
    orderNo: text('order_no'),
    transactionId: text('transaction_id'),
    /** In the smallest unit of the currency. */
    amount: integer(),
    /** What the customer wants back; null: they have not asked for it there. */
    refundAmount: integer('refund_amount'),
    isRefunded: boolean('is_refunded').notNull().default(false),
    /** The platform has been asked to help. */
    isHelped: boolean('is_helped').notNull().default(false),
    /** What may be decided there now. */
    acts: text()
      .array()
      .$type<PlatformActName[]>()
      .notNull()
      .default(sql`'{}'`),
    /** The merchant that is complained of, which replies name. */
    merchantId: text('merchant_id'),
    /** When it was made there, or made again. */
    since: instant(),
    repliedAt: instant('replied_at'),
    finishedAt: instant('finished_at'),
    /** When the step ends in which it is, as the platform says; null: it does not say. */
    expiresAt: instant('expires_at'),
    /** By when the platform waits for something, and when the owner is next told of that. */
    deadlineAt: instant('deadline_at'),
    warnAt: instant('warn_at'),
    /** Ends that its owner was told of. */
    warned: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Hashes of what we have replied there, by which our own words are known again. */
    said: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** What its list said when it was last read; another text whenever something has changed. */
    listed: text(),
    foundAt: instant('found_at').notNull(),
    /** When it is next looked at; null: only when something is heard of it. */
    dueAt: instant('due_at'),
    lookedAt: instant('looked_at'),
    /** Why it waits or is stuck. */
    code: text(),
    attempts: integer().notNull().default(0),
  },
  (table) => [
    uniqueIndex('platform_complaints_once').on(table.accountId, table.complaintId),
    index('platform_complaints_case').on(table.caseNo),
    index('platform_complaints_due').on(table.accountId, table.dueAt),
    index('platform_complaints_warn').on(table.warnAt),
  ],
);

/** Notices of platforms, each as it came. Removed after 30 days: a platform repeats one for a week at most. */
export const platformNotices = pgTable(
  'platform_notices',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => platformAccounts.id),
    noticeId: text('notice_id').notNull(),
    complaintId: text('complaint_id').notNull(),
    /** What has happened, in the platform's word. */
    action: text().notNull(),
    /** The bytes that were signed; what is secret in them is encrypted by the platform. */
    raw: text().notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [
    uniqueIndex('platform_notices_once').on(table.accountId, table.noticeId),
    index('platform_notices_received').on(table.receivedAt),
  ],
);

/** What people have written to customers, to be said where they complained. Planned in the ledger's own write; no words of anybody. */
export const platformReplies = pgTable(
  'platform_replies',
  {
    id: uuid().primaryKey().defaultRandom(),
    platformComplaintId: uuid('platform_complaint_id')
      .notNull()
      .references(() => platformComplaints.id),
    caseNo: text('case_no').notNull(),
    /** The entry of the ledger that it tells, and the mail in whose place it goes. */
    seq: integer().notNull(),
    mail: text().$type<MailKind>().notNull(),
    state: text().$type<PlatformReplyState>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    plannedAt: instant('planned_at').notNull(),
    /** When the platform was first called for it: what is looked for is not older. */
    calledAt: instant('called_at'),
    dueAt: instant('due_at'),
    endedAt: instant('ended_at'),
    code: text(),
  },
  (table) => [
    uniqueIndex('platform_replies_once').on(table.caseNo, table.seq, table.mail),
    index('platform_replies_of').on(table.platformComplaintId, table.seq),
    index('platform_replies_due').on(table.dueAt),
  ],
);

/** What people have decided for a platform, to be passed on once. The rows stay with the case. */
export const platformActs = pgTable(
  'platform_acts',
  {
    id: uuid().primaryKey(),
    platformComplaintId: uuid('platform_complaint_id')
      .notNull()
      .references(() => platformComplaints.id),
    act: text().$type<PlatformActName>().notNull(),
    /** What is said with it, as the customer or the platform reads it. */
    reason: text(),
    /** How it was dealt with, in the platform's own code. */
    result: text(),
    /** Pictures of the case's evidence that go with it, by their ids. */
    files: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Within how many working days the refund is made. */
    days: integer(),
    by: text().notNull(),
    at: instant().notNull(),
    state: text().$type<PlatformActState>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    dueAt: instant('due_at'),
    endedAt: instant('ended_at'),
    code: text(),
  },
  (table) => [
    index('platform_acts_of').on(table.platformComplaintId, table.at),
    index('platform_acts_due').on(table.dueAt),
    uniqueIndex('platform_acts_one_at_once')
      .on(table.platformComplaintId)
      .where(sql`${table.state} in ('planned', 'unsure')`),
  ],
);
