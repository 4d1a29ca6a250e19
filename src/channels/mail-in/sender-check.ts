import { Resolver } from 'node:dns/promises';
import type { DKIMVerifyResult } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify';
import { dmarc } from 'mailauth/lib/dmarc';
import { spf } from 'mailauth/lib/spf';
import { getDomain } from 'tldts';
import type { SenderCheck } from '../../db';
import { trustedResults, type Evidence } from './authentication-results';
import type { ReadMail } from './read';

/** Signatures of one mail that are looked at; each may cost a question to the DNS. Real mails have one to three. */
const MOST_SIGNATURES = 8;
/** Milliseconds that all questions about one mail may take together; a complaint does not wait longer for them. */
const PATIENCE = 8_000;
/** Milliseconds for one question to one name server, asked twice at most. */
const ANSWER_WITHIN = 2_000;

/** Asks the DNS. @throws an error with the codes of `node:dns` */
export type Resolve = (domain: string, type: string) => Promise<string[][] | string[]>;

interface Needs {
  resolve: Resolve;
  /** Names (authserv-id, RFC 8601) of mail servers whose results are believed, in small letters. */
  trusted: readonly string[];
}

/** Where a mail came from, as the server says that handed it over. Empty: a mailbox, which does not say. */
export interface Handover {
  /** The sender of the SMTP envelope. */
  from?: string | undefined;
  /** Of whoever brought the mail to the house: its address, and the name it gave. */
  client?: { ip: string; helo?: string | undefined } | undefined;
}

/**
 * Finds out whether a mail is from the domain that its From names, as far as that domain lets others find out: SPF (RFC 7208),
 * DKIM (RFC 6376) and DMARC (RFC 7489). Never throws: what cannot be found out is `unproved`.
 */
export type CheckSender = (raw: Buffer, mail: ReadMail, handover: Handover) => Promise<SenderCheck>;

/** Builds `CheckSender`. */
export function createSenderCheck({ resolve, trusted }: Needs): CheckSender {
  async function find(raw: Buffer, mail: ReadMail, handover: Handover): Promise<SenderCheck> {
    const from = mail.from?.address.toLowerCase() ?? '';
    const told = trustedResults(mail.headers.get('authentication-results') ?? [], trusted);
    const evidence = told ?? (await ownResults(raw, handover, resolve));
    const results = resultsOf(evidence, from);
    // Two authors, or one whom another reader of mails takes for somebody else: nobody can be vouched for.
    const fields = mail.headers.get('from') ?? [];
    if (fields.length !== 1 || evidence.authors?.some((author) => author !== from)) {
      return { verdict: 'unproved', ...results };
    }
    const { result, aligned } = await policyOf(evidence, from, resolve);
    return { verdict: verdictOf(result, aligned, evidence), ...results, dmarc: result };
  }

  return async (raw, mail, handover) => {
    let bell: NodeJS.Timeout | undefined;
    const late = new Promise<SenderCheck>((give) => {
      bell = setTimeout(() => give(UNKNOWN), PATIENCE);
    });
    try {
      return await Promise.race([find(raw, mail, handover), late]);
    } catch {
      // A mail that a library cannot read is a complaint all the same.
      return UNKNOWN;
    } finally {
      clearTimeout(bell);
    }
  };
}

const UNKNOWN: SenderCheck = { verdict: 'unproved', dmarc: 'temperror' };

/** Whether a policy of one domain holds for the other: they are of one organisation (RFC 7489, section 3.1). */
const ofOneHouse = (one: string, other: string): boolean => organisation(one) === organisation(other);

const organisation = (domain: string): string => getDomain(domain, { allowPrivateDomains: false }) ?? domain;

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Evidence of our own: its signatures, and the machine that brought it where that is known. */
async function ownResults(raw: Buffer, { from, client }: Handover, resolve: Resolve): Promise<Evidence> {
  const { headerFrom, results } = await dkimVerify(withSoundSignatures(raw), { resolver: resolve });
  // Where there is no signature the library says so in a result without a domain, against its own types.
  const dkim = results.map(
    ({ signingDomain = '', status: { result } }: Partial<Signature> & Pick<Signature, 'status'>) => ({
      result,
      domain: signingDomain.toLowerCase(),
    }),
  );
  const evidence = { authors: headerFrom.map((one) => one.toLowerCase()), dkim };
  if (!client) return evidence;
  const helo = client.helo ?? `[${client.ip}]`;
  const { status, domain } = await spf({ ip: client.ip, helo, sender: from ?? '', mta: 'redress', resolver: resolve });
  return { ...evidence, spf: { result: status.result, domain: domain.toLowerCase() } };
}

