/**
 * How our webhooks are signed: Standard Webhooks (https://www.standardwebhooks.com), symmetric.
 * @module
 */
import { createHmac } from 'node:crypto';
import { DAY } from '../domain/basics/milliseconds';

const PREFIX = 'whsec_';
/** For so long after a rotation the secret before the present one signs as well. */
export const OLD_SECRET_MS = DAY;

/** What a receiver's secret follows from, which is kept nowhere. */
export interface WebhookKey {
  endpointId: string;
  /** Counted up by each rotation, from 1. */
  generation: number;
}

/** A receiver's secret. @param secret `LINK_SECRET` */
export const webhookSecret = (secret: string, { endpointId, generation }: WebhookKey): string =>
  PREFIX + createHmac('sha256', secret).update(`webhook/${endpointId}/${generation}`).digest('base64');

/**
 * The headers that prove a message. @param secrets of each a signature is made, the newest first
 * @param at milliseconds since 1970
 */
export function webhookHeaders(
  { id, body }: { id: string; body: string },
  secrets: readonly string[],
  at: number,
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
