import type { ClaimedWebhook } from '../../db/records';
import type { Stores } from '../../db';
import { WEBHOOK_TEST } from '../../domain/case/webhook-events';
import { toInstant } from '../../domain/time/duration';
import { OLD_SECRET_MS, webhookHeaders, webhookSecret, type Outgoing, type OutgoingClient } from '../../outgoing';
import type { Log } from '../log';
import { createAttempts } from '../outbox/attempts';
import type { Channel, Delivery, Job, Parcel } from '../outbox/channel';
import { hourly } from '../outbox/hourly';
import { createPump } from '../outbox/pump';

export interface WebhookRelayOptions {
  stores: {
    webhooks: Pick<Stores['webhooks'], 'claim' | 'sent' | 'retry' | 'giveUp' | 'works' | 'fails' | 'gone' | 'tidy'>;
  };
  out: OutgoingClient;
  /** `LINK_SECRET`, from which the secrets of all receivers follow. */
  secret: string;
  log: Log;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Milliseconds between two looks while nothing is due; left out: 500. */
  idleMs?: number;
  /** Milliseconds to wait after the first, second, … failed attempt; the last value repeats. */
  backOffMs?: readonly number[];
}

/** Messages under way at once; and to one receiver, so that a slow one leaves room for all others. */
const AT_ONCE = 24;
const PER_ENDPOINT = 4;

/** What became of one attempt, as it is written down. */
interface Ended {
  code: string;
  durationMs: number;
}

/**
 * The channel of webhooks on its pump: `start` it, and `stop` it before the program ends. Messages to one receiver go out
 * a few at once and are in no order; each says its place in its case.
 */
export function createWebhookRelay({
  stores: { webhooks },
  out,
  secret,
  log,
  clock = Date.now,
  idleMs,
  backOffMs,
}: WebhookRelayOptions) {
  const attempts = createAttempts({ name: 'webhook', refusedWords: 'webhooks are refused', log, clock, backOffMs });
  /** Messages under way, with their receiver and the end of their lease. */
  const underWay = new Map<number, { endpointId: string; until: number }>();
  const tidy = hourly(clock, async () => {
    const given = await webhooks.tidy();
    if (given > 0) log.warn({ given }, 'webhooks cannot be delivered: their receivers have failed for three days');
  });

  async function attempt(row: ClaimedWebhook, ended: (how: Ended) => void): Promise<Delivery> {
    const began = clock();
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Redress-Webhooks/1',
      ...webhookHeaders({ id: row.messageId, body: row.body }, secretsOf(row, secret, began), began),
    };
    const outgoing = await out.call({ url: row.url, method: 'POST', headers, body: row.body });
    const delivery = meaningOf(outgoing);
    const code = outgoing.kind === 'answered' ? `http_${outgoing.status}` : outgoing.code;
    ended({ code, durationMs: Math.max(0, Math.round(clock() - began)) });
    if (row.type === WEBHOOK_TEST) {
      // Somebody waits for the answer, and may press the button again.
      return delivery.kind === 'sent' ? delivery : { kind: 'permanent', code };
    }
    if (delivery.kind === 'sent') await webhooks.works(row.endpointId);
    else if (code === 'http_410') {
      await webhooks.gone(row.endpointId);
      log.warn({ endpoint: row.endpointId }, 'a receiver of webhooks is gone (410): it is switched off');
    } else await webhooks.fails(row.endpointId);
    return delivery;
  }

  function jobOf(row: ClaimedWebhook): Job {
    let last: Ended | undefined;
    const parcel: Parcel = {
      logFields: { webhook: row.id, endpoint: row.endpointId },
      plannedAt: row.queuedAt,
      // Time that it waited for us or for its receiver's turn is no fault of it.
      failingSince: row.failingSince ?? toInstant(clock()),
      attempts: row.attempts,
      // Each receiver has a breaker of its own.
      exemptFromBreaker: true,
      sent: () => webhooks.sent(row.id, last),
      retry: (code, nextAt) => webhooks.retry(row.id, { ...last, code }, nextAt),
      ambiguous: (code, nextAt) => webhooks.retry(row.id, { ...last, code }, nextAt),
      giveUp: (code) => webhooks.giveUp(row.id, { ...last, code }),
    };
    return {
      // Of its own: no message waits for another one.
      line: `webhook/${row.id}`,
      parcel,
      async deliver() {
        try {
          await attempts.send(parcel, [], () =>
            attempt(row, (how) => {
              last = how;
            }),
          );
        } finally {
          underWay.delete(row.id);
        }
      },
    };
  }

  const source = {
    async claim(limit: number, leaseMs: number): Promise<Job[]> {
      await tidy();
      for (const [id, { until }] of underWay) if (until <= clock()) underWay.delete(id);
      const except = [...new Set([...underWay.values()].map(({ endpointId }) => endpointId))];
      const rows = await webhooks.claim(limit, leaseMs, { perEndpoint: PER_ENDPOINT, except });
      for (const { id, endpointId } of rows) underWay.set(id, { endpointId, until: clock() + leaseMs });
      return rows.map(jobOf);
    },
  };
  const channel: Channel = { name: 'webhook', sources: [source], close: () => out.close() };
  return createPump({ channel, attempts, log, clock, concurrency: AT_ONCE, ...(idleMs !== undefined && { idleMs }) });
}

/** The secrets that a message is signed with, the newest first. */
function secretsOf({ endpointId, generation, rotatedAt }: ClaimedWebhook, secret: string, now: number): string[] {
  const isRotating = rotatedAt !== undefined && now - Date.parse(rotatedAt) < OLD_SECRET_MS;
  const generations = isRotating ? [generation, generation - 1] : [generation];
  return generations.map((one) => webhookSecret(secret, { endpointId, generation: one }));
}

/** Codes after which nobody knows whether it has arrived. */
const AMBIGUOUS: readonly string[] = ['TIMEOUT', 'ECONNRESET', 'EPIPE'];

function meaningOf(outgoing: Outgoing): Delivery {
  if (outgoing.kind === 'failed') {
    return { kind: AMBIGUOUS.includes(outgoing.code) ? 'ambiguous' : 'temporary', code: outgoing.code };
  }
  if (outgoing.kind === 'refused') return { kind: 'temporary', code: outgoing.code };
  const { status } = outgoing;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  // Whatever else it says, somebody may put it right within the three days.
  return { kind: status === 410 ? 'permanent' : 'temporary', code: `http_${status}` };
}
