import type { CaseEvent } from '../../../src/domain/case/events';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { policySchema, type ClockRule, type Policy } from '../../../src/domain/policy/schema';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import type { Milestone } from '../../../src/domain/promises/names';
import { addMs, type Length } from '../../../src/domain/time/duration';
import type { Grade } from '../../../src/domain/basics/types';
import { OFFICE_POLICY } from '../policies';
import { START, text, Walk, type ActorName } from '../walk';

/** Clocks that are moved, added, taken away or extended while a case runs; and cases of the rules before revision 5. */

const HOUR = 3_600_000;
/** The instant so many hours after the complaint came in. */
const hour = (hours: number): string => addMs(START, hours * HOUR);

/** A further clock from the receipt until somebody has answered, a day long. */
const clock = (change: Partial<ClockRule> = {}): ClockRule => ({
  id: 'answer',
  name: { zh: '书面答复', en: 'written answer' },
  kind: 'house',
  when: {},
  start: 'received',
  stop: 'responded',
  length: { value: 24, unit: 'hours' },
  pausable: false,
  warnAt: [0.5],
  ...change,
});

const policyOf = (version: number, clocks: ClockRule[], change: Partial<Policy> = {}): Policy =>
  policySchema.parse({ ...HOUSE_POLICY, version, clocks, ...change });

const NONE = policyOf(1, []);

/** A case that has been graded by an agent one minute after it came in. */
function graded(policy: Policy, revision: number, grade: Grade = 'general'): Walk {
  const walk = new Walk(grade, policy, undefined, revision);
  walk.wait(60_000);
  decide(walk, 'grade', 'agent', { grade, category: 'product_quality' });
  return walk;
}

function decide(walk: Walk, name: Parameters<Walk['decide']>[0], actor: ActorName, input: Record<string, unknown>) {
  const verdict = walk.decide(name, actor, input);
  if (verdict.kind !== 'taken') throw new Error(`${name}: ${JSON.stringify(verdict)}`);
}

const until = (walk: Walk, hours: number): void => walk.wait(Date.parse(hour(hours)) - Date.parse(walk.now));
const respond = (walk: Walk, actor: ActorName = 'agent') =>
  decide(walk, 'respond', actor, { via: 'phone', text: text(1) });
const propose = (walk: Walk, amount = 10, actor: ActorName = 'agent') =>
  decide(walk, 'propose', actor, { remedies: [{ kind: 'refund', amount }], solution: text(2), findings: text(3) });
const regrade = (walk: Walk, grade: Grade) =>
  decide(walk, 'regrade', 'supervisor', { grade, category: 'product_quality', reason: text(4) });
const moveTo = (walk: Walk, policy: Policy) => decide(walk, 'movePolicy', 'manager', { to: policy.version, policy });
/** Resolved without a solution: the complaint is found to have no ground. */
function findNoGround(walk: Walk, actor: ActorName = 'agent'): void {
  decide(walk, 'notSubstantiated', actor, { reasons: text(5), evidence: [] });
  if (walk.state.notSubstantiated?.status === 'awaitingApproval') decide(walk, 'approve', 'manager', {});
  decide(walk, 'resolve', actor, { outcome: 'not_upheld', cause: 'unknown', summary: text(6) });
}

const of = (walk: Walk, type: CaseEvent['type'], id: string) =>
  walk.events.filter((item) => item.type === type && 'clock' in item.data && item.data.clock === id);

const NOW = PROCESS_REVISION;
const BEFORE = 4;

describe('how often a further clock may be extended', () => {
  const rule = clock({ stop: 'resolved', length: { value: 4, unit: 'days' }, extension: { by: 'manager', times: 1 } });
  const first = policyOf(1, [rule]);
  const extend = (walk: Walk, days: number) =>
    walk.decide('extend', 'manager', { promise: 'further', clock: 'answer', dueAt: hour(24 * days), reason: text(7) });
  const refused = (verdict: ReturnType<typeof extend>) => ('refusal' in verdict ? verdict.refusal.code : verdict.kind);

  test.each([
    ['is not used up by another version of the policy', NOW, 'taken'],
    ['was, before revision 5', BEFORE, 'extended_enough'],
  ])('%s', (_, revision, outcome) => {
    const walk = graded(first, revision);
    moveTo(walk, policyOf(2, [{ ...rule, length: { value: 5, unit: 'days' } }]));
    expect(walk.state.clocks.answer).toMatchObject({ version: 2, dueAt: hour(120) });
    expect(refused(extend(walk, 6))).toBe(outcome);
  });

  test.each([
    ['is not used up by an earlier date that puts an extension right', NOW, ['taken', 'taken', 'taken']],
    ['was, before revision 5', BEFORE, ['taken', 'taken', 'extended_enough']],
  ])('%s', (_, revision, outcomes) => {
    const walk = graded(policyOf(1, [{ ...rule, extension: { by: 'manager', times: 2 } }]), revision);
    expect([extend(walk, 8), extend(walk, 5), extend(walk, 6)].map(refused)).toEqual(outcomes);
  });

  test('is used up by extensions, also when the policy has moved the clock between them', () => {
    const walk = graded(first, NOW);
    expect(refused(extend(walk, 5))).toBe('taken');
    moveTo(walk, policyOf(2, [{ ...rule, length: { value: 3, unit: 'days' } }]));
    expect(refused(extend(walk, 6))).toBe('extended_enough');
  });
});

