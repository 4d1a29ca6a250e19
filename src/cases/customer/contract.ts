import type { Words } from '../../domain/basics/types';
import type { Decided } from '../answer-parts';
import type { ProgressView, ProposalView, Scores, SurveyView } from './answers';

/**
 * What a customer sees and does without a login: with number and access code, or with the token of a link that answers
 * once. A wrong code, an unknown number and an unknown token are all `notFound`.
 */
export interface Customer {
  progress(caseNo: string, code: string): Promise<ProgressView>;
  proposal(token: string): Promise<ProposalView>;
  survey(token: string): Promise<SurveyView>;
  /**
   * Yes or no to a proposal. The same submission again, under its `decisionId`, gets the first answer.
   * @throws `gone` when the link has been used or has expired, `conflict` when the offer is no longer open
   */
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId?: string }): Promise<Decided>;
  /** Scores of 1 to 5. @throws as `answer` */
  rate(token: string, input: Scores & { decisionId?: string }): Promise<Decided>;
  /** @throws `conflict` more often than the policy lets them, or when there is nothing to chase */
  chase(caseNo: string, code: string, input: { note?: string; decisionId?: string }): Promise<Decided>;
  /** @throws `conflict` when the case has ended or holds others' complaints */
  withdraw(caseNo: string, code: string, input: { reason: string; decisionId?: string }): Promise<Decided>;
  /** @throws `conflict` when the time for it is over */
  reopen(caseNo: string, code: string, input: { reason: string; decisionId?: string }): Promise<Decided>;
  readonly pages: CustomerPages;
}

/**
 * What became of a submission of the customer's pages; the API answers with a status instead. `taken`: in the ledger.
 * `accepted`: will be, a worker is away (202). `refused`: the guard's sentence. `away`: nothing was stored (503).
 * `unknown`: no such link (404).
 */
export type Submitted =
  { kind: 'taken' } | { kind: 'accepted' } | { kind: 'refused'; words: Words } | { kind: 'away' } | { kind: 'unknown' };

/**
 * The same for pages, which show a sentence where the API answers with a status: `undefined` for what is unknown, and
 * `Submitted` for what became of a form. A look-up that cannot reach Postgres rejects; `isAway` tells that from a bug.
 */
export interface CustomerPages {
  progress(caseNo: string, code: string): Promise<ProgressView | undefined>;
  /** `progressUrl`, with the code: only after this link has been answered. */
  proposal(token: string): Promise<(ProposalView & WayOn) | undefined>;
  survey(token: string): Promise<(SurveyView & WayOn) | undefined>;
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId: string }): Promise<Submitted>;
  rate(token: string, input: Scores & { decisionId: string }): Promise<Submitted>;
  chase(caseNo: string, code: string, input: { note?: string; decisionId: string }): Promise<Submitted>;
  withdraw(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  reopen(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  /** Mails the link to the address on record; nothing is said of whether number and contact fit together. */
  sendLink(caseNo: string, contact: string): Promise<void>;
  isAway(error: unknown): boolean;
}

export interface WayOn {
  progressUrl?: string;
}
