import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import webPush from 'web-push';
import { HOUR, SECOND } from '../../domain/basics/milliseconds';
import { isPublicAddress, pushAddress } from '../../push-address';
import type { Delivery } from '../outbox/channel';

/** A browser's own address at its push service, and the keys that only this browser can read with. */
export interface PushAddress {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** What a push carries: no name, no words of anybody. */
export interface PushWords {
  title: string;
  body: string;
  /** One that says the same again takes the place of the one before. */
  tag: string;
  /** A page of the desk. */
  path: string;
}

/** What became of one attempt. `gone`: the browser does not want pushes any more, or never will get any. */
export type Pushed = Delivery | { kind: 'gone'; code: string };

export interface PushTransport {
  send(to: PushAddress, words: PushWords, urgency: 'normal' | 'high'): Promise<Pushed>;
}

/** As `lookup` of node:dns. */
type ResolveName = (
  name: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export interface PushTransportOptions {
  /** The house's keys (VAPID), by which push services know it; `subject` is a `mailto:` or `https:` address of it. */
  keys: { publicKey: string; privateKey: string; subject: string };
  /** `host:port` of push services that may have a private address, and may be reached by http. Empty in most houses. */
  trusted?: readonly string[] | undefined;
  /** Milliseconds an attempt may take; left out: ten seconds. */
  timeoutMs?: number;
  /** Resolves a name to all its addresses; left out: as the system does. */
  resolve?: ResolveName;
}

/** For how long a push service keeps what it cannot deliver: after a working day it is old news. */
const TTL_SECONDS = (8 * HOUR) / SECOND;

/**
 * Sends pushes (RFC 8030), encrypted for their browser (RFC 8291) and signed by the house (RFC 8292). The address comes
 * from a browser, so anybody who is signed in may write what they like there: only https to a public address is called,
 * which is checked on the address that the name resolves to, without redirects, and nothing of the answer is read.
 */
export function createPushTransport({
  keys,
  trusted = [],
  timeoutMs = 10 * SECOND,
  resolve = lookup,
}: PushTransportOptions): PushTransport {
  return {
    async send({ endpoint, p256dh, auth }, words, urgency) {
      const url = pushAddress(endpoint, trusted);
      if (!url) return { kind: 'gone', code: 'push_address' };
      let made;
      try {
        made = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(words), {
          vapidDetails: keys,
          TTL: TTL_SECONDS,
          urgency,
        });
      } catch {
        return { kind: 'gone', code: 'push_keys' };
      }
      const isTrusted = trusted.includes(url.host);
      return post(url, made, { timeoutMs, ...(!isTrusted && { lookup: publicOnly(resolve) }) });
    },
  };
}

/** Resolves a name, and fails when any of its addresses is not public: what is checked is what is connected to. */
const publicOnly =
  (resolve: ResolveName): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const [first] = error ? [] : found;
      if (error) callback(error, '', 0);
      else if (!first || !found.every(({ address }) => isPublicAddress(address))) {
        callback(Object.assign(new Error('not a public address'), { code: 'EPRIVATE' }), '', 0);
      } else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

function post(
  url: URL,
  { headers, body }: { headers: Record<string, unknown>; body: Buffer | string | null },
  { timeoutMs, lookup: resolving }: { timeoutMs: number; lookup?: LookupFunction },
): Promise<Pushed> {
  return new Promise((resolve) => {
    const options: RequestOptions = {
      method: 'POST',
      headers: headers as RequestOptions['headers'],
      signal: AbortSignal.timeout(timeoutMs),
      ...(resolving && { lookup: resolving }),
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      // Nothing that it says is needed.
      response.destroy();
      resolve(meaningOf(response.statusCode ?? 0));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      resolve(code === 'EPRIVATE' ? { kind: 'gone', code: 'push_address' } : { kind: 'temporary', code });
    });
    request.end(body);
  });
}

/** What a push service means by its answer. */
function meaningOf(status: number): Pushed {
  const code = `push_${status}`;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone', code };
  // Our signature or keys: nothing of ours is taken there.
  if (status === 401 || status === 403) return { kind: 'temporary', code, ours: true };
  if (status === 429 || status >= 500) return { kind: 'temporary', code };
  return { kind: 'permanent', code };
}
