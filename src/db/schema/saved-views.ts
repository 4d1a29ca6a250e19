import { index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Lists of cases that somebody has given a name: filters and order as words of an address. */
export const savedViews = pgTable(
  'saved_views',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** User id of whoever saved it. */
    owner: text().notNull(),
    name: text().notNull(),
    /** `stage=resolve&promise=hour&sort=due`, without cursor and limit. */
    words: text().notNull(),
    /** The columns that the list shows, as the page names them; empty: those it shows by itself. */
    columns: text().array().notNull(),
    /** Who sees it beside its owner. */
    shared: text().$type<'nobody' | 'team' | 'all'>().notNull(),
    /** The team it is shared with. */
    team: text(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('saved_views_name').on(table.owner, table.name),
    index('saved_views_shared').on(table.shared, table.team),
  ],
);
