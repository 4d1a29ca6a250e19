import { Refused } from '../../cases';
import type { Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { openAccount } from './account';
import { ADAPTERS } from './adapters';
import type { GivenNotice, NoticeQuery } from './adapter';

/** The longest notice that is read, in bytes. */
export const MOST_NOTICE_BYTES = 64 * 1024;

interface Needs {
  platforms: Pick<Stores['platforms'], 'keysOf' | 'noticed'>;
  /** `LINK_SECRET`, under which keys are sealed. */
  secret: string;
  clock: () => number;
}

/**
 * Takes notices of platforms. They are kept as they came before they are answered, and only say where to look next: what is true is
 * asked for at the platform.
 */
export function createNotices({ platforms, secret, clock }: Needs) {
  const accountOf = async (id: string) => {
    const keys = isUuid(id) ? await platforms.keysOf(id) : undefined;
    const notices = keys && ADAPTERS[keys.kind].notices;
    if (!notices) throw notSigned();
    return { notices, account: openAccount(keys, secret) };
  };

  return {
    /**
     * @returns what the platform wants to hear: JSON, or text
     * @throws Refused `unauthenticated` for an account that is not there or off, one that cannot be read, a wrong signature, and one
     *   that was signed more than five minutes from now, alike
     */
    async take(accountId: string, given: GivenNotice): Promise<object | string> {
      const { notices, account } = await accountOf(accountId);
      const read = notices.read(account, given, clock());
      if (!read) throw notSigned();
      if (read !== 'aside') await platforms.noticed({ accountId, ...read, raw: given.raw.toString() });
      return notices.heard;
    },

    /** The platform asks whether we are there, when an admin enters our address. @throws Refused as `take` */
    async greet(accountId: string, query: NoticeQuery): Promise<string> {
      const { notices, account } = await accountOf(accountId);
      const echo = notices.greet?.(account, query, clock());
      if (echo === undefined) throw notSigned();
      return echo;
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;

const notSigned = (): Refused =>
  new Refused('unauthenticated', 'not_signed', {
    zh: '没有这个平台账号，它已停用，或签名、时间或密钥不对；请核对通知地址和账号里的密钥，消息推送要用安全模式',
    en: 'there is no such account, it is off, or signature, moment or key are wrong; check the address and the keys of the account; a message push has to be in the secure mode',
  });
