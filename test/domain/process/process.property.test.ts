import fc from 'fast-check';
import { allowed, decide, notReady } from '../../../src/domain/decisions/decide';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../src/domain/decisions/catalogue';
import { evolve, fold } from '../../../src/domain/case/evolve';
import { maySee } from '../../../src/domain/case/permissions';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { awaited } from '../../../src/domain/views/progress';
import { isOpen, nextMoment } from '../../../src/domain/promises/clock';
import type { CaseState } from '../../../src/domain/case/state';
import { GRADES, type Actor, type Role, type Stage } from '../../../src/domain/basics/types';
import { OFFICE_POLICY } from '../policies';
import { ACTORS, CASE_NO, inputFor, step, Walk, walkUntil, type ActorName } from '../walk';
import { volume } from '../../support/volume';

/** Every edge the process may take. Anything else is an illegal state. */
const EDGES: Record<Stage, readonly Stage[]> = {
  receive: ['grade', 'archived'],
  grade: ['assign', 'archived'],
  assign: ['resolve', 'archived'],
  resolve: ['assign', 'feedback', 'archived'],
  feedback: ['revisit', 'resolve'],
  revisit: ['review', 'resolve'],
  review: ['archived', 'resolve'],
  archived: ['resolve'],
};

/** Most steps are chosen from what is possible, so that walks reach the far stages; the others are anything. */
const walk = fc.record({
  policy: fc.constantFrom(HOUSE_POLICY, OFFICE_POLICY),
  grade: fc.constantFrom(...GRADES),
  named: fc.constantFrom(undefined, undefined, 'u-agent', 'u-supervisor'),
  steps: fc.array(fc.record({ step, sensible: fc.integer({ min: 0, max: 3 }), n: fc.nat(9_999) }), {
    minLength: 5,
    maxLength: 80,
    size: 'large',
  }),
});

function run({
  policy,
  grade,
  named,
  steps,
}: {
  policy: Policy;
  grade: (typeof GRADES)[number];
  named: string | undefined;
  steps: { step: Parameters<Walk['take']>[0]; sensible: number; n: number }[];
}): Walk {
  const walking = new Walk(grade, policy, named);
  for (const one of steps) goOn(walking, one);
  return walking;
}

function goOn(
  walking: Walk,
  { step: one, sensible, n }: { step: Parameters<Walk['take']>[0]; sensible: number; n: number },
): void {
  if (sensible === 0) return walking.take(one);
  const choices = (Object.keys(ACTORS) as ActorName[]).flatMap((actor) =>
    allowed(walking.state, { actor: ACTORS[actor], at: walking.now, policy: walking.policy })
      .filter((name) => (sensible === 1 ? name !== 'merge' && name !== 'withdraw' : ONWARD.has(name)))
      .map((name) => ({ name, actor })),
  );
  const choice = choices[n % Math.max(1, choices.length)];
  if (choice) walking.decide(choice.name, choice.actor, inputFor(choice.name, walking.state, n, walking.now));
}

/** The decisions that carry a case forward, as a working day consists of. */
const ONWARD = new Set([
  'grade',
  'accept',
  'respond',
  'write',
  'answerHelp',
  'propose',
  'approve',
  'customerAnswer',
  'carryOut',
  'resolve',
  'recordSurvey',
  'followUp',
  'recordRevisit',
  'recordRootCause',
  'startAction',
  'verifyAction',
  'archive',
  'resume',
]);

const onlyReminding = (policy: Policy): Policy => ({
  ...policy,
  chains:
    policy.chains &&
    Object.fromEntries(
      Object.entries(policy.chains).map(([id, steps]) => [
        id,
        steps.map((one) => ({ ...one, action: 'remind' as const })),
      ]),
    ),
});

const RUNS = { numRuns: volume({ usual: 120 }) };

