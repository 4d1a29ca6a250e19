import { customType, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { OwnModelFigures } from '../records';
import { instant } from './columns';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * What was learnt from the department's own confirmed cases (`src/text/own`), version by version. It stands in the
 * database and not in a folder, because servers on several machines read by it.
 */
export const ownModels = pgTable(
  'own_models',
  {
    /** As it stands in the ledger: `+own@<version>`. */
    version: text().primaryKey(),
    madeAt: instant('made_at').notNull(),
    /** The labels that it has a say in; none: it reads nothing better than the rules. */
    used: text().array().notNull(),
    figures: jsonb().$type<OwnModelFigures>().notNull(),
    /** Of the latest few alone: null, it can be read by no more. */
    file: bytea(),
  },
  (table) => [index('own_models_made').on(table.madeAt, table.version)],
);
