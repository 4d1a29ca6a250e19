import fc from 'fast-check';
import { isWorkingTime } from '../../../src/domain/time/calendar';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import type { CaseEvent } from '../../../src/domain/case/events';
import { policySchema, type Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { MILESTONES } from '../../../src/domain/promises/names';
import { isWait } from '../../../src/domain/promises/clock';
import { addMs, durationMs } from '../../../src/domain/time/duration';
import { GRADES, type Grade } from '../../../src/domain/basics/types';
import {
  differs,
  whatIf,
  WHAT_IF_EVENTS,
  type ClockComparison,
  type WhatIfChange,
} from '../../../src/domain/what-if/what-if';
import { allowed } from '../../../src/domain/decisions/decide';
import { OFFICE_POLICY } from '../policies';
import { ACTORS, inputFor, START, step, text, Walk, type ActorName } from '../walk';
import { volume } from '../../support/volume';

/** A clock between every two milestones: what starts and stops in one and the same entry. */
const MILESTONE_POLICY: Policy = policySchema.parse({
  ...HOUSE_POLICY,
  clocks: MILESTONES.slice(1).map((stop, index) => ({
    id: `to-${stop.toLowerCase()}`,
    name: { zh: '时限', en: 'clock' },
    kind: 'house',
    start: MILESTONES[index],
    stop,
    length: { value: 30, unit: 'minutes' },
    pausable: true,
    warnAt: [],
  })),
});

const read = (events: readonly CaseEvent[]): CaseEvent[] => events.filter(({ type }) => WHAT_IF_EVENTS.includes(type));
const versions =
  (policy: Policy) =>
  (version: number): Policy =>
    version === policy.version ? policy : { ...HOUSE_POLICY, version };
const run = (walk: Walk, policy: Policy, change: WhatIfChange): ClockComparison[] =>
  whatIf(read(walk.events), versions(policy), change, walk.now);

/** Random steps, most of them such as are possible, so that cases get far. */
const lives = (policy: Policy): fc.Arbitrary<Walk> =>
  fc
    .record({
      grade: fc.constantFrom(...GRADES),
      steps: fc.array(fc.record({ step, sensible: fc.integer({ min: 0, max: 4 }), n: fc.nat(9_999) }), {
        minLength: 5,
        maxLength: 70,
        size: 'max',
      }),
    })
    .map(({ grade, steps }) => {
      const walk = new Walk(grade, policy);
      for (const { step: one, sensible, n } of steps) {
        if (sensible === 0 || walk.state.stage === 'archived') {
          walk.take(one);
          continue;
        }
        if (sensible === 1) {
          walk.take(n % 2 ? { kind: 'untilDue' } : { kind: 'wait', ms: (n % 48) * 1_800_000 });
          continue;
        }
        const choices = (Object.keys(ACTORS) as ActorName[]).flatMap((actor) =>
          allowed(walk.state, { actor: ACTORS[actor], at: walk.now, policy: walk.policy })
            .filter((name) => !['merge', 'withdraw', 'note', 'movePolicy'].includes(name))
            .map((name) => ({ name, actor })),
        );
        const choice = choices[n % Math.max(1, choices.length)];
        if (choice) walk.decide(choice.name, choice.actor, inputFor(choice.name, walk.state, n, walk.now));
      }
      return walk;
    });

describe('nothing is changed', () => {
  test.each([
    ['house', HOUSE_POLICY],
    ['office', OFFICE_POLICY],
    ['milestones', MILESTONE_POLICY],
  ])('no clock of any life differs: %s', (_name, policy) => {
    let clocks = 0;
    fc.assert(
      fc.property(lives(policy), (walk) => {
        const comparisons = run(walk, policy, {});
        clocks += comparisons.length;
        expect(comparisons.filter(differs)).toEqual([]);
        // The same out of the whole ledger.
        expect(whatIf(walk.events, versions(policy), {}, walk.now)).toEqual(comparisons);
      }),
      { numRuns: volume({ usual: 250 }) },
    );
    expect(clocks).toBeGreaterThan(volume({ usual: 500 }));
  });

  test('every run of every promise is compared, and its verdict is the recorded one', () => {
    fc.assert(
      fc.property(lives(HOUSE_POLICY), (walk) => {
        const comparisons = run(walk, HOUSE_POLICY, {});
        const started = walk.events.filter((item) => item.type === 'promiseStarted' && !isWait(item.data.promise));
        expect(comparisons.length).toBe(started.length);
        for (const clock of Object.values(walk.state.clocks)) {
          const last = comparisons.filter((item) => item.clock === clock.id).at(-1);
          if (isWait(clock.promise)) continue;
          expect(last?.recorded.dueAt).toBe(clock.dueAt);
          const late = clock.status === 'late' || clock.breachedAt !== undefined;
          if (late) expect(last?.recorded.verdict).toBe('broken');
          else if (clock.status === 'met') expect(['met', 'broken']).toContain(last?.recorded.verdict);
        }
      }),
      { numRuns: volume({ usual: 100 }) },
    );
  });
});

/** A first response and a resolution by hand: what the recount knows without any of our arithmetic. */
function simple(grade: Grade, respondAfter: number, resolveAfter: number): Walk {
  const walk = new Walk(grade);
  const owner = grade === 'general' ? 'agent' : 'supervisor';
  walk.decide('grade', 'agent', { grade, category: 'product_quality' });
  if (grade !== 'general') walk.decide('accept', owner, {});
  walk.wait(respondAfter);
  walk.decide('respond', owner, { via: 'phone', text: text(1) });
  walk.wait(Math.max(0, resolveAfter - respondAfter));
  walk.decide('notSubstantiated', owner, { reasons: text(2), evidence: [] });
  if (grade !== 'general') walk.decide('approve', 'supervisor2', {});
  walk.decide('resolve', owner, { outcome: 'not_upheld', cause: 'customer_use', summary: text(3) });
  return walk;
}

const times = (policy: Policy, name: 'firstResponse' | 'resolution', factor: number): Policy => {
  const { length } = policy.promises[name];
  const longer = Object.fromEntries(
    GRADES.map((grade) => [grade, { ...length[grade], value: length[grade].value * factor }]),
  ) as typeof length;
  return {
    ...policy,
    promises: { ...policy.promises, [name]: { ...policy.promises[name], length: longer } },
  };
};

test.each([0.5, 2])('a promise times %d gives what an independent recount gives', (factor) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...GRADES),
      fc.integer({ min: 0, max: 60 * 60_000 }),
      fc.integer({ min: 0, max: 120 * 3_600_000 }),
      fc.constantFrom('firstResponse' as const, 'resolution' as const),
      (grade, respondAfter, resolveAfter, name) => {
        const walk = simple(grade, respondAfter, resolveAfter);
        const comparisons = run(walk, HOUSE_POLICY, { policy: (policy) => times(policy, name, factor) });
        const changed = comparisons.filter(differs);
        const length = HOUSE_POLICY.promises[name].length[grade];
        const ms = 'unit' in length ? durationMs(length as never) : 0;
        const took = name === 'firstResponse' ? respondAfter : Math.max(respondAfter, resolveAfter);
        // At the very moment of the deadline the promise is broken first.
        const verdict = (allowedMs: number): string => (took < allowedMs ? 'met' : 'broken');
        expect(changed).toEqual([
          expect.objectContaining({
            clock: name,
            run: 1,
            recorded: { verdict: verdict(ms), dueAt: addMs(START, ms) },
            changed: { verdict: verdict(ms * factor), dueAt: addMs(START, ms * factor) },
          }),
        ]);
      },
    ),
    { numRuns: volume({ usual: 200 }) },
  );
});

