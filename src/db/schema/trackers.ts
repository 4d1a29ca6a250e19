import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { SettledBy, TicketState, TrackerKind } from '../../domain/case/trackers';
import type { Language } from '../../domain/basics/types';
import type { TicketComment } from '../records';
import { instant } from './columns';

/** Trackers of other departments to which requests for help go. They stay until an admin removes them. */
export const trackers = pgTable(
  'trackers',
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    kind: text().$type<TrackerKind>().notNull(),
    /** Where its API lies. */
    url: text().notNull(),
    /** The project, list or product that takes the tickets, as its kind writes it. */
    place: text().notNull(),
    /** What calls are signed in with, sealed (src/outgoing/seal.ts). */
    token: text().notNull(),
    /** With which it signs what it tells us, sealed; null: it tells us nothing. */
    hookSecret: text('hook_secret'),
    language: text().$type<Language>().notNull(),
    /** The department whose requests go there by themselves; null: by hand alone. */
    department: text(),
    enabled: boolean().notNull().default(true),
    /** How the last round failed; null once one has succeeded. */
    code: text(),
    /** Failures one after the other; they end with the first success. */
    failures: integer().notNull().default(0),
    failingSince: instant('failing_since'),
    /** After a failure: it is not called before. */
    waitsUntil: instant('waits_until'),
    /** It is being worked with; the end of the lease. */
    busyUntil: instant('busy_until'),
    /** When its open tickets are next looked at. */
    lookAt: instant('look_at').notNull(),
    lookedAt: instant('looked_at'),
    /** Up to where its changes have been read, as its adapter writes it. */
    cursor: text(),
    /** When it last told us something that was signed as it has to be. */
    hookAt: instant('hook_at'),
    /** When an admin last asked for a test, and how it ended: `ok`, or a code; null: it has not yet. */
    testAt: instant('test_at'),
    testCode: text('test_code'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('trackers_department').on(table.department)],
);

/**
 * Tickets in trackers: of each request for help or corrective action one at most that counts. Planned in the ledger's own write.
 * The other side's comments and names are copies; they are emptied 90 days after the ticket has ended (the answer is in the case by
 * then), and the rows are removed with their tracker.
 */
export const trackerTickets = pgTable(
  'tracker_tickets',
  {
    /** Stands in the ticket there, by which it is found again. */
    id: uuid().primaryKey().defaultRandom(),
    trackerId: uuid('tracker_id')
      .notNull()
      .references(() => trackers.id, { onDelete: 'cascade' }),
    caseNo: text('case_no').notNull(),
    /** The request for help (`h1`), or the corrective action (`C261122-7KQ4MX-A1`). */
    subject: text().notNull(),
    state: text().$type<TicketState>().notNull().default('new'),
    settledBy: text('settled_by').$type<SettledBy>(),
    /** How the tracker names it for its API, and for people; null until it is made. */
    ref: text(),
    key: text(),
    url: text(),
    /** What is known of it there: its status in the tracker's own word, who has it, when it last changed. */
    status: text(),
    assignee: text(),
    changedAt: text('changed_at'),
    comments: jsonb().$type<TicketComment[]>().notNull().default([]),
    /** Comments of our own, which are no answers. */
    ownComments: text('own_comments')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The answer that it gives to the case, fixed before it is given so that a repeat says the same. */
    answer: text(),
    /** Attempts to make it, or to close it there, of which it is not known that they failed. */
    attempts: integer().notNull().default(0),
    /** When something is next to be done about it alone; null: nothing. */
    dueAt: instant('due_at'),
    /** Why it is lost, failed, or waits. */
    code: text(),
    /** When it was last looked at, with others or alone; and when it last answered by itself. */
    lookedAt: instant('looked_at'),
    seenAt: instant('seen_at'),
    /** Who handed it over; null: nobody, it went by itself. */
    handedBy: text('handed_by'),
    plannedAt: instant('planned_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    uniqueIndex('tracker_tickets_once')
      .on(table.caseNo, table.subject)
      .where(sql`${table.state} not in ('lost', 'dropped', 'failed')`),
    index('tracker_tickets_case').on(table.caseNo),
    index('tracker_tickets_due')
      .on(table.trackerId, table.dueAt)
      .where(sql`${table.state} in ('new', 'open', 'closing')`),
    index('tracker_tickets_ended').on(table.endedAt),
  ],
);
