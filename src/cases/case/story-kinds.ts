/**
 * What each event of a ledger is to a reader of the story: its kind, by which the timeline is filtered, its icon, and the
 * free texts that belong to it.
 * @module
 */
import type { CaseEvent, EventBody, EventData, EventType } from '../../domain/case/events';
import type { TextRef, Words } from '../../domain/basics/types';
import { speakerOf } from '../../domain/views/conversation';

/**
 * What an entry is. `message`: between us and the customer. `note`: internal, the customer never sees it. `decision`: what a
 * person did in the case. `machine`: what the process did by itself.
 */
export const STORY_KINDS = ['machine', 'decision', 'message', 'note', 'evidence', 'promise'] as const;
export type StoryKind = (typeof STORY_KINDS)[number];

/** The icons of entries, as the pages' sprite names them. */
export const STORY_ICONS = [
  'inbox',
  'flag',
  'users',
  'swap',
  'list',
  'mail',
  'call',
  'clip',
  'tool',
  'lock',
  'check',
  'x',
  'star',
  'book',
  'nudge',
  'pause',
  'clock',
  'warn',
  'over',
] as const;
export type StoryIcon = (typeof STORY_ICONS)[number];

/** What the timeline can be narrowed to: 全部 往来 备注 决定 承诺. */
export const STORY_FILTERS = ['all', 'contact', 'notes', 'decisions', 'promises'] as const;
export type StoryFilter = (typeof STORY_FILTERS)[number];

/** Free texts of an event, each with what it is. */
type Quotes<T extends EventType> = (data: EventData[T]) => (readonly [what: Words, text: TextRef | undefined])[];

interface Look<T extends EventType> {
  kind: StoryKind;
  icon: StoryIcon;
  quotes?: Quotes<T>;
}

const what = (zh: string, en: string): Words => ({ zh, en });
const REASON = what('理由', 'reason');
const WORDS = what('原话', 'words');
const REPORT = what('记录', 'record');
const NOTE = what('说明', 'note');

const reason = ({ reason: text }: { reason?: TextRef }) => [[REASON, text] as const];
const note = ({ note: text }: { note?: TextRef }) => [[NOTE, text] as const];
const report = ({ report: text }: { report: TextRef }) => [[REPORT, text] as const];

