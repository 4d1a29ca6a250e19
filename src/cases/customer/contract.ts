import type { Words } from '../../domain/basics/types';
import type { Decided } from '../answer-parts';
import type { ProgressView, ProposalView, Scores, SurveyView } from './answers';

/** When the customer wants to be called, as instants, and what about or by which number. */
export interface CallWish {
  from?: string;
  to?: string;
  note?: string;
}

/**
 * What a customer sees and does without a login: with case number and access code, or with the token of a link that can be
 * answered once. Every method throws Refused `notFound` for a wrong code, an unknown number and an unknown token alike.
 * Methods that act throw `away`, and store nothing, while Temporal is away; under a repeated `decisionId` they change
 * nothing and give the first answer.
 */
export interface Customer {
  /** Where the complaint stands. Also gives out working links to an offer or survey that waits for the customer. */
  progress(caseNo: string, code: string): Promise<ProgressView>;
  /** A proposal and what was answered to it; also after the link was used or has expired (`status`). */
  proposal(token: string): Promise<ProposalView>;
  /** A survey and what was answered to it; also after the link was used or has expired (`status`). */
  survey(token: string): Promise<SurveyView>;
  /**
   * Yes or no to a proposal; uses the link up.
   * @throws Refused `gone` when the link has been used or has expired; `conflict` when the offer is no longer open
   */
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId?: string }): Promise<Decided>;
  /** Scores of 1 to 5; uses the link up. Answers to questions that the policy no longer asks are dropped. @throws as `answer` */
  rate(token: string, input: Scores & { decisionId?: string }): Promise<Decided>;
  /** Presses for progress. @throws Refused `conflict` more often than the policy allows, or in a stage without chasing */
  chase(caseNo: string, code: string, input: { note?: string; decisionId?: string }): Promise<Decided>;
  /** Writes to whoever handles it. @throws Refused `conflict` more often a day than the policy allows, or after the archive */
  write(
    caseNo: string,
    code: string,
    input: { text: string; via?: 'link' | 'mail' | 'chat' | 'wechat' | 'other'; decisionId?: string },
  ): Promise<Decided>;
  /**
   * Asks to be called, at any time or between two instants.
   * @throws Refused `conflict` as `write`; for a time that is over or too far ahead; and if the complaint has no number and
   *   the note gives none
   */
  callBack(caseNo: string, code: string, input: CallWish & { decisionId?: string }): Promise<Decided>;
  /** Takes the complaint back. @throws Refused `conflict` when the case has ended or holds other complaints */
  withdraw(caseNo: string, code: string, input: { reason: string; decisionId?: string }): Promise<Decided>;
  /** Says that it is not solved: another round. @throws Refused `conflict` when the time for it is over */
  reopen(caseNo: string, code: string, input: { reason: string; decisionId?: string }): Promise<Decided>;
  readonly pages: CustomerPages;
}

/**
 * What became of a form on the customer's pages (in brackets the API's status for the same).
 * - `taken`: it is in the ledger (200).
 * - `accepted`: no worker answered in time; it is stored (202).
 * - `refused`: `words` say why (403, 409, 410 or 422).
 * - `away`: nothing was stored; it may be sent again (503).
 * - `unknown`: no such link, or number and code do not fit together (404).
 */
export type Submitted =
  { kind: 'taken' } | { kind: 'accepted' } | { kind: 'refused'; words: Words } | { kind: 'away' } | { kind: 'unknown' };

/**
 * The same as `Customer` for web pages, which show a sentence where the API answers with a status: a look-up gives
 * undefined for what is unknown, and a form gives `Submitted` instead of throwing. A look-up rejects when Postgres is away;
 * `isAway` tells that from a bug.
 */
export interface CustomerPages {
  progress(caseNo: string, code: string): Promise<ProgressView | undefined>;
  /** With `progressUrl`, which holds the access code, once this link has been answered and while it has not expired. */
  proposal(token: string): Promise<(ProposalView & WayOn) | undefined>;
  survey(token: string): Promise<(SurveyView & WayOn) | undefined>;
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId: string }): Promise<Submitted>;
  rate(token: string, input: Scores & { decisionId: string }): Promise<Submitted>;
  chase(caseNo: string, code: string, input: { note?: string; decisionId: string }): Promise<Submitted>;
  write(caseNo: string, code: string, input: { text: string; decisionId: string }): Promise<Submitted>;
  callBack(caseNo: string, code: string, input: CallWish & { decisionId: string }): Promise<Submitted>;
  withdraw(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  reopen(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  /** Suggests what could be done better; it goes into the register. */
  suggest(caseNo: string, code: string, input: { text: string; decisionId: string }): Promise<Submitted>;
  /** Whether a link by which greetings are stopped is one of ours. */
  isCare(token: string): boolean;
  /** The customer of this link wants no greetings and calls of that kind any more. */
  stopCare(token: string): Promise<Submitted>;
  /**
   * Mails the link of the progress page to the address in the complaint, if `contact` is its telephone number or address.
   * Resolves in the same way if it is not, so that nobody learns whose complaint it is.
   */
  sendLink(caseNo: string, contact: string): Promise<void>;
  /** Whether an error of a look-up means that Postgres is away. */
  isAway(error: unknown): boolean;
}

/** The way from an answered link to the progress page. */
export interface WayOn {
  progressUrl?: string;
}
