/**
 * A case's ledger as a story: each entry a sentence, by day, what the system does in a row told together.
 * @module
 */
import type { ComplaintRecord, Evidence, StoredSuggestion } from '../../db/records';
import type { CaseEvent } from '../../domain/case/events';
import { evolve } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { departmentWords } from '../../domain/policy/departments';
import type { Policy } from '../../domain/policy/schema';
import { promiseWords } from '../../domain/promises/clock';
import { PROMISE_WORDS } from '../../domain/promises/names';
import type { Actor, Instant, Words } from '../../domain/basics/types';
import { speakerOf } from '../../domain/views/conversation';
import { houseDate } from '../../house';
import { dateTime, dayWords, fileSize, initialOf, plannedTime } from '../../render/format';
import { moodsIn, readingOf } from './moods';
import type { PromiseChange, Story, StoryDay, StoryEntry, StoryGroup } from './story-answers';
import { iconOf, isShown, kindOf, quotesOf, type StoryFilter } from './story-kinds';
import { SENTENCES, type Facts } from './story-words';

/** What a story is made from. */
export interface StoryParts {
  caseNo: string;
  /** The whole ledger, in order. */
  events: readonly CaseEvent[];
  record: Pick<ComplaintRecord, 'customer' | 'by' | 'suggestion'>;
  /** A published version; the case may have moved from one to another. */
  policyOf: (version: number) => Policy;
  /** The name of a member of staff. */
  nameOf: (id: string) => Words;
  texts: ReadonlyMap<string, { body: string; reading?: StoredSuggestion }>;
  evidence: readonly Evidence[];
  /** Other cases that the reader may see. */
  seen: ReadonlySet<string>;
  now: Instant;
}

/** Which entries: those after a sequence that the filter shows, no more than `most`. */
export interface StoryPage {
  afterSeq: number;
  filter: StoryFilter;
  most: number;
}

const both = (write: (language: 'zh-CN' | 'en') => string): Words => ({ zh: write('zh-CN'), en: write('en') });

const THE_SYSTEM: Words = { zh: '系统', en: 'The system' };

/** What a clock promises; a request for help is named by its department. */
function promiseName(clock: string, state: CaseState, policy: Policy): Words {
  const found = state.clocks[clock];
  if (!found) return PROMISE_WORDS.further;
  const task = found.promise === 'help' ? state.helpTasks.find(({ id }) => clock === `help:${id}`) : undefined;
  if (!task) return promiseWords(found, policy);
  const name = departmentWords(task.department, policy);
  return { zh: `${name.zh}答复`, en: `the answer of ${name.en}` };
}

/** The story of a case, and the last sequence where there is more than `most`. */
export function storyOf(parts: StoryParts, page: StoryPage): Omit<Story, 'lastRead'> {
  const lines: Line[] = [];
  let state: CaseState | undefined;
  let isMore = false;
  for (const item of parts.events) {
    const before = state;
    state = evolve(state, item, parts.caseNo);
    if (item.seq <= page.afterSeq || !isShown(item, page.filter)) continue;
    isMore = lines.length === page.most;
    if (isMore) break;
    lines.push({ item, entry: entryOf(item, state, parts, before) });
  }
  const last = lines.at(-1);
  return { days: byDay(lines, parts.now), moods: moodsIn(parts), ...(isMore && last && { next: last.item.seq }) };
}

interface Line {
  item: CaseEvent;
  entry: StoryEntry;
}

function factsOf(item: CaseEvent, state: CaseState, parts: StoryParts): Facts {
  const { record, nameOf, now, seen } = parts;
  const policy = parts.policyOf(state.policyVersion);
  return {
    at: item.at,
    actor: item.actor,
    by: nameOfActor(item.actor, parts),
    customer: customerOf(parts),
    filedBy: record.by === undefined ? undefined : nameOf(record.by),
    state,
    policy,
    reasons: [...new Set(record.suggestion.reasons.flatMap(({ words }) => words))],
    person: nameOf,
    department: (id) => departmentWords(id, policy),
    promise: (clock) => promiseName(clock, state, policy),
    when: (at) => both((language) => dateTime(at, language, now)),
    planned: (at) => both((language) => plannedTime(at, language, now)),
    seen: (caseNo) => seen.has(caseNo),
  };
}

const customerOf = ({ record }: Pick<StoryParts, 'record'>): Words => ({
  zh: record.customer.name,
  en: record.customer.name,
});

function nameOfActor(actor: Actor, parts: Pick<StoryParts, 'record' | 'nameOf'>): Words {
  switch (actor.kind) {
    case 'staff':
      return parts.nameOf(actor.id);
    case 'customer':
      return customerOf(parts);
    case 'system':
      return THE_SYSTEM;
  }
}

function entryOf(item: CaseEvent, state: CaseState, parts: StoryParts, before: CaseState | undefined): StoryEntry {
  const { seq, at, type, actor, decision } = item;
  const facts = factsOf(item, state, parts);
  const name = facts.by;
  const promise = changeOf(item, facts);
  const speaker = speakerOf(item);
  const reading = readingOf(item, parts, before ?? state);
  // The table holds a function for each type, and `item` is of the type that it is looked up by.
  const sentence = SENTENCES[type] as (data: CaseEvent['data'], given: Facts) => Words;
  return {
    seq,
    at,
    type,
    kind: kindOf(item),
    icon: iconOf(item),
    by: {
      kind: actor.kind,
      ...(actor.kind === 'staff' && { id: actor.id }),
      name,
      initial: actor.kind === 'system' ? { zh: '', en: '' } : { zh: initialOf(name.zh), en: initialOf(name.en) },
    },
    ...(speaker && { speaker }),
    ...(decision?.via === 'temporal' && { unsigned: true as const }),
    words: sentence(item.data, facts),
    quotes: quotesOf(item).map(({ what, text }) => ({ what, text: parts.texts.get(text.textId)?.body ?? null })),
    ...(reading && { reading }),
    ...(kindOf(item) === 'note' && { private: true as const }),
    files: filesOf(item, parts.evidence),
    ...(promise && { promise }),
  };
}