const LOOKS: { [T in EventType]: Look<T> } = {
  complaintReceived: { kind: 'message', icon: 'inbox', quotes: ({ text }) => [[WORDS, text]] },
  gradeSuggested: { kind: 'machine', icon: 'flag' },
  repeatFound: { kind: 'machine', icon: 'list' },
  imported: {
    kind: 'decision',
    icon: 'inbox',
    quotes: ({ summary, history }) => [
      [what('处理结果', 'solution'), summary],
      [what('往来记录', 'history'), history],
    ],
  },
  staffNamed: { kind: 'machine', icon: 'warn' },
  stageEntered: { kind: 'machine', icon: 'list' },
  graded: { kind: 'decision', icon: 'flag', quotes: reason },
  regraded: { kind: 'decision', icon: 'flag', quotes: reason },
  assigned: { kind: 'decision', icon: 'users' },
  queued: { kind: 'machine', icon: 'clock' },
  reassigned: { kind: 'decision', icon: 'swap', quotes: reason },
  accepted: { kind: 'decision', icon: 'check' },
  responded: { kind: 'message', icon: 'call', quotes: ({ text }) => [[WORDS, text]] },
  wroteToCustomer: { kind: 'message', icon: 'mail', quotes: ({ text }) => [[WORDS, text]] },
  customerWrote: { kind: 'message', icon: 'inbox', quotes: ({ text }) => [[WORDS, text]] },
  callBackWanted: { kind: 'message', icon: 'call', quotes: note },
  turnedWorse: { kind: 'machine', icon: 'warn' },
  evidenceAdded: { kind: 'evidence', icon: 'clip', quotes: note },
  helpRequested: { kind: 'decision', icon: 'tool', quotes: ({ question }) => [[what('问题', 'question'), question]] },
  helpAnswered: { kind: 'decision', icon: 'tool', quotes: ({ answer }) => [[what('答复', 'answer'), answer]] },
  helpWithdrawn: { kind: 'decision', icon: 'tool' },
  proposed: {
    kind: 'decision',
    icon: 'book',
    quotes: ({ solution, findings }) => [
      [what('方案', 'solution'), solution],
      [what('查明的情况', 'findings'), findings],
    ],
  },
  approved: { kind: 'decision', icon: 'check', quotes: note },
  rejected: { kind: 'decision', icon: 'x', quotes: reason },
  solutionOffered: { kind: 'message', icon: 'mail' },
  customerAnswered: { kind: 'message', icon: 'inbox', quotes: reason },
  customerSilent: { kind: 'machine', icon: 'clock' },
  carriedOut: { kind: 'decision', icon: 'check', quotes: ({ proof }) => [[what('凭据', 'proof'), proof]] },
  notSubstantiatedFound: { kind: 'decision', icon: 'book', quotes: ({ reasons }) => [[REASON, reasons]] },
  resolved: { kind: 'decision', icon: 'check', quotes: ({ summary }) => [[what('处理结果', 'result'), summary]] },
  surveySent: { kind: 'message', icon: 'mail' },
  surveyReminded: { kind: 'message', icon: 'mail' },
  surveyRecorded: { kind: 'message', icon: 'star', quotes: ({ comment }) => [[WORDS, comment]] },
  surveyClosed: { kind: 'machine', icon: 'clock' },
  followUpOpened: { kind: 'machine', icon: 'call' },
  followUpAssigned: { kind: 'machine', icon: 'users' },
  followedUp: { kind: 'message', icon: 'call', quotes: report },
  revisitPlanned: { kind: 'machine', icon: 'clock' },
  revisitRecorded: { kind: 'message', icon: 'call', quotes: report },
  roundOpened: { kind: 'machine', icon: 'swap' },
  reopened: { kind: 'decision', icon: 'swap', quotes: reason },
  rootCauseRecorded: {
    kind: 'decision',
    icon: 'book',
    quotes: ({ whys }) => whys.map((why, index) => [what(`第 ${index + 1} 个为什么`, `why ${index + 1}`), why]),
  },
  actionPlanned: {
    kind: 'decision',
    icon: 'tool',
    quotes: ({ description }) => [[what('措施', 'action'), description]],
  },
  actionStarted: { kind: 'decision', icon: 'tool' },
  actionWarned: { kind: 'promise', icon: 'warn' },
  actionBreached: { kind: 'promise', icon: 'over' },
  actionMeasured: { kind: 'machine', icon: 'tool' },
  actionVerified: {
    kind: 'decision',
    icon: 'tool',
    quotes: ({ report: text, early }) => [
      [REPORT, text],
      [what('为什么提前', 'why early'), early],
    ],
  },
  actionEnded: { kind: 'machine', icon: 'check' },
  archived: { kind: 'decision', icon: 'check' },
  paused: { kind: 'decision', icon: 'pause', quotes: note },
  resumed: { kind: 'decision', icon: 'clock' },
  chased: { kind: 'decision', icon: 'nudge', quotes: note },
  merged: { kind: 'decision', icon: 'swap', quotes: reason },
  absorbed: { kind: 'machine', icon: 'swap' },
  withdrawn: { kind: 'decision', icon: 'x', quotes: reason },
  noted: { kind: 'note', icon: 'lock', quotes: ({ text }) => [[what('备注', 'note'), text]] },
  mailFailed: { kind: 'machine', icon: 'warn' },
  decisionRefused: { kind: 'machine', icon: 'x' },
  signalRefused: { kind: 'machine', icon: 'x' },
  cancelRequested: { kind: 'machine', icon: 'x' },
  promiseStarted: { kind: 'promise', icon: 'clock' },
  promiseMoved: { kind: 'promise', icon: 'clock', quotes: reason },
  datesMoved: { kind: 'promise', icon: 'clock' },
  promisePaused: { kind: 'promise', icon: 'pause' },
  promiseResumed: { kind: 'promise', icon: 'clock' },
  promiseWarned: { kind: 'promise', icon: 'warn' },
  promiseBreached: { kind: 'promise', icon: 'over' },
  promiseStopped: { kind: 'promise', icon: 'check' },
  chainStopped: { kind: 'promise', icon: 'check' },
  policyMoved: { kind: 'decision', icon: 'swap' },
  // What a form holds is shown with the case, field by field.
  formFilled: { kind: 'decision', icon: 'book' },
  taskForceOpened: { kind: 'machine', icon: 'users' },
  escalated: { kind: 'promise', icon: 'warn' },
};

/** What a decision is when nobody of the staff took it. */
const BY_OTHERS = { customer: 'message', system: 'machine' } as const;

/** The kind of an entry, which depends on who acted as well: a grade that the process gives is no decision of a person. */
export function kindOf({ type, actor }: Pick<CaseEvent, 'type' | 'actor'>): StoryKind {
  const { kind } = LOOKS[type];
  return kind === 'decision' && actor.kind !== 'staff' ? BY_OTHERS[actor.kind] : kind;
}

/** Whether an entry is shown under the filter. 往来 is all that we and the customer have said to each other, or sent. */
export function isShown(item: CaseEvent, filter: StoryFilter): boolean {
  const kind = kindOf(item);
  switch (filter) {
    case 'all':
      return true;
    case 'contact':
      return kind === 'message' || speakerOf(item) !== undefined;
    case 'notes':
      return kind === 'note';
    case 'decisions':
      return kind === 'decision';
    case 'promises':
      return kind === 'promise';
  }
}

/** The icon of an entry. */
export const iconOf = ({ type }: Pick<CaseEvent, 'type'>): StoryIcon => LOOKS[type].icon;

/** The free texts that belong to an entry, in the order in which they are read. */
export function quotesOf({ type, data }: EventBody): { what: Words; text: TextRef }[] {
  const quotes = LOOKS[type].quotes as ((given: unknown) => ReturnType<Quotes<EventType>>) | undefined;
  return (quotes?.(data) ?? []).flatMap(([name, text]) => (text === undefined ? [] : [{ what: name, text }]));
}
