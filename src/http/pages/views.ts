import type { ComplaintBody } from '../../cases/filing/complaint-input';
import type { ProgressView, ProposalView, Scores, Submitted, SurveyView } from '../../cases/customer/customer';
import type { Length } from '../../domain/time/duration';
import type { Words } from '../../domain/basics/types';

export interface WayOn {
  progressUrl?: string;
}

/**
 * The use cases behind the customer's pages. A wrong code, an unknown number and an unknown token are all `undefined`.
 * A look-up that cannot reach Postgres throws; `isAway` tells it from a bug.
 */
export interface CustomerCases {
  progress(caseNo: string, code: string): Promise<ProgressView | undefined>;
  /** `progressUrl`, with the code: only after this link has been answered. */
  proposal(token: string): Promise<(ProposalView & WayOn) | undefined>;
  survey(token: string): Promise<(SurveyView & WayOn) | undefined>;
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId: string }): Promise<Submitted>;
  rate(token: string, input: Scores & { decisionId: string }): Promise<Submitted>;
  chase(caseNo: string, code: string, input: { note?: string; decisionId: string }): Promise<Submitted>;
  withdraw(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  reopen(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
  /** Nothing is said of whether number and contact fit together. */
  sendLink(caseNo: string, contact: string): Promise<void>;
  isAway(error: unknown): boolean;
}

/** The promises of the policy in force, as the form tells them. */
export interface TimeLimits {
  respond: Length;
  respondMajor: Length;
  resolve: Length;
  resolveMajor: Length;
}

/** `used`: this very form has filed another complaint before. `away`: nothing was stored. */
export type FileOutcome =
  | { kind: 'filed'; caseNo: string; accessCode: string }
  | { kind: 'used' }
  /** The same person has just sent the same words: said in `words`, with the number. */
  | { kind: 'twin'; words: Words }
  | { kind: 'away' };

/** What became of one file; only `kept` is in the case. `unknown`: no such case, or another code. */
export type Attached = 'kept' | 'type' | 'large' | 'empty' | 'closed' | 'away' | 'unknown';

/** The use cases behind the complaint form. */
export interface Intake {
  limits(): Promise<TimeLimits>;
  /**
   * @param key the same key and body again is the same complaint
   * @param again the sender was told of the complaint before, and means another one
   */
  file(body: ComplaintBody, key: string, again: boolean): Promise<FileOutcome>;
  attach(
    caseNo: string,
    code: string,
    file: { fileName: string; declaredType: string; path: string },
  ): Promise<Attached>;
}