describe('no sequence of decisions and timers reaches an illegal state', () => {
  test('stages move along legal edges only, sequence has no gap, time never runs backwards', () => {
    const STAGES: Stage[] = ['grade', 'assign', 'resolve', 'feedback', 'revisit', 'review', 'archived'];
    const reached = new Set<string>();
    walkUntil(
      () => STAGES.every((one) => reached.has(one)),
      () =>
        fc.assert(
          fc.property(walk, (script) => {
            const { events } = run(script);
            let stage: Stage = 'receive';
            events.forEach((item, index) => {
              expect(item.seq).toBe(index + 1);
              if (index > 0) expect(item.at >= (events[index - 1]?.at ?? '')).toBe(true);
              if (item.type !== 'stageEntered' || item.data.stage === stage) return;
              expect(EDGES[stage]).toContain(item.data.stage);
              stage = item.data.stage;
              reached.add(stage);
            });
          }),
          RUNS,
        ),
    );
    // The walks are worth something only if they get everywhere.
    expect([...reached]).toEqual(expect.arrayContaining(STAGES));
  });

  test('folding the ledger gives the state', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const { events, state } = run(script);
        expect(fold(CASE_NO, JSON.parse(JSON.stringify(events)))).toEqual(state);
      }),
      RUNS,
    );
  });

  test('the same decision id twice is one decision', () => {
    fc.assert(
      fc.property(walk, fc.constantFrom(...DECISION_NAMES), fc.nat(999), (script, name, n) => {
        const walking = run(script);
        for (const actor of Object.keys(ACTORS) as ActorName[]) {
          const input = inputFor(name, walking.state, n, walking.now);
          const first = walking.decide(name, actor, input, `same-id-${actor}`);
          const before = walking.state;
          const second = walking.decide(name, actor, input, `same-id-${actor}`);
          if (first.kind === 'taken')
            expect(second).toEqual({ kind: 'repeated', seq: before.decisions[`same-id-${actor}`]?.seq });
          else expect(second).toEqual(first);
          expect(walking.state).toBe(before);
        }
      }),
      { numRuns: volume({ usual: 50 }) },
    );
  });

  test('every refusal has a reason in both languages, and says what is possible instead', () => {
    fc.assert(
      fc.property(walk, (script) => {
        for (const { verdict } of run(script).verdicts) {
          if (verdict.kind !== 'conflict' && verdict.kind !== 'forbidden') continue;
          expect(verdict.refusal.code).toMatch(/^[a-z_]+$/);
          expect(verdict.refusal.words.zh.length).toBeGreaterThan(3);
          expect(verdict.refusal.words.en.length).toBeGreaterThan(3);
          if (verdict.kind === 'conflict') expect(Array.isArray(verdict.instead)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('what is offered is possible: an allowed decision is refused for its input only', () => {
    fc.assert(
      fc.property(walk, fc.nat(999), (script, n) => {
        const { state, now, policy } = run(script);
        for (const actor of Object.values(ACTORS)) {
          const context = { actor, at: now, policy };
          const offered = new Set(allowed(state, context));
          for (const name of DECISION_NAMES) {
            const message = { decisionId: 'offered-or-not', actor, input: inputFor(name, state, n, now) };
            const verdict = decide(state, name, message, now, policy);
            if (verdict.kind === 'taken') expect(offered.has(name)).toBe(true);
            if (offered.has(name) && verdict.kind === 'conflict') {
              expect(notReady(DECISIONS[name], state, context)).toBeUndefined();
            }
          }
        }
      }),
      { numRuns: volume({ usual: 50 }) },
    );
  });

  test('a case is never stuck: until the archive there is always a decision or a promise that wakes somebody', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const { state, now, policy } = run(script);
        if (state.stage === 'archived') return;
        const possible = Object.values(ACTORS).flatMap((actor) =>
          allowed(state, { actor, at: now, policy }).filter(
            (name) => name !== 'note' && name !== 'addEvidence' && name !== 'fillForm' && name !== 'movePolicy',
          ),
        );
        expect(possible.length).toBeGreaterThan(0);
        const waiting = Object.values(state.clocks).filter(isOpen);
        const escalatedAlready = waiting.some((clock) => clock.breachedAt !== undefined);
        const { stage, proposal, notSubstantiated, paused, grade } = state;
        if (nextMoment(state.clocks) === undefined && !escalatedAlready) {
          throw new Error(
            `nobody will be woken: ${JSON.stringify({ stage, proposal, notSubstantiated, paused, grade, waiting })}`,
          );
        }
      }),
      RUNS,
    );
  });
});

describe('who may do what', () => {
  test('whoever is complained of, or named and not cleared, decides nothing and holds no part of the case', () => {
    const WHY_LOST = ['named', 'complainedOf', 'gradedDown'];
    const lost = new Set<string>();
    walkUntil(
      () => WHY_LOST.every((one) => lost.has(one)),
      () =>
        fc.assert(
          fc.property(walk, (script) => {
            const { state, now, policy, events } = run(script);
            for (const actor of Object.values(ACTORS)) {
              if (actor.kind !== 'staff' || !state.against.includes(actor.id)) continue;
              expect(allowed(state, { actor, at: now, policy })).toEqual([]);
              expect(maySee(actor, state)).toBe(false);
            }
            expect(state.against).not.toContain(state.owner?.id);
            for (const id of state.taskForce) expect(state.against).not.toContain(id);
            if (state.followUp?.status === 'open') expect(state.against).not.toContain(state.followUp.assignee);
            for (const task of state.helpTasks) if (task.open) expect(state.against).not.toContain(task.assignee);
            for (const item of events) if (item.type === 'escalated') lost.add(item.data.because);
          }),
          RUNS,
        ),
    );
    expect([...lost]).toEqual(expect.arrayContaining(WHY_LOST));
  });

  test('no promise gets longer by a lower grade that nobody who leads has confirmed', () => {
    let held = 0;
    walkUntil(
      () => held > 0,
      () =>
        fc.assert(
          fc.property(walk, (script) => {
            const { events } = run(script);
            let state: CaseState | undefined;
            for (const item of events) {
              const before = state;
              state = evolve(state, item, CASE_NO);
              if (!state.lowered) continue;
              held++;
              if (item.type === 'promiseMoved' && item.data.because === 'regraded') {
                expect(item.data.dueAt <= (before?.clocks[item.data.clock]?.dueAt ?? '')).toBe(true);
              }
            }
          }),
          RUNS,
        ),
    );
    expect(held).toBeGreaterThan(0);
  });

  test('a colleague of another department decides nothing of the case itself', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const { state, now, policy } = run(script);
        const may = allowed(state, { actor: ACTORS.colleague, at: now, policy });
        expect(HELPING).toEqual(expect.arrayContaining(may));
      }),
      RUNS,
    );
  });
});

