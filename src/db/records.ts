/**
 * What the stores take and give: plain objects, times as ISO strings in UTC with milliseconds. An optional field that
 * is absent is null in the database.
 * @module
 */
import type { ActedOn, ChannelActName } from '../domain/case/connections';
import type { Calendar } from '../domain/time/calendar';
import type { CorrectiveActionState } from '../domain/corrective-action/state';
import type { Recipient } from '../domain/process/notices';
import type { CareRule } from '../domain/policy/care';
import type { MailKind } from '../domain/policy/mail-kinds';
import type { RoomQuiet } from '../domain/policy/notice-choices';
import type { Policy } from '../domain/policy/schema';
import type { AwaitedParty } from '../domain/case/awaits';
import type { CaseEvent } from '../domain/case/events';
import type { RoomKind, RoomNews } from '../domain/case/rooms';
import type {
  PlatformActName,
  PlatformActState,
  PlatformKind,
  PlatformPhase,
  PlatformReplyState,
  TakenState,
} from '../domain/case/platforms';
import type { SettledBy, TicketState, TrackerKind } from '../domain/case/trackers';
import type { WEBHOOK_TEST, WebhookEvent } from '../domain/case/webhook-events';
import type { CaseState } from '../domain/case/state';
import type { ReportKind } from '../domain/facts/periods';
import type { Fault } from '../domain/basics/faults';
import type {
  Category,
  Cause,
  Channel,
  Grade,
  Instant,
  Language,
  Outcome,
  Role,
  SENDER_VERDICTS,
  Sentiment,
  Stage,
  Words,
} from '../domain/basics/types';

/** Grade and category as `src/text` suggests them; the words of the reasons are quoted from the customer. */
export interface StoredSuggestion {
  grade: Grade;
  category: Category;
  sentiment?: Sentiment;
  reasons: { rule: string; words: string[] }[];
  /** The largest amount that the customer mentions, in yuan. */
  amountCny?: number;
  /** Name and version of the rules that suggested it. */
  engine: string;
}

/** Of the cases that were held out how many are read rightly: by the rules, and with what is used of an own model. */
interface ReadRightly {
  rules: number;
  own: number;
}

/** How well an own model reads cases that it has not learnt from (`src/text/own`). */
export interface OwnModelFigures {
  learnt: number;
  heldOut: number;
  majors: number;
  majorsRead: ReadRightly;
  grade: ReadRightly;
  category: ReadRightly;
  /** Cases that a label alone wins and loses against the rules. */
  labels: { label: Grade | Category; used: boolean; won: number; lost: number }[];
}

/** What was learnt from the department's own confirmed cases, without its weights. */
export interface OwnModelRecord {
  version: string;
  madeAt: Instant;
  used: string[];
  figures: OwnModelFigures;
}

/** How a customer can be reached, as they wrote it. */
export interface Contact {
  name: string;
  phone?: string;
  email?: string;
  preferredChannel?: string;
}

/** Something that a customer is told by another way than mail. */
export interface CustomerMessage {
  id: number;
  /** Under which the gateway knows it. */
  key: string;
  /** One more way is one more word here, one more condition in the ledger's write, and a channel (src/channels/). */
  way: 'sms' | 'wechat';
  caseNo: string;
  /** The event that it tells of. */
  seq: number;
  mail: MailKind;
  /**
   * `sent`: the gateway has it; `delivered`: the customer has it; `unknown`: nobody knows; `skipped`: it need not, or cannot,
   * go this way.
   */
  state: 'planned' | 'sending' | 'sent' | 'delivered' | 'unknown' | 'failed' | 'skipped';
  attempts: number;
  /** The gateway was called, and that it did not take the message is not known. */
  called: boolean;
  failingSince?: Instant;
  plannedAt: Instant;
  nextAttemptAt: Instant;
  sentAt?: Instant;
  endedAt?: Instant;
  /** How many messages of the network it is paid as. */
  segments?: number;
  gatewayId?: string;
  /** Its mail was sent in its place. */
  fellBack: boolean;
  /** A code; never a number. */
  error?: string;
}

/** The product complained of, as the customer wrote it. */
export interface Product {
  name: string;
  model?: string;
  serialNo?: string;
  orderNo?: string;
  /** `2026-11-22` */
  purchasedOn?: string;
}

/** A complaint to be accepted: see `acceptComplaint`. */
export interface NewComplaint {
  caseNo: string;
  receivedAt: Instant;
  channel: Channel;
  language: Language;
  customer: Contact;
  product?: Product;
  occurredAt?: Instant;
  place?: string;
  text: { textId: string; sha256: string; body: string };
  wantedRemedy?: string;
  suggestion: StoredSuggestion;
  policyVersion: number;
  /** When the first response is promised for. */
  answerBy: Instant;
  /** When the resolution is promised for. */
  resolveBy: Instant;
  accessCodeHash: string;
  /** Hashes of the `Idempotency-Key` and of the body it came with. */
  idempotency?: { keyHash: string; bodyHash: string };
  /** Id of the member of staff who took it down for the customer. */
  by?: string;
  /** The system that posted it or that it was imported from, or the site whose page the form stood in, by name. */
  source?: string;
  /** Of one that came by mail, if it was checked. */
  senderCheck?: SenderCheck;
  /** Who wrote it on WeChat (`WechatPerson`). */
  wechatPerson?: string;
  /** Its number there, if it was imported. */
  sourceNo?: string;
  /** For how long only whoever accepts the complaint starts its workflow, before the relay may; default 0. */
  startLeaseMs?: number;
}

/**
 * What became of a complaint that was handed in. `new`: stored. `same`: the idempotency key was used before with the
 * same body, and `caseNo` is that of the first. `other`: it was used before with another body, and nothing was stored.
 */
export type Acceptance = { kind: 'new' | 'same'; caseNo: string } | { kind: 'other' };

/** What SPF, DKIM and DMARC say of a mail, in the words of RFC 8601: `pass`, `fail`, `none`… */
export interface SenderCheck {
  verdict: (typeof SENDER_VERDICTS)[number];
  /** The mail server whose results these are; absent: ours. */
  by?: string;
  spf?: string;
  dkim?: string;
  dmarc?: string;
}

