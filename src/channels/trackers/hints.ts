import { timingSafeEqual } from 'node:crypto';
import { Refused } from '../../cases';
import type { Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { open, seal } from '../../outgoing';
import { ADAPTERS } from './adapters';

/** The longest call that is read, in bytes. */
export const MOST_HINT_BYTES = 1024 * 1024;

/** What a tracker tells us, as it came; headers in lower case. */
export interface Hint {
  trackerId: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  raw: Buffer;
}

interface Needs {
  trackers: Pick<Stores['trackers'], 'hookOf' | 'keepHookSecret' | 'hinted'>;
  /** `LINK_SECRET`, under which secrets are sealed. */
  secret: string;
  /** Where a tracker calls us, as it was told. */
  addressOf: (trackerId: string) => string;
}

/** Takes calls of trackers. They only say where to look next: what is true is asked for at the tracker. */
export function createHints({ trackers, secret, addressOf }: Needs) {
  return {
    /**
     * @returns headers of the answer
     * @throws Refused `unauthenticated` for a tracker that is not there or off, that has no secret, and a wrong signature alike
     */
    async take({ trackerId, headers, raw }: Hint): Promise<Record<string, string>> {
      const found = isUuid(trackerId) ? await trackers.hookOf(trackerId) : undefined;
      const adapter = found && ADAPTERS[found.kind].hook;
      if (!found || !adapter) throw notSigned();
      const place = `tracker/${trackerId}/hook`;
      const told = adapter.handshake === undefined ? undefined : headers[adapter.handshake];
      if (adapter.handshake !== undefined && typeof told === 'string') {
        const fits = /^[\x21-\x7e]{16,200}$/.test(told);
        if (!fits || !(await trackers.keepHookSecret(trackerId, seal(told, secret, place)))) throw notSigned();
        return { [adapter.handshake]: told };
      }
      const key = found.hookSecret === undefined ? undefined : open(found.hookSecret, secret, place);
      const given = headers[adapter.header];
      if (key === undefined || typeof given !== 'string') throw notSigned();
      if (!isSame(given, adapter.signature(key, raw, addressOf(trackerId)))) throw notSigned();
      await trackers.hinted(trackerId, adapter.refs(parsed(raw)).slice(0, 100));
      return {};
    },
  };
}

export type Hints = ReturnType<typeof createHints>;

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString()) as unknown;
  } catch {
    // Signed by it all the same, as a first call without a body is.
    return undefined;
  }
}

const notSigned = (): Refused =>
  new Refused('unauthenticated', 'not_signed', {
    zh: '没有这个工单系统，它已停用，或签名不对；请核对回调地址和密钥',
    en: 'there is no such tracker, it is off, or the signature is wrong; check the address and the secret',
  });
