import { createHmac, timingSafeEqual } from 'node:crypto';
import { isCaseNumber } from '../../domain/basics/ids';

/**
 * The address by which the answer to a mail finds its case: `help+c261127-7kq4mx.<key>@example.com`. The key is made of our
 * secret, the case and whom the mail went to, so nobody can make one for a case of which they have got no mail
 * (failures.md 40 and 41).
 */
export interface ReplyAddresses {
  /** The address for answers of the customer of this case. */
  readonly of: (caseNo: string) => string;
  /** The case to whose customer one of these addresses was given; undefined: to nobody's. */
  caseIn: (addresses: readonly string[]) => string | undefined;
}

/** 128 bits, as hexadecimal digits: mail programs and servers may change the case of letters. */
const KEY_DIGITS = 32;
/** The longest part before the @ (RFC 5321, section 4.5.3.1.1). */
const LONGEST_LOCAL = 64;

/**
 * @param pattern an address of ours with one `*` before its @: `help+*@example.com`
 * @param secret `LINK_SECRET`
 * @throws Error when the pattern is none, or too long for what stands in the place of its `*`
 */
export function createReplyAddresses(pattern: string, secret: string): ReplyAddresses {
  const [, before = '', after = ''] = /^([^*@\s]*)\*([^*@\s]*@[^*@\s]+)$/u.exec(pattern.toLowerCase()) ?? [];
  if (after === '')
    throw new Error('MAIL_REPLY_TO must be an address with one * before its @, as in help+*@example.com');
  const keyOf = (caseNo: string): string =>
    createHmac('sha256', secret).update(`reply/customer/${caseNo}`).digest('hex').slice(0, KEY_DIGITS);
  const of = (caseNo: string): string => `${before}${caseNo.toLowerCase()}.${keyOf(caseNo)}${after}`;
  if (of('C000000-000000').indexOf('@') > LONGEST_LOCAL) {
    throw new Error(
      `MAIL_REPLY_TO is too long: with a case and its key ${LONGEST_LOCAL} characters may stand before the @`,
    );
  }
  return {
    of,
    caseIn(addresses) {
      for (const address of addresses.map((one) => one.toLowerCase())) {
        if (!address.startsWith(before) || !address.endsWith(after)) continue;
        const [, caseNo = '', key = ''] =
          /^([^.]+)\.([0-9a-f]+)$/u.exec(address.slice(before.length, address.length - after.length)) ?? [];
        const upper = caseNo.toUpperCase();
        if (!isCaseNumber(upper) || key.length !== KEY_DIGITS) continue;
        if (timingSafeEqual(Buffer.from(key), Buffer.from(keyOf(upper)))) return upper;
      }
      return undefined;
    },
  };
}