/** What a colleague whom a case was opened to may do: help. */
const HELPING = ['addEvidence', 'answerHelp', 'startAction', 'chase', 'note'];

test('whatever a case is said to wait for, somebody may do now', () => {
  const EXPECTED = ['accept', 'propose', 'resolve', 'archive', 'answerHelp', 'approve', 'carryOut'];
  const named = new Set<string>();
  walkUntil(
    () => EXPECTED.every((one) => named.has(one)),
    () =>
      fc.assert(
        fc.property(walk, (script) => {
          const walking = new Walk(script.grade, script.policy, script.named);
          for (const one of script.steps) {
            goOn(walking, one);
            const decision = checkAwaited(walking);
            if (decision !== undefined) named.add(decision);
          }
        }),
        RUNS,
      ),
  );
  expect([...named]).toEqual(expect.arrayContaining(EXPECTED));
});

/** The decision that the case waits for; throws when nobody may take it. */
function checkAwaited({ state, now, policy }: Walk): DecisionName | undefined {
  const { decision, words } = awaited(state, policy);
  expect(words.zh).not.toBe('');
  if (decision === undefined) return undefined;
  const people: Actor[] = [
    ...Object.values(ACTORS),
    // Somebody of the house who has had no hand in the case.
    { kind: 'staff' as const, id: 'u-fresh', role: 'manager' as const, team: 'after-sales' },
    ...(state.owner ? [{ kind: 'staff' as const, ...state.owner, role: state.owner.role as Role }] : []),
  ].map((actor) =>
    actor.kind === 'staff' ? { kind: 'staff', id: actor.id, role: actor.role, team: actor.team } : actor,
  );
  if (people.some((actor) => allowed(state, { actor, at: now, policy }).includes(decision))) return decision;
  const { stage, owner, accepted, proposal, against } = state;
  throw new Error(`nobody can ${decision}: ${JSON.stringify({ stage, owner, accepted, proposal, against, words })}`);
}

describe('promises', () => {
  test('each broken deadline escalates exactly once to each level, and a kept one never', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const { events } = run(script);
        const count = new Map<string, number>();
        const broken = new Set<string>();
        for (const item of events) {
          if (item.type === 'promiseBreached') broken.add(`${item.data.clock}/${item.data.version}`);
          if (item.type !== 'escalated' || item.data.clock === undefined) continue;
          const id = `${item.data.clock}/${item.data.version}`;
          // Only a step that comes before the deadline may speak of a promise that is still whole.
          expect(broken.has(id)).toBe(!(item.data.dueAt !== undefined && item.at < item.data.dueAt));
          count.set(`${id}/${item.data.to}`, (count.get(`${id}/${item.data.to}`) ?? 0) + 1);
        }
        for (const id of broken) expect(count.get(`${id}/supervisor`)).toBe(1);
        for (const times of count.values()) expect(times).toBe(1);
      }),
      RUNS,
    );
  });

  test('an outage leaves the same ledger as no outage, with the same true times', () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 1, max: 60 }), (script, days) => {
        // A step that raises the grade sends the case back to assign, and who is found there is found when we are back.
        const policy = onlyReminding(script.policy);
        const inTime = run({ ...script, policy });
        const late = run({ ...script, policy });
        for (let hours = 0; hours < days * 24; hours += 8) inTime.wait(8 * 3_600_000);
        late.wait(days * 24 * 3_600_000);
        expect(late.events).toEqual(inTime.events);
      }),
      { numRuns: volume({ usual: 50 }) },
    );
  });

  test('a clock is paused once until it runs again, and no pause brings its deadline nearer', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const standing = new Set<string>();
        const due = new Map<string, string>();
        for (const { type, data } of run(script).events) {
          if (type === 'promiseStarted' || type === 'promiseStopped') standing.delete(data.clock);
          if (type === 'promisePaused') {
            expect(standing).not.toContain(data.clock);
            standing.add(data.clock);
          }
          if (type === 'promiseResumed') {
            expect(standing).toContain(data.clock);
            standing.delete(data.clock);
            expect(data.dueAt >= (due.get(data.clock) ?? '')).toBe(true);
          }
          if (type === 'promiseStarted' || type === 'promiseMoved' || type === 'promiseResumed') {
            due.set(data.clock, data.dueAt);
          }
        }
      }),
      RUNS,
    );
  });

  test('no due time lies before its start, and nothing runs on after the archive', () => {
    fc.assert(
      fc.property(walk, (script) => {
        const { state } = run(script);
        for (const clock of Object.values(state.clocks)) {
          expect(clock.dueAt > clock.startedAt).toBe(true);
          if (state.stage === 'archived') expect(isOpen(clock)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});
