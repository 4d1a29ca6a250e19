import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { explainPromises, type ExplainedPromise } from '../../../src/domain/explain/promises';
import { event, type CaseEvent, type EventType } from '../../../src/domain/case/events';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { overdue } from '../../../src/domain/process/due';
import { policySchema, type Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { PACKS } from '../../../src/domain/policy/packs';
import type { CaseState } from '../../../src/domain/case/state';
import type { Grade, Instant } from '../../../src/domain/basics/types';
import { promiseSentence } from '../../../src/render/promise';
import { OFFICE_POLICY } from '../policies';
import { CASE_NO, opening, text, Walk, type ActorName } from '../walk';

const HOUR = 3_600_000;
/** Wall time in Shanghai. */
const at = (local: string): Instant => new Date(`${local}+08:00`).toISOString();

/** A case that came in at a moment of our choosing. */
class Case {
  state: CaseState;
  events: CaseEvent[];
  constructor(
    received: Instant,
    public policy: Policy = OFFICE_POLICY,
    grade: Grade = 'general',
  ) {
    ({ state: this.state, events: this.events } = opening(grade, received, policy));
  }

  /** Everything that falls due until then. */
  until(moment: Instant): this {
    const due = overdue(this.state, moment, this.policy);
    if (due) {
      this.state = due.state;
      this.events.push(...due.events);
    }
    return this;
  }

  decide(when: Instant, name: Parameters<Walk['decide']>[0], actor: ActorName, input: Record<string, unknown> = {}) {
    const walk = new Walk('general', this.policy);
    Object.assign(walk, { state: this.state, events: this.events, now: when, count: this.events.length });
    const verdict = walk.decide(name, actor, input);
    this.state = walk.state;
    this.policy = walk.policy;
    return verdict;
  }

  of<T extends EventType>(type: T): Extract<CaseEvent, { type: T }>[] {
    return this.events.filter((item): item is Extract<CaseEvent, { type: T }> => item.type === type);
  }

  explained(now: Instant): Map<string, ExplainedPromise> {
    const versions = new Map([OFFICE_POLICY, HOUSE_POLICY, this.policy].map((policy) => [policy.version, policy]));
    const promises = explainPromises(CASE_NO, this.events, (version) => versions.get(version) ?? this.policy, now);
    return new Map(promises.map((item) => [item.clock, item]));
  }

  graded(when: Instant, grade: Grade = 'general'): this {
    this.decide(when, 'grade', 'agent', { grade, category: 'product_quality' });
    return this;
  }
}

describe('the calendar of a promise', () => {
  test('opened on the Friday before a make-up Sunday and two holidays, explained to the minute', () => {
    // Friday 18 September 2026, 16:40. Sunday the 20th is worked; 25–27 September are Mid-Autumn, 1–7 October the National Day.
    const one = new Case(at('2026-09-18T16:40:00'));
    const due = (id: string) => one.state.clocks[id]?.dueAt;
    expect(due('firstResponse')).toBe(at('2026-09-18T17:10:00'));
    // 1 h 20 min are left on Friday; Saturday rests; the make-up Sunday gives 6 h 40 min: 3 h in the morning, the rest from 13:30.
    expect(due('resolution')).toBe(at('2026-09-20T17:10:00'));
    // Sun 20, Mon 21, Tue 22, Wed 23, Thu 24, (holiday), Mon 28, Tue 29: close of business.
    expect(due('consumer-law-reply')).toBe(at('2026-09-29T18:00:00'));
    // 60 days after is 17 November, a Tuesday.
    expect(due('samr-mediation')).toBe(at('2026-11-18T00:00:00'));

    const now = at('2026-09-28T10:00:00');
    const reply = one.until(now).explained(now).get('consumer-law-reply');
    expect(reply).toMatchObject({
      kind: 'statutory',
      calendar: { id: 'cn-office', version: 1 },
      nights: 10,
      weekendDays: 1,
      waitedMs: 0,
    });
    expect(reply?.holidays.map(({ date }) => date)).toEqual(['2026-09-25', '2026-09-26', '2026-09-27']);
    expect(reply?.makeUpDays.map(({ date }) => date)).toEqual(['2026-09-20']);
    const sentence = reply && promiseSentence(reply, 'zh-CN', now);
    expect(sentence).toContain('3个节假日');
    expect(sentence).toContain('1个调休上班日');
    expect(sentence).toContain('9月29日 星期二 18:00 到期');
    expect(reply && promiseSentence(reply, 'en', now)).toContain('1 make-up working day');
  });

  test('a clock counted in days warns while the house is at work', () => {
    const one = new Case(at('2026-09-18T16:40:00'));
    const plan = one.state.clocks['consumer-law-reply']?.plan ?? [];
    for (const moment of plan.filter(({ kind }) => kind === 'warn')) {
      expect(moment.at.slice(11, 16) >= '01:00' && moment.at.slice(11, 16) < '10:00').toBe(true);
    }
    expect(plan.map(({ kind }) => kind)).toEqual(['warn', 'warn', 'breach', 'step']);
  });

  test('no promise is broken at its creation, in whatever zone the calendar lies', () => {
    for (const minutes of [-600, -300, 0, 345, 480, 660, 840]) {
      const calendar = { ...CN_OFFICE, offsets: [[0, minutes]] as [number, number][] };
      const policy: Policy = { ...OFFICE_POLICY, calendars: { 'cn-office': calendar } };
      for (let hour = 0; hour < 240; hour += 1) {
        const received = new Date(Date.UTC(2026, 8, 17) + hour * HOUR).toISOString();
        const one = new Case(received, policy);
        expect(overdue(one.state, received, policy)).toBeUndefined();
        const due = Date.parse(one.state.clocks.firstResponse?.dueAt ?? '');
        expect(due - Date.parse(received)).toBeGreaterThanOrEqual(30 * 60_000);
      }
    }
  });
});

describe('waiting', () => {
  const received = at('2026-11-23T10:00:00');
  const paused = () => {
    const one = new Case(received).graded(at('2026-11-23T10:05:00'));
    one.decide(at('2026-11-23T10:10:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    one.decide(at('2026-11-23T11:00:00'), 'pause', 'agent', {
      reason: 'customer',
      until: at('2026-12-01T10:00:00'),
      note: text(2),
    });
    return one;
  };

  test('house clocks stand still and get their working time back; the law’s never stand still', () => {
    const one = paused();
    const law = one.state.clocks['consumer-law-reply'];
    const before = one.state.clocks.resolution?.dueAt;
    expect(before).toBe(at('2026-11-24T10:30:00'));
    expect(one.state.clocks.resolution?.status).toBe('paused');
    expect(law?.status).toBe('running');
    // A night and 1 h + 4 h 30 min + 1 h of working time later.
    one.decide(at('2026-11-24T10:00:00'), 'resume', 'agent');
    expect(one.state.clocks.resolution).toMatchObject({
      status: 'running',
      dueAt: at('2026-11-25T09:30:00'),
      pausedMs: 6.5 * HOUR,
    });
    expect(one.state.clocks['consumer-law-reply']?.dueAt).toBe(law?.dueAt);
    const explained = one.explained(at('2026-11-24T10:30:00'));
    expect(explained.get('resolution')).toMatchObject({ usedMs: 1.5 * HOUR, waitedMs: 6.5 * HOUR, leftMs: 6.5 * HOUR });
    expect(explained.get('resolution')?.waits).toEqual([
      expect.objectContaining({ cause: 'paused', from: at('2026-11-23T11:00:00'), to: at('2026-11-24T10:00:00') }),
    ]);
    expect(explained.get('consumer-law-reply')?.waitedMs).toBe(0);
  });

  test('a pause over a weekend gives nothing back that was not working time', () => {
    const one = new Case(at('2026-11-27T17:00:00')).graded(at('2026-11-27T17:01:00'));
    one.decide(at('2026-11-27T17:02:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    const due = one.state.clocks.resolution?.dueAt;
    one.decide(at('2026-11-27T19:00:00'), 'pause', 'agent', {
      reason: 'parts',
      until: at('2026-12-20T10:00:00'),
      note: text(2),
    });
    one.decide(at('2026-11-30T08:00:00'), 'resume', 'agent');
    expect(one.state.clocks.resolution?.dueAt).toBe(due);
  });

  test.each([
    ['today', 2, 1],
    ['of the first revision, which paused it twice in one breath', undefined, 2],
  ] as const)('an offer is one wait, in a ledger %s', (_when, revision, pauses) => {
    const one = new Case(received).graded(at('2026-11-23T10:05:00'));
    one.state = { ...one.state, revision };
    one.decide(at('2026-11-23T10:10:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    one.decide(at('2026-11-23T11:00:00'), 'propose', 'agent', {
      remedies: [{ kind: 'refund', amount: 100 }],
      solution: text(3),
    });
    one.decide(at('2026-11-23T15:00:00'), 'customerAnswer', 'customer', { accepted: true, via: 'link' });
    expect(one.of('promisePaused').filter(({ data }) => data.clock === 'resolution')).toHaveLength(pauses);
    const resolution = one.explained(at('2026-11-23T16:00:00')).get('resolution');
    expect(resolution?.waits).toHaveLength(1);
    // Lunch is not working time.
    expect(resolution).toMatchObject({ waitedMs: 2.5 * HOUR, usedMs: 2 * HOUR });
  });

  test('a date given by hand outside working time is not brought nearer by a pause', () => {
    const one = new Case(received).graded(at('2026-11-23T10:05:00'));
    const dueAt = at('2026-11-25T12:30:00');
    one.decide(at('2026-11-23T10:10:00'), 'extend', 'supervisor', { promise: 'resolution', dueAt, reason: text(3) });
    expect(one.state.clocks.resolution?.dueAt).toBe(dueAt);
    one.decide(at('2026-11-23T12:10:00'), 'pause', 'agent', {
      reason: 'customer',
      until: at('2026-12-01T10:00:00'),
      note: text(2),
    });
    one.decide(at('2026-11-23T12:20:00'), 'resume', 'agent');
    expect(one.state.clocks.resolution?.dueAt).toBe(dueAt);
  });

  test('nothing is told of a clock that stands still, however long', () => {
    const one = paused();
    const told = one.events.length;
    one.until(at('2026-11-30T23:00:00'));
    const since = one.events.slice(told);
    expect(since.filter(({ data }) => 'clock' in data && data.clock === 'resolution')).toEqual([]);
  });
});

describe('the chain', () => {
  const received = at('2026-11-23T10:00:00');

  test('goes up step by step, at the true times, each step once', () => {
    const one = new Case(received);
    one.until(at('2026-12-31T00:00:00'));
    const steps = one.of('escalated').filter(({ data }) => data.clock === 'firstResponse' && data.version === 1);
    expect(steps.map(({ data, at: when }) => [data.step, data.to, data.person, when])).toEqual([
      [0, 'owner', undefined, at('2026-11-23T10:25:00')],
      [1, 'supervisor', undefined, at('2026-11-23T10:30:00')],
      [2, 'manager', undefined, at('2026-11-23T14:00:00')],
      [3, 'person', 'u-manager', at('2026-11-24T18:00:00')],
    ]);
    // The third step raises the grade: general to important, with its longer promises.
    expect(one.of('regraded')[0]?.data).toMatchObject({ from: 'general', grade: 'important' });
  });

  test('is silent as soon as somebody who leads acts, and from the moment the promise is kept', () => {
    const led = new Case(received).graded(at('2026-11-23T10:01:00')).until(at('2026-11-23T10:31:00'));
    led.decide(at('2026-11-23T10:40:00'), 'reassign', 'supervisor', {
      owner: 'u-agent2',
      ownerRole: 'agent',
      ownerTeam: 'after-sales',
      taskForce: [],
      reason: text(3),
    });
    led.until(at('2026-11-25T12:00:00'));
    const steps = (one: Case) => one.of('escalated').filter(({ data }) => data.clock === 'firstResponse');
    expect(steps(led).map(({ data }) => data.step)).toEqual([0, 1]);
    expect(led.of('chainStopped')).toHaveLength(1);

    const kept = new Case(received).graded(at('2026-11-23T10:01:00')).until(at('2026-11-23T10:31:00'));
    kept.decide(at('2026-11-23T10:40:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    kept.until(at('2026-11-25T12:00:00'));
    expect(steps(kept).map(({ data }) => data.step)).toEqual([0, 1]);
  });

  test('an owner who leads does not silence the chain about their own promise', () => {
    const one = new Case(received, OFFICE_POLICY, 'important').graded(at('2026-11-23T10:01:00'), 'important');
    one.decide(at('2026-11-23T10:02:00'), 'accept', 'supervisor');
    one.until(at('2026-11-23T10:31:00'));
    expect(one.state.owner?.id).toBe('u-supervisor');
    one.decide(at('2026-11-23T10:40:00'), 'requestHelp', 'supervisor', { department: 'quality', question: text(6) });
    expect(one.of('chainStopped')).toEqual([]);
    one.decide(at('2026-11-23T10:41:00'), 'requestHelp', 'manager', { department: 'logistics', question: text(7) });
    expect(one.of('chainStopped').map(({ data }) => data.clock)).toEqual(['firstResponse']);
  });

  test('a note or a chase of somebody who leads is not yet acting', () => {
    const one = new Case(received).graded(at('2026-11-23T10:01:00')).until(at('2026-11-23T10:31:00'));
    one.decide(at('2026-11-23T10:40:00'), 'chase', 'supervisor');
    one.decide(at('2026-11-23T10:41:00'), 'note', 'supervisor', { text: text(4) });
    expect(one.of('chainStopped')).toEqual([]);
  });

  test('a moved deadline is a new one: exactly one more escalation, and not “told already today”', () => {
    const one = new Case(received).graded(at('2026-11-23T10:01:00'));
    one.decide(at('2026-11-23T10:10:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    one.until(at('2026-11-24T10:31:00'));
    expect(one.state.clocks.resolution?.breachedAt).toBe(at('2026-11-24T10:30:00'));
    one.decide(at('2026-11-24T10:35:00'), 'extend', 'supervisor', {
      promise: 'resolution',
      dueAt: at('2026-11-24T15:00:00'),
      reason: text(5),
    });
    one.until(at('2026-11-24T15:00:00'));
    const supervisor = one
      .of('escalated')
      .filter(({ data }) => data.clock === 'resolution' && data.to === 'supervisor')
      .map(({ data }) => [data.version, data.dueAt]);
    expect(supervisor).toEqual([
      [1, at('2026-11-24T10:30:00')],
      [2, at('2026-11-24T15:00:00')],
    ]);
  });

  test('everything stopped across a deadline for ten minutes: one escalation with the true time', () => {
    const one = new Case(received).graded(at('2026-11-23T10:01:00')).until(at('2026-11-23T10:29:00'));
    one.until(at('2026-11-23T10:39:00'));
    const broken = one.of('promiseBreached');
    const told = one.of('escalated').filter(({ data }) => data.to === 'supervisor');
    expect(broken.map(({ at: when, data }) => [when, data.dueAt])).toEqual([
      [at('2026-11-23T10:30:00'), at('2026-11-23T10:30:00')],
    ]);
    expect(told.map(({ at: when }) => when)).toEqual([at('2026-11-23T10:30:00')]);
  });
});

describe('further clocks', () => {
  test('start and stop at their milestones; one that is skipped over is stopped by the later one', () => {
    const one = new Case(at('2026-11-23T10:00:00'), OFFICE_POLICY, 'important').graded(
      at('2026-11-23T10:01:00'),
      'important',
    );
    expect(one.state.clocks['first-offer']).toMatchObject({ status: 'running', startedAt: at('2026-11-23T10:01:00') });
    one.decide(at('2026-11-23T10:02:00'), 'accept', 'supervisor');
    one.decide(at('2026-11-23T11:00:00'), 'propose', 'supervisor', {
      remedies: [{ kind: 'refund', amount: 10 }],
      solution: text(1),
      findings: text(2),
    });
    expect(one.state.clocks['first-offer']?.status).toBe('met');
    expect(one.state.clocks['consumer-law-reply']?.status).toBe('met');
    expect(one.state.clocks['samr-mediation']?.status).toBe('running');
  });

  test('one that ends in the very moment in which it begins has ended', () => {
    const policy = policySchema.parse({
      ...OFFICE_POLICY,
      clocks: [
        {
          id: 'owner-named',
          name: { zh: '指定负责人', en: 'owner named' },
          kind: 'house',
          start: 'graded',
          stop: 'assigned',
          length: { value: 1, unit: 'hours' },
          pausable: false,
          warnAt: [],
        },
      ],
    });
    const one = new Case(at('2026-11-23T10:00:00'), { ...policy, routing: undefined }).graded(
      at('2026-11-23T10:01:00'),
    );
    expect(one.of('assigned')).toHaveLength(2);
    expect(one.state.clocks['owner-named']?.status).toBe('met');
  });

  test('come and go with the grade', () => {
    const one = new Case(at('2026-11-23T10:00:00'), OFFICE_POLICY, 'important').graded(
      at('2026-11-23T10:01:00'),
      'important',
    );
    one.decide(at('2026-11-23T10:30:00'), 'regrade', 'supervisor', {
      grade: 'general',
      category: 'product_quality',
      reason: text(1),
    });
    expect(one.state.clocks['first-offer']?.status).toBe('cancelled');
  });

  test('a withdrawn complaint calls them off: nobody has kept or broken anything', () => {
    const one = new Case(at('2026-11-23T10:00:00'));
    one.decide(at('2026-11-23T10:30:00'), 'withdraw', 'customer', { reason: text(1) });
    expect(one.state.clocks['consumer-law-reply']?.status).toBe('cancelled');
  });

  test('are extended only as the policy lets them be', () => {
    const one = new Case(at('2026-11-23T10:00:00'), OFFICE_POLICY, 'important').graded(
      at('2026-11-23T10:01:00'),
      'important',
    );
    const extend = (actor: ActorName, clock: string, dueAt: string) =>
      one.decide(at('2026-11-23T10:30:00'), 'extend', actor, { promise: 'further', clock, dueAt, reason: text(1) });
    const later = at('2026-11-25T10:00:00');
    expect(extend('manager', 'consumer-law-reply', at('2026-12-20T10:00:00'))).toMatchObject({
      kind: 'conflict',
      refusal: { code: 'no_extension' },
    });
    expect(extend('supervisor', 'first-offer', later)).toMatchObject({ refusal: { code: 'extension_role' } });
    expect(extend('manager', 'first-offer', later).kind).toBe('taken');
    expect(one.state.clocks['first-offer']).toMatchObject({ dueAt: later, version: 2 });
    expect(extend('manager', 'first-offer', at('2026-11-26T10:00:00'))).toMatchObject({
      refusal: { code: 'extended_enough' },
    });
  });

  test('every shipped pack fits into a policy, never pauses where the law is counted, and can stop', () => {
    for (const pack of PACKS) {
      const policy = policySchema.parse({ ...OFFICE_POLICY, clocks: pack.clocks });
      const one = new Case(at('2026-11-23T10:00:00'), policy);
      for (const { id, kind } of pack.clocks) {
        expect(one.state.clocks[id]).toMatchObject({ status: 'running', pausable: false });
        expect(['statutory', 'house']).toContain(kind);
      }
      const withdrawn = append(
        one.state,
        CASE_NO,
        [event('archived', { outcome: 'upheld' })],
        {
          at: at('2026-11-24T10:00:00'),
          actor: SYSTEM,
        },
        policy,
      );
      for (const { id } of pack.clocks) expect(withdrawn.state.clocks[id]?.status).toBe('met');
    }
  });
});

describe('moving to another policy', () => {
  const faster: Policy = policySchema.parse({
    ...OFFICE_POLICY,
    version: 8,
    promises: {
      ...OFFICE_POLICY.promises,
      resolution: {
        ...OFFICE_POLICY.promises.resolution,
        length: { ...OFFICE_POLICY.promises.resolution.length, general: { value: 4, unit: 'workingHours' } },
      },
    },
    clocks: OFFICE_POLICY.clocks?.filter(({ id }) => id !== 'samr-mediation'),
  });

  test('plans the running promises anew, calls off what is gone, and leaves what is broken broken', () => {
    const one = new Case(at('2026-11-23T10:00:00')).graded(at('2026-11-23T10:01:00')).until(at('2026-11-23T10:31:00'));
    const broken = one.state.clocks.firstResponse;
    expect(broken?.breachedAt).toBeDefined();
    expect(one.decide(at('2026-11-23T10:35:00'), 'movePolicy', 'manager', { to: 8, policy: faster }).kind).toBe(
      'taken',
    );
    expect(one.state).toMatchObject({ policyVersion: 8 });
    expect(one.state.clocks.resolution).toMatchObject({ version: 2, dueAt: at('2026-11-23T15:30:00') });
    expect(one.state.clocks['samr-mediation']?.status).toBe('cancelled');
    expect(one.state.clocks.firstResponse).toMatchObject({ version: 1, breachedAt: broken?.breachedAt });
    const entry = one.explained(at('2026-11-23T11:00:00')).get('resolution');
    expect(entry?.moves).toEqual([expect.objectContaining({ because: 'policy', to: at('2026-11-23T15:30:00') })]);
  });

  test('never blames anybody for a promise that did not exist: a new due time lies ahead', () => {
    const one = new Case(at('2026-11-23T10:00:00')).graded(at('2026-11-23T10:01:00'));
    one.decide(at('2026-11-23T10:10:00'), 'respond', 'agent', { via: 'phone', text: text(1) });
    one.until(at('2026-11-24T09:30:00'));
    one.decide(at('2026-11-24T09:30:00'), 'movePolicy', 'manager', { to: 8, policy: faster });
    expect(one.state.clocks.resolution?.dueAt).toBe(at('2026-11-24T10:30:00'));
    expect(one.state.clocks.resolution?.breachedAt).toBeUndefined();
  });

  test('is a manager’s, and needs a version that is published', () => {
    const one = new Case(at('2026-11-23T10:00:00'));
    expect(one.decide(at('2026-11-23T10:35:00'), 'movePolicy', 'supervisor', { to: 8, policy: faster }).kind).toBe(
      'forbidden',
    );
    expect(one.decide(at('2026-11-23T10:35:00'), 'movePolicy', 'manager', { to: 8 })).toMatchObject({
      refusal: { code: 'no_such_policy' },
    });
    expect(
      one.decide(at('2026-11-23T10:35:00'), 'movePolicy', 'manager', { to: 7, policy: OFFICE_POLICY }),
    ).toMatchObject({
      refusal: { code: 'same_policy' },
    });
  });
});

describe('escalation by itself', () => {
  test('a repeat complainant goes to the supervisor, a case reopened again to the manager', () => {
    const one = new Case(at('2026-11-23T10:00:00'));
    const repeat = append(
      one.state,
      CASE_NO,
      [event('repeatFound', { of: ['C261101-000001'] })],
      {
        at: at('2026-11-23T10:00:00'),
        actor: SYSTEM,
      },
      OFFICE_POLICY,
    );
    expect(repeat.events.map((item) => item.type === 'escalated' && item.data)).toContainEqual({
      because: 'repeat',
      to: 'supervisor',
    });
    const archived = append(
      one.state,
      CASE_NO,
      [event('archived', { outcome: 'upheld' })],
      {
        at: at('2026-11-24T10:00:00'),
        actor: SYSTEM,
      },
      OFFICE_POLICY,
    ).state;
    const reopen = (state: CaseState) =>
      append(
        state,
        CASE_NO,
        [event('reopened', { reason: text(1), from: 'archived' })],
        {
          at: at('2026-11-25T10:00:00'),
          actor: SYSTEM,
        },
        OFFICE_POLICY,
      );
    const once = reopen(archived);
    const reopenings = (events: CaseEvent[]) =>
      events.filter((item) => item.type === 'escalated' && item.data.because === 'reopened');
    expect(reopenings(once.events)).toEqual([]);
    expect(reopenings(reopen(once.state).events)).toHaveLength(1);
  });
});
