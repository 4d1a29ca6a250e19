/**
 * The contract of the use cases: what API, pages and channels may do with complaints. `createCases` builds it; programs
 * apart, nobody outside this folder imports anything else of it.
 *
 * Who asks is an argument (`Staff`, an access code, or a link's token), and permission is checked here, not by the caller.
 *
 * Errors: a request that cannot be granted rejects with a `Refused` of one of these kinds (with its status in the API)
 * - `notFound` (404): not there, or not theirs to see; the two are never told apart;
 * - `forbidden` (403): their role or their part in the case does not allow it;
 * - `invalid` (422): `details.faults` says what is wrong with which field;
 * - `conflict` (409): not possible in this state; `details.instead` names what is possible now;
 * - `gone` (410): a link that has been used or has expired;
 * - `away` (503): Temporal does not answer; nothing was stored, and the same request may be sent again.
 *
 * While Postgres is away its own error comes through; `isDatabaseAway` recognises it. Every other error is a bug.
 *
 * Units: an `Instant` is UTC in ISO 8601 with milliseconds; a day without a time (`2026-11-23`) begins at 00:00 in the
 * house's zone; sizes are bytes.
 * @module
 */
import type { Underway } from './filing/file';
import type { ReadStream } from 'node:fs';
import type { PromiseLag } from '../db';
import type { Evidence, User } from '../db/records';
import type { Category, Grade, Instant, Stage } from '../domain/basics/types';
import type { IncidentKind } from '../domain/case/incidents';
import type { Staff } from '../domain/case/permissions';
import type { Policy } from '../domain/policy/schema';
import type { CalendarDraft } from '../domain/time/calendar';
import type { SignInAccess } from './access/create-sign-in';
import type { ActionFilter } from './case/actions';
import type { ActionListed, CasesMoved, Summary } from './case/answers';
import type { Bulk } from './case/bulk';
import type { Deciding } from './case/decide';
import type { Devices } from './case/devices';
import type { Following } from './case/following';
import type { FormDrafts } from './case/form-drafts';
import type { Groups } from './case/groups';
import type { Reading } from './case/read';
import type { Replies } from './case/replies';
import type { Notices } from './case/notices';
import type { NoticeChoosing } from './case/notice-choices';
import type { SavedViews } from './case/saved-views';
import type { TakingNext } from './case/take-next';
import type { Undoing } from './case/undo';
import type { Seen } from './case/visible';
import type { Chats } from './chat/contract';
import type { Customer } from './customer/contract';
import type { EvidenceAnswer } from './evidence/answers';
import type { Uploader } from './evidence/evidence';
import type { Upload } from './evidence/receive';
import type { ComplaintBody } from './filing/complaint-input';
import type { Filed } from './filing/answers';
import type { FileOptions, Foreseen } from './filing/file';
import type { FoundFact } from './case/found';
import type { Calls } from './inbound/calls';
import type { ConnectionAccess } from './connections/connections';
import type { ExportAccess } from './exports/exports';
import type { CauseAccess } from './causes/causes';
import type { FigureAccess } from './figures/figures';
import type { ReportAccess } from './reports/reports';
import type { ReadingAccess } from './learning/reading';
import type { Articles } from './library/finding';
import type { LibraryAccess } from './library/library';
import type { HookAccess } from './inbound/hooks';
import type { ImportAccess } from './import/imports';
import type { InboundAccess } from './inbound/inbound';
import type { Forecast, Topics } from './people/answers';
import type { ForecastQuery } from './people/forecast';
import type { Board } from './people/handing';
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
import type { CustomerMessages } from './inbound/customer-messages';
import type { Undelivered } from './inbound/undelivered';
import type { CareAccess } from './care/care';
import type { ActionPages } from './actions/actions';
import type { SuggestionAccess } from './suggestions/suggestions';
import type { RoomAccess } from './rooms/rooms';
import type { WechatAccess } from './wechat/wechat';
import type { PlatformCases } from './platforms/complaints';
import type { PlatformAccess } from './platforms/platforms';
import type { TicketAccess } from './trackers/tickets';
import type { TrackerAccess } from './trackers/trackers';
import type { WebhookAccess } from './webhooks/webhooks';

