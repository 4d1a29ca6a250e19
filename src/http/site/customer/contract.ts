import type { ReadStream } from 'node:fs';
import type { ComplaintBody } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import type { Calendar } from '../../../domain/time/calendar';
import type { Duration, Length } from '../../../domain/time/duration';

/** The promised times of the policy in force, as the form shows them: for general complaints, and for major ones. */
export interface TimeLimits {
  respond: Length;
  respondMajor: Length;
  resolve: Length;
  resolveMajor: Length;
  /** How long after its end a complaint can be taken up again. */
  reopenWithin: Duration;
  /** The hours by which working time is counted; absent: the policy has no calendar. */
  hours?: Calendar['week'];
}

/**
 * What became of a complaint form. `used`: this form has filed a complaint with another content before. `away`:
 * Postgres does not answer, nothing was stored.
 */
export type FileOutcome =
  | { kind: 'filed'; caseNo: string; accessCode: string }
  | { kind: 'used' }
  /** The same person has just sent the same words; `words` say so, with the number of that complaint. */
  | { kind: 'twin'; words: Words }
  | { kind: 'away' };

/**
 * What became of one file. `kept`: it is in the case. Not taken: its `type`, too `large`, `empty`, the case is `closed`
 * or has enough files, it could not be stored (`away`), or there is no such case or the code is another (`unknown`).
 */
export type Attached = 'kept' | 'type' | 'large' | 'empty' | 'closed' | 'away' | 'unknown';

/** A file of a case, as it is sent to whoever sent it to us. */
export interface OwnFile {
  file: { fileName: string; mediaType: string; bytes: number };
  /** Has to be ended. */
  content: ReadStream;
}

/** The use cases behind the complaint form. */
export interface Intake {
  /** @throws the database's error while Postgres is away */
  limits(): Promise<TimeLimits>;
  /**
   * Files a complaint.
   * @param key idempotency key: the same key with the same body again is the same complaint
   * @param how `again`: the sender was told that they sent the same words before, and means another complaint. `source`: the
   *   site whose page the form stood in, by name
   */
  file(body: ComplaintBody, key: string, how: { again: boolean; source?: string }): Promise<FileOutcome>;
  /** Puts one file into a case. Never rejects; the same file again counts as `kept`. */
  attach(
    caseNo: string,
    code: string,
    file: { fileName: string; declaredType: string; path: string },
  ): Promise<Attached>;
  /** A file that the customer sent; undefined for any other, and for another code. */
  open(caseNo: string, code: string, evidenceId: string): Promise<OwnFile | undefined>;
}
