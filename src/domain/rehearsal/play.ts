/**
 * Plays one invented complaint through: what the workflow does automatically, and what people do when they get to it.
 * @module
 */
import { intentIn, type Intent, type TakenDecision } from './intents';
import type { Behaviour, Scenario } from './scenario';
import { type Owner, staffActor, type Desk, type Rehearser } from './desk';
import { CASE_NO, TEXT, LANGUAGE, CHANNEL, CATEGORY } from './invented';
import { addWorkingMs, nextWorkingMoment, type Calendar } from '../time/calendar';
import { decisionNamed } from '../decisions/catalogue';
import { STAGE_WORDS } from '../basics/words';
import { withIds, type Refusal } from '../decisions/define';
import { afterSearch } from '../process/search';
import { event, type CaseEvent, type EventBody, type EventData } from '../case/events';
import { calendarOf, type Policy } from '../policy/schema';
import { append, SYSTEM } from '../process/append';
import { needsOwner } from '../staffing/owning';
import { overdue } from '../process/due';
import { nextMoment } from '../promises/clock';
import { receipt, type Received } from '../process/receipt';
import { PROCESS_REVISION } from '../case/revision';
import type { RoutingFacts } from '../staffing/routing';
import type { CaseState } from '../case/state';
import { addMs, later, toInstant, toMs } from '../time/duration';
import type { Actor, Instant, Words } from '../basics/types';
import { decide } from '../decisions/decide';
import { HOUR, MINUTE } from '../basics/milliseconds';

const STAFF_TAKES = MINUTE;
const SLOW_STAFF_TAKES = 20 * HOUR;
const CUSTOMER_TAKES = 2 * HOUR;

/** A case that takes more decisions, or more moments that fall due, goes round in circles. */
const MOST_DECISIONS = 200;
const MOST_MOMENTS = 2_000;

/**
 * A case while it is played. It takes the place of the workflow: the same functions of the domain, a `Desk` instead of
 * the database, and virtual time.
 */
export class Play {
  state: CaseState;
  readonly events: CaseEvent[] = [];
  readonly taken: TakenDecision[] = [];
  /** Virtual time. */
  now: Instant;
  /** How often `assign` was entered, and for how many of these an owner was looked for. */
  private entered = 0;
  private served = 0;
  /** Follow-ups for which somebody was looked for. */
  private readonly named = new Set<string>();

  constructor(
    readonly policy: Policy,
    readonly people: readonly Rehearser[],
    private readonly desk: Desk,
    readonly scenario: Scenario,
  ) {
    this.now = scenario.receivedAt;
    this.state = this.receive();
    this.settle(this.events);
  }

  /** The receipt, as the stage `receive` of the workflow writes it, with somebody named to the customer. */
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

  /** What the workflow does automatically after new events: it finds people where they are needed. */
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

  /** The steps of a chain that need people to be found: reassigning, and opening a task force. */
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
        taskForceFor: { owner },
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

  /** Lets time pass to `at`; everything that falls due on the way happens. */
  passTo(at: Instant): void {
    this.now = later(this.now, at);
    const due = overdue(this.state, this.now, this.policy);
    if (!due) return;
    this.state = due.state;
    this.events.push(...due.events);
    this.settle(due.events);
  }

  /**
   * Tries the decision with each person of the intent until one may take it. Undefined when it was taken, else why the
   * last of them was refused.
   */
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
}

const UNASSIGNED = event('escalated', { because: 'unassigned', to: 'supervisor' });

const NOBODY_THERE: Refusal = {
  code: 'nobody',
  words: { zh: '没有人可以做这个决定', en: 'there is nobody to take this decision' },
};

const ofOwner = ({ role, team }: Owner): { role: string; team: string } => ({ role, team });

/**
 * When somebody takes a decision that has been possible since `since`. Staff act in working time if the policy has a
 * calendar.
 */
function whenActed(since: Instant, { by }: Intent, behaviour: Behaviour, calendar: Calendar | undefined): Instant {
  if (by === 'customer') return addMs(since, CUSTOMER_TAKES);
  if (behaviour === 'slow') {
    const at = toMs(since) + SLOW_STAFF_TAKES;
    return toInstant(calendar ? nextWorkingMoment(calendar, at) : at);
  }
  return calendar ? toInstant(addWorkingMs(calendar, toMs(since), STAFF_TAKES)) : addMs(since, STAFF_TAKES);
}

/**
 * Why a case cannot go on. `decision`: nobody may take the next one. `silence`: it rests, and nobody is told. `loop`:
 * it never ends.
 */
export interface Stuck {
  at: Instant;
  kind: 'decision' | 'silence' | 'loop';
  words: Words;
}

/** A case that was played to its end, or until it was stuck. */
export interface Played {
  play: Play;
  stuck?: Stuck;
}

/**
 * Plays a scenario until the case has come to rest: nothing more falls due, and nobody has anything to do, or may do
 * it. Stops as a `loop` after too many decisions or moments.
 */
export function playThrough(policy: Policy, people: readonly Rehearser[], desk: Desk, scenario: Scenario): Played {
  const play = new Play(policy, people, desk, scenario);
  const calendar = calendarOf(policy);
  let since = play.now;
  let wanted = '';
  /**
   * The state in which nobody was allowed to take the next decision, and why: it is not tried again before something
   * has changed.
   */
  let blocked: { seq: number; intent: Intent; refusal: Refusal } | undefined;
  for (let moments = 0; ;) {
    const intent = intentIn(play);
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

const loop = ({ now, state }: Play): Stuck => ({
  at: now,
  kind: 'loop',
  words: {
    zh: `反复循环，第 ${state.round} 轮仍未结束`,
    en: `goes round in circles: still open in round ${state.round}`,
  },
});

function noDecision({ now, state }: Play, { intent, refusal }: { intent: Intent; refusal: Refusal }): Stuck {
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