/** Every use case, by subject. */
export interface Cases {
  readonly complaints: Complaints;
  readonly handling: Handling;
  readonly views: SavedViews;
  /** What staff have typed into forms and not sent yet. */
  readonly formDrafts: FormDrafts;
  readonly notices: Notices;
  /** What staff choose of the notices to them. */
  readonly noticeChoices: NoticeChoosing;
  /** Browsers of staff that are told of notices. */
  readonly devices: Devices;
  readonly following: Pick<Following, 'follow' | 'present'>;
  readonly customer: Customer;
  /** Online chats of customers, whom a machine answers first. */
  readonly chats: Chats;
  readonly evidence: EvidenceAccess;
  /** Messages that came in by a channel and that somebody has to look at. */
  readonly inbound: InboundAccess;
  /** A mail of ours that was reported as not delivered. */
  readonly undelivered: Undelivered;
  /** What customers are told by text message. */
  readonly messages: CustomerMessages;
  /** Calls, as the house's telephone system tells of them. */
  readonly calls: Calls;
  /** What is connected, and who has changed it. */
  readonly connections: ConnectionAccess;
  /** How well complaints are read, and learning from what people confirmed. */
  readonly reading: ReadingAccess;
  /** What solved cases have taught. */
  readonly library: LibraryAccess;
  /** Customers who are looked after when their complaint is over. */
  readonly care: CareAccess;
  /** What customers and staff suggest to be done better. */
  readonly suggestions: SuggestionAccess;
  /** Corrective actions as pages. */
  readonly actions: ActionPages;
  /** What of it customers read. */
  readonly articles: Articles;
  /** What rises among the causes of complaints, week by week. */
  readonly causes: CauseAccess;
  /** The figures that the department is led by. */
  readonly figures: FigureAccess;
  /** Reports of days, weeks, months and quarters, and figures that people have saved. */
  readonly periodReports: ReportAccess;
  /** Data for other programs, and who took any out. */
  readonly exports: ExportAccess;
  /** Other systems that are told what happens to cases. */
  readonly webhooks: WebhookAccess;
  /** Group chats of staff that are told of cases. */
  readonly rooms: RoomAccess;
  wechat: WechatAccess;
  /** Trackers of other departments, to which requests for help go. */
  readonly trackers: TrackerAccess;
  /** Tickets of cases there. */
  readonly tickets: TicketAccess;
  /** Accounts at platforms whose customers complain there. */
  readonly platforms: PlatformAccess;
  /** Complaints of platforms in their cases. */
  readonly platformCases: PlatformCases;
  /** Systems of the house that post complaints. */
  readonly inboundHooks: HookAccess;
  /** Files of complaints that another system had closed. */
  readonly imports: ImportAccess;
  readonly staff: StaffAccess;
  /** Staff in the browser: signing in, their own account, links that set a password. */
  readonly signIn: SignInAccess;
  readonly roster: Roster;
  /** What whoever leads plans. */
  readonly board: Board;
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
   * Stores the complaint in one transaction and answers. Its workflow is started right after that in the background; the
   * answer does not wait for it, so complaints are taken while Temporal is away.
   * @param body as `complaintSchema` gives it
   * @returns `created: false`: the same `idempotencyKey` was used with the same body before, and this is its first answer
   * @throws Refused `invalid` (`idempotency_key_reused`) if the key was used with another body; `conflict`
   *   (`filed_already`) if the same person sent the same words within `options.twinWithinMs`
   */
  file(body: ComplaintBody, options?: FileOptions): Promise<{ created: boolean; filed: Filed }>;
  /** What these words would be taken as, and by when somebody would answer, if they were filed now. Stores nothing. */
  foresee(words: Pick<ComplaintBody, 'text' | 'language' | 'wantedRemedy'>): Promise<Foreseen>;
  /** What the text says of a complaint's fields, for those that are empty, if it is written now: for a person to confirm. */
  found(text: string): FoundFact[];
  /**
   * How many complaints are being taken at this moment. A caller that is still reading a request's body adds itself while
   * it does, so that starting workflows slows down during a rush.
   */
  readonly underway: Underway;
  /** Whether so many callers wait that everything that nobody waits for steps back. */
  isRush(): boolean;
}

/** Cases, for staff: reading them and deciding in them. */
export type Handling = Reading & Replies & Pick<Deciding, 'decide'> & Bulk & Groups & TakingNext & Undoing;