test.each([0.5, 2])('in working time and across a wait, times %d: counted minute by minute', (factor) => {
  const MINUTE = 60_000;
  /** No arithmetic of ours: working minutes are counted one after the other, those of the wait left out. */
  const recount = (minutes: number, [from, to]: [number, number]): string => {
    let left = minutes;
    let ms = Date.parse(START);
    for (; left > 0; ms += MINUTE) if (isWorkingTime(CN_OFFICE, ms) && !(ms >= from && ms < to)) left -= 1;
    return new Date(ms).toISOString();
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...GRADES),
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 1, max: 6_000 }),
      (grade, startsAfter, lasts) => {
        const { routing: _routing, escalation: _escalation, ...plain } = OFFICE_POLICY;
        // Nobody raises the grade meanwhile.
        const policy: Policy = { ...plain, chains: { house: (plain.chains?.house ?? []).slice(0, 2) } };
        const walk = new Walk(grade, policy);
        const owner = grade === 'general' ? 'agent' : 'supervisor';
        walk.decide('grade', 'agent', { grade, category: 'product_quality' });
        if (grade !== 'general') walk.decide('accept', owner, {});
        walk.wait(startsAfter * MINUTE);
        const until = addMs(walk.now, lasts * MINUTE);
        walk.decide('pause', owner, { reason: 'parts', until, note: text(2) });
        const pause: [number, number] = [Date.parse(walk.now), Date.parse(until)];
        walk.wait(40 * 24 * 60 * MINUTE);
        const found = run(walk, policy, { policy: (p) => times(p, 'resolution', factor) }).find(
          ({ clock }) => clock === 'resolution',
        );
        const minutes = policy.promises.resolution.length[grade].value * 60;
        // What had fallen due when the wait began is not given any time back.
        const due = (length: number): string => {
          const without = recount(length, [0, 0]);
          return Date.parse(without) <= pause[0] ? without : recount(length, pause);
        };
        expect(found).toMatchObject({
          recorded: { verdict: 'broken', dueAt: due(minutes) },
          changed: { verdict: 'broken', dueAt: due(minutes * factor) },
        });
      },
    ),
    { numRuns: volume({ usual: 60 }) },
  );
});

