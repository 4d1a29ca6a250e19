import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Finding } from '../../domain/causes/groups';
import { instant } from './columns';

/** What the weekly run over causes has found, one row a week. A row never changes. */
export const causeWeeks = pgTable('cause_weeks', {
  /** Its Monday, a day of the house. */
  week: text().primaryKey(),
  findings: jsonb().$type<Finding[]>().notNull(),
  madeAt: instant('made_at').notNull(),
});
