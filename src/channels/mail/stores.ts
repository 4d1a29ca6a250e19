import type { ComplaintRecord, DigestRow, OutboxRow } from '../../db/records';
import type { Gathering, Reader } from '../../db';
import type { Instant } from '../../domain/basics/types';
import type { CaseEvent } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import type { DutyStores } from './duty';

/** What the relay needs of the stores; the real ones of src/db fit. */
export interface MailStores extends DutyStores {
  outbox: {
    claim(limit: number, leaseMs: number): Promise<OutboxRow[]>;
    /** The first word stands, and is returned. */
    fixRecipients(id: number, addresses: string[]): Promise<string[]>;
    sent(id: number): Promise<unknown>;
    retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
    failed(id: number, error: string): Promise<unknown>;
    /** Nothing to send, and nothing is wrong. */
    skipped(id: number, reason: string): Promise<unknown>;
    ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
    list(caseNo: string): Promise<OutboxRow[]>;
    /** A mail that no event plans; once for its event and reader. */
    plan(mail: Pick<OutboxRow, 'caseNo' | 'seq' | 'mail' | 'to' | 'messageId'>): Promise<unknown>;
  };
  complaints: { get(caseNo: string): Promise<ComplaintRecord | undefined> };
  ledger: { events(caseNo: string, afterSeq?: number): Promise<CaseEvent[]> };
  cases: { get(caseNo: string): Promise<{ state: CaseState } | undefined> };
  texts: { get(ids: string[]): Promise<Map<string, { body: string }>> };
  /** Gathers the reminders of a person into one mail; without it each is a mail of its own. */
  digests?: {
    fanOut(
      row: Pick<OutboxRow, 'id' | 'messageId'>,
      readers: readonly (Reader & { messageId: string })[],
    ): Promise<void>;
    gather(userId: string, kinds: readonly MailKind[], windowMs: number, presses?: boolean): Promise<Gathering>;
    claim(limit: number, leaseMs: number): Promise<DigestRow[]>;
    notices(id: number): Promise<OutboxRow[]>;
    fixRecipients(id: number, addresses: string[]): Promise<string[]>;
    release(id: number): Promise<void>;
    sent(id: number): Promise<unknown>;
    failed(id: number, error: string): Promise<unknown>;
    retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
    ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
    /** Out of a digest that has not left: they say what is not so any more. */
    drop(id: number, notices: readonly number[]): Promise<unknown>;
    /** Nothing is left in it. */
    skipped(id: number, reason: string): Promise<unknown>;
  };
  policies: { get(version: number): Promise<Policy | undefined> };
  links: {
    ensure(link: {
      hash: string;
      purpose: 'proposal' | 'survey';
      caseNo: string;
      subject: string;
      expiresAt: Instant;
    }): Promise<void>;
  };
}

export type DigestStore = NonNullable<MailStores['digests']>;
