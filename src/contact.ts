/**
 * How contacts of customers are read, stored, compared and shown: phone numbers, mail addresses and names. Only this
 * file knows.
 * @module
 */
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Words } from './domain/basics/types';

/** Characters that show nothing. They come along when something is copied from an address book, a PDF or a chat. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u034F\u115F\u1160\u3164\uFFA0]/gu;
/**
 * As `INVISIBLE`, but not those that are part of writing a name: joiners of Indic and Persian names, selectors of rare
 * Chinese characters.
 */
const INVISIBLE_IN_NAMES =
  /\u034F|[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0]/g;

const plain = (typed: string): string => typed.normalize('NFKC').replace(INVISIBLE, '').trim();

/** A line that somebody typed, without the characters that show nothing. */
export const withoutInvisible = (typed: string): string => typed.replace(INVISIBLE_IN_NAMES, '');

// Telephone numbers

const HOUSE_COUNTRY = 'CN';
/** A number and its extension in the usual ways of writing it: `ext. 801`, `#801`, `转801`. */
const EXTENSION =
  /^(.*?)\s*(?:;ext=|ext(?:ension|n)?\.?|x|#|,+|[转轉]接?|分[机機]号?|[内內][线線])\s*[:.]?\s*(\d{1,7})$/i;
/** An area code, a number and an extension after a second dash, as Chinese firms print it. */
const DASHED_EXTENSION = /^((?:\+?86[\s-]*)?\(?0\d{2,3}\)?[\s-]+\d{7,8})\s*-\s*(\d{1,6})$/;

interface Phone {
  /** As it is stored: its digits, with a `+` where the country was given. */
  number: string;
  /**
   * The same for every spelling of the number. In China: as it is dialled there, an area code with its 0. Abroad:
   * country code and number.
   */
  key: string;
  extension?: string;
}

/**
 * The last number that was parsed: one complaint asks for its number four times, and the library takes a quarter of a
 * millisecond each time.
 */
let lastParsed: { typed: string; phone: Phone | undefined } | undefined;

function parsePhone(typed: string): Phone | undefined {
  if (lastParsed?.typed !== typed) lastParsed = { typed, phone: parse(typed) };
  return lastParsed.phone;
}

function parse(typed: string): Phone | undefined {
  const line = plain(typed)
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/^tel:\s*/i, '');
  const [, before = line, extension] = EXTENSION.exec(line) ?? DASHED_EXTENSION.exec(line) ?? [];
  if (!/^\+?[\d\s().\-/]{5,40}$/.test(before)) return undefined;
  const digits = before.replace(/[^\d+]/g, '').replace(/^00/, '+');
  if (!/^\+?\d{5,20}$/.test(digits)) return undefined;
  return { ...spellings(digits), ...(extension === undefined ? {} : { extension }) };
}

/** The number and its key. The library knows no short service numbers (12315, 95598): the digits of these are both. */
function spellings(digits: string): { number: string; key: string } {
  const found = parsePhoneNumberFromString(digits, { defaultCountry: HOUSE_COUNTRY, extract: false });
  if (!found?.isPossible()) return { number: digits, key: digits.replace('+', '') };
  const abroad = found.countryCallingCode !== '86';
  const withArea = found.getType() === 'FIXED_LINE' || /^(?:\+?86)?0/.test(digits);
  const number = digits.startsWith('+') ? found.number : digits;
  return {
    number,
    key: abroad ? found.number.slice(1) : `${withArea ? '0' : ''}${found.nationalNumber}`,
  };
}

const withExtension = (number: string, extension: string | undefined): string =>
  extension === undefined ? number : `${number},${extension}`;

/**
 * A telephone number as it is stored: its digits, with a leading `+` where the country was given, and `,801` for an
 * extension. Undefined when it cannot be a telephone number.
 */
export function readPhone(typed: string): string | undefined {
  const phone = parsePhone(typed);
  return phone && withExtension(phone.number, phone.extension);
}

