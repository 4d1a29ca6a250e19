import type { ComplaintBody } from '../../cases';
import type { Length } from '../../domain/time/duration';
import type { Words } from '../../domain/basics/types';

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
