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

/** A case that a customer has come to. */
export interface Known {
  record: ComplaintRecord;
  state: CaseState;
  policy: Policy;
}

/** By a link that answers once; `subject`: the proposal or survey it is about. */
export interface Followed extends Known {
  link: { hash: string; subject: string; expired: boolean; used: boolean };
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'links'>;
  policies: Pick<PolicyCache, 'version'>;
  links: Pick<Links, 'hash'>;
  clock: () => number;
}

/** How a customer comes in without a login: with number and access code, or with the token of a link. */
export class Entry {
  constructor(private readonly needs: Needs) {}

  /**
   * A wrong code and an unknown number take the same way and get the same answer.
   * @throws `notFound`
   */
  async enter(caseNo: string, code: string): Promise<ComplaintRecord> {
    const { stores } = this.needs;
    const known = readCaseNumber(caseNo);
    const record = isCaseNumber(known) ? await stores.complaints.get(known) : undefined;
    if (!sameHash(sha256(readCode(code)), record?.accessCodeHash) || !record) throw wrongCode();
    return record;
  }

  /** @throws `notFound` for a token that is unknown or of another purpose */
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

  /** The case of a complaint as it stands now; before its workflow has written anything, as it was received. */
  async load(record: ComplaintRecord): Promise<Known> {
    const { stores, policies } = this.needs;
    const stored = await stores.cases.get(record.caseNo);
    const policy = await policies.version(stored?.state.policyVersion ?? record.policyVersion);
    return { record, policy, state: stored?.state ?? stateAtReceipt(record, policy) };
  }
}
