import type { CaseEvent } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import type { MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import type { Language, Role, TextRef } from '../../domain/basics/types';

/** What a mail is written from. All of it is read from Postgres when the mail is written, not when it is planned. */
export interface MailData {
  caseNo: string;
  mail: MailKind;
  /** The event that the mail was planned with. The mail tells of it, however late it is sent. */
  seq: number;
  /** The ledger of the case, from the first event to `seq` at least. */
  events: readonly CaseEvent[];
  /**
   * The case as it stands while the mail is written. A mail may leave days after its event, so owner, open dates and
   * what the case waits for are read from here, not from the event.
   */
  now: CaseState;
  /** The version the case was under when the event happened. */
  policy: Policy;
  /** The reader's. */
  language: Language;
  /** The customer's name as given with this complaint. */
  customerName: string;
  /** What the customer asks for, in their words. */
  wish?: string;
  /** By which ways the customer can be reached; number and address themselves are not put into mails. */
  reach: Reach;
  /** The id of the one member of staff it goes to; undefined for the customer, and for a mail to several. */
  userId?: string;
  /** The role of `userId`, which may differ from the role the notice was planned for: somebody may stand in. */
  role?: Role;
  /** Name of the organisation, and how it is reached; an empty `contact` is left out of mails. */
  house: { name: string; contact: string };
  /** The stored text, or undefined when it has been erased. */
  text: (ref: TextRef) => Promise<string | undefined>;
  /** The person's name in the reader's language; undefined when there is no such user. */
  userName: (id: string) => Promise<string | undefined>;
  /** Whether the reader `userId` may see this other case; false for a mail to several. */
  maySee: (caseNo: string) => Promise<boolean>;
  /** Whether another case belongs to the same customer; only then may its number stand in a mail to them. */
  sameCustomer: (caseNo: string) => Promise<boolean>;
  links: {
    accessCode: (caseNo: string) => string;
    progressUrl: (caseNo: string) => string;
    /** Writing out such a link stores its hash, with which it begins to work; giving it out again changes nothing. */
    proposalUrl: (caseNo: string, proposalId: string) => Promise<string>;
    surveyUrl: (caseNo: string, surveyId: string) => Promise<string>;
    /** For staff: the case on the desk, with the form of this decision open. */
    deskCaseUrl: (caseNo: string, decision?: string) => string;
  };
}

/** How the customer can be reached. */
export interface Reach {
  phone: boolean;
  email: boolean;
  /** The way the customer asked for with the complaint: `wechat`. */
  preferred?: string;
}
