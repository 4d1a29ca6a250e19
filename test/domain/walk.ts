/**
 * Leads a case by the domain's rules alone, as people and time would, without Temporal and Postgres. Property tests and
 * the recording of histories take their random steps from here.
 * @module
 */
import fc from 'fast-check';
import { decide, type Verdict } from '../../src/domain/decisions/decide';
import { DECISION_NAMES, type DecisionName } from '../../src/domain/decisions/catalogue';
import { event, type CaseEvent } from '../../src/domain/case/events';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { append, SYSTEM } from '../../src/domain/process/append';
import { overdue } from '../../src/domain/process/due';
import { receipt } from '../../src/domain/process/receipt';
import { PROCESS_REVISION } from '../../src/domain/case/revision';
import { nextMoment } from '../../src/domain/promises/clock';
import type { CaseState } from '../../src/domain/case/state';
import { addMs, later } from '../../src/domain/time/duration';
import {
  CATEGORIES,
  CAUSES,
  FISHBONE,
  GRADES,
  type Actor,
  type Grade,
  type Instant,
} from '../../src/domain/basics/types';

export const CASE_NO = 'C261122-7KQ4MX';
/** When the case of a walk is received. */
export const START = '2026-11-22T01:00:00.000Z';
/** A text reference; the same for the same number. */
export const text = (n: number) => ({
  textId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  sha256: 'a'.repeat(64),
});

/** Whoever takes decisions in walks; the staff have no rows in a database. */
export const ACTORS = {
  agent: { kind: 'staff', id: 'u-agent', role: 'agent', team: 'after-sales' },
  agent2: { kind: 'staff', id: 'u-agent2', role: 'agent', team: 'after-sales' },
  supervisor: { kind: 'staff', id: 'u-supervisor', role: 'supervisor', team: 'after-sales' },
  supervisor2: { kind: 'staff', id: 'u-supervisor2', role: 'supervisor', team: 'after-sales' },
  manager: { kind: 'staff', id: 'u-manager', role: 'manager', team: 'after-sales' },
  colleague: { kind: 'staff', id: 'u-quality', role: 'colleague', team: 'quality' },
  customer: { kind: 'customer' },
} as const satisfies Record<string, Actor>;
export type ActorName = keyof typeof ACTORS;

/**
 * The receipt of a case.
 * @param grade that is suggested
 * @param named id of a member of staff who is named in the complaint
 */
export const opening = (
  grade: Grade,
  at: Instant = START,
  policy: Policy = HOUSE_POLICY,
  named?: string,
  revision = PROCESS_REVISION,
) =>
  receipt(
    CASE_NO,
    {
      channel: 'phone',
      language: 'zh-CN',
      customerId: '00000000-0000-4000-8000-0000000000aa',
      text: text(1),
      receivedAt: at,
      revision,
      suggestion: { grade, category: 'product_quality', rules: ['M1'], engine: 'rules@1' },
    },
    {
      repeatOf: [],
      named: named === undefined ? [] : [{ id: named, at: [{ in: 'text', from: 5, to: 7 }] }],
      handler: { id: named === 'u-agent' ? 'u-agent2' : 'u-agent', role: 'agent', team: 'after-sales' },
    },
    policy,
    at,
  );

/** Ids of nobody, one or two of the staff, as being complained of. */
const accused = (n: number): string[] =>
  ['u-agent', 'u-supervisor', 'u-quality', 'u-supervisor2'].filter((_, index) => (n >> index) % 4 === 1).slice(0, 2);

