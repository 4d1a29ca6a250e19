import type { ComplaintRecord } from '../../db/records';
import type { CaseState } from '../../domain/case/state';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import type { Policy } from '../../domain/policy/schema';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import { readCode, readToken, sameHash, sha256, TOKEN, type LinkPurpose, type Links } from '../access/links';
import { stateAtReceipt } from '../case/case-view';
import { unknownLink, wrongCode } from '../refused';
import type { PolicyCache } from '../rules/policies';

/** A case that a customer has been let into. */
export interface Known {
  record: ComplaintRecord;
  state: CaseState;
  policy: Policy;
}

/** A case reached by a link that can be answered once. `subject`: id of the proposal or survey that the link is about. */
export interface Followed extends Known {
  link: { hash: string; subject: string; expired: boolean; used: boolean };
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'links'>;
  policies: Pick<PolicyCache, 'version'>;
  links: Pick<Links, 'hash'>;
  clock: () => number;
}

/** Lets customers in without a login: with case number and access code, or with the token of a link. */
export class Entry {
  constructor(private readonly needs: Needs) {}

  /**
   * The complaint, if the access code is its own. Both may be typed as people type them.
   * @throws Refused `notFound` for a wrong code and for an unknown number, with the same words and in the same time
   */
  async enter(caseNo: string, code: string): Promise<ComplaintRecord> {
    const { stores } = this.needs;
    const known = readCaseNumber(caseNo);
    const record = isCaseNumber(known) ? await stores.complaints.get(known) : undefined;
    if (!sameHash(sha256(readCode(code)), record?.accessCodeHash) || !record) throw wrongCode();
    return record;
  }

  /**
   * The case that a link leads to; also of a link that has been used or has expired, which `link` says.
   * @throws Refused `notFound` for a token that is unknown or of another purpose
   */
  async follow(purpose: LinkPurpose, pasted: string): Promise<Followed> {
    const { stores, links, clock } = this.needs;
    const token = readToken(pasted);
    if (!TOKEN.test(token)) throw unknownLink();
    const hash = links.hash(token);
    const link = await stores.links.get(hash);
    if (link?.purpose !== purpose) throw unknownLink();
    const record = await stores.complaints.get(link.caseNo);
    if (!record) throw unknownLink();
    const { subject, expiresAt, usedAt } = link;
    return {
      ...(await this.load(record)),
      link: { hash, subject, expired: expiresAt < toInstant(clock()), used: usedAt !== undefined },
    };
  }

  /**
   * The case of a complaint as it stands now, with its policy. Before its workflow has written anything, the state is
   * worked out from the complaint.
   */
  async load(record: ComplaintRecord): Promise<Known> {
    const { stores, policies } = this.needs;
    const stored = await stores.cases.get(record.caseNo);
    const policy = await policies.version(stored?.state.policyVersion ?? record.policyVersion);
    return { record, policy, state: stored?.state ?? stateAtReceipt(record, policy) };
  }
}
