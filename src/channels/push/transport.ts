import webPush from 'web-push';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { createOutgoing, outgoingAddress, type Outgoing, type ResolveName } from '../../outgoing';
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

/** How soon it has to be there; `now`: it is of no use a few minutes later. */
export type Urgency = 'normal' | 'high' | 'now';

/** What became of one attempt. `gone`: the browser does not want pushes any more, or never will get any. */
export type Pushed = Delivery | { kind: 'gone'; code: string };

export interface PushTransport {
  send(to: PushAddress, words: PushWords, urgency: Urgency): Promise<Pushed>;
  /** Ends the connections that wait for the next push. */
  close(): void;
}

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

/** For how long a push service keeps what it cannot deliver: after a working day it is old news… */
const TTL_SECONDS = (8 * HOUR) / SECOND;
/** …and of somebody who waits, within minutes. */
const TTL_NOW_SECONDS = (10 * MINUTE) / SECOND;

/**
 * Sends pushes (RFC 8030), encrypted for their browser (RFC 8291) and signed by the house (RFC 8292). The address comes
 * from a browser, so anybody who is signed in may write what they like there: `createOutgoing` calls none inside the
 * house, and public ones at the usual port only. Nothing of the answer is read.
 */
export function createPushTransport({ keys, trusted, timeoutMs, resolve }: PushTransportOptions): PushTransport {
  const rules = { allowed: trusted, onlyUsualPort: true };
  const out = createOutgoing({ ...rules, timeoutMs, resolve });
  return {
    async send({ endpoint, p256dh, auth }, words, urgency) {
      if (!outgoingAddress(endpoint, rules)) return { kind: 'gone', code: 'push_address' };
      let made;
      try {
        made = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(words), {
          vapidDetails: keys,
          TTL: urgency === 'now' ? TTL_NOW_SECONDS : TTL_SECONDS,
          urgency: urgency === 'now' ? 'high' : urgency,
        });
      } catch {
        return { kind: 'gone', code: 'push_keys' };
      }
      const { headers, body } = made;
      return meaningOf(
        await out.call({ url: endpoint, method: 'POST', headers: headers as Record<string, string>, body }),
      );
    },

    close: () => out.close(),
  };
}

/** What a push service means by its answer. */
function meaningOf(outgoing: Outgoing): Pushed {
  if (outgoing.kind === 'failed') return { kind: 'temporary', code: outgoing.code };
  if (outgoing.kind === 'refused')
    return { kind: outgoing.code === 'address' ? 'gone' : 'permanent', code: `push_${outgoing.code}` };
  const { status } = outgoing;
  const code = `push_${status}`;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone', code };
  // Our signature or keys: nothing of ours is taken there.
  if (status === 401 || status === 403) return { kind: 'temporary', code, ours: true };
  if (status === 429 || status >= 500) return { kind: 'temporary', code };
  return { kind: 'permanent', code };
}