/** Files of a case. */
export interface EvidenceAccess {
  /**
   * Checks whether this caller may add a file. To be called before the file is read; what it gives goes into `add`.
   * @throws Refused `notFound`, also for a wrong access code; `conflict` when the case is archived (`out_of_turn`) or holds
   *   100 files (`too_many_files`)
   */
  admit(caseNo: string, uploader: Uploader): Promise<Pick<Seen, 'record' | 'state'>>;
  /**
   * Stores the file and its row, then takes the decision `addEvidence` in the case. The same file with the same name and
   * note is the same evidence, so a request that got no answer can be sent again; the bytes are stored once.
   * @returns `status: 'accepted'`: no worker answered in time, and the case will hear of the file later
   * @throws Refused `unsupported` (415) for a kind that is not taken, `tooLarge` (413), `invalid` for an empty file,
   *   `conflict` for one too many, and as the decision's guards refuse
   */
  add(seen: Pick<Seen, 'record' | 'state'>, uploader: Uploader, upload: Upload): Promise<EvidenceAnswer>;
  /**
   * Opens a file for a member of staff who may see the case.
   * @returns the file's row and its content, a stream that the caller has to end
   * @throws Refused `notFound`
   */
  open(caseNo: string, evidenceId: string, actor: Staff): Promise<{ file: Evidence; content: ReadStream }>;
  /**
   * Opens a file for the customer who sent it; nobody else's, also not the house's own.
   * @returns as `open`
   * @throws Refused `notFound`, also for a wrong access code
   */
  openOwn(caseNo: string, code: string, evidenceId: string): Promise<{ file: Evidence; content: ReadStream }>;
}

/** Who our staff are. */
export interface StaffAccess {
  /**
   * The active person to whom a bearer token belongs; undefined for any other token. Kept in memory for two seconds, so a
   * revoked token works that much longer.
   */
  authenticate(token: string): Promise<User | undefined>;
  /** The person as they stand in the table now, active or not; undefined if there is none. */
  find(id: string): Promise<User | undefined>;
}

/** Published versions of the policy. */
export interface PolicyAccess {
  list(): Promise<PublishedPolicy[]>;
  /** The newest version, under which new cases are opened; up to five seconds old. */
  inForce(): Promise<Policy>;
  /** A published version. @throws Error when there is none of this number: cases name those that are there only */
  version(version: number): Promise<Policy>;
  /**
   * Publishes a whole document as the next version, without a draft; for programs. The newest versions of the calendars that
   * it names are written into it.
   * @throws Refused `invalid` with every fault by its path
   */
  publish(doc: unknown, by: Staff): Promise<Policy>;
}

/** Business calendars: looked at, published as a next version, filled from year files. */
export interface CalendarAccess {
  /** Each calendar in its newest version. */
  list(): Promise<ListedCalendar[]>;
  /** One version of a calendar; left out: the newest. @throws Refused `notFound` */
  get(id: string, version?: number): Promise<PublishedCalendar>;
  /**
   * Publishes the draft as the calendar's next version, with the UTC offsets of its time zone as they are known today.
   * Published policies keep the versions that were written into them.
   * @param after the version that the draft was made from
   * @throws Refused `invalid` for an id or a time zone that cannot be; `conflict` (`newer_version`) if there is a version
   *   newer than `after`
   */
  publish(id: string, draft: CalendarDraft, by: Staff, after?: number): Promise<PublishedCalendar>;
  /**
   * Publishes a next version that keeps the hours of the week and enters the days of the file. With `replace`, other days of
   * the years that the file is about are removed.
   * @throws Refused `notFound` for the calendar; `invalid`, naming the place in the file
   */
  importYear(id: string, file: YearImport, by: Staff): Promise<ImportedCalendar>;
  /**
   * What kind of day each date is, from the first to the last, both included.
   * @throws Refused `notFound`; `invalid` for a span of more than 400 days
   */
  preview(id: string, span: { from: string; to: string; version?: number }): Promise<CalendarPreview>;
}

