import { index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { ReportKind } from '../../domain/facts/periods';
import { instant } from './columns';
import { users } from './users';

/** Reports of periods that are over. A row never changes, whatever becomes known later: a trigger refuses it. */
export const reports = pgTable(
  'reports',
  {
    kind: text().$type<ReportKind>().notNull(),
    /** `2026-11-23`, `2026-W48`, `2026-11`, `2026-Q4`. */
    period: text().notNull(),
    /** What its numbers were, as `reportData` (`src/cases/reports/answers.ts`) of that version describes it. */
    version: integer().notNull(),
    data: jsonb().$type<unknown>().notNull(),
    closedAt: instant('closed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.period] })],
);

/** What those who lead recommend beside a report; once it is signed off it changes no more. */
export const reportRemarks = pgTable(
  'report_remarks',
  {
    kind: text().$type<ReportKind>().notNull(),
    period: text().notNull(),
    text: text().notNull(),
    by: text().notNull(),
    at: instant().notNull(),
    signedBy: text('signed_by'),
    signedAt: instant('signed_at'),
  },
  (table) => [primaryKey({ columns: [table.kind, table.period] })],
);

/** Which reports somebody gets by mail; whoever has chosen nothing has no row. Removed with the person. */
export const reportWishes = pgTable('report_wishes', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  kinds: text().array().$type<ReportKind[]>().notNull(),
  at: instant().notNull(),
});

/** Figures that somebody looks at again and again: what is counted, by what, and of which period. */
export const savedReports = pgTable(
  'saved_reports',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** User id of whoever saved it. */
    owner: text().notNull(),
    name: text().notNull(),
    /** The figure; null: all. */
    figure: text(),
    /** `by=cause,channel&team=after-sales`, without days. */
    words: text().notNull(),
    kind: text().$type<ReportKind>().notNull(),
    /** The team that sees it besides; null: nobody. */
    team: text(),
    at: instant().notNull(),
  },
  (table) => [unique('saved_reports_name').on(table.owner, table.name), index('saved_reports_team').on(table.team)],
);
