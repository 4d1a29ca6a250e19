/**
 * The schemas of what other systems are told by webhooks, and of what admins see of them.
 * @module
 */
import { z } from 'zod';
import { said } from '../../domain/basics/faults';
import { freeText, shortText } from '../../domain/basics/free-text';
import { CATEGORIES, GRADES, OUTCOMES, STAGES } from '../../domain/basics/types';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_TEST } from '../../domain/case/webhook-events';
import { instant } from '../answer-parts';

const event = z.enum(WEBHOOK_EVENT_NAMES);

/** What is sent; `webhookMessage` makes it. */
export const webhookMessage = z.object({
  type: event,
  timestamp: instant.describe('when it happened'),
  data: z.object({
    caseNo: z.string(),
    seq: z.int().describe('its place in the case, from 1: put messages of a case in this order'),
    event: z.string().describe('the type of the entry in the timeline'),
    actor: z.object({ kind: z.enum(['staff', 'customer', 'system']), id: z.string().optional().describe('of staff') }),
    case: z
      .object({
        stage: z.enum(STAGES),
        grade: z.enum(GRADES),
        category: z.enum(CATEGORIES),
        round: z.int(),
        paused: z.boolean(),
        receivedAt: instant,
        owner: z.string().optional().describe('id of a member of staff'),
        team: z.string().optional(),
        nextDueAt: instant.optional().describe('the next moment by which something was promised'),
        resolvedAt: instant.optional(),
        outcome: z.enum(OUTCOMES).optional(),
        closedAt: instant.optional(),
        mergedInto: z.string().optional(),
      })
      .describe('as it stood after the event'),
  }),
});

/** What an admin sends to try a receiver. */
export const webhookTest = z.object({
  type: z.literal(WEBHOOK_TEST),
  timestamp: instant,
  data: z.object({ endpointId: z.uuid() }),
});

/** A receiver, as an admin sees it. Its secret is not shown: it was, once. */
export const webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  description: z.string(),
  events: z.array(event).optional().describe('left out: all, also those that are added later'),
  enabled: z.boolean(),
  offBecause: z.enum(['admin', 'gone']).optional().describe('`gone`: it answered 410'),
  status: z.enum(['working', 'failing', 'off']),
  failingSince: instant.optional(),
  pausedUntil: instant.optional().describe('after many failures: it is asked again then'),
  waiting: z.int().describe('messages that have not been taken yet'),
  lastSentAt: instant.optional(),
  rotatedAt: instant.optional(),
  createdBy: z.string(),
  createdAt: instant,
});
export type Webhook = z.output<typeof webhook>;

/** A message in the log: how its last attempt ended, never what was answered. */
export const webhookDelivery = z.object({
  id: z.int(),
  messageId: z.string().describe('`webhook-id` of every attempt'),
  type: z.enum([...WEBHOOK_EVENT_NAMES, WEBHOOK_TEST]),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.int(),
  plannedAt: instant,
  nextAttemptAt: instant.optional().describe('while it waits'),
  code: z.string().optional().describe('of the last attempt: `http_204`, `TIMEOUT`, `address`, `redirect`'),
  durationMs: z.int().optional(),
  endedAt: instant.optional(),
});
export type WebhookLogged = z.output<typeof webhookDelivery>;

const url = freeText(1_000).describe('https, public; others only if `OUTGOING_ALLOWED` names them');
const description = shortText(200).describe('for people: whose it is');
const events = z
  .array(event)
  .min(1)
  .refine((all) => new Set(all).size === all.length, {
    error: said({ zh: '同一个事件写了两次', en: 'names an event twice' }),
  });

/** A new receiver. */
export const wantedWebhook = z.strictObject({
  url,
  description: description.optional(),
  events: events.optional().describe('left out: all'),
});
export type WantedWebhook = z.output<typeof wantedWebhook>;

/** What is to be changed of a receiver; what is left out stays. */
export const changedWebhook = z.strictObject({
  url: url.optional(),
  description: description.optional(),
  events: events.nullable().optional().describe('null: all'),
  enabled: z.boolean().optional(),
});
export type ChangedWebhook = z.output<typeof changedWebhook>;
