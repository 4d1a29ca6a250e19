import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * By what complaints of the same matter are found: a row for each key of a complaint (`src/text/matter.ts`). They come from
 * the complaint's text, product and place, and are written anew by `npm run rebuild`. Whoever erases the text erases them.
 */
export const matterKeys = pgTable(
  'matter_keys',
  {
    key: integer().notNull(),
    /** When the complaint was received: of a key that many have, the newest are compared. */
    at: instant().notNull(),
    caseNo: text('case_no').notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.at, table.caseNo] }), index('matter_keys_case').on(table.caseNo)],
);
