/**
 * The report of a rehearsal: who would have been told what and when, which promises were broken, and where nobody could
 * go on.
 * @module
 */
import { staffActor, isReached, readers, type Rehearser } from './desk';
import type { Play, Played, Stuck } from './play';
import { localTime } from './local-time';
import { type Scenario } from './scenario';
import type { Calendar } from '../time/calendar';
import { STAGE_WORDS } from '../basics/words';
import type { CaseEvent, EventData } from '../case/events';
import { evolve } from '../case/evolve';
import { atLeast } from '../case/permissions';
import { calendarOf, type Policy } from '../policy/schema';
import { type InsteadOfMail, type PromiseName, PROMISE_WORDS } from '../promises/names';
import { promiseWords, type Clock } from '../promises/clock';
import type { CaseState } from '../case/state';
import type { Instant, Stage, Words } from '../basics/types';
import { messagesFor, type Recipient } from '../process/notices';
import { CASE_NO } from './invented';
import type { FrozenZone } from '../time/house-day';

/** One notice to staff that somebody should act on: a warning, an escalation, or that the customer is silent. */
export interface Notice {
  at: Instant;
  kind: 'warning' | 'escalation' | 'silence';
  clock?: string;
  /** The step of the chain, from 0. */
  step?: number;
  action?: string;
  /** How it reaches them in place of a mail; absent: by mail. */
  channel?: InsteadOfMail;
  to: Recipient;
  /** The ids of those who would read it. */
  receivers: string[];
  /** It reaches nobody whom it was meant for, at best somebody in their place. */
  nobody?: true;
  why: Words;
  night: boolean;
  weekend: boolean;
}

/** What became of one scenario. */
export interface RehearsedCase extends Scenario {
  /** `silent`: nobody acted, and everybody who was to be told has been told. */
  end: 'archived' | 'silent' | 'stuck';
  endedAt: Instant;
  rounds: number;
  stages: { stage: Stage; round: number; at: Instant }[];
  pages: Notice[];
  broken: { clock: string; promise: PromiseName; dueAt: Instant; words: Words }[];
  stuck?: Stuck;
}

/** How many notices one person would have had, and how many of them at night or on days of rest. */
export interface ReceiverTotal {
  receiver: string;
  pages: number;
  night: number;
  weekend: number;
  /** By local date, in order. */
  days: { date: string; pages: number }[];
}

/** What became of all scenarios. */
export interface Rehearsal {
  complaints: number;
  archived: number;
  silent: number;
  stuck: number;
  /** How often each promise was broken, by its name; a further clock by its id. */
  broken: Record<string, number>;
  receivers: ReceiverTotal[];
  cases: RehearsedCase[];
}

const wordsOf = (policy: Policy, clock: Pick<Clock, 'id' | 'promise'> | undefined): Words =>
  clock ? promiseWords(clock, policy) : PROMISE_WORDS.further;

/** Why a case was escalated, in words. */
const BECAUSE: Record<EventData['escalated']['because'], Words> = {
  promise: { zh: '承诺逾期', en: 'a broken promise' },
  rounds: { zh: '多轮未解决', en: 'too many rounds' },
  declined: { zh: '客户两次不同意', en: 'the customer declined twice' },
  unassigned: { zh: '没有人负责', en: 'nobody owns it' },
  action: { zh: '纠正措施', en: 'a corrective action' },
  reopened: { zh: '多次重开', en: 'reopened too often' },
  repeat: { zh: '重复投诉', en: 'a repeat complaint' },
  named: { zh: '投诉里提到同事', en: 'staff are named in the complaint' },
  complainedOf: { zh: '被投诉的人负责过', en: 'it is about somebody who had it' },
  gradedDown: { zh: '定得比建议低', en: 'graded lower than suggested' },
};

function whyOf(policy: Policy, item: CaseEvent, state: CaseState): Words {
  if (item.type === 'promiseWarned') {
    const name = wordsOf(policy, state.clocks[item.data.clock]);
    const percent = Math.round(item.data.point * 100);
    return { zh: `${name.zh}：已用 ${percent}%`, en: `${name.en}: ${percent}% used` };
  }
  if (item.type === 'escalated') {
    const { clock, because, dueAt } = item.data;
    if (clock === undefined) return BECAUSE[because];
    const name = wordsOf(policy, state.clocks[clock]);
    return dueAt !== undefined && item.at < dueAt
      ? { zh: `${name.zh}：即将到期`, en: `${name.en}: about to fall due` }
      : { zh: `${name.zh}：已逾期`, en: `${name.en}: broken` };
  }
  return { zh: '客户没有答复方案', en: 'the customer has not answered the offer' };
}

const KINDS: Partial<Record<CaseEvent['type'], Notice['kind']>> = {
  promiseWarned: 'warning',
  escalated: 'escalation',
  customerSilent: 'silence',
};

