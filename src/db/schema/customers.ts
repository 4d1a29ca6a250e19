import { sql } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Customers, so that one who complains again is recognised. Each complaint keeps the contact it was filed with: whoever
 * files one with somebody else's phone number must not redirect the mails of that person's other cases.
 */
export const customers = pgTable(
  'customers',
  {
    id: text().primaryKey(),
    /**
     * What a customer is recognised by: `p:<phone key>`, without a phone `e:<mail key>`, without both `w:<wechat person>`, null with nothing. Unique, so
     * that two complaints at once make one customer.
     */
    matchKey: text('match_key').unique(),
    emailKey: text('email_key'),
    name: text().notNull(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    index('customers_email')
      .on(table.emailKey)
      .where(sql`${table.emailKey} is not null`),
  ],
);
