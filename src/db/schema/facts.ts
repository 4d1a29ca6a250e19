import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Category, Cause, Channel, Fishbone, Grade, Outcome } from '../../domain/basics/types';
import type { PromiseName } from '../../domain/promises/names';
import type { ActionFact, RoundFact, SpanFact, Verdict } from '../../domain/facts/facts';
import { instant } from './columns';

/**
 * The facts: what happened in cases, as rows that figures are counted from. `factsOf` (`src/domain/facts/facts.ts`) says
 * what each column means. They are written from the ledger's tail, seconds after it, and by `npm run rebuild`.
 */
export const factCases = pgTable(
  'fact_cases',
  {
    caseNo: text('case_no').primaryKey(),
    seq: integer().notNull(),
    against: text()
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    receivedAt: instant('received_at').notNull(),
    /** A day of the house's zone, as 2026-11-23; so are all days here. */
    day: text().notNull(),
    hour: integer().notNull(),
    grade: text().$type<Grade>().notNull(),
    category: text().$type<Category>().notNull(),
    subcategory: text(),
    fishbone: text().$type<Fishbone>(),
    cause: text().$type<Cause>(),
    product: text(),
    model: text(),
    region: text(),
    channel: text().$type<Channel>().notNull(),
    person: text(),
    team: text(),
    policyVersion: integer('policy_version').notNull(),
    outcome: text().$type<Outcome>(),
    imported: boolean().notNull(),
    repeat: boolean().notNull(),
    touchedAt: instant('touched_at'),
    graded: boolean().notNull(),
    suggestionKept: boolean('suggestion_kept'),
    gradeKept: boolean('grade_kept'),
    assigned: boolean().notNull(),
    reassigned: integer().notNull(),
    responded: boolean().notNull(),
    resolvedAt: instant('resolved_at'),
    resolvedDay: text('resolved_day'),
    reopened: boolean().notNull(),
    escalations: integer().notNull(),
    lost: boolean().notNull(),
    wonBack: boolean('won_back').notNull(),
    archivedAt: instant('archived_at'),
    /**
     * Grows with each time that the facts of a case are written, whichever release writes them. Whoever writes has the lock of
     * facts until it is committed, so that a number that can be seen comes after all lower ones: exports go on from it.
     */
    written: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  },
  (table) => [
    index('fact_cases_day').on(table.day),
    index('fact_cases_resolved').on(table.resolvedDay),
    index('fact_cases_written').on(table.written),
  ],
);

/** Cases that had facts and have none any more: since which `written`. */
export const factGone = pgTable('fact_gone', {
  caseNo: text('case_no').primaryKey(),
  written: bigint({ mode: 'number' }).notNull(),
});

/** What the rows of a case have in common. */
const placed = () => ({
  caseNo: text('case_no').notNull(),
  at: instant().notNull(),
  day: text().notNull(),
  person: text(),
  team: text(),
});

export const factRounds = pgTable(
  'fact_rounds',
  {
    ...placed(),
    round: integer().notNull(),
    because: text().$type<RoundFact['because']>().notNull(),
    outcome: text().$type<Outcome>(),
    resolvedAt: instant('resolved_at'),
    tookMs: bigint('took_ms', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.round] }), index('fact_rounds_day').on(table.day)],
);

export const factPromises = pgTable(
  'fact_promises',
  {
    ...placed(),
    seq: integer().notNull(),
    clock: text().notNull(),
    promise: text().$type<PromiseName>().notNull(),
    startedAt: instant('started_at').notNull(),
    dueAt: instant('due_at').notNull(),
    verdict: text().$type<Verdict>().notNull(),
    extended: boolean().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.seq] }),
    index('fact_promises_day').on(table.promise, table.day),
  ],
);

export const factRedress = pgTable(
  'fact_redress',
  {
    ...placed(),
    seq: integer().notNull(),
    n: integer().notNull(),
    kind: text().notNull(),
    amount: numeric({ precision: 12, scale: 2, mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.seq, table.n] }), index('fact_redress_day').on(table.day)],
);

export const factSurveys = pgTable(
  'fact_surveys',
  {
    ...placed(),
    surveyId: text('survey_id').notNull(),
    answered: boolean().notNull(),
    speed: integer(),
    solution: integer(),
    attitude: integer(),
    total: integer(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.surveyId] }), index('fact_surveys_day').on(table.day)],
);

export const factActions = pgTable(
  'fact_actions',
  {
    ...placed(),
    actionId: text('action_id').notNull(),
    kind: text().$type<ActionFact['kind']>().notNull(),
    cause: text().$type<Cause>().notNull(),
    startedAt: instant('started_at'),
    before: integer(),
    after: integer(),
    reached: boolean(),
    endedAt: instant('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.actionId] }), index('fact_actions_day').on(table.day)],
);

export const factContacts = pgTable(
  'fact_contacts',
  {
    ...placed(),
    seq: integer().notNull(),
    inbound: boolean().notNull(),
    kind: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseNo, table.seq] }), index('fact_contacts_day').on(table.day)],
);

export const factSpans = pgTable(
  'fact_spans',
  {
    ...placed(),
    kind: text().$type<SpanFact['kind']>().notNull(),
    name: text().notNull(),
    seq: integer().notNull(),
    fromAt: instant('from_at').notNull(),
    tookMs: bigint('took_ms', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.caseNo, table.seq, table.kind, table.name] }),
    index('fact_spans_day').on(table.kind, table.day),
  ],
);

/**
 * Cases whose ledger has grown since their facts were written, in the order in which it did: a row is added with each
 * write, and taken away by whoever has written the facts. Nobody waits for anybody, since no two rows are the same.
 */
export const factsDue = pgTable('facts_due', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  caseNo: text('case_no').notNull(),
});