/**
 * What all spellings of one number have in common, to find repeats by; undefined when it is no telephone number. The
 * extension belongs to it: two extensions of one switchboard are two people.
 */
export function phoneKey(typed: string | undefined): string | undefined {
  const phone = typed === undefined ? undefined : parsePhone(typed);
  return phone && withExtension(phone.key, phone.extension);
}

/**
 * Whether it looks like a Chinese mobile number with a digit too few or too many. That is the commonest slip, and
 * nobody could call back.
 */
export function isCutMobile(typed: string): boolean {
  const key = parsePhone(typed)?.key ?? '';
  return /^1\d{7,}$/.test(key) && key.length !== 11 && !/^(?:\+|00)(?!86)/.test(plain(typed));
}

/**
 * The number as text messages are sent to it: `+8613800005621`, and as it is dialled in the house's country. Undefined for
 * what takes none: a fixed line, a service number, an extension.
 */
export function smsNumber(typed: string | undefined): { e164: string; national: string } | undefined {
  const phone = typed === undefined ? undefined : parsePhone(typed);
  if (!phone || phone.extension !== undefined) return undefined;
  const found = parsePhoneNumberFromString(phone.number, { defaultCountry: HOUSE_COUNTRY, extract: false });
  const type = found?.isValid() === true ? found.getType() : undefined;
  if (!found || (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE')) return undefined;
  return { e164: found.number, national: found.country === HOUSE_COUNTRY ? found.nationalNumber : found.number };
}

/**
 * Whether a customer is told by text message where the house has a gateway: they want it, or have left a number alone. The
 * ledger's write asks the same (src/db/stores/ledger-append.ts), but for what takes no text messages, which goes by mail
 * after all.
 */
export const isTexted = (customer: {
  phone?: string | undefined;
  email?: string | undefined;
  preferredChannel?: string | undefined;
}): boolean => (customer.preferredChannel === 'sms' || !customer.email) && smsNumber(customer.phone) !== undefined;

/**
 * By what a customer is told what happens; undefined: by people alone. What has its own case in the ledger's write
 * (src/db/stores/ledger-append.ts).
 * @param sms the house sends text messages
 */
export function newsWay(
  {
    customer,
    wechatPerson,
  }: {
    customer: { phone?: string | undefined; email?: string | undefined; preferredChannel?: string | undefined };
    wechatPerson?: string | undefined;
  },
  sms: boolean,
): 'wechat' | 'sms' | 'mail' | undefined {
  const { preferredChannel = '' } = customer;
  if (wechatPerson !== undefined && !['sms', 'mail'].includes(preferredChannel)) return 'wechat';
  if (sms && isTexted(customer)) return 'sms';
  return customer.email ? 'mail' : undefined;
}

/** `138****5621`: enough to recognise a number, not enough to call it. */
export function maskPhone(phone: string): string {
  const [number = '', extension] = phone.split(',');
  const masked = number.length < 10 ? `****${number.slice(-2)}` : `${number.slice(0, -8)}****${number.slice(-4)}`;
  return extension === undefined ? masked : `${masked},**`;
}

// Mail addresses

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** A domain in the ASCII spelling that mail servers know; undefined if it cannot be one. */
function asciiDomain(domain: string): string | undefined {
  // Characters that have no place in a domain. They are refused first, because `domainToASCII` would decode some of
  // them.
  if (/[%:[\]\s]/.test(domain)) return undefined;
  const ascii = /^[\x21-\x7E]*$/.test(domain) ? domain : domainToASCII(domain);
  const labels = ascii.split('.');
  const top = labels.at(-1) ?? '';
  const wellFormed = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return wellFormed && /^(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]+)$/i.test(top) ? ascii : undefined;
}

/** With a Chinese keyboard people type letters, @ and dots of full width; they mean the ordinary ones. */
const halfWidth = (text: string): string => text.replace(/[\uFF01-\uFF5E]+/g, (run) => run.normalize('NFKC'));

/**
 * A mail address by the grammar of RFC 5321 (dot-atom), its domain also in other scripts; or why it is none. The
 * address stays as typed, but for characters that show nothing, full-width ones, and a leading `mailto:`. `because` is
 * `script` when only the part before the @ is in another script, to which most mail servers do not deliver.
 */
export function readEmail(typed: string): { address: string } | { fault: Words; because?: 'script' } {
  const address = halfWidth(typed.replace(INVISIBLE, '').trim())
    .replace(/^mailto:/i, '')
    .replace(/。/g, '.');
  const no: Words = { zh: '邮箱不对，应像 name@example.com', en: 'is not an e-mail address, as name@example.com' };
  if (address.length > 254) return { fault: no };
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
  const ascii = asciiDomain(domain);
  if (at < 1 || ascii === undefined || local.length > 64 || `${local}@${ascii}`.length > 254) return { fault: no };
  if (LOCAL.test(local)) return { address };
  const inOtherScript = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u.test(local) && /[^\x21-\x7E]/.test(local);
  if (!inOtherScript) return { fault: no };
  return {
    because: 'script',
    fault: {
      zh: '@ 前面只能用英文字母、数字和符号：多数邮件服务器还送不到其他文字的邮箱',
      en: 'has letters before the @ that most mail servers do not deliver to: only A to Z, digits and signs',
    },
  };
}

/** The address with its domain in ASCII, as mail servers understand it. Unchanged if its domain cannot be one. */
export function sendable(address: string): string {
  const at = address.lastIndexOf('@');
  const ascii = asciiDomain(address.slice(at + 1));
  return ascii === undefined ? address : `${address.slice(0, at)}@${ascii}`;
}

/**
 * What all spellings of one address have in common, to find repeats by; undefined for none. Capitals do not count
 * before the @ either: no provider gives Mary@ and mary@ to two people.
 */
export const emailKey = (email: string | undefined): string | undefined =>
  email === undefined ? undefined : sendable(email.trim()).toLowerCase() || undefined;

/**
 * By what a customer is known, the phone first: the same in two complaints are one person.
 * @param keys as `phoneKey` and `emailKey` give them; `wechat`: the id of who wrote there
 */
export const matchKeys = ({
  phone,
  email,
  wechat,
}: {
  phone: string | undefined;
  email: string | undefined;
  wechat?: string | undefined;
}): string[] => [
  ...(phone ? [`p:${phone}`] : []),
  ...(email ? [`e:${email}`] : []),
  ...(wechat ? [`w:${wechat}`] : []),
];

/** `m***@example.com`: enough to recognise an address, not enough to write to it. */
export const maskEmail = (email: string): string => `${email.slice(0, 1)}***${email.slice(email.lastIndexOf('@'))}`;

// Names

/** The endings that mail programs most often turn into links. A name after a title (Dr.Wang) has none of them. */
const ENDINGS =
  'com|net|org|info|biz|edu|gov|cn|hk|tw|io|co|cc|me|tv|app|dev|ai|top|xyz|vip|shop|store|club|site|online|link|live|fun|icu|ltd|work|ru|uk|de|fr|jp|kr|us|eu|in|br';
const WEB_ADDRESS = new RegExp(
  `://|\\bwww\\.|[\\p{L}\\p{N}-]{2,}\\.(?:${ENDINGS})(?![\\p{L}\\p{N}])|[\\p{L}\\p{N}-]+\\.[a-z]{2,}[/?]`,
  'iu',
);
const MAIL_ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]{2,}/u;

/**
 * Whether a text holds a web or mail address. A customer's name must not: our mails greet them by name, so somebody who
 * complains with another person's mail address could make us send that person a link.
 */
export function holdsAddress(text: string): boolean {
  const seen = plain(text).replace(/[。｡]/g, '.');
  return WEB_ADDRESS.test(seen) || MAIL_ADDRESS.test(seen);
}
