import { randomUUID } from 'node:crypto';
import type { Stores, WebhookDelivery, WebhookEndpoint } from '../../db';
import type { Instant } from '../../domain/basics/types';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import { WEBHOOK_TEST } from '../../domain/case/webhook-events';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { OLD_SECRET_MS, outgoingAddress, webhookSecret, type Allowed } from '../../outgoing';
import { pageOf } from '../paging';
import { conflict, invalid, mustBe, mustRead, notFound } from '../refused';
import type { ChangedWebhook, WantedWebhook, Webhook, WebhookLogged } from './answers';

/** Other systems that are told what happens to cases. For admins; auditors may look. */
export interface WebhookAccess {
  /** All of them, the oldest first. @throws Refused `forbidden` below an admin; as everything here */
  list(actor: Staff): Promise<Webhook[]>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<Webhook>;
  /**
   * Tells one more, from the next event on.
   * @returns with its secret, which is not shown again
   * @throws Refused `invalid` (`url`); `conflict` (`too_many_webhooks`) for the 21st
   */
  create(wanted: WantedWebhook, actor: Staff): Promise<{ webhook: Webhook; secret: string }>;
  /**
   * Changes what is given. While it is off, events are not kept for it; what waits for it goes on when it is on again.
   * @throws Refused `notFound`, `invalid` (`url`)
   */
  change(id: string, changed: ChangedWebhook, actor: Staff): Promise<Webhook>;
  /** Removes it with its log. @throws Refused `notFound` */
  remove(id: string, actor: Staff): Promise<void>;
  /** Gives it another secret; until `oldUntil` the one before signs as well. @throws Refused `notFound` */
  rotate(id: string, actor: Staff): Promise<{ secret: string; oldUntil: Instant }>;
  /** Sends it a test, once, also while it is off. @throws Refused `notFound` */
  test(id: string, actor: Staff): Promise<WebhookLogged>;
  /**
   * Messages to it of the last month, the newest first, at most 50.
   * @param page `before`: `next` of the page before
   * @throws Refused `notFound`
   */
  deliveries(
    id: string,
    page: { before?: number | undefined; state?: WebhookDelivery['state'] | undefined },
    actor: Staff,
  ): Promise<{ items: WebhookLogged[]; next?: number }>;
  /**
   * Sends messages again under their own ids: one, or all of events since a moment.
   * @returns how many
   * @throws Refused `notFound` of the endpoint, or of the one message
   */
  replay(id: string, which: { id: number } | { since: Instant }, actor: Staff): Promise<number>;
}

interface Needs {
  webhooks: Stores['webhooks'];
  /** `LINK_SECRET`. */
  secret: string;
  allowed: Allowed;
  /** Milliseconds since 1970. */
  clock: () => number;
}

const MOST = 20;
const PAGE = 50;

const TOO_MANY = conflict({
  code: 'too_many_webhooks',
  words: {
    zh: `已有 ${MOST} 个接收地址；请先删除不用的`,
    en: `there are ${MOST} receivers already; remove one that is not used first`,
  },
});
const NO_ADDRESS = {
  zh: '不是可用的地址：须为公开的 https 地址，不带用户名和密码；内网地址请先由运维写进 OUTGOING_ALLOWED',
  en: 'must be a public https address without a login; have one inside the house named in OUTGOING_ALLOWED first',
};

/** Builds `WebhookAccess`. */
export function createWebhooks({ webhooks, secret, allowed, clock }: Needs): WebhookAccess {
  const noSuch = () => notFound({ zh: '接收地址', en: 'receiver' });
  const checkUrl = (url: string): void => {
    if (!outgoingAddress(url, { allowed })) throw invalid([{ path: 'url', words: NO_ADDRESS }]);
  };
  const one = async (id: string): Promise<Webhook> => {
    const found = (await webhooks.list()).find((row) => row.id === id);
    if (!found) throw noSuch();
    return shown(found);
  };
  const exists = async (id: string): Promise<void> => {
    if (!isUuid(id) || !(await webhooks.get(id))) throw noSuch();
  };

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await webhooks.list()).map(shown);
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return one(id);
    },

    async create({ url, description = '', events }, actor) {
      mustBe(actor, 'admin');
      checkUrl(url);
      if ((await webhooks.list()).length >= MOST) throw TOO_MANY;
      const row = await webhooks.create({
        id: randomUUID(),
        url,
        description,
        ...(events && { events }),
        createdBy: actor.id,
      });
      return { webhook: shown({ ...row, waiting: 0 }), secret: webhookSecret(secret, { endpointId: row.id, ...row }) };
    },

    async change(id, changed, actor) {
      mustBe(actor, 'admin');
      if (changed.url !== undefined) checkUrl(changed.url);
      if (!isUuid(id) || !(await webhooks.change(id, given(changed), actor.id))) throw noSuch();
      return one(id);
    },

    async remove(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await webhooks.remove(id, actor.id))) throw noSuch();
    },

    async rotate(id, actor) {
      mustBe(actor, 'admin');
      const row = isUuid(id) ? await webhooks.rotate(id, actor.id) : undefined;
      if (!row) throw noSuch();
      return {
        secret: webhookSecret(secret, { endpointId: row.id, ...row }),
        oldUntil: toInstant(Date.parse(row.rotatedAt ?? toInstant(clock())) + OLD_SECRET_MS),
      };
    },

    async test(id, actor) {
      mustBe(actor, 'admin');
      await exists(id);
      const message = { type: WEBHOOK_TEST, timestamp: toInstant(clock()), data: { endpointId: id } };
      return logged(await webhooks.planTest(id, `test_${randomUUID()}`, JSON.stringify(message)));
    },

    async deliveries(id, page, actor) {
      mustRead(actor, 'admin');
      await exists(id);
      const { page: rows, ...rest } = pageOf(await webhooks.deliveries(id, PAGE + 1, page), PAGE);
      return { items: rows.map(logged), ...rest };
    },

    async replay(id, which, actor) {
      mustBe(actor, 'admin');
      await exists(id);
      const count = await webhooks.replay(id, which);
      if ('id' in which && count === 0) throw notFound({ zh: '消息', en: 'message' });
      return count;
    },
  };
}

const shown = ({
  generation: _generation,
  failures,
  ...rest
}: WebhookEndpoint & { waiting: number; lastSentAt?: Instant }): Webhook => ({
  ...rest,
  status: rest.enabled ? (failures > 0 ? 'failing' : 'working') : 'off',
});

const logged = ({ endpointId: _endpoint, nextAttemptAt, ...rest }: WebhookDelivery): WebhookLogged => ({
  ...rest,
  ...(rest.state === 'waiting' && { nextAttemptAt }),
});
