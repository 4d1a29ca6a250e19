import type { Calendar } from '../domain/time/calendar';
import type { CorrectiveActionState } from '../domain/corrective-action/state';
import type { Recipient } from '../domain/process/notices';
import type { MailKind } from '../domain/policy/mail-kinds';
import type { Policy } from '../domain/policy/schema';
import type { CaseState } from '../domain/case/state';
import type { Category, Cause, Channel, Grade, Instant, Language, Outcome, Role, Stage } from '../domain/basics/types';

/** What the stores take and give: plain objects, times as ISO strings in UTC with milliseconds. */

/** The grading engine's answer as src/text gives it; the words of the reasons are the customer's own. */
export interface StoredSuggestion {
  grade: Grade;
  category: Category;
  sentiment?: 'negative' | 'neutral' | 'positive';
  reasons: { rule: string; words: string[] }[];
  amountCny?: number;
  engine: string;
}

export interface Contact {
  name: string;
  phone?: string;
  email?: string;
  preferredChannel?: string;
}

export interface Product {
  name: string;
  model?: string;
  serialNo?: string;
  orderNo?: string;
  /** `2026-11-22` */
  purchasedOn?: string;
}

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
  answerBy: Instant;
  resolveBy: Instant;
  accessCodeHash: string;
  idempotency?: { keyHash: string; bodyHash: string };
  /** Staff who took it down for the customer. */
  by?: string;
  /** How long the relay leaves the start to whoever accepts the complaint; 0 when left out. */
  startLeaseMs?: number;
}

export type Acceptance = { kind: 'new' | 'same'; caseNo: string } | { kind: 'other' };

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
  policyVersion: number;
  answerBy: Instant;
  resolveBy: Instant;
  accessCodeHash: string;
  by?: string;
}

export interface TextRow {
  textId: string;
  sha256: string;
  caseNo: string;
  kind: string;
  body: string;
}

/** Whose cases a list may show; the SQL twin of permissions.maySee. */
export type Scope = { kind: 'all' } | { kind: 'staff'; id: string; team: string; role: Role };

export const CASE_SORTS = ['due', '-received', 'received', '-updated'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

export interface CaseQuery {
  stage?: Stage;
  grade?: Grade;
  category?: Category;
  channel?: Channel;
  outcome?: Outcome;
  round?: number;
  owner?: string;
  team?: string;
  /** Part of a case, phone, order or serial number, of a mail address, product or name, or words of the complaint. */
  q?: string;
  breached?: boolean;
  paused?: boolean;
  receivedFrom?: Instant;
  /** Not included. */
  receivedBefore?: Instant;
  sort: CaseSort;
  cursor?: string;
  limit: number;
  scope: Scope;
}

export interface CaseListItem {
  caseNo: string;
  stage: Stage;
  grade: Grade;
  category: Category;
  gradeConfirmed: boolean;
  owner?: { id: string; name: string };
  team?: string;
  customerName: string;
  product?: string;
  channel: Channel;
  language: Language;
  round: number;
  nextDueAt?: Instant;
  nextDueClock?: string;
  /** Due time of what presses most: a promise that is broken and unanswered before all others. */
  pressingAt?: Instant;
  /** For what only the whole case tells: what it waits for. */
  state: CaseState;
  breached: boolean;
  paused: boolean;
  /** How often somebody pressed for it, and when last. */
  chased: number;
  chasedAt?: Instant;
  outcome?: Outcome;
  receivedAt: Instant;
  updatedAt: Instant;
  archivedAt?: Instant;
}

export interface User {
  id: string;
  name: string;
  /** In Latin letters, for whoever reads English; absent: as it is. */
  nameEn?: string;
  email: string;
  phone?: string;
  role: Role;
  /** `after-sales`, or the department of a colleague. */
  team: string;
  language: Language;
  active: boolean;
  skills?: string[];
  productLines?: string[];
  regions?: string[];
  /** Languages spoken with customers; empty: their own. */
  languages?: string[];
  /** Open cases at once; absent: no cap. */
  maxOpen?: number;
  /** Their working hours, for routing and reminders: a calendar's id; absent: at any hour. */
  calendar?: string;
}

export interface Leave {
  id: string;
  userId: string;
  from: Instant;
  to: Instant;
  /** Who stands in for them. */
  deputy?: string;
  createdBy: string;
  createdAt: Instant;
}

export interface Shift {
  userId: string;
  from: Instant;
  to: Instant;
}

export interface Evidence {
  evidenceId: string;
  caseNo: string;
  sha256: string;
  bytes: number;
  /** By the content. */
  mediaType: string;
  fileName: string;
  /** The media type that its name stands for, where the content is of another. */
  namedAs: string | null;
  /** Staff id, or `customer`. */
  addedBy: string;
  addedAt: Instant;
}

export interface OutboxRow {
  id: number;
  caseNo: string;
  /** The event that caused it. */
  seq: number;
  mail: MailKind;
  to: Recipient;
  /** Once fixed, every attempt goes to these. */
  addresses?: string[];
  messageId: string;
  state: 'planned' | 'sending' | 'sent' | 'failed' | 'skipped' | 'gathered';
  /** Attempts begun, this one included. */
  attempts: number;
  ambiguous: number;
  plannedAt: Instant;
  nextAttemptAt: Instant;
  sentAt?: Instant;
  error?: string;
  /** The mail that carries it together with others. */
  digestId?: number;
}

/** One mail for what waited for one person. */
export interface DigestRow {
  id: number;
  userId: string;
  messageId: string;
  /** Once fixed, every attempt goes to these. */
  addresses?: string[];
  state: 'planned' | 'sending' | 'sent' | 'failed' | 'skipped';
  attempts: number;
  ambiguous: number;
  plannedAt: Instant;
  nextAttemptAt: Instant;
  sentAt?: Instant;
  error?: string;
}

export interface Link {
  hash: string;
  purpose: 'proposal' | 'survey';
  caseNo: string;
  subject: string;
  expiresAt: Instant;
  usedAt?: Instant;
}

export interface ActionRow {
  id: string;
  revision: number;
  caseNos: string[];
  kind: 'urgent' | 'preventive';
  owner: string;
  cause: Cause;
  status: CorrectiveActionState['status'];
  startedAt?: Instant;
  dueAt?: Instant;
  checkAt?: Instant;
  rounds: number;
  state: CorrectiveActionState;
}

export interface PublishedCalendar {
  calendar: Calendar;
  publishedBy: string;
  publishedAt: Instant;
}

export interface PublishedPolicy {
  version: number;
  policy: Policy;
  publishedBy: string;
  publishedAt: Instant;
}

/** A policy in the making: right or wrong, as somebody saved it. */
export interface PolicyDraftRow {
  id: string;
  title: string;
  /** The version it was made from. */
  base: number;
  revision: number;
  policy: unknown;
  rehearsal?: unknown;
  rehearsedRevision?: number;
  publishedAs?: number;
  createdBy: string;
  createdAt: Instant;
  updatedBy: string;
  updatedAt: Instant;
}
