import fc from 'fast-check';
import { DECISION_NAMES } from '../../../src/domain/decisions/catalogue';
import type { CaseEvent } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { messagesFor } from '../../../src/domain/process/notices';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import { isOpen } from '../../../src/domain/promises/clock';
import { addMs } from '../../../src/domain/time/duration';
import { GRADES } from '../../../src/domain/basics/types';
import { OFFICE_POLICY } from '../policies';
import { CASE_NO, inputFor, step, text, Walk, walkUntil } from '../walk';

/** What was promised to the customer and moved later is told to the customer, whoever moved it; once a change. */

const HOUR = 3_600_000;

const slower = (by: number): Policy => ({
  ...HOUSE_POLICY,
  version: 2,
  promises: {
    ...HOUSE_POLICY.promises,
    firstResponse: {
      ...HOUSE_POLICY.promises.firstResponse,
      length: {
        general: { value: by, unit: 'hours' },
        important: { value: 1, unit: 'hours' },
        major: { value: 1, unit: 'hours' },
      },
    },
    resolution: {
      ...HOUSE_POLICY.promises.resolution,
      length: {
        general: { value: 24 * by, unit: 'hours' },
        important: { value: 96, unit: 'hours' },
        major: { value: 96, unit: 'hours' },
      },
    },
  },
});

/** A general case in the hands of an agent. */
function working(): Walk {
  const walk = new Walk('general');
  walk.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  return walk;
}

/** Letters to the customer that the events from `from` on cause. */
const letters = (walk: Walk, from: number): string[] =>
  walk.events.flatMap((item: CaseEvent, index) => {
    const state = fold(CASE_NO, walk.events.slice(0, index + 1));
    if (index < from || !state) return [];
    return messagesFor(item, state).flatMap(({ mail, to }) => (to.kind === 'customer' ? [mail] : []));
  });

const moved = (walk: Walk, from: number) =>
  walk.events.slice(from).flatMap((item) => (item.type === 'datesMoved' ? [item.data] : []));

test('another policy that promises less: one letter with both dates', () => {
  const walk = working();
  const from = walk.events.length;
  expect(walk.decide('movePolicy', 'manager', { to: 2, policy: slower(2) }).kind).toBe('taken');
  expect(letters(walk, from)).toEqual(['extension']);
  expect(moved(walk, from)).toEqual([
    {
      why: 'policy',
      dates: [
        { clock: 'firstResponse', from: '2026-11-22T01:15:00.000Z', to: '2026-11-22T03:00:00.000Z' },
        { clock: 'resolution', from: '2026-11-23T01:00:00.000Z', to: '2026-11-24T01:00:00.000Z' },
      ],
    },
  ]);
});

test('another policy that promises more is nothing to apologise for', () => {
  const walk = working();
  walk.decide('movePolicy', 'manager', { to: 2, policy: slower(2) });
  const from = walk.events.length;
  walk.decide('movePolicy', 'manager', { to: 3, policy: { ...HOUSE_POLICY, version: 3 } });
  expect(letters(walk, from)).toEqual([]);
  expect(walk.state.clocks.resolution?.dueAt).toBe('2026-11-23T01:00:00.000Z');
});

test('regraded to a longer promise, the owner stays: one letter', () => {
  const walk = new Walk('general');
  walk.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  walk.decide('reassign', 'supervisor', { owner: 'u-supervisor', ownerRole: 'supervisor', reason: text(3) });
  const from = walk.events.length;
  walk.decide('regrade', 'supervisor', { grade: 'important', category: 'logistics', reason: text(4) });
  expect(letters(walk, from)).toEqual(['extension']);
});

test('regraded to a longer promise that needs another owner: the letter of the stage names the dates, and it is one', () => {
  const walk = working();
  const from = walk.events.length;
  walk.decide('regrade', 'agent', { grade: 'important', category: 'logistics', reason: text(4) });
  expect(letters(walk, from).filter((mail) => mail === 'extension')).toEqual([]);
  expect(letters(walk, from)).toContain('progress');
});

/** A general case of older rules, in the hands of an agent. */
function workingUnder(revision: number): Walk {
  const walk = new Walk('general', HOUSE_POLICY, undefined, revision);
  walk.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  return walk;
}