/** Moving running cases to another published policy version; callers name at most 200 at once (`MOVED_AT_ONCE`). */
export interface MoveAccess {
  /**
   * What a move would do to each case; nothing is changed.
   * @param choice `cases`: their numbers; or `from`: the first 200 open cases under that version that the person may see
   * @throws Refused `notFound` for the version; `invalid` for cases that they may not see, or if neither is given
   */
  preview(to: number, choice: { cases?: string[]; from?: number }, staff: Staff): Promise<CasesMoved>;
  /**
   * Moves cases that are named one by one, so that nobody moves what they have not looked at. Each answer says what became
   * of the case: one that is refused stops no other. Repeating the call repeats the same decisions.
   * @throws Refused `notFound` for the version; `invalid` for cases that they may not see, and then none is moved
   */
  move(to: number, caseNos: string[], staff: Staff): Promise<CasesMoved>;
}

/** Answers about many cases at once; they change nothing. */
export interface Reports {
  /**
   * Figures over the complaints that were received at or after `from` and before `to`.
   * @param from an instant
   * @param to an instant, not included
   */
  summary(from: string, to: string): Promise<Summary>;
  /**
   * What customers of cases of this category and grade were given within the last year, where they were given anything:
   * the number of cases, and the median of the sums in the house's currency (null: no case).
   */
  givenInSimilar(of: { category: Category; grade: Grade }): Promise<{ cases: number; median: number | null }>;
  /**
   * What falls due in which hour and on whom, over 31 days at most.
   * @throws Refused `forbidden` to an agent who asks for another person's; `invalid` for a span that is too long or ends
   *   before it begins
   */
  forecast(query: ForecastQuery, actor: Staff): Promise<Forecast>;
  /**
   * Terms that rise in the complaints of the last seven days against the eight weeks before, and the commonest of all nine
   * weeks, without cases that are kept from the person; at most ten minutes old. For supervisors and above.
   */
  topics(actor: Staff): Promise<Topics>;
  /**
   * What-if: reckons the promises of recorded cases under changed rules.
   * @throws Refused `invalid` for a change that names what is not there or makes rules that cannot be
   */
  whatIf(request: WhatIfRequest): Promise<WhatIfReport>;
  /**
   * Corrective actions with what is to be done and by whom: all for supervisors and above, for others those they own. Those
   * of cases that the person may not see are left out.
   */
  correctiveActions(filter: ActionFilter, actor: Staff): Promise<ActionListed[]>;
}

/** For monitoring. */
export interface Operation {
  /** Counts for the metrics; cheap enough to be asked for at every scrape. */
  figures(): Promise<Figures>;
  /** Cases and corrective actions that do not go on by themselves, the oldest first, and how many there are in all. */
  stuck(limit: number): Promise<Stuck>;
}

/** The figures that are exported as metrics. */
export interface Figures {
  open: { byStage: Partial<Record<Stage, number>>; breached: number };
  /** Mails that wait to be sent, without those that are held back on purpose until later. */
  outboxDepth: number;
  /** Accepted complaints whose workflow has not been started. */
  startsDepth: number;
  /** How late the moments of promises that have fallen due are written. */
  lag: PromiseLag;
  /** Open incidents by kind. */
  stuck: Partial<Record<IncidentKind, number>>;
  /**
   * Decisions that were answered 202. `waiting`: not in the ledger yet; `lost`: never taken, because the case was over when
   * the decision reached it.
   */
  decisions: { waiting: number; lost: number };
  /**
   * Messages that have come in: `oldestSeconds` that the oldest has waited to be taken up, `toLookAt` how many wait for
   * somebody to look.
   */
  inbound: { oldestSeconds: number; toLookAt: number };
  /** Messages that wait for systems that hear of cases, and how many of these systems do not take them. */
  webhooks: { waiting: number; failing: number };
  /** What waits to be told in group chats of staff, and how many of these do not take it. */
  rooms: { waiting: number; failing: number };
  /** Tickets that are to be made or closed in trackers, and how many trackers do not answer. */
  trackers: { waiting: number; failing: number };
  /** Complaints at platforms that are no case yet, and how much of it does not work. */
  platforms: { waiting: number; failing: number };
  /** Text messages to customers. */
  sms: { waiting: number; undelivered: number };
}

/** Open incidents: how many there are, and the oldest of them by name. */
export interface Stuck {
  count: number;
  named: { subject: string; kind: IncidentKind; since: Instant }[];
}