describe('a broken promise that moves when somebody who leads regrades the case', () => {
  test.each([
    ['warns and escalates at its new date', NOW, [1, 2]],
    ['was silent from then on, before revision 7', 6, [1]],
  ])('%s', (_, revision, broken) => {
    const walk = graded(OFFICE_POLICY, revision);
    respond(walk);
    until(walk, 48.6);
    expect(walk.state.clocks.resolution).toMatchObject({ version: 1, breachedAt: '2026-11-24T01:30:00.000Z' });
    regrade(walk, 'important');
    expect(walk.state.clocks.resolution).toMatchObject({ version: 2, dueAt: '2026-11-25T02:00:00.000Z' });
    until(walk, 200);
    const versions = of(walk, 'promiseBreached', 'resolution').map(({ data }) => 'version' in data && data.version);
    expect(versions).toEqual(broken);
  });
});

describe('a further clock whose stop has been reached', () => {
  const important = clock({ when: { grades: ['important', 'major'] } });

  test.each([
    ['does not start with a higher grade', NOW, undefined],
    ['did, and was broken for nothing, before revision 5', BEFORE, 'running'],
  ])('%s', (_, revision, status) => {
    const walk = graded(policyOf(1, [important]), revision);
    respond(walk);
    until(walk, 1);
    regrade(walk, 'important');
    until(walk, 30);
    expect(walk.state.clocks.answer?.status).toBe(status);
    expect(of(walk, 'promiseBreached', 'answer')).toHaveLength(status ? 1 : 0);
  });

  test('one whose stop is still to come does start, dated when the complaint came in', () => {
    const walk = graded(policyOf(1, [important]), NOW);
    until(walk, 1);
    regrade(walk, 'important');
    expect(walk.state.clocks.answer).toMatchObject({ status: 'running', startedAt: START, dueAt: hour(24) });
    respond(walk, 'supervisor');
    expect(walk.state.clocks.answer?.status).toBe('met');
  });

  test.each([
    ['does not start at its own milestone either', NOW, undefined],
    ['did, before revision 5', BEFORE, 'running'],
  ])('%s: the customer was answered before the case was graded', (_, revision, status) => {
    const walk = new Walk('general', policyOf(1, [clock({ start: 'graded' })]), undefined, revision);
    respond(walk);
    decide(walk, 'grade', 'agent', { grade: 'general', category: 'product_quality' });
    expect(walk.state.clocks.answer?.status).toBe(status);
  });

  test.each([
    ['does not start in a later round, as it would have ended in an earlier one', NOW, undefined],
    ['did, before revision 5', BEFORE, 'running'],
  ])('%s', (_, revision, status) => {
    const walk = graded(policyOf(1, [{ ...important, stop: 'resolved' }]), revision);
    respond(walk);
    findNoGround(walk);
    decide(walk, 'recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1 });
    decide(walk, 'followUp', 'manager', { satisfied: false, report: text(8) });
    expect(walk.state).toMatchObject({ stage: 'resolve', round: 2 });
    regrade(walk, 'important');
    expect(walk.state.clocks.answer?.status).toBe(status);
  });

  test('one between two milestones of a later round runs in that round', () => {
    const walk = graded(policyOf(1, [{ ...important, start: 'proposed', stop: 'agreed' }]), NOW);
    respond(walk);
    propose(walk);
    decide(walk, 'customerAnswer', 'customer', { accepted: true, via: 'link' });
    decide(walk, 'carryOut', 'agent', {});
    decide(walk, 'resolve', 'agent', { outcome: 'upheld', cause: 'unknown', summary: text(6) });
    decide(walk, 'recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1 });
    decide(walk, 'followUp', 'manager', { satisfied: false, report: text(8) });
    regrade(walk, 'important');
    decide(walk, 'accept', 'supervisor', {});
    propose(walk, 10, 'supervisor');
    expect(walk.state.clocks.answer?.status).toBe('running');
    decide(walk, 'customerAnswer', 'customer', { accepted: true, via: 'link' });
    expect(walk.state.clocks.answer?.status).toBe('met');
  });
});

describe('another version of the policy', () => {
  const offered = policyOf(2, [clock({ stop: 'proposed', length: { value: 9, unit: 'days' } })]);

  test.each([
    ['adds no clock that stops at an offer once the case is resolved without one', NOW, undefined],
    ['did, before revision 5', BEFORE, 'running'],
  ])('%s', (_, revision, status) => {
    const walk = graded(NONE, revision);
    findNoGround(walk);
    moveTo(walk, offered);
    expect(walk.state.clocks.answer?.status).toBe(status);
  });

  test.each([
    ['adds it while a solution waits for approval, for nobody has offered it yet', NOW, 'running'],
    ['took the proposal for an offer, before revision 5', BEFORE, undefined],
  ])('%s', (_, revision, status) => {
    const walk = graded(NONE, revision);
    propose(walk, 500);
    expect(walk.state.proposal?.status).toBe('awaitingApproval');
    moveTo(walk, offered);
    expect(walk.state.clocks.answer?.status).toBe(status);
    if (status === undefined) return;
    decide(walk, 'approve', 'supervisor', {});
    expect(walk.state.clocks.answer?.status).toBe('met');
  });

  test.each<[string, number, Milestone, ClockRule['when'], string]>([
    ['takes away a clock that stops at what is past', NOW, 'responded', {}, 'cancelled'],
    ['left it running, before revision 5', BEFORE, 'responded', {}, 'running'],
    ['leaves one whose stop is to come', NOW, 'proposed', {}, 'running'],
    ['takes away a clock that it has for other cases only', NOW, 'archived', { grades: ['major'] }, 'cancelled'],
    ['left it running, before revision 5', BEFORE, 'archived', { grades: ['major'] }, 'running'],
  ])('%s', (_, revision, stop, when, status) => {
    const walk = graded(policyOf(1, [clock({ stop: 'archived', length: { value: 9, unit: 'days' } })]), revision);
    respond(walk);
    moveTo(walk, policyOf(2, [clock({ stop, when, length: { value: 8, unit: 'days' } })]));
    expect(walk.state.clocks.answer?.status).toBe(status);
  });
});

describe('a paused clock that gets another length', () => {
  const all = (length: Length) => ({ general: length, important: length, major: length });
  const lasting = (version: number, length: Length, chain?: string): Policy =>
    policyOf(version, [], {
      promises: { ...HOUSE_POLICY.promises, resolution: { length: all(length), pausable: true, warnAt: [0.5], chain } },
      chains: { house: [{ to: { kind: 'role', role: 'supervisor' }, channel: 'mail', action: 'remind' }] },
    });
  /** Paused two hours after it came in, moved to the other length three hours later, resumed at hour 10. */
  function moved(revision: number, from: number, to: number, chain?: string): Walk {
    const walk = graded(lasting(1, { value: from, unit: 'hours' }, chain), revision);
    respond(walk);
    until(walk, 2);
    decide(walk, 'pause', 'agent', { reason: 'parts', until: hour(20), note: text(9) });
    until(walk, 5);
    moveTo(walk, lasting(2, { value: to, unit: 'hours' }, chain));
    until(walk, 10);
    decide(walk, 'resume', 'agent', {});
    return walk;
  }
  const warnings = (walk: Walk) => of(walk, 'promiseWarned', 'resolution').map(({ at }) => at);

  describe.each([
    ['with a plan', 'house'],
    ['without a plan', undefined],
  ])('%s', (_, chain) => {
    test.each([
      ['keeps the warning that lies in the pause', NOW, [hour(11)]],
      ['lost it, before revision 5', BEFORE, []],
    ])('%s', (__, revision, expected) => {
      // Six hours: warned after three, due after six. Two of them have passed before the pause of eight hours.
      const walk = moved(revision, 24, 6, chain);
      expect(walk.state.clocks.resolution?.dueAt).toBe(hour(14));
      until(walk, 13);
      expect(warnings(walk)).toEqual(expected);
    });

    test.each([
      ['is due by its new length, though that would be over but for the pause', NOW, hour(12)],
      ['kept a later date, before revision 5', BEFORE, hour(17)],
    ])('%s', (__, revision, dueAt) => {
      expect(moved(revision, 24, 4, chain).state.clocks.resolution?.dueAt).toBe(dueAt);
    });

    test('is due no earlier than the new length from its pause, when that was over before', () => {
      expect(moved(NOW, 24, 1, chain).state.clocks.resolution?.dueAt).toBe(hour(11));
    });

    test('a regrade counts in the same way', () => {
      const short = { value: 4, unit: 'hours' } as const;
      const policy = lasting(1, { value: 24, unit: 'hours' }, chain);
      const walk = graded(
        {
          ...policy,
          promises: {
            ...policy.promises,
            resolution: {
              ...policy.promises.resolution,
              length: { ...policy.promises.resolution.length, general: short },
            },
          },
        },
        NOW,
        'important',
      );
      respond(walk, 'supervisor');
      until(walk, 1);
      decide(walk, 'pause', 'supervisor', { reason: 'parts', until: hour(20), note: text(9) });
      until(walk, 6);
      regrade(walk, 'general');
      until(walk, 10);
      decide(walk, 'resume', 'supervisor', {});
      expect(walk.state.clocks.resolution?.dueAt).toBe(hour(13));
      until(walk, 12);
      expect(warnings(walk)).toEqual([hour(11)]);
    });
  });
});
