import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { Recipient } from '../../domain/process/notices';
import type { MailKind } from '../../domain/policy/mail-kinds';
import { instant } from './columns';

/**
 * Mails to send, written in the transaction of the event that causes them, under a Message-ID that no retry changes.
 * How the states follow each other: `docs/architecture/outbox.md`.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    caseNo: text('case_no').notNull(),
    seq: integer().notNull(),
    mail: text().$type<MailKind>().notNull(),
    recipient: jsonb().$type<Recipient>().notNull(),
    /** The recipient as one string: a mail exists once for each event, kind and key. */
    recipientKey: text('recipient_key').notNull(),
    messageId: text('message_id').notNull(),
    /** Where it goes to, fixed before the first attempt so that a retry goes to the same people; null until then. */
    addresses: jsonb().$type<string[]>(),
    state: text()
      .$type<'planned' | 'sending' | 'sent' | 'failed' | 'skipped' | 'gathered'>()
      .notNull()
      .default('planned'),
    attempts: integer().notNull().default(0),
    /** Since when one attempt after the other has failed; null when the last one put it off without a fault. */
    failingSince: instant('failing_since'),
    /** Attempts of which nobody knows whether the mail went out. */
    ambiguous: integer().notNull().default(0),
    plannedAt: instant('planned_at')
      .notNull()
      .default(sql`now()`),
    /** `planned`: not to be sent before; `sending`: the end of the lease, after which another relay may claim it. */
    nextAttemptAt: instant('next_attempt_at')
      .notNull()
      .default(sql`now()`),
    /** `gathered`: the digest that carries it. */
    digestId: bigint('digest_id', { mode: 'number' }),
    sentAt: instant('sent_at'),
    /** Code of the last fault, or why it waits or was skipped; never an address. */
    error: text(),
  },
  (table) => [
    unique('outbox_once').on(table.caseNo, table.seq, table.mail, table.recipientKey),
    index('outbox_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
  ],
);
