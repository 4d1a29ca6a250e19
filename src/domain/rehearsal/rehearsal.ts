import { addWorkingMs, dateOf, dayNumber, isWorkingTime, nextWorkingMoment, type Calendar } from '../time/calendar';
import { decisionNamed, type DecisionName } from '../decisions/catalogue';
import { STAGE_WORDS } from '../basics/words';
import { withIds, type Refusal } from '../decisions/define';
import { afterSearch } from '../process/search';
import { event, type CaseEvent, type EventBody, type EventData } from '../case/events';
import { evolve } from '../case/evolve';
import { openForms } from '../decisions/forms';
import { atLeast, type Staff } from '../case/permissions';
import { calendarOf, type Policy } from '../policy/schema';
import { type PromiseName, PROMISE_WORDS } from '../promises/names';
import { append, SYSTEM } from '../process/append';
import { needsOwner, isSought, getsTaskForce, soughtFor } from '../staffing/owning';
import { needsRootCause } from '../process/follow/review';
import { overdue } from '../process/due';
import { nextMoment, promiseWords, type Clock } from '../promises/clock';
import { receipt, type Received } from '../process/receipt';
import { PROCESS_REVISION } from '../case/revision';
import { fitsWish, routeFor, type Candidate, type QueueReason, type RoutingFacts } from '../staffing/routing';
import { openHelpTasks, type CaseState } from '../case/state';
import { addMs, later, toInstant, toMs } from '../time/duration';
import {
  GRADES,
  type Actor,
  type Grade,
  type Instant,
  type Role,
  type Stage,
  type TextRef,
  type Words,
} from '../basics/types';
import { decide, mayTake } from '../decisions/decide';
import { messagesFor, type Recipient } from '../process/notices';

/**
 * A policy tried out before it is published: invented complaints are taken by invented people through the very rules that
 * the workflow asks, in virtual time. Nothing is written and nobody is told; what would have happened is the report.
 */
