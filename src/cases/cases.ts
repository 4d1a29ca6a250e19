/**
 * What API, pages and channels may do with complaints: the contract. `createCases` builds it; nobody above this folder
 * imports anything behind it.
 *
 * Who asks is an argument (`Staff`, or an access code or link token), and permission is checked here, not by the caller.
 *
 * Errors: a request that cannot be granted rejects with a `Refused`, made by one of
 * - `notFound`: not there, or not theirs to see; the two are never told apart;
 * - `forbidden`: their role or their part in the case does not allow it;
 * - `invalid`: what is wrong with which field stands in `details.faults`;
 * - `conflict`: right at another time; `details.instead` names what is possible now;
 * - `gone`: a link that has been used or has expired;
 * - `away`: Temporal does not answer, nothing was stored, and the same request may be sent again.
 *
 * While Postgres is away its own error comes through: `isDatabaseAway` knows it. Every other error is a bug.
 *
 * Units: an `Instant` is UTC in ISO 8601 with milliseconds; a day without a time (`2026-11-23`) begins in the house's
 * zone; sizes are bytes.
 * @module
 */
import type { ReadStream } from 'node:fs';
import type { PromiseLag } from '../db';
import type { Evidence, User } from '../db/records';
import type { Instant, Stage } from '../domain/basics/types';
import type { IncidentKind } from '../domain/case/incidents';
import type { Staff } from '../domain/case/permissions';
import type { Policy } from '../domain/policy/schema';
import type { CalendarDraft } from '../domain/time/calendar';
import type { ActionFilter } from './case/actions';
import type { ActionListed, CasesMoved, Summary } from './case/answers';
import type { Deciding } from './case/decide';
import type { Reading } from './case/read';
import type { Seen } from './case/visible';
import type { Customer } from './customer/contract';
import type { EvidenceAnswer } from './evidence/answers';
import type { Upload, Uploader } from './evidence/evidence';
import type { ComplaintBody } from './filing/complaint-input';
import type { Filed } from './filing/answers';
import type { FileOptions } from './filing/file';
import type { Forecast } from './people/answers';
import type { ForecastQuery } from './people/forecast';
import type { Roster } from './people/roster';
import type {
  CalendarPreview,
  ImportedCalendar,
  ListedCalendar,
  PublishedCalendar,
  PublishedPolicy,
  WhatIfReport,
} from './rules/answers';
import type { YearImport } from './rules/calendars';
import type { Drafts } from './rules/drafts';
import type { WhatIfRequest } from './rules/what-if';

export interface Cases {
  readonly complaints: Complaints;
  readonly handling: Handling;
  readonly customer: Customer;
  readonly evidence: EvidenceAccess;
  readonly staff: StaffAccess;
  readonly roster: Roster;
  readonly policies: PolicyAccess;
  readonly drafts: Drafts;
  readonly calendars: CalendarAccess;
  readonly moves: MoveAccess;
  readonly reports: Reports;
  readonly operation: Operation;
}

/** Taking complaints. */
export interface Complaints {
  /**
   * Stores the complaint in one transaction and answers; its workflow starts in the same breath, and nobody waits for it.
   * @param body as `complaintSchema` gives it
   * @returns `created: false`: the same `idempotencyKey` with the same body was here before; the first answer once more
   * @throws `invalid` when the key was used with another body, `conflict` (`filed_already`) for a twin
   */
  file(body: ComplaintBody, options?: FileOptions): Promise<{ created: boolean; filed: Filed }>;
  /** How many are being taken at this moment; whoever reads a body counts itself in and out, so that starts step back. */
  readonly underway: { count: number };
}

/** Cases, for staff: read, and decided in. */
export type Handling = Reading & Pick<Deciding, 'decide'>;

