import type { AccessMail, ComplaintRecord, HouseMail, OutboxRow, PersonalMail, SignInLink } from '../../db/records';
import type { Gathering, Reader } from '../../db';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { FigureUnit } from '../../render/figure-value';
import type { CaseEvent } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import type { ChoiceStore } from '../choices';
import type { DutyStores } from './duty';
import type { MailAttachment } from './transport';

/** A table of mails to staff, each to one person: claimed under a lease, then ended or put back. */
export interface PersonalMails {
  claim(limit: number, leaseMs: number): Promise<PersonalMail[]>;
  fixRecipients(id: number, addresses: string[]): Promise<string[]>;
  sent(id: number): Promise<unknown>;
  failed(id: number, error: string): Promise<void>;
  retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
  ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
  /** Ends it without sending it: nothing is left to say, or nobody can get it. */
  skipped(id: number, reason: string): Promise<unknown>;
}

/** Other ways by which staff are told, for what a policy has told by them in place of a mail. */
export interface Elsewhere {
  /** Who of these people has a device that is told. */
  withDevice(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a group chat of staff is told, or was told, of this event. */
  isToldInRoom(caseNo: string, seq: number): Promise<boolean>;
}

/** What the relay reads and writes; the stores of src/db fit, and tests give their own. */
export interface MailStores extends DutyStores {
  outbox: {
    /** Leases up to `limit` due mails to this caller for `leaseMs` milliseconds. */
    claim(limit: number, leaseMs: number): Promise<OutboxRow[]>;
    /** Fixes the addresses unless that has been done; @returns those that stand, which may be another caller's. */
    fixRecipients(id: number, addresses: string[]): Promise<string[]>;
    sent(id: number): Promise<unknown>;
    /** Not delivered; due again at `nextAt`. */
    retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff(id: number, why: string, until: Instant): Promise<unknown>;
    /** Given up. */
    failed(id: number, error: string): Promise<unknown>;
    /** Ends a mail that need not be sent, without a fault: no address, no news, out of date. */
    skipped(id: number, reason: string): Promise<unknown>;
    /** May have been delivered; due again at `nextAt` under the same Message-ID. */
    ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
    /** All mails of a case, the oldest first. */
    list(caseNo: string): Promise<OutboxRow[]>;
    /** Plans a mail that no event plans. A second call for the same event, kind and recipient does nothing. */
    plan(mail: Pick<OutboxRow, 'caseNo' | 'seq' | 'mail' | 'to' | 'messageId'>): Promise<unknown>;
  };
  /** What staff are told on the desk. */
  notices: {
    /** These people, by user id, are told what this mail says. Whoever has it already is not told again. */
    tell(outboxId: number, userIds: readonly string[]): Promise<unknown>;
  };
  /** Where staff are told besides. Left out: nowhere. */
  elsewhere?: Elsewhere;
  /** What staff have chosen of the notices to them. Left out: nobody has chosen anything. */
  noticeChoices?: ChoiceStore;
  complaints: { get(caseNo: string): Promise<ComplaintRecord | undefined> };
  ledger: { events(caseNo: string, afterSeq?: number): Promise<CaseEvent[]> };
  cases: { get(caseNo: string): Promise<{ state: CaseState } | undefined> };
  texts: { get(ids: string[]): Promise<Map<string, { body: string }>> };
  /** Gathers the reminders to one person into one mail. Left out: each reminder is a mail of its own. */
  digests?: {
    /**
     * Replaces a notice by one row for each reader, who are told on the desk, in one transaction; a reader who has a row
     * gets no second.
     */
    fanOut(
      row: Pick<OutboxRow, 'id' | 'caseNo' | 'seq' | 'mail'>,
      readers: readonly (Reader & { messageId: string })[],
    ): Promise<void>;
    /**
     * Puts all that waits for a person into one new digest, or puts it off when they had a mail within `windowMs`
     * milliseconds or one is still on its way to them.
     * @param presses it may not wait that long: it goes at once, as long as the person has had few mails in the window
     */
    gather(userId: string, kinds: readonly MailKind[], windowMs: number, presses?: boolean): Promise<Gathering>;
    /** What a digest carries, the oldest first. */
    notices(id: number): Promise<OutboxRow[]>;
    /** Dissolves a digest that nobody has been fixed for: its notices are due again one by one. */
    release(id: number): Promise<void>;
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff(id: number, why: string, until: Instant): Promise<unknown>;
    /** Takes notices out of a digest that has not been sent. @param why they are not sent: `overtaken`, `bell_only` */
    drop(id: number, notices: readonly number[], why: string): Promise<unknown>;
  } & PersonalMails;
  /** Mails to staff that belong to no case: about their own way in, and tests. Left out: none are sent. */
  accessMails?: {
    /** The link that a mail carries, by the hash of its token. */
    linkOf(tokenHash: string): Promise<SignInLink | undefined>;
    claim(limit: number, leaseMs: number): Promise<AccessMail[]>;
  } & Omit<PersonalMails, 'claim'>;
  /** Mails that no event of a case causes, and what they are written from. Left out: none are sent. */
  houseMails?: HouseMailStores['houseMails'];
  suggestions?: HouseMailStores['suggestions'];
  care?: HouseMailStores['care'];
  /** What tells somebody of a report. Left out: nobody is told. */
  reportMail?: TellReport;
  policies: { get(version: number): Promise<Policy | undefined> };
  links: {
    /** Stores a link by its hash, which makes it work; does nothing when it is stored already. */
    ensure(link: {
      hash: string;
      purpose: 'proposal' | 'survey';
      caseNo: string;
      subject: string;
      expiresAt: Instant;
    }): Promise<void>;
  };
}

/** What tells somebody of a report; undefined: there is nothing to tell any more. @param occasion which report */
export type TellReport = (
  userId: string,
  occasion: string,
) => Promise<
  | {
      name: Words;
      kind: Words;
      path: string;
      lines: { name: Words; unit: FigureUnit; value: number | null; before: number | null }[];
      low: { name: Words; value: number; target: number }[];
      /** The report on paper. */
      pdf: (language: Language) => Promise<MailAttachment>;
    }
  | undefined
>;

/** What mails that no event of a case causes are written from. */
export interface HouseMailStores {
  houseMails: {
    claim(limit: number, leaseMs: number): Promise<HouseMail[]>;
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff(id: number, why: string, until: Instant): Promise<unknown>;
  } & Omit<PersonalMails, 'claim'>;
  suggestions: {
    /** What the mail that tells of `state` is written from; undefined: there is nothing to tell any more. */
    telling(
      id: number,
      state: string,
    ): Promise<
      | { text: string; reason?: string; result?: string; by?: string; caseNo?: string; source: 'customer' | 'staff' }
      | undefined
    >;
  };
  care: {
    /** What a greeting is written from; undefined: they are not to be greeted any more. */
    greeted(id: string): Promise<{ name: string; email?: string; language: Language; birthday?: string } | undefined>;
  };
}

/** The mails about ways in of `MailStores`, where there are any. */
export type AccessMailStore = NonNullable<MailStores['accessMails']>;
/** The digests of `MailStores`, where there are any. */
export type DigestStore = NonNullable<MailStores['digests']>;