type Signature = DKIMVerifyResult['results'][number];

/**
 * The mail with the signatures that are worth a look: the first few, so that no mail makes us ask the DNS a thousand times, and
 * none that holds for the beginning of the text alone (`l=`), for anybody may write on below that.
 */
function withSoundSignatures(raw: Buffer): Buffer {
  const ends = ['\r\n\r\n', '\n\n'].map((gap) => raw.indexOf(gap)).filter((at) => at !== -1);
  const end = Math.min(...ends, raw.length);
  const header = raw.subarray(0, end).toString('latin1');
  let count = 0;
  const kept = header.replaceAll(/^dkim-signature[ \t]*:.*(?:\r?\n[ \t].*)*(?:\r?\n)?/gimu, (field) =>
    !/;\s*l\s*=/u.test(field) && ++count <= MOST_SIGNATURES ? field : '',
  );
  return kept === header ? raw : Buffer.concat([Buffer.from(kept, 'latin1'), raw.subarray(end)]);
}

/** What the domain of From asks for, and whether a domain that passed stands for it. */
async function policyOf(
  { spf: sent, dkim, dmarc: told }: Evidence,
  from: string,
  resolve: Resolve,
): Promise<{ result: string; aligned: boolean }> {
  const passed = [sent, ...dkim].flatMap((one) => (one?.result === 'pass' ? [one] : []));
  const aligned = passed.some(({ domain }) => ofOneHouse(domain, domainOf(from)));
  if (told) {
    const isOfFrom = told.domain === '' || ofOneHouse(told.domain, domainOf(from));
    return { result: isOfFrom ? told.result : 'permerror', aligned };
  }
  const found = await dmarc({
    headerFrom: from,
    spfDomains: sent?.result === 'pass' ? [sent.domain] : [],
    dkimDomains: dkim.flatMap(({ result, domain }) => (result === 'pass' ? [{ id: domain, domain }] : [])),
    resolver: resolve,
  });
  if (!found) return { result: 'permerror', aligned: false };
  const { status, alignment } = found;
  // The library lets another domain of the organisation pass where the policy asks for this very one.
  const isStrictlyMet = [alignment?.spf, alignment?.dkim].some(
    (one) => one?.result && (!one.strict || one.result === domainOf(from)),
  );
  return { result: status.result === 'pass' && !isStrictlyMet ? 'fail' : status.result, aligned };
}

function verdictOf(result: string, aligned: boolean, { by, spf: sent }: Evidence): SenderCheck['verdict'] {
  if (result === 'pass') return 'proved';
  // Nobody asks for a proof: what its domain has signed, or let be sent, is one all the same.
  if (result === 'none') return aligned ? 'proved' : sent?.result === 'fail' ? 'doubtful' : 'unproved';
  // Without the machine that brought it half of what a policy counts is unknown.
  return result === 'fail' && (by !== undefined || sent !== undefined) ? 'doubtful' : 'unproved';
}

/** The results as they are shown: of several signatures that which counts most. */
function resultsOf({ by, spf: sent, dkim }: Evidence, from: string): Pick<SenderCheck, 'by' | 'spf' | 'dkim'> {
  const ours = dkim.filter(({ domain }) => ofOneHouse(domain, domainOf(from)));
  const best = ours.find(({ result }) => result === 'pass') ?? ours[0] ?? dkim[0];
  return {
    ...(by !== undefined && { by }),
    ...(sent && { spf: sent.result }),
    dkim: best?.result ?? 'none',
  };
}

/** @param servers addresses with or without a port; none: those of the machine */
export function createResolve(servers: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: ANSWER_WITHIN, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return async (domain, type) => (await resolver.resolve(domain, type)) as string[][] | string[];
}
