import type { CaseEvent } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import type { Language, Role, TextRef } from '../../domain/basics/types';

/** What a mail is written from. Everything comes from Postgres when the mail is sent. */
export interface MailSource {
  caseNo: string;
  mail: MailKind;
  /** The event that caused the mail: it says what the mail says, however late it is sent. */
  seq: number;
  /** The ledger of the case, from the first event. */
  events: readonly CaseEvent[];
  /**
   * The case as it stands while the mail is written. An event says what has happened, however long ago; who owns the
   * case, and what it waits for, is read here: a letter may leave days late.
   */
  now: CaseState;
  policy: Policy;
  language: Language;
  /** The customer's name as given with this complaint. */
  customerName: string;
  /** What the customer asks for, in their words. */
  wish?: string;
  /** By which ways the customer can be reached; number and address stay in the case. */
  reach: Reach;
  /** Staff to whom it goes, when it goes to one of them. */
  userId?: string;
  /** Their role; it may be another than the notice was meant for. */
  role?: Role;
  house: { name: string; contact: string };
  /** The stored text, or undefined when it has been erased. */
  text: (ref: TextRef) => Promise<string | undefined>;
  userName: (id: string) => Promise<string | undefined>;
  /** May whom it goes to see this other case? Of a mail to several nobody is asked. */
  maySee: (caseNo: string) => Promise<boolean>;
  /** Is the other case this customer's own? */
  sameCustomer: (caseNo: string) => Promise<boolean>;
  links: {
    accessCode: (caseNo: string) => string;
    progressUrl: (caseNo: string) => string;
    /** These let somebody answer, so they are opened before they are written out. */
    proposalUrl: (caseNo: string, proposalId: string) => Promise<string>;
    surveyUrl: (caseNo: string, surveyId: string) => Promise<string>;
  };
}

export interface Reach {
  phone: boolean;
  email: boolean;
  /** As it was asked for with the complaint: `wechat`. */
  preferred?: string;
}