/** A complaint as it was accepted; nothing in it changes afterwards but the preferred channel. */
export interface ComplaintRecord {
  caseNo: string;
  receivedAt: Instant;
  channel: Channel;
  language: Language;
  /** The contact as given with this complaint. */
  customer: Contact & { id: string };
  product?: Product;
  occurredAt?: Instant;
  place?: string;
  text: { textId: string; sha256: string; body: string };
  wantedRemedy?: string;
  suggestion: StoredSuggestion;
  /** The version that was current when it was accepted. */
  policyVersion: number;
  /** When the first response was promised for. */
  answerBy: Instant;
  /** When the resolution was promised for. */
  resolveBy: Instant;
  accessCodeHash: string;
  /** Id of the member of staff who took it down for the customer. */
  by?: string;
  /** The system that posted it or that it was imported from, or the site whose page the form stood in, by name. */
  source?: string;
  /** Of one that came by mail, if it was checked. */
  senderCheck?: SenderCheck;
  /** Who wrote it on WeChat (`WechatPerson`): they can be answered there. */
  wechatPerson?: string;
  /** Its number there, if it was imported. */
  sourceNo?: string;
}

/** A free text; events name it by `textId` and `sha256`. */
export interface TextRow {
  textId: string;
  sha256: string;
  caseNo: string;
  /** `complaint`, or the decision and field it was typed into. */
  kind: string;
  body: string;
  /** What it suggests, if the customer speaks in it; the complaint's own stands with the complaint. */
  reading?: StoredSuggestion;
}

/** A complaint for the terms in it. */
export interface ToldRow {
  caseNo: string;
  customerId: string;
  receivedAt: Instant;
  category: Category;
  /** Staff from whom it is kept. */
  against: string[];
  product?: string;
  customerName: string;
  text: string;
}

/**
 * Whose eyes a list is for. `all`: nothing is hidden; `staff`: only what this member of staff may see, the same as
 * `maySee` (`src/domain/case/permissions.ts`) says of a single case.
 */
export type Scope = { kind: 'all' } | { kind: 'staff'; id: string; team: string; role: Role };

