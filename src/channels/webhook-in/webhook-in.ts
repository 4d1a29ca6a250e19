import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { hookSource, readPosted, Refused, unmapped, type Posted } from '../../cases';
import type { ContentFiles } from '../../content-files';
import type { InboundMessage, Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import { wholeText, type InboundChannel, type Understood } from '../inbound/channel';
import type { WayIn } from '../inbound/inbound';
import { createReceive } from '../inbound/receive';
import { faultName, type Log } from '../log';
import { createAdmission } from './admission';
import { SKEW_MS } from '../signed-moment';
import type { Post } from './signature';

/** The longest body, in bytes. */
export const MOST_BYTES = 1024 * 1024;
/** The same bytes without an id of their sender are one message for so long: after that it is said once more. */
const SAME_MS = DAY;

interface Needs {
  hooks: Pick<Stores['inboundHooks'], 'get' | 'seen'>;
  inbound: Pick<Stores['inbound'], 'keep'>;
  files: Pick<ContentFiles, 'receive'>;
  /** The secret of a hook in this generation. */
  secretOf: (hookId: string, generation: number) => string;
  /** How many complaints are being taken: a post counts until it is kept. */
  underway?: { count: number };
  log: Log;
  clock?: () => number;
}

/** Systems of the house that post complaints. */
export interface WebhookIn extends WayIn {
  /**
   * Takes a post. Once it resolves, bytes and row are kept.
   * @returns `id` of the message, and whether it is known already
   * @throws Refused `unauthenticated` for a hook that is not there or off and a wrong signature alike, nothing is kept;
   *   `conflict` (`nonce_used`); `invalid` (`unmapped`) for a body that is no complaint, which is kept for somebody to look
   */
  take(post: Post): Promise<{ id: number; isNew: boolean }>;
}

/** Builds the webhook as a way in. */
export function createWebhookIn({
  hooks,
  inbound,
  files,
  secretOf,
  underway = { count: 0 },
  log,
  clock = Date.now,
}: Needs): WebhookIn {
  const receive = createReceive({ files, inbound, maxBytes: MOST_BYTES });
  const admitted = createAdmission({ hooks, secretOf, clock });

  async function take(post: Post): ReturnType<WebhookIn['take']> {
    const hook = await admitted(post);
    const { raw, timestamp = '', nonce = '' } = post;
    const now = clock();
    const read = readPosted(raw, hook.mapping);
    const kept = await receive(
      {
        channel: 'webhook',
        source: hookSource(hook.id),
        sourceKey: `${timestamp}.${nonce}`,
        envelope: {},
        arrivedAt: toInstant(now),
      },
      Readable.from([raw]),
      { ...identityOf(hook.id, read, raw, now), nonce: { text: nonce, since: toInstant(now - 2 * SKEW_MS) } },
    );
    if (kept.is === 'nonce_used') throw nonceUsed();
    // Only shown: it is no reason to refuse what has been kept.
    await hooks.seen(hook, toInstant(now)).catch((error: unknown) => {
      log.warn({ hook: hook.id, code: faultName(error) }, 'when a hook was last used could not be noted');
    });
    if ('faults' in read) throw unmapped(read.faults);
    return { id: kept.id, isNew: kept.is === 'new' };
  }

  return {
    channel: createWebhookChannel(hooks),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async take(post) {
      underway.count++;
      try {
        return await take(post);
      } finally {
        underway.count--;
      }
    },
  };
}

const hash = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** What makes a complaint of a hook this one, if its sender says so. */
const keyOf = (hookId: string, externalId: string): string => hash(`hook/${hookId}/id/${externalId}`);

/** By what a post is known again: what its sender calls it, for good; else its bytes, for a day. */
function identityOf(hookId: string, read: Posted, raw: Buffer, now: number): { identity: string; since?: string } {
  const externalId = 'faults' in read ? undefined : read.externalId;
  if (externalId !== undefined) return { identity: keyOf(hookId, externalId) };
  return { identity: hash(`hook/${hookId}/bytes/${hash(raw)}`), since: toInstant(now - SAME_MS) };
}

/** Reads what was kept, by the mapping as it is now. */
function createWebhookChannel(hooks: Pick<Stores['inboundHooks'], 'get'>): InboundChannel {
  return {
    name: 'webhook',
    async understand(raw: Buffer, { id, source }: InboundMessage): Promise<Understood> {
      const hookId = source.slice(hookSource('').length);
      const hook = await hooks.get(hookId);
      if (!hook) throw new Error('the hook of a message is not there');
      const read = readPosted(raw, hook.mapping);
      if ('faults' in read) {
        const fields = read.faults.map(({ path }) => path).filter((path) => path !== '');
        const title = [hook.name, fields.slice(0, 5).join(', ')].filter((part) => part !== '').join(' · ');
        return { kind: 'unclear', reason: 'unmapped', title: title.slice(0, 200).toWellFormed() };
      }
      const { body, externalId, whole } = read;
      const { name, phone, email } = body.customer;
      return {
        kind: 'complaint',
        body,
        sender: `${hookId}/${phone ?? email}`,
        files: whole === undefined ? [] : [wholeText(whole)],
        title: `${hook.name} · ${name}`,
        system: hook.name,
        key: externalId === undefined ? `message/${id}` : keyOf(hookId, externalId),
      };
    },
  };
}

const nonceUsed = (): Refused =>
  new Refused('conflict', 'nonce_used', {
    zh: '这个 X-Redress-Nonce 刚用于另一份内容；请换一个重新签名',
    en: 'this X-Redress-Nonce was just used with another body; sign with a new one',
  });