describe('what else may be changed', () => {
  const byClock = (comparisons: ClockComparison[], clock: string) => comparisons.find((item) => item.clock === clock);

  test('a pause is given back under the other length as well', () => {
    const walk = new Walk('general');
    walk.decide('grade', 'agent', { grade: 'general', category: 'product_quality' });
    walk.decide('respond', 'agent', { via: 'phone', text: text(1) });
    walk.wait(3_600_000);
    walk.decide('pause', 'agent', { reason: 'parts', until: addMs(walk.now, 10 * 3_600_000), note: text(2) });
    walk.wait(11 * 3_600_000);
    const found = byClock(run(walk, HOUSE_POLICY, { policy: (p) => times(p, 'resolution', 0.25) }), 'resolution');
    expect(found?.recorded.dueAt).toBe(addMs(START, 34 * 3_600_000));
    expect(found?.changed.dueAt).toBe(addMs(START, 16 * 3_600_000));
  });

  test('another grade by a rule, where the person followed the suggestion', () => {
    const walk = simple('general', 10 * 60_000, 3_600_000);
    const change = (when: object): WhatIfChange => ({ grades: [{ when, grade: 'major' }] });
    const found = (when: object, amountCny?: number) =>
      byClock(
        whatIf(read(walk.events), versions(HOUSE_POLICY), change(when), walk.now, { amountCny }),
        'firstResponse',
      );
    expect(found({ categories: ['product_quality'] })).toMatchObject({
      recorded: { verdict: 'met' },
      changed: { verdict: 'broken', dueAt: addMs(START, 5 * 60_000) },
    });
    expect(found({ categories: ['logistics'] })?.changed.verdict).toBe('met');
    expect(found({ rules: ['M1'] })?.changed.verdict).toBe('broken');
    expect(found({ amountFrom: 1_000 }, 1_500)?.changed.verdict).toBe('broken');
    expect(found({ amountFrom: 1_000 })?.changed.verdict).toBe('met');
  });

  test('a clock that is added, and one that is taken away', () => {
    const walk = simple('general', 10 * 60_000, 30 * 3_600_000);
    const further = OFFICE_POLICY.clocks?.find(({ id }) => id === 'consumer-law-reply');
    const added = run(walk, HOUSE_POLICY, {
      policy: (p) => ({ ...p, calendars: OFFICE_POLICY.calendars, clocks: further ? [further] : [] }),
    });
    expect(byClock(added, 'consumer-law-reply')).toMatchObject({
      recorded: { verdict: 'absent' },
      changed: { verdict: 'met' },
    });
    const office = new Walk('general', OFFICE_POLICY);
    office.wait(60_000);
    const removed = run(office, OFFICE_POLICY, { policy: ({ clocks: _clocks, ...p }) => p });
    expect(byClock(removed, 'consumer-law-reply')).toMatchObject({ changed: { verdict: 'absent' } });
  });

  test('other hours: a response at night would have come in the morning', () => {
    // 2026-11-22 is a Sunday; answered at 09:10 local.
    const walk = simple('general', 10 * 60_000, 3_600_000);
    expect(byClock(run(walk, HOUSE_POLICY, { roster: { to: CN_OFFICE } }), 'firstResponse')).toMatchObject({
      recorded: { verdict: 'met' },
      changed: { verdict: 'broken' },
    });
    const everyDay = {
      ...CN_OFFICE,
      days: {},
      week: { ...CN_OFFICE.week, sat: CN_OFFICE.workday, sun: CN_OFFICE.workday },
    };
    expect(run(walk, HOUSE_POLICY, { roster: { to: everyDay } }).filter(differs)).toEqual([]);
    expect(run(walk, HOUSE_POLICY, { roster: { to: CN_OFFICE, people: ['u-other'] } }).filter(differs)).toEqual([]);
    expect(run(walk, HOUSE_POLICY, { roster: { from: CN_OFFICE, to: CN_OFFICE } }).filter(differs)).toEqual([]);
  });

  test('the recorded verdict is never another, whatever is changed', () => {
    fc.assert(
      fc.property(lives(OFFICE_POLICY), fc.constantFrom(0.25, 3), (walk, factor) => {
        const recorded = (change: WhatIfChange) =>
          run(walk, OFFICE_POLICY, change)
            .filter((item) => item.recorded.verdict !== 'absent')
            .map((item) => [item.clock, item.run, item.recorded]);
        expect(
          recorded({
            policy: (p) => times(times(p, 'firstResponse', factor), 'resolution', factor),
            grades: [{ when: {}, grade: 'major' }],
          }),
        ).toEqual(recorded({}));
      }),
      { numRuns: volume({ usual: 60 }) },
    );
  });
});