/** An input for a decision in this state. `n` chooses among plausible ones, some of which the case refuses. */
export function inputFor(name: DecisionName, state: CaseState, n: number, now: Instant): Record<string, unknown> {
  const pick = <T>(items: readonly T[]): T => items[n % items.length] as T;
  const openTask = state.helpTasks.find((task) => task.open)?.id ?? 'h9';
  const soon = addMs(now, 3_600_000 * (1 + (n % 100)));
  switch (name) {
    case 'grade':
      return {
        grade: pick(GRADES),
        category: pick(CATEGORIES),
        ...(n % 4 > 0 && { reason: text(n) }),
        ...(n % 5 === 0 && { against: accused(n) }),
      };
    case 'regrade':
      return {
        grade: pick(GRADES),
        category: pick(CATEGORIES),
        reason: text(n),
        ...(n % 3 === 0 && { against: accused(n) }),
      };
    case 'assign':
    case 'reassign': {
      const [owner, ownerRole] = pick([
        ['u-agent', 'agent'],
        ['u-supervisor', 'supervisor'],
        ['u-agent2', 'agent'],
        ['u-supervisor2', 'supervisor'],
      ] as const);
      const input = { owner, ownerRole, ownerTeam: 'after-sales', taskForce: n % 2 ? ['u-quality'] : [] };
      return name === 'assign' ? input : { ...input, reason: text(n) };
    }
    case 'accept':
    case 'resume':
    case 'archive':
      return {};
    case 'respond':
      return { via: pick(['phone', 'mail'] as const), text: text(n) };
    case 'write':
      return { text: text(n) };
    case 'addEvidence':
      return { evidenceId: text(n % 5).textId, sha256: 'b'.repeat(64) };
    case 'requestHelp':
      return { department: 'quality', question: text(n) };
    case 'answerHelp':
      return { taskId: openTask, answer: text(n), withdrawn: n % 3 === 0 };
    case 'propose':
      return {
        remedies: [{ kind: 'refund', amount: pick([0, 100, 480, 3_000, 20_000]) }],
        solution: text(n),
        findings: text(n + 1),
      };
    case 'approve':
      return {};
    case 'reject':
    case 'withdraw':
    case 'reopen':
      return { reason: text(n) };
    case 'customerAnswer':
      return { accepted: n % 3 !== 0, via: 'link' };
    case 'carryOut':
      return { proof: text(n) };
    case 'notSubstantiated':
      return { reasons: text(n), evidence: [] };
    case 'resolve':
      return {
        outcome: state.notSubstantiated ? 'not_upheld' : pick(['upheld', 'partly_upheld'] as const),
        cause: pick(CAUSES),
        summary: text(n),
      };
    case 'recordSurvey': {
      const total = (n % 5) + 1;
      return { speed: total, solution: total, attitude: 4, total, via: 'link' };
    }
    case 'followUp':
      return { satisfied: n % 2 === 0, report: text(n) };
    case 'recordRevisit':
      return { satisfied: n % 4 !== 0, method: 'phone', report: text(n) };
    case 'recordRootCause':
      return { fishbone: pick(FISHBONE), cause: pick(CAUSES), whys: [text(n)], systemic: n % 2 === 0 };
    case 'planAction':
      return {
        kind: pick(['urgent', 'preventive'] as const),
        owner: 'u-quality',
        cause: pick(CAUSES),
        description: text(n),
      };
    case 'startAction':
      return { actionId: state.actions.find((action) => action.status === 'planned')?.id ?? 'x' };
    case 'verifyAction':
      return {
        actionId: state.actions.find((action) => action.status === 'started')?.id ?? 'x',
        reached: n % 2 === 0,
        report: text(n),
        ...(n % 3 === 0 && { early: text(n + 1) }),
      };
    case 'pause':
      return { reason: pick(['customer', 'parts', 'third_party'] as const), until: soon, note: text(n) };
    case 'chase':
      return {};
    case 'customerWrote': {
      const reads = {
        grade: pick(GRADES),
        category: pick(CATEGORIES),
        rules: pick([['M1'], ['I2'], []]),
        engine: 'rules@1',
      };
      return { via: pick(['link', 'phone'] as const), text: text(n), ...(n % 4 > 0 && { reads }) };
    }
    case 'wantCallBack':
      return { via: 'link', ...(n % 2 === 0 && { from: soon, to: addMs(soon, 3_600_000) }) };
    case 'fillForm':
      return { form: pick(['identity', 'inspection', 'unknown']), values: text(n) };
    case 'movePolicy': {
      const to = state.policyVersion + 1;
      return { to, policy: { ...HOUSE_POLICY, version: to } };
    }
    case 'extend': {
      const clock = state.clocks.resolution;
      return {
        promise: 'resolution',
        dueAt: clock ? addMs(later(clock.dueAt, now), 3_600_000) : soon,
        reason: text(n),
      };
    }
    case 'merge':
      return { into: 'C261122-000000', reason: text(n) };
    case 'note':
      return { text: text(n) };
  }
}

/**
 * Repeats a round of random walks until it has met what the test is about, twenty times at most. A single round may
 * miss it, and then the test would prove nothing, or fail by bad luck.
 */
export function walkUntil(met: () => boolean, round: () => void): void {
  for (let rounds = 0; rounds < 20 && (rounds === 0 || !met()); rounds++) round();
}

/** A step of a random walk. */
export type Step =
  | { kind: 'decide'; name: DecisionName; actor: ActorName; n: number; repeat: boolean }
  | { kind: 'wait'; ms: number }
  /** Sleeps exactly until the next promise falls due. */
  | { kind: 'untilDue' }
  /** A corrective action reports its end. */
  | { kind: 'actionEnds' };

/** A random step; most are decisions, allowed or not. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      name: fc.constantFrom(...DECISION_NAMES),
      actor: fc.constantFrom(...(Object.keys(ACTORS) as ActorName[])),
      n: fc.nat(999),
      repeat: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40 * 3_600_000) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'untilDue' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'actionEnds' as const }) },
);

/** A case that is led step by step. */
export class Walk {
  state: CaseState;
  events: CaseEvent[];
  now: Instant;
  /** How each decision was judged. */
  readonly verdicts: { name: DecisionName; verdict: Verdict }[] = [];
  private count = 0;

