import { z } from 'zod';
import {
  changedWebhook,
  type Cases,
  wantedWebhook,
  webhook,
  webhookDelivery,
  webhookMessage,
  webhookTest,
} from '../../cases';
import { momentGiven } from '../../domain/basics/bounds';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_EVENTS, WEBHOOK_TEST } from '../../domain/case/webhook-events';
import { toInstant } from '../../domain/time/duration';
import { reply, route, type Route } from './route';
import { instant, named } from './schemas';

const Webhook = named('Webhook', webhook);
const WantedWebhook = named('WantedWebhook', wantedWebhook);
const ChangedWebhook = named('ChangedWebhook', changedWebhook);
const Delivery = named('WebhookDelivery', webhookDelivery);
const Message = named('WebhookMessage', webhookMessage);
const Test = named('WebhookTest', webhookTest);
const secret = z.string().describe('`whsec_…`; it is not shown again');
const List = named('WebhookList', z.object({ items: z.array(Webhook) }));
const Created = named('WebhookCreated', z.object({ webhook: Webhook, secret }));
const Rotated = named(
  'WebhookRotated',
  z.object({ secret, oldUntil: instant.describe('until then the secret before signs as well') }),
);
const Log = named(
  'WebhookLog',
  z.object({ items: z.array(Delivery), next: z.int().optional().describe('`before` of the next page') }),
);
const Replay = named(
  'WebhookReplay',
  z.strictObject({ since: momentGiven.describe('all messages about events since then, at most a month back') }),
);
const Replayed = named('WebhookReplayed', z.object({ count: z.int() }));
const Removed = named('WebhookRemoved', z.object({ removed: z.literal(true) }));
const LogQuery = z.strictObject({
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('`next` of the page before'),
  state: z.enum(['waiting', 'sent', 'failed']).optional(),
});

/** What receivers are sent, for the OpenAPI document: each name with what it is about. */
export const WEBHOOK_MESSAGES: readonly { name: string; about: string; schema: z.ZodType }[] = [
  ...WEBHOOK_EVENT_NAMES.map((name) => ({ name, about: WEBHOOK_EVENTS[name].en, schema: Message })),
  { name: WEBHOOK_TEST, about: 'An admin tries the receiver', schema: Test },
];

const UNKNOWN = { 404: { about: 'No such receiver' } };

/** Other systems that are told what happens to cases (Standard Webhooks). */
export function webhookRoutes({ webhooks }: Pick<Cases, 'webhooks'>): Route[] {
  return [...receiverRoutes(webhooks), ...deliveryRoutes(webhooks)];
}

const receiverRoutes = (webhooks: Cases['webhooks']): Route[] => [
  route({
    method: 'get',
    path: '/api/webhooks',
    tag: 'webhooks',
    id: 'listWebhooks',
    summary: 'Receivers of webhooks, and whether they work',
    access: 'admin',
    answers: { 200: { about: 'All of them, the oldest first', schema: List } },
    handle: async ({ staff }) => reply(200, { items: await webhooks.list(staff) }),
  }),
  route({
    method: 'post',
    path: '/api/webhooks',
    tag: 'webhooks',
    id: 'createWebhook',
    summary: 'Tell another system what happens to cases; the answer holds its secret, once',
    access: 'admin',
    body: WantedWebhook,
    answers: { 201: { about: 'It is told from the next event on', schema: Created }, 409: { about: 'Too many' } },
    handle: async ({ body, staff }) => reply(201, await webhooks.create(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/webhooks/:id',
    tag: 'webhooks',
    id: 'getWebhook',
    summary: 'A receiver',
    access: 'admin',
    answers: { 200: { about: 'It', schema: Webhook }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await webhooks.get(params.id, staff)),
  }),
  route({
    method: 'patch',
    path: '/api/webhooks/:id',
    tag: 'webhooks',
    id: 'changeWebhook',
    summary: 'Change a receiver, switch it off or on; what is left out stays',
    access: 'admin',
    body: ChangedWebhook,
    answers: { 200: { about: 'It', schema: Webhook }, ...UNKNOWN },
    handle: async ({ params, body, staff }) => reply(200, await webhooks.change(params.id, body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/webhooks/:id',
    tag: 'webhooks',
    id: 'removeWebhook',
    summary: 'Remove a receiver with its log',
    access: 'admin',
    answers: { 200: { about: 'It is gone', schema: Removed }, ...UNKNOWN },
    async handle({ params, staff }) {
      await webhooks.remove(params.id, staff);
      return reply(200, { removed: true });
    },
  }),
  route({
    method: 'post',
    path: '/api/webhooks/:id/rotate',
    tag: 'webhooks',
    id: 'rotateWebhook',
    summary: 'Give a receiver another secret; for a day both sign',
    access: 'admin',
    answers: { 200: { about: 'The new one', schema: Rotated }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(200, await webhooks.rotate(params.id, staff)),
  }),
];

const deliveryRoutes = (webhooks: Cases['webhooks']): Route[] => [
  route({
    method: 'post',
    path: '/api/webhooks/:id/test',
    tag: 'webhooks',
    id: 'testWebhook',
    summary: 'Send a receiver a test, also while it is off; the log says how it went',
    access: 'admin',
    answers: { 202: { about: 'It is sent within a second or two', schema: Delivery }, ...UNKNOWN },
    handle: async ({ params, staff }) => reply(202, await webhooks.test(params.id, staff)),
  }),
  route({
    method: 'get',
    path: '/api/webhooks/:id/deliveries',
    tag: 'webhooks',
    id: 'listWebhookDeliveries',
    summary: 'Messages of the last month, the newest first, with how the last attempt of each ended',
    access: 'admin',
    query: LogQuery,
    answers: { 200: { about: 'At most 50', schema: Log }, ...UNKNOWN },
    handle: async ({ params, query, staff }) => reply(200, await webhooks.deliveries(params.id, query, staff)),
  }),
  route({
    method: 'post',
    path: '/api/webhooks/:id/deliveries/:delivery/replay',
    tag: 'webhooks',
    id: 'replayWebhookDelivery',
    summary: 'Send a message again under its own id',
    access: 'admin',
    answers: { 202: { about: 'It waits to be sent', schema: Replayed }, 404: { about: 'No such receiver or message' } },
    async handle({ params, staff }) {
      const id = /^\d{1,15}$/.test(params.delivery) ? Number(params.delivery) : 0;
      return reply(202, { count: await webhooks.replay(params.id, { id }, staff) });
    },
  }),
  route({
    method: 'post',
    path: '/api/webhooks/:id/replay',
    tag: 'webhooks',
    id: 'replayWebhook',
    summary: 'Send all messages since a moment again under their own ids',
    access: 'admin',
    body: Replay,
    answers: { 202: { about: 'They wait to be sent', schema: Replayed }, ...UNKNOWN },
    async handle({ params, body, staff }) {
      const since = toInstant(Date.parse(body.since));
      return reply(202, { count: await webhooks.replay(params.id, { since }, staff) });
    },
  }),
];
