import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { addMs } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import type { Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';

/** What a link without a login may do. */
export type LinkPurpose = 'proposal' | 'survey';

/** How long a link works after it was given out, in milliseconds. */
const LIFE: Record<LinkPurpose, number> = { proposal: 30 * DAY, survey: 14 * DAY };
/** Crockford's base 32: no I, L, O or U, which are misread. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Access codes and links: what lets a customer in without a login, and staff who have forgotten their password. Codes and tokens are derived from the secret, not drawn
 * at random. So a mail that is sent again carries the same link, the repeat of an idempotent request gets the same answer,
 * and the database needs to hold only their hashes.
 */
export interface Links {
  /** The access code of a case: 130 bits in 26 characters that can be read aloud and typed from a letter. */
  accessCode(caseNo: string): string;
  proposalToken(caseNo: string, proposalId: string): string;
  surveyToken(caseNo: string, surveyId: string): string;
  /** Of the link that sets a new password and goes out in the mail of this Message-ID. */
  passwordToken(messageId: string): string;
  /** SHA-256 of an access code or a token, in hex: all that is stored of it. */
  hash(secret: string): string;
  /** When a link that was given out at `from` stops working. */
  expiresAt(purpose: LinkPurpose, from: Instant): Instant;
  /** The address of the progress page with its access code. @param code left out: it is derived */
  progressUrl(caseNo: string, code?: string): string;
  proposalUrl(caseNo: string, proposalId: string): string;
  surveyUrl(caseNo: string, surveyId: string): string;
  passwordUrl(messageId: string): string;
  /** Where a customer on the care list says that they want no such attention; it works for good. */
  careUrl(careId: string): string;
  careToken(careId: string): string;
  /** What a system of the house signs its posts with. @param generation counted up when it is replaced */
  hookSecret(hookId: string, generation: number): string;
  /** Where that system posts. */
  hookUrl(hookId: string): string;
  /** Where the WeChat platform posts what customers write to an official account. */
  wechatUrl(accountId: string): string;
  /** Where a tracker tells us of changes. */
  trackerHookUrl(trackerId: string): string;
  /** Where a platform tells us of complaints. */
  platformNoticeUrl(accountId: string): string;
  /** The case on the desk, where staff sign in first. @param decision its form is open, if the reader may take it */
  deskCaseUrl(caseNo: string, decision?: string): string;
  /** My day on the desk. */
  deskUrl(): string;
}

/**
 * Links under this secret and address.
 * @param publicUrl where customers and staff reach us. Links are made from it alone, never from a request's Host header, which a
 *   caller could forge.
 */
export function createLinks({ secret, publicUrl }: { secret: string; publicUrl: string }): Links {
  const base = publicUrl.replace(/\/+$/, '');
  const derive = (what: string): Buffer => createHmac('sha256', secret).update(what).digest();
  const token = (purpose: LinkPurpose, caseNo: string, subject: string): string =>
    derive(`${purpose}/${caseNo}/${subject}`).toString('base64url');
  const links: Links = {
    accessCode(caseNo) {
      const bytes = derive(`access/${caseNo}`);
      let code = '';
      for (let i = 0; i < 26; i++) code += CROCKFORD.charAt(bytes.readUInt8(i) & 31);
      return code;
    },
    proposalToken: (caseNo, proposalId) => token('proposal', caseNo, proposalId),
    surveyToken: (caseNo, surveyId) => token('survey', caseNo, surveyId),
    passwordToken: (messageId) => derive(`password/${messageId}`).toString('base64url'),
    hash: sha256,
    expiresAt: (purpose, from) => addMs(from, LIFE[purpose]),
    progressUrl: (caseNo, code = links.accessCode(caseNo)) => `${base}/p/${caseNo}?code=${code}`,
    proposalUrl: (caseNo, proposalId) => `${base}/a/${links.proposalToken(caseNo, proposalId)}`,
    surveyUrl: (caseNo, surveyId) => `${base}/s/${links.surveyToken(caseNo, surveyId)}`,
    hookSecret: (hookId, generation) => derive(`inbound-hook/${hookId}/${generation}`).toString('base64url'),
    hookUrl: (hookId) => `${base}/hooks/${hookId}`,
    wechatUrl: (accountId) => `${base}/hooks/wechat/${accountId}`,
    trackerHookUrl: (trackerId) => `${base}/hooks/trackers/${trackerId}`,
    platformNoticeUrl: (accountId) => `${base}/hooks/platforms/${accountId}`,
    passwordUrl: (messageId) => `${base}/password/${links.passwordToken(messageId)}`,
    careToken: (careId) => `${careId}.${derive(`care/${careId}`).toString('base64url')}`,
    careUrl: (careId) => `${base}/care/${links.careToken(careId)}`,
    deskCaseUrl: (caseNo, decision) =>
      `${base}/desk/cases/${caseNo}${decision === undefined ? '' : `?do=${decision}#dock`}`,
    deskUrl: () => `${base}/desk`,
  };
  return links;
}

/** SHA-256, in hex. */
export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/**
 * Gives out a link that can be answered once, in a mail or on the progress page, and writes its hash so that it works.
 * Giving it out again gives the same link and changes nothing.
 * @param subject the proposal or survey it is about
 */
export async function giveLink(
  { store, links }: { store: Pick<Stores['links'], 'ensure'>; links: Links },
  purpose: LinkPurpose,
  caseNo: string,
  subject: string,
  at: Instant,
): Promise<{ token: string; url: string }> {
  const [token, url] =
    purpose === 'proposal'
      ? [links.proposalToken(caseNo, subject), links.proposalUrl(caseNo, subject)]
      : [links.surveyToken(caseNo, subject), links.surveyUrl(caseNo, subject)];
  await store.ensure({ hash: links.hash(token), purpose, caseNo, subject, expiresAt: links.expiresAt(purpose, at) });
  return { token, url };
}

/**
 * An access code as it is hashed, from what somebody typed: lower case, full-width letters, blanks and dashes are forgiven,
 * and O, I and L are read as the digits that they look like.
 */
export const readCode = (typed: string): string =>
  typed
    .slice(0, 64)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');

/** A link's token from what somebody pasted: characters that no token has, such as hidden ones, are dropped. */
export const readToken = (pasted: string): string => pasted.slice(0, 200).replace(/[^\w-]/g, '');

/** Compared with when there is no stored hash. */
const NO_HASH = '0'.repeat(64);

/**
 * Whether two hashes are the same; false without a stored one. Takes the same time in every case, so that the time of an
 * answer does not tell whether a case number exists.
 */
export function sameHash(given: string, stored: string | undefined): boolean {
  const equal = timingSafeEqual(Buffer.from(given.padEnd(64).slice(0, 64)), Buffer.from(stored ?? NO_HASH));
  return equal && stored !== undefined;
}

/** The form of a link's token: 32 bytes in base64url. */
export const TOKEN = /^[A-Za-z0-9_-]{43}$/;