/** What became of a case that was played through. */
export function reportOf(
  policy: Policy,
  people: readonly Rehearser[],
  { play, stuck }: Played,
  house?: FrozenZone,
): RehearsedCase {
  const local = localTime(calendarOf(policy), house);
  const pages: Notice[] = [];
  const stages: RehearsedCase['stages'] = [];
  const broken: RehearsedCase['broken'] = [];
  let state: CaseState | undefined;
  for (const item of play.events) {
    state = evolve(state, item, CASE_NO);
    if (item.type === 'stageEntered') stages.push({ stage: item.data.stage, round: item.data.round, at: item.at });
    if (item.type === 'promiseBreached') {
      const { clock, dueAt } = item.data;
      const { promise = 'further' } = state.clocks[clock] ?? {};
      broken.push({ clock, promise, dueAt, words: wordsOf(policy, state.clocks[clock]) });
    }
    const kind = KINDS[item.type];
    if (!kind) continue;
    for (const { to } of messagesFor(item, state)) {
      if (to.kind === 'customer') continue;
      const step = item.type === 'escalated' ? item.data : undefined;
      const clock = item.type === 'promiseWarned' || item.type === 'escalated' ? item.data.clock : undefined;
      pages.push({
        at: item.at,
        kind,
        ...(clock !== undefined && { clock }),
        ...(step?.step !== undefined && { step: step.step }),
        ...(step?.action !== undefined && { action: step.action }),
        ...(step?.channel !== undefined && { channel: step.channel }),
        to,
        receivers: readers(to, state, people, policy),
        ...(!isReached(to, item, people) && { nobody: true as const }),
        why: whyOf(policy, item, state),
        night: local.isNight(item.at),
        weekend: local.isRest(item.at),
      });
    }
  }
  const trouble = stuck ?? silence(play, pages, people);
  const archived = play.state.stage === 'archived';
  return {
    ...play.scenario,
    end: trouble ? 'stuck' : archived ? 'archived' : 'silent',
    endedAt: play.state.lastAt,
    rounds: play.state.round,
    stages,
    pages,
    broken,
    ...(trouble && { stuck: trouble }),
  };
}

/**
 * A case that rests unarchived with nobody told any more is stuck, unless that is what the scenario is about (`nobody`)
 * and somebody who leads has been told. A notice that did not reach anybody it was meant for makes it stuck as well.
 */
function silence({ now, state, scenario }: Play, pages: Notice[], people: readonly Rehearser[]): Stuck | undefined {
  if (state.stage === 'archived') return undefined;
  const lost = pages.find(({ nobody }) => nobody);
  if (lost) {
    return {
      at: lost.at,
      kind: 'silence',
      words: {
        zh: `升级没有人收到（${receiverText(lost.to)}）：${lost.why.zh}`,
        en: `an escalation reaches nobody it is meant for (${receiverText(lost.to)}): ${lost.why.en}`,
      },
    };
  }
  const leads = new Set(people.filter((person) => atLeast(staffActor(person), 'supervisor')).map(({ id }) => id));
  const told = pages.some(({ receivers }) => receivers.some((id) => leads.has(id)));
  if (told && scenario.behaviour === 'nobody') return undefined;
  const stage = STAGE_WORDS[state.stage];
  return {
    at: now,
    kind: 'silence',
    words: {
      zh: `停在“${stage.zh}”阶段，之后不再提醒任何人`,
      en: `rests in stage ${stage.en}, and nobody is told any more`,
    },
  };
}

const receiverText = (to: Recipient): string =>
  to.kind === 'user'
    ? to.id
    : to.kind === 'role'
      ? [to.role, to.team].filter(Boolean).join(' / ')
      : to.kind === 'department'
        ? to.department
        : 'customer';

/** Adds up the cases of a rehearsal. */
export function reportOn(cases: RehearsedCase[], calendar: Calendar | undefined, house?: FrozenZone): Rehearsal {
  const broken: Record<string, number> = {};
  for (const { clock, promise } of cases.flatMap((item) => item.broken)) {
    const name = promise === 'further' ? clock : promise;
    broken[name] = (broken[name] ?? 0) + 1;
  }
  const count = (end: RehearsedCase['end']): number => cases.filter((item) => item.end === end).length;
  return {
    complaints: cases.length,
    archived: count('archived'),
    silent: count('silent'),
    stuck: count('stuck'),
    broken,
    receivers: totalsOf(cases, calendar, house),
    cases,
  };
}

function totalsOf(
  cases: readonly RehearsedCase[],
  calendar: Calendar | undefined,
  house?: FrozenZone,
): ReceiverTotal[] {
  const local = localTime(calendar, house);
  const totals = new Map<string, ReceiverTotal & { byDay: Map<string, number> }>();
  for (const { at, receivers, night, weekend } of cases.flatMap(({ pages }) => pages)) {
    for (const receiver of receivers) {
      const total = totals.get(receiver) ?? { receiver, pages: 0, night: 0, weekend: 0, days: [], byDay: new Map() };
      totals.set(receiver, total);
      total.pages += 1;
      total.night += night ? 1 : 0;
      total.weekend += weekend ? 1 : 0;
      const date = local.dateAt(at);
      total.byDay.set(date, (total.byDay.get(date) ?? 0) + 1);
    }
  }
  return [...totals.values()]
    .toSorted((a, b) => b.pages - a.pages || (a.receiver < b.receiver ? -1 : 1))
    .map(({ byDay, ...total }) => ({
      ...total,
      days: [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([date, pages]) => ({ date, pages })),
    }));
}