  constructor(
    grade: Grade,
    public policy: Policy = HOUSE_POLICY,
    named?: string,
    revision: number = PROCESS_REVISION,
  ) {
    const first = opening(grade, START, policy, named, revision);
    this.state = first.state;
    this.events = first.events;
    this.now = START;
  }

  /** Takes a step; one that is refused or impossible changes nothing. */
  take(one: Step): void {
    switch (one.kind) {
      case 'wait':
        return this.wait(one.ms);
      case 'untilDue': {
        const next = nextMoment(this.state.clocks);
        if (next) this.wait(Math.max(0, Date.parse(next.at) - Date.parse(this.now)));
        return;
      }
      case 'actionEnds': {
        const action = this.state.actions.find((item) => item.status === 'started');
        if (action && this.state.stage !== 'archived') {
          this.append([event('actionEnded', { actionId: action.id, rounds: 1 })]);
        }
        return;
      }
      case 'decide':
        this.decide(one.name, one.actor, inputFor(one.name, this.state, one.n, this.now));
        return;
    }
  }

  /** Judges a decision, and takes it when it is allowed. */
  decide(name: DecisionName, actor: ActorName | Actor, input: Record<string, unknown>, decisionId?: string): Verdict {
    const id = decisionId ?? `decision-${++this.count}`;
    const who = typeof actor === 'string' ? ACTORS[actor] : actor;
    const verdict = decide(this.state, name, { decisionId: id, actor: who, input }, this.now, this.policy);
    this.verdicts.push({ name, verdict });
    if (verdict.kind === 'taken') {
      this.state = verdict.state;
      this.events.push(...verdict.events);
      if (name === 'movePolicy') this.policy = input.policy as Policy;
      this.appoint();
    }
    return verdict;
  }

  /** Lets time pass, and writes what has fallen due by then. */
  wait(ms: number): void {
    this.now = addMs(this.now, ms);
    const due = overdue(this.state, this.now, this.policy);
    if (!due) return;
    this.state = due.state;
    this.events.push(...due.events);
    this.appoint();
  }

  /** Appends events that nobody has decided. */
  append(bodies: Parameters<typeof append>[2], at = this.now): void {
    const { state, events } = append(this.state, CASE_NO, bodies, { at, actor: SYSTEM }, this.policy);
    this.state = state;
    this.events.push(...events);
    this.appoint();
  }

  /**
   * Does what the workflow does by asking Postgres: finds an owner, or somebody for a follow-up, where one is needed.
   */
  private appoint(): void {
    const { stage, owner, grade, against } = this.state;
    const unfit = !owner || owner.provisional || (grade !== 'general' && owner.role === 'agent');
    const [id, role] = STAFF_BY_GRADE[grade].find(([one]) => !against.includes(one)) ?? [];
    if (stage === 'assign' && unfit && id !== undefined && role !== undefined) {
      this.append([event('assigned', { owner: id, role, team: 'after-sales', taskForce: [], provisional: false })]);
    }
    const last = this.events.findLastIndex(({ type }) => type === 'assigned' || type === 'reassigned');
    const wanted = this.events
      .slice(last + 1)
      .some((item) => item.type === 'escalated' && item.data.action === 'reassign');
    if (
      wanted &&
      !this.state.owner &&
      stage !== 'assign' &&
      stage !== 'archived' &&
      id !== undefined &&
      role !== undefined
    ) {
      this.append([event('reassigned', { owner: id, role, team: 'after-sales', taskForce: this.state.taskForce })]);
    }
    const { followUp } = this.state;
    if (stage === 'feedback' && followUp?.status === 'open' && followUp.assignee === undefined) {
      const assignee = ['u-agent', 'u-agent2', 'u-supervisor2', 'u-manager'].find(
        (one) => !followUp.notBy.includes(one) && !against.includes(one),
      );
      if (assignee) this.append([event('followUpAssigned', { followUpId: followUp.id, assignee })]);
    }
  }
}

const STAFF_BY_GRADE: Record<Grade, readonly (readonly [id: string, role: string])[]> = {
  general: [
    ['u-agent', 'agent'],
    ['u-agent2', 'agent'],
  ],
  important: [
    ['u-supervisor', 'supervisor'],
    ['u-supervisor2', 'supervisor'],
    ['u-manager', 'manager'],
  ],
  major: [
    ['u-supervisor', 'supervisor'],
    ['u-supervisor2', 'supervisor'],
    ['u-manager', 'manager'],
  ],
};
