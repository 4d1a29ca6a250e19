import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { CaseState } from '../../domain/case/state';
import type { Category, Channel, Grade, Language, Outcome, Stage } from '../../domain/basics/types';
import { instant } from './columns';

/** The projection: each case as the fold of its events, and in columns of its own what lists filter and sort by. */
export const cases = pgTable(
  'cases',
  {
    caseNo: text('case_no').primaryKey(),
    lastSeq: integer('last_seq').notNull(),
    lastHash: text('last_hash').notNull(),
    stage: text().$type<Stage>().notNull(),
    grade: text().$type<Grade>().notNull(),
    category: text().$type<Category>().notNull(),
    gradeConfirmed: boolean('grade_confirmed').notNull(),
    owner: text(),
    team: text(),
    /** Who sees the case besides owner and leaders: task force, helpers (`team:<department>` for all of one), … */
    involved: text()
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** Who does not see it: the complaint is about them. */
    against: text()
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    customerId: text('customer_id').notNull(),
    channel: text().$type<Channel>().notNull(),
    language: text().$type<Language>().notNull(),
    round: integer().notNull(),
    nextDueAt: instant('next_due_at'),
    nextDueClock: text('next_due_clock'),
    /** When the promise falls due, or fell, that presses most: one that is broken and unanswered before all others. */
    pressingAt: instant('pressing_at'),
    breached: boolean().notNull(),
    paused: boolean().notNull(),
    outcome: text().$type<Outcome>(),
    receivedAt: instant('received_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    archivedAt: instant('archived_at'),
    policyVersion: integer('policy_version').notNull(),
    state: jsonb().$type<CaseState>().notNull(),
  },
  (table) => [
    index('cases_received').on(table.receivedAt, table.caseNo),
    index('cases_updated').on(table.updatedAt, table.caseNo),
    index('cases_pressing').on(table.pressingAt, table.caseNo),
    index('cases_customer').on(table.customerId, table.receivedAt),
    index('cases_owner').on(table.owner),
    index('cases_involved')
      .using('gin', table.involved)
      .where(sql`${table.involved} <> '{}'`),
    // Open cases are few beside all there ever were: rotation, figures and most lists look at these only.
    index('cases_open_owner')
      .on(table.owner)
      .where(sql`${table.stage} <> 'archived'`),
    index('cases_open_stage')
      .on(table.stage, table.breached)
      .where(sql`${table.stage} <> 'archived'`),
  ],
);
