import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * What the search finds: one row for each text of a case, and three for what the complaint says beside it. All of it is
 * written elsewhere, too, and comes from there again by `npm run rebuild`. It holds what people wrote: whoever erases a
 * text erases its row here.
 */
export const searchDocs = pgTable(
  'search_docs',
  {
    caseNo: text('case_no').notNull(),
    /**
     * The id of a text in `texts`; or `subject` (name, product, place, wanted remedy), `number` (of the case, the order, the
     * device), `contact` (phone, mail address).
     */
    source: text().notNull(),
    /** When it was written: the newest are found first. */
    at: instant().notNull(),
    /** In search form (`src/text/search.ts`); its fields are on lines of their own. */
    norm: text().notNull(),
    /** Grams of `norm`. */
    grams: integer().array().notNull(),
    /** False until the ledger names the text: a decision that was refused has said nothing. */
    shown: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.source] }),
    index('search_docs_at').on(table.at),
    // Without fastupdate: pending entries would be read one by one at every search.
    index('search_docs_grams').using('gin', table.grams).with({ fastupdate: false }),
  ],
);