/** Files of a case. */
export interface EvidenceAccess {
  /**
   * May this caller add a file? Asked before a byte of it is read; the answer goes into `add`.
   * @throws `notFound`, or `conflict` when the case is archived or holds 100 files
   */
  admit(caseNo: string, uploader: Uploader): Promise<Pick<Seen, 'record' | 'state'>>;
  /**
   * Stores the file, then its row, then tells the case. The same file under the same name and note is the same evidence.
   * @throws `Refused` for a file that is empty, too large or of a kind that is not taken
   */
  add(seen: Pick<Seen, 'record' | 'state'>, uploader: Uploader, upload: Upload): Promise<EvidenceAnswer>;
  /** @returns a stream that the caller has to end */
  open(caseNo: string, evidenceId: string, actor: Staff): Promise<{ file: Evidence; content: ReadStream }>;
}

/** Who our staff are. */
export interface StaffAccess {
  /** The active person whom a bearer token belongs to; a token that was revoked is known for two seconds more. */
  authenticate(token: string): Promise<User | undefined>;
  /** As they stand in the table now. */
  find(id: string): Promise<User | undefined>;
}

/** Published versions of the policy. */
export interface PolicyAccess {
  list(): Promise<PublishedPolicy[]>;
  /** For what is told before there is a case; up to five seconds old. */
  inForce(): Promise<Policy>;
  /** Publishes a whole document without a draft, as programs do it. @throws `invalid` with every fault by its path */
  publish(doc: unknown, by: Staff): Promise<Policy>;
}

/** Business calendars: looked at, published as a next version, filled from year files. */
export interface CalendarAccess {
  /** Each in its newest version. */
  list(): Promise<ListedCalendar[]>;
  /** The newest version, or that one. @throws `notFound` */
  get(id: string, version?: number): Promise<PublishedCalendar>;
  /** @param after the version that the draft was made from; `conflict` when there is a newer one */
  publish(id: string, draft: CalendarDraft, by: Staff, after?: number): Promise<PublishedCalendar>;
  /**
   * Keeps the week and enters the days of the file. With `replace`, other days of the years it is about are forgotten.
   * @throws `invalid`, naming the place in the file
   */
  importYear(id: string, file: YearImport, by: Staff): Promise<ImportedCalendar>;
  /** Each day from the first to the last, both included. @throws `invalid` for a span that is too long */
  preview(id: string, span: { from: string; to: string; version?: number }): Promise<CalendarPreview>;
}

/** Moving running cases to another published policy, 200 at once at most. */
export interface MoveAccess {
  /** What would happen; nothing is changed. */
  preview(to: number, choice: { cases?: string[]; from?: number }, staff: Staff): Promise<CasesMoved>;
  /** Only cases named one by one; each says what became of it. */
  move(to: number, caseNos: string[], staff: Staff): Promise<CasesMoved>;
}

/** Answers about many cases at once; they change nothing. */
export interface Reports {
  /** @param from first day or instant, @param to the end, not included */
  summary(from: string, to: string): Promise<Summary>;
  /** What falls due when, and on whom, 31 days at most. @throws `forbidden` for another person's unless one leads */
  forecast(query: ForecastQuery, actor: Staff): Promise<Forecast>;
  /** The promises of the past under other rules. @throws `invalid` for a change that cannot be reckoned with */
  whatIf(request: WhatIfRequest): Promise<WhatIfReport>;
  /** With what is to be done and by whom. Who leads sees all; others the actions they own. */
  correctiveActions(filter: ActionFilter, actor: Staff): Promise<ActionListed[]>;
}

/** For monitoring. */
export interface Operation {
  /** Each is a cheap count. */
  figures(): Promise<Figures>;
  /** Cases and corrective actions that do not go on by themselves, the oldest first, and how many there are in all. */
  stuck(limit: number): Promise<Stuck>;
}

export interface Figures {
  open: { byStage: Partial<Record<Stage, number>>; breached: number };
  /** Mails that wait, quiet ones and those in digests that are not due left out. */
  outboxDepth: number;
  /** Accepted complaints whose workflow has not been started. */
  startsDepth: number;
  /** How far behind the promises are that have fallen due. */
  lag: PromiseLag;
  stuck: Partial<Record<IncidentKind, number>>;
  /** Decisions that were accepted and wait for a worker, and those that Temporal lost. */
  decisions: { waiting: number; lost: number };
}

export interface Stuck {
  count: number;
  named: { subject: string; kind: IncidentKind; since: Instant }[];
}
