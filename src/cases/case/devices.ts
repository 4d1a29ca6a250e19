import type { Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { outgoingAddress } from '../../outgoing';
import { sha256 } from '../access/links';
import { browserName } from '../access/sessions';
import { invalid, notFound } from '../refused';

/** A browser that is told of notices, as its owner sees it. */
export interface Device {
  id: number;
  /** As the browser names itself; empty when it does not. */
  userAgent: string;
  since: Instant;
}

/** What a browser gives when its owner lets it be told. */
export interface AllowedDevice {
  endpoint: string;
  p256dh: string;
  auth: string;
  userAgent: string;
  /** The session, by its key. */
  session: string;
}

/** The browsers of staff that are told of notices while no page of the desk is open there. */
export interface Devices {
  /** The house's public key, which a browser needs; undefined: the house sends no pushes. */
  readonly key: string | undefined;
  /** One's own, the newest first. */
  list(actor: Staff): Promise<Device[]>;
  /**
   * Has one be told from now on; one that somebody else had allowed in the same browser is theirs no more. Of a person's
   * the newest ten stay.
   * @returns the mark of the browser, for it to keep: by it the browser is known when somebody signs in there
   * @throws Refused `notFound` where the house sends none; `invalid` (`endpoint`, `keys`) for what no push service gave
   */
  add(device: AllowedDevice, actor: Staff): Promise<string>;
  /** Removes one of one's own, if it is there. */
  remove(id: number, actor: Staff): Promise<void>;
}

interface Needs {
  pushes: Stores['pushes'];
  key: string | undefined;
  /** Push services that are taken as they are (`outgoingAddress`). */
  trusted: readonly string[];
  /** Milliseconds since 1970. */
  clock: () => number;
}

const MOST = 10;
/** What a browser is known by in which pushes were allowed. It tells nobody where they are sent. */
const deviceMark = (endpoint: string): string => sha256(endpoint);
const NONE = notFound({ zh: '推送', en: 'push' });

/** Builds `Devices`. */
export function createDevices({ pushes, key, trusted, clock }: Needs): Devices {
  return {
    key,

    list: async ({ id }) =>
      (await pushes.list(id)).map(({ id: device, userAgent, createdAt }) => ({
        id: device,
        userAgent,
        since: createdAt,
      })),

    async add({ endpoint, p256dh, auth, userAgent, session }, { id }) {
      if (key === undefined) throw NONE;
      if (!outgoingAddress(endpoint, { allowed: trusted, onlyUsualPort: true })) {
        const words = {
          zh: '不是推送服务的公开 https 地址；请换一个浏览器，或在本页重新按“在这台设备上接收提醒”',
          en: 'it is no public https address of a push service; take another browser, or press the button on this page again',
        };
        throw invalid([{ path: 'endpoint', words }]);
      }
      // A point of P-256 and 16 bytes.
      if (!/^B[\w-]{86}$/.test(p256dh) || !/^[\w-]{22}$/.test(auth)) {
        const words = {
          zh: '浏览器给出的密钥不完整；请在本页重新按“在这台设备上接收提醒”',
          en: 'the keys that the browser gave are not whole; press the button on this page again',
        };
        throw invalid([{ path: 'keys', words }]);
      }
      const kept = { endpoint, p256dh, auth, userAgent: browserName(userAgent), sessionHash: session };
      await pushes.add({ userId: id, ...kept, createdAt: toInstant(clock()) }, MOST);
      return deviceMark(endpoint);
    },

    remove: (device, { id }) => pushes.remove(id, device),
  };
}
