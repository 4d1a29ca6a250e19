import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { addMs } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import type { Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';

/** What a link without a login may do. */
export type LinkPurpose = 'proposal' | 'survey';

const LIFE: Record<LinkPurpose, number> = { proposal: 30 * DAY, survey: 14 * DAY };
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Everything that lets a customer in without a login. Codes and tokens are derived, not drawn: a mail that is sent
 * again carries the same link, the repeat of an idempotent request gets the same answer, and the database holds only
 * their hashes.
 */
export interface Links {
  /** 130 bits in Crockford base 32: it can be read aloud and typed from a letter. */
  accessCode(caseNo: string): string;
  proposalToken(caseNo: string, proposalId: string): string;
  surveyToken(caseNo: string, surveyId: string): string;
  /** Of an access code or a token; all that is stored. */
  hash(secret: string): string;
  /** When a link given out at `from` stops working. */
  expiresAt(purpose: LinkPurpose, from: Instant): Instant;
  /** @param code the access code, where it is at hand */
  progressUrl(caseNo: string, code?: string): string;
  proposalUrl(caseNo: string, proposalId: string): string;
  surveyUrl(caseNo: string, surveyId: string): string;
}

/** @param publicUrl where customers reach us; links never follow a request's Host header */
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
    hash: sha256,
    expiresAt: (purpose, from) => addMs(from, LIFE[purpose]),
    progressUrl: (caseNo, code = links.accessCode(caseNo)) => `${base}/p/${caseNo}?code=${code}`,
    proposalUrl: (caseNo, proposalId) => `${base}/a/${links.proposalToken(caseNo, proposalId)}`,
    surveyUrl: (caseNo, surveyId) => `${base}/s/${links.surveyToken(caseNo, surveyId)}`,
  };
  return links;
}

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/**
 * Gives out a link that answers once, in a mail or on the progress page. It works from that moment on; giving it out
 * again changes nothing.
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

/** As typed from a letter: lower case, full-width letters, blanks, dashes and other marks are forgiven, and so are the letters that look like digits. */
export const readCode = (typed: string): string =>
  typed
    .slice(0, 64)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');

/** A link's token as it is pasted: with what stood around the link, or a hidden character, stuck to it. */
export const readToken = (pasted: string): string => pasted.slice(0, 200).replace(/[^\w-]/g, '');

const NO_HASH = '0'.repeat(64);

/** Takes the same time whether there is a hash to compare with or not. */
export function sameHash(given: string, stored: string | undefined): boolean {
  const equal = timingSafeEqual(Buffer.from(given.padEnd(64).slice(0, 64)), Buffer.from(stored ?? NO_HASH));
  return equal && stored !== undefined;
}

export const TOKEN = /^[A-Za-z0-9_-]{43}$/;