function filesOf(item: CaseEvent, evidence: readonly Evidence[]): StoryEntry['files'] {
  if (item.type !== 'evidenceAdded') return [];
  return evidence
    .filter(({ evidenceId }) => evidenceId === item.data.evidenceId)
    .map(({ evidenceId, fileName, mediaType, bytes, sha256 }) => ({
      evidenceId,
      name: fileName,
      mediaType,
      size: fileSize(bytes),
      hash: sha256.slice(0, 8),
    }));
}

/** What an event does to a promise; undefined for those that change none. */
function changeOf(item: CaseEvent, { promise }: Facts): PromiseChange | undefined {
  const of = (clock: string, change: PromiseChange['change'], dueAt?: Instant): PromiseChange => ({
    clock,
    name: promise(clock),
    change,
    ...(dueAt !== undefined && { dueAt }),
  });
  switch (item.type) {
    case 'promiseStarted':
      return of(item.data.clock, 'started', item.data.dueAt);
    case 'promiseMoved':
      return of(item.data.clock, 'moved', item.data.dueAt);
    case 'promisePaused':
      return of(item.data.clock, 'paused');
    case 'promiseResumed':
      return of(item.data.clock, 'resumed', item.data.dueAt);
    case 'promiseWarned':
      return of(item.data.clock, 'warned', item.data.dueAt);
    case 'promiseBreached':
      return of(item.data.clock, 'breached', item.data.dueAt);
    case 'promiseStopped':
      return of(item.data.clock, item.data.verdict);
    default:
      return undefined;
  }
}

/** The entries by days of the house, and in each those that are told together. */
function byDay(lines: readonly Line[], now: Instant): StoryDay[] {
  const days: StoryDay[] = [];
  let before: string | undefined;
  for (const { item, entry } of lines) {
    const date = houseDate(Date.parse(item.at));
    let day = days.at(-1);
    if (day?.date !== date) {
      day = { date, head: both((language) => dayWords(item.at, language, now)), groups: [] };
      days.push(day);
      before = undefined;
    }
    const together = foldOf(item);
    const group = day.groups.at(-1);
    if (group && together !== undefined && together === before) group.entries.push(entry);
    else day.groups.push({ entries: [entry] });
    before = together;
  }
  for (const { groups } of days) {
    for (const group of groups) {
      const first = group.entries[0];
      if (group.entries.length > 1 && first) Object.assign(group, { folded: foldedWords(group, first) });
    }
  }
  return days;
}

/**
 * By what neighbours are told together; undefined: an entry stands alone. What a person has to see for themselves (a broken
 * promise, one that was kept late, whatever somebody decided) never folds.
 */
function foldOf(item: CaseEvent): string | undefined {
  switch (item.type) {
    case 'promiseWarned':
    case 'actionWarned':
      return 'reminded';
    case 'escalated':
      return (item.data.action ?? 'remind') === 'remind' ? 'reminded' : undefined;
    case 'promiseStopped':
      return item.data.verdict === 'late' ? undefined : item.data.verdict;
    case 'promiseMoved':
      return item.data.because === 'extended' ? undefined : item.type;
    case 'evidenceAdded':
      return `${item.type} ${item.actor.kind === 'staff' ? item.actor.id : item.actor.kind}`;
    case 'helpRequested':
      return item.actor.kind === 'system' ? item.type : undefined;
    case 'promiseStarted':
    case 'promisePaused':
    case 'promiseResumed':
    case 'mailFailed':
    case 'decisionRefused':
    case 'signalRefused':
      return item.type;
    default:
      return undefined;
  }
}

/** All entries of a group in one sentence. */
function foldedWords({ entries }: StoryGroup, { type, by, promise }: StoryEntry): Words {
  const n = entries.length;
  switch (type) {
    case 'promiseStarted':
      return { zh: `${n} 个承诺开始计时`, en: `The clocks of ${n} promises began` };
    case 'promiseMoved':
      return { zh: `${n} 个承诺换了时间`, en: `${n} promises got another time` };
    case 'promisePaused':
      return { zh: `${n} 个承诺暂停计时`, en: `The clocks of ${n} promises stand still` };
    case 'promiseResumed':
      return { zh: `${n} 个承诺继续计时`, en: `The clocks of ${n} promises run again` };
    case 'promiseStopped':
      return promise?.change === 'met'
        ? { zh: `${n} 个承诺按时完成`, en: `${n} promises were kept` }
        : { zh: `${n} 个承诺不用再计时`, en: `${n} promises were called off` };
    case 'evidenceAdded':
      return { zh: `${by.name.zh}补充了 ${n} 份证据`, en: `${by.name.en} added ${n} files` };
    case 'helpRequested':
      return { zh: `按规则请 ${n} 个部门协助`, en: `By the rules ${n} departments were asked for help` };
    case 'mailFailed':
      return { zh: `${n} 次通知没有送到`, en: `${n} messages could not be delivered` };
    case 'decisionRefused':
      return { zh: `${n} 个操作没有生效`, en: `${n} decisions came to nothing` };
    case 'signalRefused':
      return { zh: `${n} 条内部消息看不懂，没有照办`, en: `${n} internal messages made no sense` };
    default:
      return { zh: `系统提醒了 ${n} 次`, en: `${n} reminders of the system` };
  }
}
