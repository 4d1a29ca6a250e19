import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { AwaitedParty } from '../../domain/case/awaits';
import type { CaseState } from '../../domain/case/state';
import type { Category, Channel, Grade, Language, Outcome, Stage } from '../../domain/basics/types';
import { instant } from './columns';

/** The projection: the state of each case, folded from its events, with columns for what lists filter and sort by. */
export const cases = pgTable(
  'cases',
  {
    caseNo: text('case_no').primaryKey(),
    /** Sequence and hash of the last event: a write to the ledger goes on from here or not at all. */
    lastSeq: integer('last_seq').notNull(),
    lastHash: text('last_hash').notNull(),
    stage: text().$type<Stage>().notNull(),
    grade: text().$type<Grade>().notNull(),
    category: text().$type<Category>().notNull(),
    gradeConfirmed: boolean('grade_confirmed').notNull(),
    owner: text(),
    /** The owner's team. */
    team: text(),
    /**
     * User ids (and `team:<department>` for a whole one) of who sees the case beside owner and leaders: task force,
     * helpers, who follows up, owners of corrective actions.
     */
    involved: text()
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** User ids of the staff complained of, who must not see the case. */
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
    /**
     * Due time of the most pressing promise: one that is broken and still open comes before all that may yet be kept.
     */
    pressingAt: instant('pressing_at'),
    /** A promise is broken and its clock still open. */
    breached: boolean().notNull(),
    paused: boolean().notNull(),
    /** Whom it waits for: `awaits` (`src/domain/case/awaits.ts`). */
    awaits: text()
      .array()
      .$type<AwaitedParty[]>()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** The customer had complained before, of the same: the case names earlier ones. */
    repeat: boolean().notNull().default(false),
    outcome: text().$type<Outcome>(),
    /** When it was resolved in its present round. */
    resolvedAt: instant('resolved_at'),
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
    index('cases_resolved')
      .on(table.resolvedAt)
      .where(sql`${table.resolvedAt} is not null`),
    index('cases_involved')
      .using('gin', table.involved)
      .where(sql`${table.involved} <> '{}'`),
    // Partial indexes: the search for an owner, the figures and most lists look at open cases only, a small part of
    // all.
    index('cases_open_owner')
      .on(table.owner)
      .where(sql`${table.stage} <> 'archived'`),
    index('cases_open_stage')
      .on(table.stage, table.breached)
      .where(sql`${table.stage} <> 'archived'`),
  ],
);