test.each([
  ['and by when it is now when it ends sooner', PROCESS_REVISION, ['extension']],
  ['and, before the rule `resumeTold`, not once more when it ends sooner', 3, []],
])('a pause is told when it begins, with the latest date it can lead to, %s', (_, revision, whenResumed) => {
  const walk = workingUnder(revision);
  const from = walk.events.length;
  const until = addMs(walk.now, 5 * HOUR);
  walk.decide('pause', 'agent', { reason: 'parts', until, note: text(5) });
  expect(letters(walk, from)).toEqual(['extension']);
  expect(moved(walk, from)).toMatchObject([
    { why: 'paused', dates: [{ clock: 'resolution', to: '2026-11-23T06:00:00.000Z' }] },
  ]);
  walk.wait(2 * HOUR);
  const later = walk.events.length;
  walk.decide('resume', 'agent', {});
  expect(letters(walk, later)).toEqual(whenResumed);
  expect(walk.state.clocks.resolution?.dueAt).toBe('2026-11-23T03:00:00.000Z');
  if (whenResumed.length > 0) {
    expect(moved(walk, later)).toEqual([
      {
        why: 'resumed',
        dates: [{ clock: 'resolution', from: '2026-11-23T06:00:00.000Z', to: '2026-11-23T03:00:00.000Z' }],
      },
    ]);
  }
});

test('a pause that lasts as long as it may ends without another letter: the date has been told', () => {
  const walk = working();
  walk.decide('pause', 'agent', { reason: 'parts', until: addMs(walk.now, 5 * HOUR), note: text(5) });
  const from = walk.events.length;
  walk.wait(6 * HOUR);
  expect(walk.state.paused).toBeUndefined();
  expect(letters(walk, from).filter((mail) => mail === 'extension')).toEqual([]);
});

test('who does not answer an offer is told the new date; who answers has read that the time stands still', () => {
  for (const answers of [true, false]) {
    const walk = working();
    walk.decide('respond', 'agent', { via: 'phone', text: text(6) });
    walk.decide('propose', 'agent', inputFor('propose', walk.state, 1, walk.now));
    const from = walk.events.length;
    if (answers) {
      walk.wait(HOUR);
      walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    } else walk.wait(4 * 24 * HOUR);
    expect(letters(walk, from).filter((mail) => mail === 'extension')).toEqual(answers ? [] : ['extension']);
    expect(moved(walk, from)).toMatchObject([{ why: answers ? 'offer' : 'silent' }]);
  }
});

test('extended: one letter, as before', () => {
  const walk = working();
  const from = walk.events.length;
  walk.decide('extend', 'supervisor', { promise: 'resolution', dueAt: '2026-11-25T00:00:00Z', reason: text(7) });
  expect(letters(walk, from)).toEqual(['extension']);
});

test('whatever happens, no promise is later than the customer was last told, and a change brings one letter about dates at most', () => {
  let put = 0;
  walkUntil(
    () => put > 10,
    () =>
      fc.assert(
        fc.property(
          fc.constantFrom(HOUSE_POLICY, OFFICE_POLICY),
          fc.constantFrom(...GRADES),
          fc.array(fc.record({ step, usual: fc.boolean(), n: fc.nat(999) }), { minLength: 5, maxLength: 40 }),
          (policy, grade, steps) => {
            const walk = new Walk(grade, policy);
            for (const { step: one, usual, n } of steps) {
              const from = walk.events.length;
              if (usual) {
                const name = DECISION_NAMES[n % DECISION_NAMES.length] ?? 'note';
                walk.decide(name, 'supervisor', inputFor(name, walk.state, n, walk.now));
              } else walk.take(one);
              const told = new Map<string, string>();
              for (const item of walk.events) {
                if (item.type === 'promiseStarted') told.set(item.data.clock, item.data.dueAt);
                if (item.type === 'datesMoved') for (const { clock, to } of item.data.dates) told.set(clock, to);
              }
              for (const id of ['firstResponse', 'resolution', 'revisit']) {
                const clock = walk.state.clocks[id];
                if (clock && isOpen(clock)) expect(clock.dueAt <= (told.get(id) ?? '')).toBe(true);
              }
              const fresh = walk.events.slice(from);
              const byDecision = fresh.filter(({ type, decision }) => type === 'datesMoved' && decision !== undefined);
              expect(byDecision.length).toBeLessThanOrEqual(1);
              put += fresh.filter(({ type }) => type === 'datesMoved').length;
            }
          },
        ),
        { numRuns: 60 },
      ),
  );
  expect(put).toBeGreaterThan(10);
});
