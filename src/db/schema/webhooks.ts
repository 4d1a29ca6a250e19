import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { WebhookDelivery, WebhookEndpoint } from '../records';
import { instant } from './columns';

/** Other systems that are told what happens to cases. They stay until an admin removes them. Their secrets are kept nowhere. */
export const webhookEndpoints = pgTable('webhook_endpoints', {
  id: uuid().primaryKey(),
  url: text().notNull(),
  description: text().notNull(),
  /** Null: all of the catalogue. */
  events: text().array().$type<WebhookEndpoint['events'] & {}>(),
  enabled: boolean().notNull().default(true),
  offBecause: text('off_because').$type<WebhookEndpoint['offBecause'] & {}>(),
  /** Which secret it has; the one before signs as well for a day after `rotatedAt`. */
  generation: integer().notNull().default(1),
  rotatedAt: instant('rotated_at'),
  /** Failures one after the other; they end with the first success. */
  failures: integer().notNull().default(0),
  failingSince: instant('failing_since'),
  /** After many failures: nothing is sent before. */
  pausedUntil: instant('paused_until'),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
});

/**
 * Messages to other systems: one for each event and endpoint that wants it, planned in the ledger's own write. They hold
 * no personal data but ids of staff. Removed 30 days after they were planned, and with their endpoint.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    messageId: text('message_id').notNull(),
    type: text().$type<WebhookDelivery['type']>().notNull(),
    /** Sent as it stands, in every attempt. */
    body: text().notNull(),
    state: text().$type<WebhookDelivery['state']>().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    plannedAt: instant('planned_at').notNull(),
    /** When it was planned, or sent again by an admin: the hours after which it is given up count from here. */
    queuedAt: instant('queued_at').notNull(),
    /** Not to be sent before; after a claim the end of the lease. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** Since when its attempts have failed; null: none has. */
    failingSince: instant('failing_since'),
    /** How the last attempt ended: `http_204`, `TIMEOUT`. */
    code: text(),
    durationMs: integer('duration_ms'),
    endedAt: instant('ended_at'),
  },
  (table) => [
    unique('webhook_deliveries_once').on(table.endpointId, table.messageId),
    index('webhook_deliveries_due')
      .on(table.endpointId, table.nextAttemptAt, table.id)
      .where(sql`${table.state} = 'waiting'`),
    index('webhook_deliveries_log').on(table.endpointId, table.id),
    index('webhook_deliveries_planned').on(table.plannedAt),
  ],
);