export const BEHAVIOURS = [
  'prompt',
  'slow',
  'nobody',
  'customerSilent',
  'declinesTwice',
  'costly',
  'groundless',
  'waitsForParts',
  'unhappy',
  'reopenedTwice',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export const ARRIVALS = ['morning', 'fridayEvening', 'night', 'beforeHoliday'] as const;
export type Arrival = (typeof ARRIVALS)[number];

export interface Scenario {
  grade: Grade;
  behaviour: Behaviour;
  arrival: Arrival;
  receivedAt: Instant;
}

export type Rehearser = Pick<Candidate, 'id' | 'role' | 'team' | 'active'> & Partial<Candidate>;

interface Owner {
  id: string;
  role: string;
  team: string;
}

/** Who is found for a case: the workflow asks the database, the rehearsal those who take part in it. */
export interface Desk {
  handler(facts: RoutingFacts): Owner | undefined;
  pickOwner(wanted: {
    grade: Grade;
    against: readonly string[];
    exclude: readonly string[];
    only?: string;
    /** By the policy's routing rules. */
    facts?: RoutingFacts;
  }): { owner?: Owner; taskForce: string[]; why?: QueueReason };
}

export interface Page {
  at: Instant;
  kind: 'warning' | 'escalation' | 'silence';
  clock?: string;
  /** Step of the chain, from 0. */
  step?: number;
  action?: string;
  to: Recipient;
  /** Who that is. */
  receivers: string[];
  /** Nobody is who it was meant for. */
  nobody?: true;
  why: Words;
  night: boolean;
  weekend: boolean;
}

export interface TakenDecision {
  at: Instant;
  decision: DecisionName;
  actor: Exclude<Actor, { kind: 'system' }>;
  input: Record<string, unknown>;
  decisionId: string;
}

export interface RehearsedCase extends Scenario {
  /** `silent`: nobody acted, and everybody who was to be told has been told. */
  end: 'archived' | 'silent' | 'stuck';
  endedAt: Instant;
  rounds: number;
  stages: { stage: Stage; round: number; at: Instant }[];
  pages: Page[];
  broken: { clock: string; promise: PromiseName; dueAt: Instant; words: Words }[];
  stuck?: { at: Instant; kind: 'decision' | 'silence' | 'loop'; words: Words };
}

export interface ReceiverTotal {
  receiver: string;
  pages: number;
  night: number;
  weekend: number;
  /** Local days, in order. */
  days: { date: string; pages: number }[];
}

export interface Rehearsal {
  complaints: number;
  archived: number;
  silent: number;
  stuck: number;
  /** Broken promises by name. */
  broken: Record<string, number>;
  receivers: ReceiverTotal[];
  cases: RehearsedCase[];
}

const CASE_NO = 'C000101-REHEAR';
const TEXT: TextRef = { textId: '00000000-0000-4000-8000-000000000000', sha256: '0'.repeat(64) };
const CATEGORY = 'product_quality';
const CHANNEL = 'phone';
const LANGUAGE = 'zh-CN';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STAFF_TAKES = MINUTE;
const SLOW_STAFF_TAKES = 20 * HOUR;
const CUSTOMER_TAKES = 2 * HOUR;
/** A case that takes more than this goes round in circles. */
const MOST_DECISIONS = 200;
const MOST_MOMENTS = 2_000;

// People

/** The rules of the database's pick, with everybody there: by routing, else by grade; in turn. */
export function deskOf(policy: Policy, people: readonly Rehearser[]): Desk {
  const active = people.filter((person) => person.active);
  const given = new Map<string, number>();
  const next = (among: readonly Rehearser[]): Owner | undefined => {
    const [found] = among.toSorted((a, b) => (given.get(a.id) ?? 0) - (given.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    if (!found) return undefined;
    given.set(found.id, (given.get(found.id) ?? 0) + 1);
    return { id: found.id, role: found.role, team: found.team };
  };
  const find = (
    grade: Grade,
    facts: RoutingFacts | undefined,
    out: readonly string[],
  ): { owner?: Owner; departments?: string[]; why?: QueueReason } => {
    const wish = facts && routeFor(policy, facts);
    const here = active.filter(({ id }) => !out.includes(id));
    if (wish && facts) {
      const owner = next(here.filter((person) => fitsWish({ language: LANGUAGE, ...person }, wish, facts)));
      return { owner, departments: wish.departments, ...(!owner && { why: 'nobody' as const }) };
    }
    const role = soughtFor(grade).find((wanted) => here.some((person) => person.role === wanted));
    return { owner: next(here.filter((person) => person.role === role)) };
  };
  return {
    handler: (facts) => find(facts.grade, policy.routing && facts, []).owner,
    pickOwner({ grade, against, exclude, only, facts }) {
      if (only !== undefined) {
        const person = active.find(({ id, role }) => id === only && isSought(role, grade));
        const owner =
          person && !against.includes(only) ? { id: only, role: person.role, team: person.team } : undefined;
        return { owner, taskForce: [] };
      }
      const { owner, departments, why } = find(grade, facts, [...against, ...exclude]);
      const force = owner && getsTaskForce(grade, departments);
      const others = active.filter(
        ({ id, team, role }) =>
          team !== owner?.team && id !== owner?.id && !against.includes(id) && role !== 'agent' && role !== 'admin',
      );
      const teams = departments ?? [...new Set(others.map(({ team }) => team))].toSorted();
      const taskForce = force
        ? teams.flatMap((team) => others.filter((person) => person.team === team).slice(0, 1)).map(({ id }) => id)
        : [];
      return { owner, taskForce, why };
    },
  };
}

const staffActor = ({ id, role, team }: Rehearser): Staff => ({ kind: 'staff', id, role: role as Role, team });

/** As notices are delivered: the role in its team, else in the house, else the next rank. */
function readers(to: Recipient, state: CaseState, people: readonly Rehearser[], policy: Policy): string[] {
  const active = people.filter(({ id, active: is }) => is && !state.against.includes(id));
  const leads = (
    role: string,
    team: string | undefined,
    fits: (person: Rehearser) => boolean = () => true,
  ): string[] => {
    const ranks = ['supervisor', 'manager', 'admin'];
    for (const rank of ranks.slice(Math.max(0, ranks.indexOf(role)))) {
      const inRole = active.filter((person) => person.role === rank);
      const inTeam = inRole.filter((person) => team === undefined || person.team === team);
      const found = (inTeam.length > 0 ? inTeam : inRole).filter(fits);
      if (found.length > 0) return found.map(({ id }) => id);
    }
    return [];
  };
  switch (to.kind) {
    case 'user':
      return active.some(({ id }) => id === to.id) ? [to.id] : leads('supervisor', state.owner?.team);
    case 'role':
      return leads(
        to.role,
        to.team,
        (person) =>
          !to.not?.includes(person.id) &&
          (to.may === undefined || mayTake(to.may, staffActor(person), state, { at: state.lastAt, policy })),
      );
    case 'department':
      return active.filter(({ team }) => team === to.department).map(({ id }) => id);
    case 'customer':
      return [];
  }
}

/** Is anybody there whom it was meant for, and not merely somebody who takes it over? */
function isReached(to: Recipient, cause: CaseEvent, people: readonly Rehearser[]): boolean {
  const active = people.filter((person) => person.active);
  if (to.kind === 'user') return active.some(({ id }) => id === to.id);
  if (to.kind !== 'role') return true;
  // The owner's team is only where one looks first; a team that the chain names is what it says.
  const team = cause.type === 'escalated' ? cause.data.team : undefined;
  return active.some((person) => person.role === to.role && (team === undefined || person.team === team));
}

// What people do

/** What somebody wants to do next. */
interface Intent {
  decision: DecisionName;
  by: 'customer' | readonly string[];
  input: (at: Instant) => Record<string, unknown>;
}

class Play {
  state: CaseState;
  readonly events: CaseEvent[] = [];
  readonly taken: TakenDecision[] = [];
  now: Instant;
  private entered = 0;
  private served = 0;
  private readonly named = new Set<string>();

  constructor(
    private readonly policy: Policy,
    private readonly people: readonly Rehearser[],
    private readonly desk: Desk,
    readonly scenario: Scenario,
  ) {
    this.now = scenario.receivedAt;
    this.state = this.receive();
    this.settle(this.events);
  }

  /** As the workflow's stages do it: the receipt in one entry, with whoever speaks to the customer first. */
  private receive(): CaseState {
    const { grade, receivedAt } = this.scenario;
    const { policy } = this;
    const handler = this.desk.handler({ grade, category: CATEGORY, channel: CHANNEL, language: LANGUAGE });
    const received: Received = {
      channel: CHANNEL,
      language: LANGUAGE,
      customerId: TEXT.textId,
      text: TEXT,
      receivedAt,
      revision: PROCESS_REVISION,
      suggestion: { grade, category: CATEGORY, rules: [], engine: 'rehearsal' },
    };
    const named = handler && { id: handler.id, ...ofOwner(handler) };
    const { state, events } = receipt(CASE_NO, received, { repeatOf: [], handler: named }, policy, receivedAt);
    this.events.push(...events);
    return state;
  }

  private happen(bodies: EventBody[]): void {
    if (bodies.length === 0) return;
    const { state, events } = append(this.state, CASE_NO, bodies, { at: this.now, actor: SYSTEM }, this.policy);
    this.state = state;
    this.events.push(...events);
    this.settle(events);
  }

  /** What the workflow does by itself after a change: somebody is found where somebody is needed. */
  private settle(fresh: readonly CaseEvent[]): void {
    for (const item of fresh) {
      if (item.type === 'stageEntered' && item.data.stage === 'assign') this.entered += 1;
    }
    const { state, policy } = this;
    if (state.stage === 'assign' && this.entered > this.served) {
      this.served = this.entered;
      if (needsOwner(state) && policy.steps[state.grade].autoAssign) this.appoint();
    }
    const { followUp } = this.state;
    if (
      this.state.stage === 'feedback' &&
      followUp?.status === 'open' &&
      followUp.assignee === undefined &&
      !this.named.has(followUp.id)
    ) {
      this.named.add(followUp.id);
      const { against } = this.state;
      const { owner } = this.desk.pickOwner({ grade: 'general', against, exclude: followUp.notBy });
      this.happen([owner ? event('followUpAssigned', { followUpId: followUp.id, assignee: owner.id }) : UNASSIGNED]);
    }
    for (const item of fresh) {
      if (item.type === 'escalated') this.findSomebody(item.data);
    }
  }

  private facts(): RoutingFacts | undefined {
    const { grade, category, channel, language } = this.state;
    return this.policy.routing && { grade, category, channel, language };
  }

  private appoint(): void {
    const { grade, against } = this.state;
    const facts = this.facts();
    const { owner, taskForce, why } = this.desk.pickOwner({ grade, against, exclude: [], facts });
    const found = owner && { owner, taskForce, grade };
    this.happen(afterSearch(this.state, { found, why }, this.policy));
  }

  private findSomebody({ action, person }: EventData['escalated']): void {
    if (action !== 'reassign' && action !== 'openTaskForce') return;
    const { grade, against, owner, stage, taskForce } = this.state;
    if (stage === 'archived') return;
    const exclude = owner ? [owner.id] : [];
    const facts = this.facts();
    if (action === 'openTaskForce') {
      const found = this.desk.pickOwner({
        grade: 'major',
        against,
        exclude,
        facts: facts && { ...facts, grade: 'major' },
      });
      if (found.taskForce.length > 0) this.happen([event('taskForceOpened', { members: found.taskForce })]);
      return;
    }
    const { owner: next } = this.desk.pickOwner({ grade, against, exclude, only: person, facts });
    if (next) {
      this.happen([event('reassigned', { owner: next.id, ...ofOwner(next), taskForce, from: owner?.id })]);
    }
  }

  /** Time passes until then, and what falls due on the way does so. */
  passTo(at: Instant): void {
    this.now = later(this.now, at);
    const due = overdue(this.state, this.now, this.policy);
    if (!due) return;
    this.state = due.state;
    this.events.push(...due.events);
    this.settle(due.events);
  }

  /** The first of those who want to, and may. Otherwise why the last of them may not. */
  act({ decision, by, input }: Intent): Refusal | undefined {
    const actors: Exclude<Actor, { kind: 'system' }>[] =
      by === 'customer'
        ? [{ kind: 'customer' }]
        : by.flatMap((id) => this.people.filter((person) => person.id === id && person.active).map(staffActor));
    let refusal: Refusal = NOBODY_THERE;
    for (const actor of actors) {
      const message = { decisionId: `rehearsal-${this.taken.length + 1}`, actor, input: input(this.now) };
      const verdict = decide(this.state, decision, message, this.now, this.policy);
      if (verdict.kind === 'taken') {
        this.state = verdict.state;
        this.events.push(...verdict.events);
        this.taken.push({ at: this.now, decision, ...message });
        this.settle(verdict.events);
        return undefined;
      }
      if ('refusal' in verdict) ({ refusal } = verdict);
    }
    return refusal;
  }

  /** Everybody who could do it, those whose task it is first. */
  private anyone(...first: (string | undefined)[]): string[] {
    const rank = ['agent', 'supervisor', 'manager', 'admin', 'colleague'];
    const rest = this.people
      .toSorted((a, b) => rank.indexOf(a.role) - rank.indexOf(b.role) || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
    return [...new Set([...first.filter((id) => id !== undefined), ...rest])];
  }

  private leading(): string[] {
    return this.anyone().filter((id) =>
      this.people.some((person) => person.id === id && atLeast(staffActor(person), 'supervisor')),
    );
  }

  /** What comes next; nothing when everybody waits, or all is done. A form that it waits for goes before it. */
  intent(): Intent | undefined {
    const wanted = this.wanted();
    const [form] = openForms(this.policy.forms, this.state).filter(({ before }) => before === wanted?.decision);
    return form
      ? { decision: 'fillForm', by: this.anyone(this.state.owner?.id), input: () => ({ form: form.id, values: TEXT }) }
      : wanted;
  }

  private wanted(): Intent | undefined {
    const { state, scenario, policy } = this;
    const { behaviour } = scenario;
    if (behaviour === 'nobody') return undefined;
    const owner = state.owner?.id;
    const by = (decision: DecisionName, input: object = {}, who: Intent['by'] = this.anyone(owner)): Intent => ({
      decision,
      by: who,
      input: () => ({ ...input }),
    });
    switch (state.stage) {
      case 'grade':
        // A chain may have raised it meanwhile; lower than that is said with a reason.
        return by('grade', { grade: scenario.grade, category: CATEGORY, reason: TEXT });
      case 'assign': {
        if (!needsOwner(state)) return by('accept', {}, owner === undefined ? [] : [owner]);
        const fit = this.people.find(({ role, active }) => active && isSought(role, state.grade));
        return fit && by('assign', { owner: fit.id, ownerRole: fit.role, ownerTeam: fit.team }, this.leading());
      }
      case 'resolve':
        return this.resolving(by, owner);
      case 'feedback':
        if (state.followUp?.status === 'open') {
          const assignee = state.followUp.assignee;
          return by('followUp', { satisfied: false, report: TEXT }, this.anyone(assignee));
        }
        if (state.survey?.status !== 'open' || behaviour === 'customerSilent') return undefined;
        return by('recordSurvey', scores(behaviour === 'unhappy' && state.surveys === 1 ? 1 : 5), 'customer');
      case 'revisit': {
        const who = state.revisit?.by === 'supervisor' ? this.leading() : this.anyone(owner);
        return by('recordRevisit', { satisfied: true, method: 'phone', report: TEXT }, who);
      }
      case 'review':
        return needsRootCause(state, policy) && !state.rootCause
          ? by('recordRootCause', { fishbone: 'material', cause: 'manufacturing', whys: [TEXT], systemic: false })
          : by('archive');
      case 'archived':
        return behaviour === 'reopenedTwice' && state.reopenings < 2
          ? by('reopen', { reason: TEXT }, 'customer')
          : undefined;
      default:
        return undefined;
    }
  }

  private resolving(
    by: (decision: DecisionName, input?: object, who?: Intent['by']) => Intent,
    owner: string | undefined,
  ): Intent | undefined {
    const { state, scenario, policy } = this;
    const { behaviour } = scenario;
    if (state.paused) return undefined;
    if (state.held) return by('approve', {}, this.leading());
    if (state.respondedAt === undefined) return by('respond', { via: 'phone', text: TEXT });
    const [asked] = openHelpTasks(state);
    if (asked) {
      const members = this.people.filter(({ team }) => team === asked.department).map(({ id }) => id);
      return by('answerHelp', { taskId: asked.id, answer: TEXT }, [...members, ...this.leading()]);
    }
    const waited = this.taken.some(({ decision }) => decision === 'pause');
    if (behaviour === 'waitsForParts' && !waited) {
      return {
        ...by('pause'),
        input: (at) => ({ reason: 'parts', until: addMs(at, 3 * DAY), note: TEXT }),
      };
    }
    if (behaviour === 'groundless') {
      if (!state.notSubstantiated) return by('notSubstantiated', { reasons: TEXT });
      if (state.notSubstantiated.status === 'awaitingApproval') return by('approve', {}, this.leading());
      return by('resolve', { outcome: 'not_upheld', cause: 'customer_use', summary: TEXT });
    }
    switch (state.proposal?.status) {
      case 'awaitingApproval':
        return by('approve', {}, this.leading());
      case 'offered':
        if (behaviour === 'customerSilent') return undefined;
        return by(
          'customerAnswer',
          { accepted: behaviour !== 'declinesTwice' || state.declines >= 2, via: 'link' },
          'customer',
        );
      case 'accepted':
        return by('carryOut');
      case 'unanswered':
        return by('carryOut', {}, this.leading());
      case 'carriedOut':
        return by('resolve', { outcome: 'upheld', cause: 'manufacturing', summary: TEXT });
      default: {
        const amount = behaviour === 'costly' ? Math.floor(policy.compensation.supervisorUpTo) + 1 : 10;
        const input = { remedies: [{ kind: 'refund', amount }], solution: TEXT, findings: TEXT };
        return by('propose', input, this.anyone(owner));
      }
    }
  }
}

const UNASSIGNED = event('escalated', { because: 'unassigned', to: 'supervisor' });
const NOBODY_THERE: Refusal = {
  code: 'nobody',
  words: { zh: '没有人可以做这个决定', en: 'there is nobody to take this decision' },
};
const ofOwner = ({ role, team }: Owner): { role: string; team: string } => ({ role, team });
const scores = (total: number) => ({ speed: total, solution: total, attitude: total, total, via: 'link' });

/** When somebody who has had it before them since then gets round to it. */
function whenActed(since: Instant, { by }: Intent, behaviour: Behaviour, calendar: Calendar | undefined): Instant {
  if (by === 'customer') return addMs(since, CUSTOMER_TAKES);
  if (behaviour === 'slow') {
    const at = toMs(since) + SLOW_STAFF_TAKES;
    return toInstant(calendar ? nextWorkingMoment(calendar, at) : at);
  }
  return calendar ? toInstant(addWorkingMs(calendar, toMs(since), STAFF_TAKES)) : addMs(since, STAFF_TAKES);
}

interface Played {
  play: Play;
  stuck?: RehearsedCase['stuck'];
}

function playThrough(policy: Policy, people: readonly Rehearser[], desk: Desk, scenario: Scenario): Played {
  const play = new Play(policy, people, desk, scenario);
  const calendar = calendarOf(policy);
  let since = play.now;
  let wanted = '';
  /** The state in which nobody was allowed to go on, and why. */
  let blocked: { seq: number; intent: Intent; refusal: Refusal } | undefined;
  for (let moments = 0; ;) {
    const intent = play.intent();
    const key = intent ? `${play.taken.length}:${intent.decision}` : '';
    if (key !== wanted) {
      wanted = key;
      since = play.now;
    }
    const due = nextMoment(play.state.clocks)?.at;
    const isBlocked = blocked?.seq === play.state.seq;
    const at =
      intent && !isBlocked ? later(whenActed(since, intent, scenario.behaviour, calendar), play.now) : undefined;
    if (intent && at !== undefined && (due === undefined || at < due)) {
      play.passTo(at);
      const refusal = play.act(intent);
      blocked = refusal && { seq: play.state.seq, intent, refusal };
      if (play.taken.length > MOST_DECISIONS) return { play, stuck: loop(play) };
      continue;
    }
    if (due === undefined) {
      if (blocked && isBlocked) return { play, stuck: noDecision(play, blocked) };
      return { play };
    }
    play.passTo(due);
    moments += 1;
    if (moments > MOST_MOMENTS) return { play, stuck: loop(play) };
  }
}

const loop = ({ now, state }: Play): RehearsedCase['stuck'] => ({
  at: now,
  kind: 'loop',
  words: {
    zh: `反复循环，第 ${state.round} 轮仍未结束`,
    en: `goes round in circles: still open in round ${state.round}`,
  },
});

function noDecision(
  { now, state }: Play,
  { intent, refusal }: { intent: Intent; refusal: Refusal },
): RehearsedCase['stuck'] {
  const label = decisionNamed(intent.decision)?.label ?? { zh: intent.decision, en: intent.decision };
  const stage = STAGE_WORDS[state.stage];
  return {
    at: now,
    kind: 'decision',
    words: {
      zh: `在“${stage.zh}”阶段没有人能${label.zh}：${withIds(refusal).zh}；之后也不会再提醒任何人`,
      en: `in stage ${stage.en} nobody can ${label.en}: ${withIds(refusal).en}; and nobody is told any more`,
    },
  };
}

// What is told of it

const wordsOf = (policy: Policy, clock: Pick<Clock, 'id' | 'promise'> | undefined): Words =>
  clock ? promiseWords(clock, policy) : PROMISE_WORDS.further;

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

const KINDS: Partial<Record<CaseEvent['type'], Page['kind']>> = {
  promiseWarned: 'warning',
  escalated: 'escalation',
  customerSilent: 'silence',
};

function reportOf(policy: Policy, people: readonly Rehearser[], { play, stuck }: Played): RehearsedCase {
  const local = localTime(calendarOf(policy));
  const pages: Page[] = [];
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

/** Nobody acts and nobody is told any more: good enough only if those who lead were there to be told. */
function silence({ now, state, scenario }: Play, pages: Page[], people: readonly Rehearser[]): RehearsedCase['stuck'] {
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

/** The wall clock of the house: its calendar's, else that of China. */
function localTime(calendar: Calendar | undefined) {
  const wall = (ms: number): number => {
    const offsets = calendar?.offsets ?? [[0, 480]];
    const found = offsets.findLast(([from]) => from <= ms) ?? offsets[0];
    return ms + (found?.[1] ?? 0) * MINUTE;
  };
  const instantOf = (date: string, minutes: number): number => {
    const guess = (dayNumber(date) ?? 0) * DAY + minutes * MINUTE;
    return guess - (wall(guess - 8 * HOUR) - (guess - 8 * HOUR));
  };
  const dateAt = (at: Instant): string => dateOf(Math.floor(wall(toMs(at)) / DAY));
  return {
    instantOf,
    dateAt,
    isNight: (at: Instant): boolean => {
      const hour = Math.floor((wall(toMs(at)) % DAY) / HOUR);
      return hour >= 21 || hour < 7;
    },
    /** Saturday, Sunday, or by the calendar a day on which nobody works. */
    isRest: (at: Instant): boolean => {
      const date = dateAt(at);
      const special = calendar?.days[date];
      if (special) return special.kind === 'holiday';
      return [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    },
  };
}

function arrivalAt(arrival: Arrival, from: Instant, calendar: Calendar | undefined): Instant | undefined {
  const local = localTime(calendar);
  const next = (weekday: number, minutes: number): number => {
    for (let day = dayNumber(local.dateAt(from)) ?? 0; ; day += 1) {
      const ms = local.instantOf(dateOf(day), minutes);
      if (new Date(day * DAY).getUTCDay() === weekday && ms > toMs(from)) return ms;
    }
  };
  switch (arrival) {
    case 'morning': {
      const ms = next(2, 10 * 60);
      return toInstant(calendar ? nextWorkingMoment(calendar, ms) : ms);
    }
    case 'fridayEvening':
      return toInstant(next(5, 18 * 60 + 30));
    case 'night':
      return toInstant(next(3, 2 * 60));
    case 'beforeHoliday': {
      const holidays = Object.entries(calendar?.days ?? {})
        .filter(([, day]) => day.kind === 'holiday')
        .map(([date]) => date)
        .toSorted();
      const date = holidays.find((day) => day > local.dateAt(from)) ?? holidays[0];
      if (!calendar || date === undefined) return undefined;
      // The last half hour of work before it.
      let ms = local.instantOf(date, 0) - HOUR / 2;
      for (let tries = 0; tries < 20 * 48 && !isWorkingTime(calendar, ms); tries += 1) ms -= HOUR / 2;
      return toInstant(ms);
    }
  }
}

/** Every complaint that is invented: each grade, each way people behave, each time of arrival. */
export function scenariosFor(policy: Policy, from: Instant): Scenario[] {
  const calendar = calendarOf(policy);
  return ARRIVALS.flatMap((arrival) => {
    const receivedAt = arrivalAt(arrival, from, calendar);
    return receivedAt === undefined
      ? []
      : GRADES.flatMap((grade) => BEHAVIOURS.map((behaviour) => ({ grade, behaviour, arrival, receivedAt })));
  });
}

/** One complaint with everything it writes: held against the real workflow by test/workflows/rehearsal.test.ts. */
export function rehearseOne(
  policy: Policy,
  people: readonly Rehearser[],
  scenario: Scenario,
  desk: Desk = deskOf(policy, people),
): { report: RehearsedCase; events: CaseEvent[]; taken: TakenDecision[] } {
  const played = playThrough(policy, people, desk, scenario);
  return { report: reportOf(policy, people, played), events: played.play.events, taken: played.play.taken };
}

/** @param from complaints arrive in the days after it */
export function rehearse(policy: Policy, people: readonly Rehearser[], from: Instant): Rehearsal {
  const desk = deskOf(policy, people);
  const cases = scenariosFor(policy, from).map((scenario) => rehearseOne(policy, people, scenario, desk).report);
  return reportOn(cases, calendarOf(policy));
}

/** What they add up to. */
export function reportOn(cases: RehearsedCase[], calendar: Calendar | undefined): Rehearsal {
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
    receivers: totalsOf(cases, calendar),
    cases,
  };
}

function totalsOf(cases: readonly RehearsedCase[], calendar: Calendar | undefined): ReceiverTotal[] {
  const local = localTime(calendar);
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
