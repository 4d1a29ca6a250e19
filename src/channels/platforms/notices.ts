import { Refused } from '../../cases';
import type { Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { openAccount } from './account';
import { ADAPTERS } from './adapters';
import type { GivenNotice } from './adapter';

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
  return {
    /**
     * @returns whether it was new
     * @throws Refused `unauthenticated` for an account that is not there or off, one that cannot be read, a wrong signature, and one
     *   that was signed more than five minutes from now, alike
     */
    async take(accountId: string, given: GivenNotice): Promise<boolean> {
      const keys = isUuid(accountId) ? await platforms.keysOf(accountId) : undefined;
      const read = keys && ADAPTERS[keys.kind].notice(openAccount(keys, secret), given, clock());
      if (!read) throw notSigned();
      return platforms.noticed({ accountId, ...read, raw: given.raw.toString() });
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;

const notSigned = (): Refused =>
  new Refused('unauthenticated', 'not_signed', {
    zh: '没有这个平台账号，它已停用，或签名、时间或密钥不对；请核对通知地址、平台公钥和 APIv3 密钥',
    en: 'there is no such account, it is off, or signature, moment or key are wrong; check the address, the public key of the platform and the API key',
  });