/** Orders of a list: by the most pressing promise, or by time of receipt or change; `-`: the newest first. */
export const CASE_SORTS = ['due', '-received', 'received', '-updated'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

/**
 * How the promises of a case stand. `broken`: one is, and is not kept yet; `paused`: the case is; `due`: none is broken,
 * and the next that can be is due in this span (`from` included, `before` not).
 */
export type PromiseFilter = { is: 'broken' } | { is: 'paused' } | { is: 'due'; from?: Instant; before: Instant };

/** How many cases there are of each kind that a day's work begins with; all but `done` of open ones. */
export interface CaseCounts {
  open: number;
  /** A promise is broken and not yet kept. */
  broken: number;
  /** None is broken, and the next is due within the hour. */
  hour: number;
  /** Likewise, later but before the day ends. */
  today: number;
  /** Waits for the customer, a department or an approval. */
  waiting: number;
  paused: number;
  /** Resolved since the day began. */
  done: number;
}

/** One page of the list of cases. Filters that are absent do not filter; those that are there must all hold. */
export interface CaseQuery {
  stage?: Stage;
  grade?: Grade;
  category?: Category;
  channel?: Channel;
  outcome?: Outcome;
  round?: number;
  /** Null: has none. */
  owner?: string | null;
  team?: string;
  /** Part of the name or model of the product. */
  product?: string;
  /** False: archived. */
  open?: boolean;
  /** The case names earlier ones of the same customer or thing. */
  repeat?: boolean;
  /** What `casesFound` (`src/db/stores/case-search.ts`) looks for: part of a number, address, product, name or text. */
  q?: string;
  breached?: boolean;
  paused?: boolean;
  promise?: PromiseFilter;
  /** Whom it waits for; `anybody`: for one of them at least. */
  awaits?: AwaitedParty | 'anybody';
  /** Of open cases: the customer wants to be called; or has written what looks worse than the grade, not yet judged. */
  heard?: 'callWanted' | 'turnedWorse';
  /** Open cases in which something is asked of this person: help, also of their department, a follow-up, an action. */
  asked?: { id: string; team: string };
  /** Open cases that wait for what this person decides as one who leads: `awaitsLeader`. */
  toDecide?: { id: string };
  /** Open cases in which nothing has happened since. */
  stillSince?: Instant;
  /** Open cases whose customer has complained so often that an interview is worth it: `INTERVIEW`. */
  interview?: 'due';
  /** The cases of the group in which this one is, itself included; none if the reader may not see it. */
  group?: string;
  resolvedFrom?: Instant;
  receivedFrom?: Instant;
  /** Not included. */
  receivedBefore?: Instant;
  sort: CaseSort;
  /** `next` of the page before; absent: the first page. */
  cursor?: string;
  limit: number;
  scope: Scope;
}

/** Where in a case stands what somebody searched for. */
export interface SearchHit {
  /**
   * `subject`: name, product, place or wanted remedy; `number`: of the case, the order or the device; `contact`: phone or
   * mail address; `text`: one of its texts.
   */
  in: 'subject' | 'number' | 'contact' | 'text';
  /** Of a text. */
  textId?: string;
  /** Of a text: `complaint`, or the decision and field it was typed into. */
  kind?: string;
  /** The place as it was written, in one line; `…` where it was cut. */
  text: string;
  /** From where to where in `text`, in UTF-16 units, the end not included; in order, without overlaps. */
  marks: [from: number, to: number][];
}

/** A case that may be of the same matter as another, with what is compared of it. */
export interface SimilarCase {
  caseNo: string;
  stage: Stage;
  grade: Grade;
  category: Category;
  outcome: Outcome | null;
  resolvedAt: Instant | null;
  receivedAt: Instant;
  mergedInto: string | null;
  customerName: string;
  sameCustomer: boolean;
  sameOrder: boolean;
  sameSerial: boolean;
  told: { text: string; product: string; place: string };
  /** In whose words it was resolved; null: it was not, or they have been erased. */
  solution: string | null;
}

/** Whoever has complained so often within so many days is worth an interview. */
export const INTERVIEW = { complaints: 3, days: 60 };

/** The most cases of one group, its lead included: as many as a list shows on one page. */
export const MOST_IN_GROUP = 100;

/** Complaints of different customers about one matter, joined by a person. */
export interface CaseGroup {
  groupId: string;
  /** The case in which is decided; a member itself. */
  lead: string;
  madeAt: Instant;
  madeBy: string;
  /** Everybody who is or was in it: without `leftAt` they still are. */
  members: { caseNo: string; joinedAt: Instant; joinedBy: string; leftAt?: Instant; leftBy?: string }[];
}

/** A case in a list. */
export interface CaseListItem {
  caseNo: string;
  stage: Stage;
  grade: Grade;
  category: Category;
  gradeConfirmed: boolean;
  owner?: { id: string; name: string };
  team?: string;
  customerName: string;
  /** As it was typed. Not for everybody's eyes: `mayCall`. */
  contact: { phone?: string; email?: string };
  /** The beginning of the customer's words; empty once they are erased. */
  opening: string;
  product?: string;
  channel: Channel;
  language: Language;
  round: number;
  nextDueAt?: Instant;
  /** Id of the clock that is due then. */
  nextDueClock?: string;
  /** Due time of the most pressing promise: one that is broken and still open comes before all that may yet be kept. */
  pressingAt?: Instant;
  /** The whole case: what it waits for cannot be told from the columns. */
  state: CaseState;
  /** Whether a promise of the case is broken and its clock still open. */
  breached: boolean;
  paused: boolean;
  awaits: AwaitedParty[];
  repeat: boolean;
  /** It is in a group of complaints about one matter. */
  grouped: boolean;
  /** How often somebody pressed for progress (催办). */
  chased: number;
  chasedAt?: Instant;
  outcome?: Outcome;
  resolvedAt?: Instant;
  receivedAt: Instant;
  updatedAt: Instant;
  archivedAt?: Instant;
  /** With a search: where it was found. Absent if by a number or an address that the reader may not read. */
  hit?: SearchHit;
}

/** A member of staff. */
export interface User {
  id: string;
  name: string;
  /** The name in Latin letters, for English texts; absent: `name` is used there too. */
  nameEn?: string;
  email: string;
  phone?: string;
  role: Role;
  /** `after-sales`, or the department of a colleague. */
  team: string;
  /** The language of their mails. */
  language: Language;
  /** False: they have left. They cannot log in and get no cases. */
  active: boolean;
  skills?: string[];
  productLines?: string[];
  regions?: string[];
  /** Languages they speak with customers; absent: routing takes them for any language, and for `language` first. */
  languages?: string[];
  /** The most open cases they may be given; absent: no cap. */
  maxOpen?: number;
  /** Id of the calendar of their working hours, for routing and reminders; absent: they work at any hour. */
  calendar?: string;
  /** Their extension in the house's telephone system, whose calls they see; absent: none. */
  extension?: string;
}

/** What a member of staff signs in with. */
export interface Account {
  userId: string;
  /** The sign-in name as it was given. */
  name: string;
  /** The same as it is compared. */
  nameKey: string;
  /** argon2id in its PHC form; absent: invited, no password yet. */
  passwordHash?: string;
  passwordSetAt?: Instant;
  /** The secret of the second factor in base 32; absent: there is none. */
  totpSecret?: string;
  /** A secret that was shown and not confirmed yet. */
  totpOffered?: string;
  /** The last step (30 s since 1970) whose code was used. */
  totpStep?: number;
  createdAt: Instant;
}

/** A member of staff who is signed in, or whose code is still to come. */
export interface Session {
  /** SHA-256 of the id that the browser holds. */
  idHash: string;
  userId: string;
  awaitsCode: boolean;
  createdAt: Instant;
  lastSeenAt: Instant;
  /** Over at this moment unless it is used before. */
  idleUntil: Instant;
  /** Over at this moment in any case. */
  endsAt: Instant;
  address: string;
  userAgent: string;
}

/** A link by which somebody sets their password, good for once. */
export interface SignInLink {
  tokenHash: string;
  purpose: 'firstAdmin' | 'reset' | 'invite';
  userId: string;
  createdAt: Instant;
  expiresAt: Instant;
  usedAt?: Instant;
}

/** A public key with which somebody signs in. */
export interface Passkey {
  id: string;
  userId: string;
  /** In base64url, as `publicKey`, which is in the form of COSE. */
  credentialId: string;
  publicKey: string;
  /** How often the authenticator has signed; 0 for those that do not count. */
  counter: number;
  transports: string[];
  /** Whether the maker keeps a copy for the person's other devices. */
  backedUp: boolean;
  name: string;
  createdAt: Instant;
  lastUsedAt?: Instant;
}

/** What a passkey is to sign, good for once. */
export interface PasskeyChallenge {
  ticketHash: string;
  /** In base64url. */
  challenge: string;
  /** Hash of the session in which a passkey is being added; absent: somebody signs in. */
  session?: string;
  expiresAt: Instant;
}

/**
 * What is done about somebody's way in. `invited`, `resetGiven`: a link was made. `codeRemoved`: signing in takes a
 * password alone again. `sessionsEnded`: all their sessions were. `mailAsked`: a link was mailed to them, for a forgotten
 * password. `singleSignOn`: they signed in by the identity provider for the first time. `passkeyAdded`, `passkeyRemoved`:
 * one of theirs was. `passkeyCopied`: one that counts its uses counted backwards, which a copy would, and was refused.
 */
export type AccessAct =
  | 'invited'
  | 'resetGiven'
  | 'codeRemoved'
  | 'sessionsEnded'
  | 'mailAsked'
  | 'singleSignOn'
  | 'passkeyAdded'
  | 'passkeyRemoved'
  | 'passkeyCopied';

/** An entry of the log of ways in. */
export interface AccessLogEntry {
  id: number;
  /** Whose account. */
  userId: string;
  act: AccessAct;
  /** User id; absent: nobody who was signed in did it, but the command line or a form before the sign-in. */
  by?: string;
  at: Instant;
}

/** What people write of a corrective action, as it stands; an absent part is not written. */
export interface ActionSheet {
  /** 0: nobody has written anything yet. */
  version: number;
  /** Its effect is counted among complaints of this product and of this region alone. */
  product?: string;
  region?: string;
  problem?: string;
  containment?: string;
  rootCause?: string;
  plan?: string;
  prevention?: string;
  recognition?: string;
  changedAt?: Instant;
  changedBy?: string;
}
export const SHEET_PARTS = [
  'product',
  'region',
  'problem',
  'containment',
  'rootCause',
  'plan',
  'prevention',
  'recognition',
] as const;
export type SheetPart = (typeof SHEET_PARTS)[number];

/** Something to be done for a corrective action. */
export interface ActionTask {
  id: number;
  actionId: string;
  text: string;
  owner: string;
  /** A date. */
  dueOn: string;
  createdAt: Instant;
  createdBy: string;
  doneAt?: Instant;
  doneBy?: string;
  result?: string;
}

/** A case that was gathered into a corrective action. */
export interface GatheredCase {
  actionId: string;
  caseNo: string;
  addedAt: Instant;
  addedBy: string;
  /** When it was told that the action has ended. */
  toldAt?: Instant;
}

/** What mails that no event of a case causes are about. */
export const HOUSE_MAIL_KINDS = ['suggestion', 'greeting', 'report', 'causes'] as const;
export type HouseMailKind = (typeof HOUSE_MAIL_KINDS)[number];

/** A mail that no event of a case causes. */
export type HouseMail = Omit<PersonalMail, 'userId'> & {
  kind: HouseMailKind;
  /** The suggestion or the row of the care list that it is about; of a report, and of the week's causes, who is told. */
  subject: string;
  occasion: string;
};

/**
 * Where a suggestion stands. `declined`, `merged` and `done` (it is carried out) are the ends.
 */
export const SUGGESTION_STATES = ['new', 'considered', 'adopted', 'done', 'declined', 'merged'] as const;
export type SuggestionState = (typeof SUGGESTION_STATES)[number];

/** What a customer or somebody of the staff suggests, with what became of it. */
export interface Suggestion {
  id: number;
  source: 'customer' | 'staff';
  caseNo?: string;
  /** Who put it down; absent: the customer, on the page. */
  by?: string;
  text: string;
  state: SuggestionState;
  into?: number;
  owner?: string;
  /** A date. */
  dueOn?: string;
  reason?: string;
  decidedBy?: string;
  decidedAt?: Instant;
  result?: string;
  doneAt?: Instant;
  /** Told of its present state in another way than by mail. */
  toldAt?: Instant;
  toldBy?: string;
  createdAt: Instant;
}

/** Why somebody is on the care list. */
export interface CareReason {
  rule: CareRule;
  caseNo: string;
  at: Instant;
}

/** Whether a customer came back: they bought again, said that they would, or said that they would not. */
export const WIN_BACKS = ['boughtAgain', 'saidSo', 'no'] as const;
export type WinBack = (typeof WIN_BACKS)[number];

/** A customer on the care list. */
export interface CareRow {
  id: string;
  customerId: string;
  /** The case that brought them here last. */
  caseNo: string;
  /** The latest last. */
  reasons: CareReason[];
  /** When that case ended. */
  since: Instant;
  /** By when somebody calls them with tips. */
  tipsBy: Instant;
  calledAt?: Instant;
  calledBy?: string;
  /** What was said in that call. */
  note?: string;
  winBack?: WinBack;
  winBackAt?: Instant;
  winBackBy?: string;
  /** `MM-DD`. */
  birthday?: string;
  optedOutAt?: Instant;
  /** Absent: the customer, by a link. */
  optedOutBy?: string;
}

/** A mail to somebody about their own way in. */
export type AccessMail = PersonalMail & { kind: 'link' | 'test' };

/** A test that an admin has sent to themselves. */
export interface TestMail {
  state: 'planned' | 'sending' | 'sent' | 'failed' | 'skipped';
  at: Instant;
  /** Code of the last fault. */
  error?: string;
}

/** A time in which somebody is away: `from` included, `to` not. */
export interface Leave {
  id: string;
  userId: string;
  from: Instant;
  to: Instant;
  /** Id of the user who stands in for them. */
  deputy?: string;
  createdBy: string;
  createdAt: Instant;
}

/** A time in which somebody works by the roster: `from` included, `to` not. */
export interface Shift {
  userId: string;
  from: Instant;
  to: Instant;
}

/** Who added a file that the customer sent. */
export const BY_CUSTOMER = 'customer';

/** An uploaded file; its bytes lie on disk under `sha256`. */
export interface Evidence {
  evidenceId: string;
  caseNo: string;
  sha256: string;
  bytes: number;
  /** As its content shows, whatever its name says. */
  mediaType: string;
  fileName: string;
  /** The media type that its name stands for, when the content is of another type; else null. */
  namedAs: string | null;
  /** Staff id, or `BY_CUSTOMER`. */
  addedBy: string;
  addedAt: Instant;
}

/** That somebody of the staff looked at a case; `contact`: at the customer's phone number and mail address unmasked. */
export interface CaseRead {
  id: number;
  userId: string;
  caseNo: string;
  kind: 'opened' | 'contact';
  /** The last entry of the ledger that they read; 0: none. */
  seq: number;
  at: Instant;
}

/** A mail of the outbox. How the states follow each other: `docs/architecture/outbox.md`. */
export interface OutboxRow {
  id: number;
  caseNo: string;
  /** The event that caused it. */
  seq: number;
  mail: MailKind;
  to: Recipient;
  /** The addresses, fixed before the first attempt so that a retry goes to the same people; absent until then. */
  addresses?: string[];
  messageId: string;
  state: 'planned' | 'sending' | 'sent' | 'failed' | 'skipped' | 'gathered';
  /** Attempts begun, this one included. */
  attempts: number;
  /** Attempts of which nobody knows whether the mail went out. */
  ambiguous: number;
  /** Since when one attempt after the other has failed; absent: the last one did not. */
  failingSince?: Instant;
  plannedAt: Instant;
  /** `planned`: not to be sent before; `sending`: the end of the lease. */
  nextAttemptAt: Instant;
  sentAt?: Instant;
  /** Code of the last fault, or why it waits or was skipped; never an address. */
  error?: string;
  /** The digest that carries it together with others. */
  digestId?: number;
}

/** A notice to one of the staff, as the desk lists it: a mail of the outbox, its event, and its case as it stands now. */
export interface NoticeRow {
  /** Of its row of the outbox. */
  id: number;
  /** When they were told. */
  at: Instant;
  kind: MailKind;
  isUnread: boolean;
  event: CaseEvent;
  state: CaseState;
  customerName: string;
  /** The beginning of the customer's words; empty when they were erased. */
  opening: string;
}

/** A browser of one of the staff that is told of notices. */
export interface PushSubscription {
  id: number;
  userId: string;
  /** The browser's address at its push service. */
  endpoint: string;
  /** Its public key and a secret of it (base64url), with which a push is encrypted. */
  p256dh: string;
  auth: string;
  userAgent: string;
  /** The session in which it was allowed, by the hash of its id. */
  sessionHash: string;
  createdAt: Instant;
}

/** A push that was claimed, with the browser that it goes to. */
export interface PushRow extends Pick<PushSubscription, 'userId' | 'endpoint' | 'p256dh' | 'auth'> {
  id: number;
  subscriptionId: number;
  /** The notice's row of the outbox, or a chat whose customer waits. */
  about: { outboxId: number } | { chatId: string };
  /** Attempts begun, this one included. */
  attempts: number;
  plannedAt: Instant;
  /** Since when all attempts have failed; absent: none has, or it has waited without a fault since. */
  failingSince?: Instant;
}

/** Another system that is told what happens to cases. */
export interface WebhookEndpoint {
  id: string;
  url: string;
  description: string;
  /** Absent: all of the catalogue. */
  events?: WebhookEvent[];
  enabled: boolean;
  /** Who switched it off: an admin, or the receiver by 410. */
  offBecause?: 'admin' | 'gone';
  /** Which secret it has, from 1. */
  generation: number;
  rotatedAt?: Instant;
  /** Failures one after the other, and since when. */
  failures: number;
  failingSince?: Instant;
  /** After many failures: nothing is sent before. */
  pausedUntil?: Instant;
  createdBy: string;
  createdAt: Instant;
}

/** A message to another system. */
export interface WebhookDelivery {
  id: number;
  endpointId: string;
  messageId: string;
  type: WebhookEvent | typeof WEBHOOK_TEST;
  state: 'waiting' | 'sent' | 'failed';
  /** Attempts begun, since it was planned or last sent again. */
  attempts: number;
  plannedAt: Instant;
  /** `waiting`: not to be sent before; during an attempt the end of the lease. */
  nextAttemptAt: Instant;
  /** How the last attempt ended. */
  code?: string;
  durationMs?: number;
  endedAt?: Instant;
}

/** A message to another system that was claimed, with what is needed to send it. */
export interface ClaimedWebhook
  extends
    Pick<WebhookDelivery, 'id' | 'endpointId' | 'messageId' | 'type' | 'attempts'>,
    Pick<WebhookEndpoint, 'url' | 'generation' | 'rotatedAt'> {
  body: string;
  /** When it was planned, or last sent again by an admin. */
  queuedAt: Instant;
  failingSince?: Instant;
}

/** A group chat of staff on another platform, without its address and secret. */
export interface ChatRoom {
  id: string;
  name: string;
  kind: RoomKind;
  language: Language;
  /** Absent: cases of all teams. */
  team?: string;
  news: RoomNews[];
  quiet: RoomQuiet;
  enabled: boolean;
  /** Who switched it off: an admin, or the platform by an answer that says that it takes nothing any more. */
  offBecause?: 'admin' | 'refused';
  /** How the last attempt failed; absent once one has succeeded. */
  code?: string;
  /** Failures one after the other, and since when. */
  failures: number;
  failingSince?: Instant;
  /** After a failure: nothing is sent before. */
  waitsUntil?: Instant;
  /** When it last took a message. */
  sentAt?: Instant;
  /** When a test was last asked for, and how it ended: `ok`, or a code. */
  testAt?: Instant;
  testCode?: string;
  createdBy: string;
  createdAt: Instant;
}

/** A room with its address and its secret, both sealed. */
export interface SealedRoom extends Pick<ChatRoom, 'id' | 'kind' | 'language' | 'quiet' | 'failures' | 'failingSince'> {
  url: string;
  secret?: string;
}

/** What is told to a room of one event. */
export interface ChatRoomNews {
  id: number;
  caseNo: string;
  seq: number;
  news: RoomNews;
  urgent: boolean;
  /** `old`: it was no news any more when its turn came. */
  state: 'waiting' | 'sent' | 'old' | 'failed';
}

/** A message to a room that was claimed: what it tells goes out together. */
export interface ClaimedBatch {
  room: SealedRoom;
  batch: string;
  items: Omit<ChatRoomNews, 'state'>[];
}

/** A tracker of another department, without its token and secret. */
export interface Tracker {
  id: string;
  name: string;
  kind: TrackerKind;
  url: string;
  place: string;
  language: Language;
  /** Absent: nothing goes there by itself. */
  department?: string;
  enabled: boolean;
  /** How the last round failed; absent once one has succeeded. */
  code?: string;
  /** Failures one after the other, and since when. */
  failures: number;
  failingSince?: Instant;
  /** After a failure: it is not called before. */
  waitsUntil?: Instant;
  /** When its open tickets were last looked at, and when it last told us something. */
  lookedAt?: Instant;
  hookAt?: Instant;
  /** When a test was last asked for, and how it ended: `ok`, or a code. */
  testAt?: Instant;
  testCode?: string;
  createdBy: string;
  createdAt: Instant;
}

/** A tracker as the relay works with it; its token is sealed. */
export interface SealedTracker extends Pick<
  Tracker,
  'id' | 'kind' | 'url' | 'place' | 'language' | 'enabled' | 'failures'
> {
  token: string;
  cursor?: string;
  lookAt: Instant;
  waitsUntil?: Instant;
  /** An admin waits for a test. */
  isTested: boolean;
}

/** What somebody wrote to a ticket there. */
export interface TicketComment {
  id: string;
  author: string;
  at: Instant;
  text: string;
}

/** A ticket in a tracker, for what of a case. Its fields mean what they mean in the schema. */
export interface Ticket {
  id: string;
  trackerId: string;
  caseNo: string;
  subject: string;
  state: TicketState;
  settledBy?: SettledBy;
  ref?: string;
  key?: string;
  url?: string;
  status?: string;
  assignee?: string;
  changedAt?: string;
  comments: TicketComment[];
  ownComments: string[];
  answer?: string;
  attempts: number;
  dueAt?: Instant;
  code?: string;
  lookedAt?: Instant;
  seenAt?: Instant;
  handedBy?: string;
  plannedAt: Instant;
  endedAt?: Instant;
}

/** A ticket of a case, with the tracker that has it. */
export interface CaseTicket extends Ticket {
  tracker: string;
  kind: TrackerKind;
}

/** An account at a platform, without its keys. Its fields mean what they mean in the schema. */
export interface PlatformAccount {
  id: string;
  name: string;
  kind: PlatformKind;
  url: string;
  merchantId: string;
  serial?: string;
  publicKeyId?: string;
  language: Language;
  enabled: boolean;
  code?: string;
  failures: number;
  failingSince?: Instant;
  waitsUntil?: Instant;
  lookedAt?: Instant;
  noticeAt?: Instant;
  testAt?: Instant;
  testCode?: string;
  createdBy: string;
  createdAt: Instant;
}

/** What speaking with a platform takes; its keys are sealed, but for the one that is public. */
export interface PlatformKeys {
  id: string;
  kind: PlatformKind;
  url: string;
  merchantId: string;
  serial?: string;
  publicKeyId?: string;
  publicKey?: string;
  privateKey?: string;
  apiKey?: string;
  secret?: string;
  token?: string;
  aesKey?: string;
}

/** An account as the relay works with it. */
export interface SealedPlatform extends PlatformKeys {
  name: string;
  language: Language;
  enabled: boolean;
  failures: number;
  lookAt: Instant;
  readTo?: string;
  waitsUntil?: Instant;
  /** An admin waits for a test. */
  isTested: boolean;
}

/** A complaint at a platform. Its fields mean what they mean in the schema. */
export interface PlatformComplaint {
  id: string;
  accountId: string;
  complaintId: string;
  caseNo?: string;
  state: TakenState;
  body?: unknown;
  taken: string[];
  phase?: PlatformPhase;
  status?: string;
  problem?: string;
  orderNo?: string;
  transactionId?: string;
  amount?: number;
  refundAmount?: number;
  isRefunded: boolean;
  isHelped: boolean;
  acts: PlatformActName[];
  merchantId?: string;
  since?: Instant;
  repliedAt?: Instant;
  finishedAt?: Instant;
  expiresAt?: Instant;
  deadlineAt?: Instant;
  warnAt?: Instant;
  warned: string[];
  said: string[];
  listed?: string;
  foundAt: Instant;
  dueAt?: Instant;
  lookedAt?: Instant;
  code?: string;
  attempts: number;
}

/** What somebody has written to a customer who complained at a platform. */
export interface PlatformReply {
  id: string;
  platformComplaintId: string;
  caseNo: string;
  seq: number;
  mail: MailKind;
  state: PlatformReplyState;
  attempts: number;
  plannedAt: Instant;
  calledAt?: Instant;
  dueAt?: Instant;
  endedAt?: Instant;
  code?: string;
}

/** A complaint at a platform, with the account that it came by. */
export interface CasePlatform extends PlatformComplaint {
  account: string;
  kind: PlatformKind;
  language: Language;
}

/** What somebody has decided for a platform. */
export interface PlatformAct {
  id: string;
  platformComplaintId: string;
  act: PlatformActName;
  reason?: string;
  result?: string;
  files: string[];
  days?: number;
  by: string;
  at: Instant;
  state: PlatformActState;
  attempts: number;
  dueAt?: Instant;
  endedAt?: Instant;
  code?: string;
}

/** A mail to one of the staff, in a table of its own. Its fields mean what they mean in `OutboxRow`. */
export interface PersonalMail {
  id: number;
  userId: string;
  messageId: string;
  addresses?: string[];
  state: 'planned' | 'sending' | 'sent' | 'failed' | 'skipped';
  attempts: number;
  ambiguous: number;
  plannedAt: Instant;
  nextAttemptAt: Instant;
  sentAt?: Instant;
  error?: string;
}

/** One mail for the reminders that waited for one person. */
export interface DigestRow extends PersonalMail {
  failingSince?: Instant;
}

/** A customer's link to a page that takes one answer. */
export interface Link {
  /** Hash of the token, which is kept nowhere. */
  hash: string;
  purpose: 'proposal' | 'survey';
  caseNo: string;
  /** Id of the proposal or survey that it answers. */
  subject: string;
  expiresAt: Instant;
  /** When it was answered; absent: it still may be. */
  usedAt?: Instant;
}

/** A corrective action, as its workflow last saved it. */
export interface ActionRow {
  id: string;
  /** Grows with every change; a save with an older one is ignored. */
  revision: number;
  /** Cases that wait to hear of its end. */
  caseNos: string[];
  kind: 'urgent' | 'preventive';
  /** Id of the user who answers for it. */
  owner: string;
  cause: Cause;
  status: CorrectiveActionState['status'];
  startedAt?: Instant;
  dueAt?: Instant;
  /** When its effect is to be checked. */
  checkAt?: Instant;
  /** Rounds up to an effect check, the present one included. */
  rounds: number;
  state: CorrectiveActionState;
}

/** A version of a calendar, with who published it and when. */
export interface PublishedCalendar {
  calendar: Calendar;
  publishedBy: string;
  publishedAt: Instant;
}

/** A version of the policy, with who published it and when. */
export interface PublishedPolicy {
  version: number;
  policy: Policy;
  publishedBy: string;
  publishedAt: Instant;
}

/** A draft of a policy, as somebody saved it: it may be invalid, so its type is unknown. */
export interface PolicyDraftRow {
  id: string;
  title: string;
  /** The version it was made from. */
  base: number;
  /** Which save this is, from 1. */
  revision: number;
  policy: unknown;
  /** Report of the last rehearsal, and the revision that was rehearsed. */
  rehearsal?: unknown;
  rehearsedRevision?: number;
  /** The version that was published from it; then it changes no more. */
  publishedAs?: number;
  createdBy: string;
  createdAt: Instant;
  updatedBy: string;
  updatedAt: Instant;
}

/** A list of cases that somebody has saved under a name. */
export interface SavedView {
  id: string;
  /** User id. */
  owner: string;
  name: string;
  /** Filters and order as words of an address, without cursor and limit. */
  words: string;
  /** The columns that the list shows, as the page names them; empty: those it shows by itself. */
  columns: string[];
  shared: 'nobody' | 'team' | 'all';
  /** The team it is shared with. */
  team?: string;
  updatedAt: Instant;
}

/** The report of a period, as it was when it was closed. */
export interface ClosedReport {
  kind: ReportKind;
  period: string;
  /** Of the form of `data`. */
  version: number;
  data: unknown;
  closedAt: Instant;
}

/** What is recommended beside a report. */
export interface ReportRemark {
  text: string;
  by: string;
  at: Instant;
  /** Who has signed it off; then it changes no more. */
  signedBy?: string;
  signedAt?: Instant;
}

/** Figures that somebody looks at again and again. */
export interface SavedReport {
  id: string;
  /** User id. */
  owner: string;
  name: string;
  /** Left out: all. */
  figure?: string;
  /** Dimensions and filters as words of an address, without days. */
  words: string;
  kind: ReportKind;
  /** The team that sees it besides. */
  team?: string;
  at: Instant;
}

/** Where an entry of the library stands. */
export const LIBRARY_STATES = ['draft', 'review', 'published', 'withdrawn'] as const;
export type LibraryState = (typeof LIBRARY_STATES)[number];

/** What is done with an entry of the library. */
export const LIBRARY_ACTS = ['written', 'changed', 'submitted', 'returned', 'published', 'withdrawn'] as const;
export type LibraryAct = (typeof LIBRARY_ACTS)[number];

/** The texts of an entry; empty ones say nothing. */
export const LIBRARY_TEXTS = [
  'title',
  'problem',
  'cause',
  'solution',
  'reply',
  'product',
  'question',
  'answer',
] as const;
export type LibraryText = (typeof LIBRARY_TEXTS)[number];

/** What an entry of the library says. */
export type LibraryContent = Record<LibraryText, string> & {
  language: Language;
  category?: Category;
  /** `question` and `answer` are an article for customers. */
  isPublic: boolean;
};

/** An entry of the library, in the wording that the reader may see. */
export interface LibraryRecord {
  id: string;
  /** Where it stands for this reader: whoever may not see the newest version sees what is published. */
  state: LibraryState;
  /** The version that is shown. */
  version: number;
  publishedVersion?: number;
  /** Whether that is the newest. */
  isNewest: boolean;
  caseNo?: string;
  createdBy: string;
  createdAt: Instant;
  changedBy: string;
  changedAt: Instant;
  reviewedBy?: string;
  reviewedAt?: Instant;
  content: LibraryContent;
}

/** How often an entry was sent, and what became of these cases. */
export interface LibraryUse {
  uses: number;
  cases: number;
  /** Cases whose customer has rated us, answered an offer, or had the case reopened; and those who were content. */
  judged: number;
  succeeded: number;
}

/** What somebody has typed into a form and not sent yet. */
export interface FormDraft {
  userId: string;
  /** Which form. */
  place: string;
  /** The values of each control by its name, as typed. */
  fields: Record<string, string[]>;
  at: Instant;
}

/** What the machine of a chat asks next, and what it has been told. */
export interface ChatBot {
  asks: string;
  facts: Record<string, string>;
}

/** An online chat. */
export interface Chat {
  id: string;
  keyHash: string;
  language: Language;
  /** The site whose page it stands in, by name. */
  site?: string;
  /** Who answers: the `machine`; nobody yet, its customer is `waiting` for a person; a person has `taken` it. */
  status: 'machine' | 'waiting' | 'taken' | 'ended';
  bot: ChatBot;
  /** Of its last message; 0: there is none. */
  seq: number;
  startedAt: Instant;
  lastAt: Instant;
  waitingSince?: Instant;
  remindedAt?: Instant;
  /** When staff who are not at the desk were called to it. */
  calledAt?: Instant;
  takenBy?: string;
  endedAt?: Instant;
  caseNo?: string;
  /** Up to which entry of the case its letters are in the chat. */
  caseSeq: number;
}

/** Something said in a chat. */
export interface ChatMessage {
  chatId: string;
  /** Counted from 1 within the chat. */
  seq: number;
  /** Sent again, it is the same message. */
  clientId: string;
  side: 'customer' | 'machine' | 'person';
  /** Who of the staff said it. */
  by?: string;
  /** Empty: it was erased with its case. */
  text: string;
  /** The question that it answers; absent: free words. */
  about?: string;
  /** Present: it says that this file was sent. */
  file?: ChatFile;
  at: Instant;
}

/** A file that a customer has sent in a chat. */
export interface ChatFile {
  sha256: string;
  bytes: number;
  /** By the content. */
  mediaType: string;
  fileName: string;
}

/** A file that the case of its chat has not been given yet. */
export interface DueChatFile extends ChatFile {
  chatId: string;
  /** Of the message that says it. */
  clientId: string;
  caseNo: string;
}

/** Something to be said; `textId`: the words are a text of the case. */
export type NewChatMessage = Omit<ChatMessage, 'chatId' | 'seq' | 'text'> & ({ text: string } | { textId: string });

/** What changes in a chat with what is said; null empties it. */
export type ChatChange = Partial<Pick<Chat, 'status' | 'bot' | 'caseNo' | 'caseSeq'>> & {
  [Name in 'waitingSince' | 'remindedAt' | 'calledAt' | 'takenBy' | 'endedAt']?: Chat[Name] | null;
};

/** A chat as the desk lists it, with its customer's last words. */
export interface ListedChat extends Chat {
  last: string;
  /** What its customer has said since somebody of the house last spoke. */
  unanswered: number;
}

/**
 * What became of a message that came in.
 * - `filed`: a case of its own. `appended`: part of a case that was there.
 * - `repeat`: the same message once more; nothing was done with it.
 * - `aside`: nobody has to do anything, as with an absence note. `quarantined`: somebody has to look.
 */
export const INBOUND_OUTCOMES = ['filed', 'appended', 'repeat', 'aside', 'quarantined'] as const;
export type InboundOutcome = (typeof INBOUND_OUTCOMES)[number];

/** A message that has come in by a channel, as its source gave it. Its bytes lie on disk under their SHA-256. */
export interface InboundMessage {
  id: number;
  /** `mail`, `webhook` or `wechat`. */
  channel: string;
  /** Which mailbox or listener. */
  source: string;
  /** What the source calls it; no other message of this source is called so. */
  sourceKey: string;
  sha256: string;
  bytes: number;
  /** Two messages of a channel with the same are one: the SHA-256 of the bytes, or of what their sender calls it. */
  identity: string;
  /** Said by a sender that signs: none of its messages has the same within some minutes. */
  nonce?: string;
  /** Those of one line are taken up one after the other, by `place` (compared as text) and then as they came; absent: in any order. */
  line?: string;
  place?: string;
  /**
   * What the source says beside the message: `from`, the sender of the SMTP envelope, and `to`, its recipients; `ip` and
   * `helo`: of whoever brought it, `forwarded` if that is not the house's own server but whom that names; `tooLarge`: how many
   * bytes it has, of which the header alone was kept.
   */
  envelope: { from?: string; to?: string[]; ip?: string; helo?: string; forwarded?: true; tooLarge?: number };
  arrivedAt: Instant;
  /** Times it was taken up. */
  attempts: number;
  /** Absent: it has not been dealt with yet. */
  outcome?: InboundOutcome;
  /** Code of why, or of the last fault. */
  reason?: string;
  caseNo?: string;
  /** SHA-256 of who it is from, with the house's secret: to know the sender again, not to read who it was. */
  senderHash?: string;
  /** Whom it says it is from, and its subject, while somebody has to look at it. */
  title?: string;
  /** Somebody has looked, and wants it taken up whatever stood against it. */
  forced: boolean;
  endedAt?: Instant;
}

/** What became of a message. */
export type InboundEnd = Pick<InboundMessage, 'reason' | 'caseNo' | 'senderHash' | 'title'> & {
  outcome: InboundOutcome;
};

/** How far a mailbox has been read. */
export interface InboundPlace {
  source: string;
  /** The mailbox's UIDVALIDITY. */
  validity: string;
  /** The highest number that has been kept. */
  lastUid: number;
  /** When the mailbox was connected: what arrived there before is not ours. */
  since: Instant;
}

/** What goes through one connection. */
export interface Traffic {
  /** How many it has: receivers, chats, browsers, people with an extension. */
  parts: number;
  on: number;
  /** What waits for us, and the oldest of it. */
  waiting: number;
  waitingSince?: Instant;
  /** What others do not take, or what waits for somebody to look. */
  stuck: number;
  stuckSince?: Instant;
  /** How most of what is stuck failed last. */
  code?: string;
  lastInAt?: Instant;
  lastOutAt?: Instant;
}

/** What comes in by one way of mail. */
export interface SourceTraffic extends Omit<Traffic, 'parts' | 'on' | 'code' | 'lastOutAt'> {
  /** As its messages name it. */
  source: string;
  /** Of a mailbox: when it was last found to have nothing more, to a minute or so. */
  lookedAt?: Instant;
}

/** What an admin did about a hook, a receiver of webhooks or a group chat. */
export interface ChannelAct {
  id: number;
  channel: ActedOn;
  subjectId: string;
  /** What it was called then. */
  name: string;
  act: ChannelActName;
  /** Which settings have another value. */
  fields: string[];
  /** User id. */
  by: string;
  at: Instant;
}

/**
 * Where fields of a complaint stand in what a system posts, by our name of the field (`customer.phone`). `pointer`: a JSON
 * pointer (RFC 6901) into the body; `value`: what it is without a pointer, or if there is nothing.
 */
export type HookMapping = Record<string, { pointer?: string | undefined; value?: string | undefined }>;

/**
 * How the rows of an old system become cases. `fields`: where each field of ours stands, by the name of a column, and what
 * it is without one or where a cell is empty. `words`: of fields with a choice, what their words mean here.
 */
export interface ImportMapping {
  fields: Record<string, { column?: string | undefined; value?: string | undefined }>;
  words?: Record<string, Record<string, string>> | undefined;
}

/** What a row of a file has wrong, without anything that stands in it. */
export interface ImportRefusal {
  /** As the spreadsheet counts its rows. */
  row: number;
  faults: Fault[];
}

/** A file of old complaints. */
export interface ImportRecord {
  /** A UUID. */
  id: string;
  fileName: string;
  format: 'csv' | 'xlsx' | 'zammad' | 'zendesk';
  sha256: string;
  bytes: number;
  columns: string[];
  /** `waiting`: nothing was imported yet. `failed`: its file cannot be read to the end. */
  status: 'waiting' | 'running' | 'done' | 'failed';
  /** The old system, by the name that its numbers belong to; absent while it waits. */
  system?: string;
  mapping?: ImportMapping;
  /** The last row that is dealt with. */
  position: number;
  imported: number;
  /** Rows that had been imported before, by this file or another. */
  known: number;
  refused: number;
  /** Why it failed. */
  fault?: Words;
  createdBy: string;
  createdAt: Instant;
  startedBy?: string;
  startedAt?: Instant;
  endedAt?: Instant;
  /** The file is gone: it is kept for a month. */
  fileGone: boolean;
}

/** How the columns of an old system are read, kept for its next file. */
export interface SavedImportMapping {
  name: string;
  system: string;
  mapping: ImportMapping;
  savedBy: string;
  savedAt: Instant;
}

/** A case that comes in closed: its complaint and its whole ledger. */
export interface NewOldCase {
  complaint: Omit<NewComplaint, 'idempotency' | 'startLeaseMs' | 'source' | 'sourceNo'> & {
    source: string;
    sourceNo: string;
  };
  texts: { textId: string; kind: string; sha256: string; body: string; at: Instant }[];
  /** @param customerId whom the store has found */
  events: (customerId: string) => CaseEvent[];
}

/** A system of the house that posts complaints. */
export interface InboundHook {
  /** A UUID, part of its address. */
  id: string;
  name: string;
  isOn: boolean;
  mapping: HookMapping;
  /** Of its secret, from 1. */
  generation: number;
  /** When this generation began; absent: it is the first. */
  rotatedAt?: Instant;
  /** User id. */
  createdBy: string;
  createdAt: Instant;
  /** To a minute or so. */
  lastMessageAt?: Instant;
}

/** What a telephone system tells of a call at one extension. */
export interface CallNews {
  hookId: string;
  /** As the telephone system calls it. */
  callId: string;
  extension: string;
  is: 'ringing' | 'answered' | 'ended';
  /** Who calls; absent: withheld. */
  number?: string | undefined;
  /** The number that was called. */
  line?: string | undefined;
  /** An http(s) address. */
  recording?: string | undefined;
  at: Instant;
}

/** A call at one extension. */
export interface Call extends Pick<CallNews, 'hookId' | 'callId' | 'extension'> {
  /** A UUID. */
  id: string;
  /** Whose extension it was when it rang; absent: nobody's. */
  userId?: string;
  number?: string;
  line?: string;
  rangAt: Instant;
  answeredAt?: Instant;
  endedAt?: Instant;
  recording?: string;
  caseNo?: string;
}

/** What became of a message that was brought: kept as `new`; known, with the id of the first; or its nonce was another's. */
export type Kept = { id: number; is: 'new' | 'again' } | { is: 'nonce_used' };

/** `official`: an official account (公众号), which posts what customers write; `kf`: a customer service account of WeCom (微信客服), whose messages are pulled. */
export type WechatKind = 'official' | 'kf';

/** A WeChat account of the house to which customers write, without its secrets. */
export interface WechatAccount {
  id: string;
  name: string;
  kind: WechatKind;
  /** AppID, or CorpID. */
  appId: string;
  /** Of a customer service account. */
  openKfId?: string;
  enabled: boolean;
  /** How the platform last refused us. */
  code?: string;
  failingSince?: Instant;
  lastInAt?: Instant;
  lastOutAt?: Instant;
  createdBy: string;
  createdAt: Instant;
}

/** The same with its secrets, sealed. */
export type SealedWechatAccount = Omit<WechatAccount, 'lastInAt'> & {
  secret: string;
  token: string;
  aesKey: string;
  /** How far its messages have been read. */
  cursor?: string;
  /** With which they may be asked for. */
  pullToken?: string;
  pullAt?: Instant;
};

/** Somebody who has written to an official account. */
export interface WechatPerson {
  id: string;
  accountId: string;
  /** Personal data: for calls of the platform alone. */
  openId: string;
  /** When they last wrote. */
  wroteAt: Instant;
  /** Messages sent to them since. */
  sent: number;
  createdAt: Instant;
}
