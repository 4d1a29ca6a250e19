import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { CareReason, WinBack } from '../records';
import { instant } from './columns';

/** The care list: customers who are looked after when their complaint is over, one row each. */
export const care = pgTable(
  'care',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** A row of `customers`. */
    customerId: text('customer_id').notNull(),
    /** The case that brought them here last; their name and contact are those of its complaint. */
    caseNo: text('case_no').notNull(),
    /** Why, the latest last. */
    reasons: jsonb().$type<CareReason[]>().notNull(),
    /** When that case ended. */
    since: instant().notNull(),
    /** By when somebody calls them with tips. */
    tipsBy: instant('tips_by').notNull(),
    calledAt: instant('called_at'),
    calledBy: text('called_by'),
    note: text(),
    /** Whether they have bought again since, or said that they would. */
    winBack: text('win_back').$type<WinBack>(),
    winBackAt: instant('win_back_at'),
    winBackBy: text('win_back_by'),
    /** `MM-DD`, if the house has it; without the year, which no greeting needs. */
    birthday: text(),
    /** They want no such attention. The row stays, so that this stays known. */
    optedOutAt: instant('opted_out_at'),
    /** User id of who noted it; null: the customer, by the link of a mail. */
    optedOutBy: text('opted_out_by'),
  },
  (table) => [
    unique('care_customer').on(table.customerId),
    index('care_tips').on(table.tipsBy, table.id),
    index('care_birthday')
      .on(table.birthday)
      .where(sql`${table.birthday} is not null`),
  ],
);
