import type { ComplaintBody } from '../../cases/complaint-input';
import type { CustomerStep } from '../../domain/progress';
import type { Length } from '../../domain/time';
import type { Instant, Language, Outcome, Remedy, Stage, Words } from '../../domain/types';

/** What a customer may see of their complaint. Plain data: every text is the customer's own or was written for them. */
export interface ProgressView {
  caseNo: string;
  language: Language;
  stage: Stage;
  round: number;
  receivedAt: Instant;
  /** Each node with the time it was reached, when it was. */
  steps: (CustomerStep & { at?: Instant })[];
  handler?: string;
  /** Due time of the first response while it runs; `respondedAt` once a person has answered. */
  answerBy?: Instant;
  respondedAt?: Instant;
  /** Due time of the solution while it runs. */
  resolveBy?: Instant;
  revisitBy?: Instant;
  paused?: { reason: 'customer' | 'parts' | 'third_party'; until: Instant };
  /** An offer that waits for the customer. */
  offer?: OfferView & { token: string };
  outcome?: Outcome;
  /** The words of the result letter. */
  result?: string;
  /** A survey that waits for the customer. */
  survey?: { token: string; until?: Instant };
  /** How often the customer may still chase today; absent where there is nothing to chase. `nextAt`: not before. */
  chase?: { left: number; lastAt?: Instant; nextAt?: Instant };
  /** The customer may take the case up again, until then. */
  reopen?: { until?: Instant };
}

export interface OfferView {
  remedies: Remedy[];
  /** The solution in the words of whoever proposed it. */
  solution: string;
  answerBy?: Instant;
}

export interface ProposalView extends OfferView {
  caseNo: string;
  language: Language;
  handler?: string;
  /** `open` while an answer counts (also a late one); `over`: replaced by another solution or the case has ended. */
  status: 'open' | 'accepted' | 'declined' | 'over';
  answeredAt?: Instant;
}

export interface Scores {
  speed: number;
  solution: number;
  attitude: number;
  total: number;
  comment?: string;
  answers?: Record<string, number>;
}

export interface SurveyView {
  caseNo: string;
  language: Language;
  handler?: string;
  status: 'open' | 'answered' | 'over';
  until?: Instant;
  questions: { id: string; name: Words }[];
  answers?: Scores;
}

/**
 * What became of a submission. `taken`: in the ledger. `accepted`: will be, a worker is away (202). `refused`: the guard's
 * sentence. `away`: nothing was stored (503). `unknown`: no such link (404).
 */
export type Submitted =
  { kind: 'taken' } | { kind: 'accepted' } | { kind: 'refused'; words: Words } | { kind: 'away' } | { kind: 'unknown' };

/**
 * The use cases behind the customer's pages. A wrong code, an unknown number and an unknown token are all `undefined`.
 * A look-up that cannot reach Postgres throws; `isAway` tells it from a bug.
 */
export interface CustomerCases {
  progress(caseNo: string, code: string): Promise<ProgressView | undefined>;
  proposal(token: string): Promise<ProposalView | undefined>;
  survey(token: string): Promise<SurveyView | undefined>;
  answer(token: string, input: { accepted: boolean; reason?: string; decisionId: string }): Promise<Submitted>;
  rate(token: string, input: Scores & { decisionId: string }): Promise<Submitted>;
  chase(caseNo: string, code: string, input: { decisionId: string }): Promise<Submitted>;
  reopen(caseNo: string, code: string, input: { reason: string; decisionId: string }): Promise<Submitted>;
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
export type FileOutcome = { kind: 'filed'; caseNo: string; accessCode: string } | { kind: 'used' } | { kind: 'away' };

/** What became of one file; only `kept` is in the case. `unknown`: no such case, or another code. */
export type Attached = 'kept' | 'type' | 'large' | 'empty' | 'closed' | 'away' | 'unknown';

/** The use cases behind the complaint form. */
export interface Intake {
  limits(): Promise<TimeLimits>;
  /** @param key the same key and body again is the same complaint */
  file(body: ComplaintBody, key: string): Promise<FileOutcome>;
  attach(
    caseNo: string,
    code: string,
    file: { fileName: string; declaredType: string; path: string },
  ): Promise<Attached>;
}
