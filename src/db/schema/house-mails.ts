import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { HouseMailKind } from '../records';
import { instant } from './columns';

/**
 * Mails that no event of a case causes: answers to suggestions, greetings to customers on the care list, reports, the week's
 * causes. The states follow
 * each other as those of `digests`. A second plan for the same occasion is the first one.
 */
export const houseMails = pgTable(
  'house_mails',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().$type<HouseMailKind>().notNull(),
    /** The suggestion or the row of the care list that it is about; of a report, and of the week's causes, who is told. */
    subject: text().notNull(),
    /** `adopted`, `birthday-2027`: of one kind, subject and occasion there is one mail. */
    occasion: text().notNull(),
    /** Follows from the three above, so it is the same whoever plans it. */
    messageId: text('message_id').notNull(),
    /** Where it goes to, fixed before the first attempt; null until then. */
    addresses: jsonb().$type<string[]>(),
    state: text().$type<'planned' | 'sending' | 'sent' | 'failed' | 'skipped'>().notNull().default('planned'),
    attempts: integer().notNull().default(0),
    /** Attempts of which nobody knows whether the mail went out. */
    ambiguous: integer().notNull().default(0),
    plannedAt: instant('planned_at').notNull(),
    /** `planned`: not to be sent before; `sending`: the end of the lease, after which another relay may claim it. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    sentAt: instant('sent_at'),
    /** Code of the last fault, or why it was skipped; never an address. */
    error: text(),
  },
  (table) => [
    unique('house_mails_once').on(table.kind, table.subject, table.occasion),
    index('house_mails_due')
      .on(table.nextAttemptAt, table.id)
      .where(sql`${table.state} in ('planned', 'sending')`),
  ],
);
