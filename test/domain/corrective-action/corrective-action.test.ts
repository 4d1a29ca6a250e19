import type { CorrectiveActionInput, CorrectiveActionState } from '../../../src/domain/corrective-action/state';
import { begin, checkIsDue, checkSpan, due, judge, measured, start } from '../../../src/domain/corrective-action/rules';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { addMs, durationMs } from '../../../src/domain/time/duration';

const rules = HOUSE_POLICY.correctiveAction;
const PLANNED = '2026-03-02T01:00:00.000Z';
const DAY = 86_400_000;

const planned = (kind: 'urgent' | 'preventive' = 'preventive'): CorrectiveActionState =>
  begin({
    actionId: 'a-1',
    cases: ['C260302-AAAAAA'],
    kind,
    owner: 'u-agent',
    cause: 'manufacturing',
    plannedAt: PLANNED,
    rules,
  } as CorrectiveActionInput).state;

/** Started after a day; the check of its effect has come. */
function atTheCheck(): { state: CorrectiveActionState; at: string } {
  const { state } = due(start(planned(), addMs(PLANNED, DAY), rules).state);
  return { state, at: addMs(PLANNED, DAY + durationMs(rules.effectCheck)) };
}

test.each([
  ['urgent', rules.containment],
  ['preventive', rules.preventiveStart],
] as const)('an action that is %s is to begin in the time of its kind', (kind, length) => {
  const { clocks, status, round } = planned(kind);
  expect([status, round, clocks.containment?.dueAt]).toEqual(['planned', 1, addMs(PLANNED, durationMs(length))]);
});

test('what goes on is as it was, and tells nobody anything', () => {
  const carry = start(planned(), addMs(PLANNED, DAY), rules).state;
  expect(begin({ carry } as CorrectiveActionInput)).toEqual({ state: carry, reports: [] });
});

test('not begun in time: its owner is warned, then the breach is told, each once', () => {
  let state = planned();
  const told = [];
  for (let n = 0; n < 10; n++) {
    const step = due(state);
    state = step.state;
    told.push(...step.reports.map(({ kind }) => kind));
  }
  expect(told).toEqual([...rules.warnAt.map(() => 'warned'), 'breached']);
  expect(state.clocks.containment).toMatchObject({ status: 'running', escalated: 1 });
  // Begun after all: late, and nothing is told again.
  const late = start(state, addMs(PLANNED, 400 * DAY), rules);
  expect(late.reports).toEqual([]);
  expect(late.state.clocks.containment?.status).toBe('late');
});

test('begun once: a second start, and a judgement before the first, change nothing', () => {
  expect(judge(planned(), addMs(PLANNED, DAY), true, rules)).toEqual({ state: planned(), reports: [] });
  const begun = start(planned(), addMs(PLANNED, DAY), rules).state;
  expect(begun).toMatchObject({ status: 'started', startedAt: addMs(PLANNED, DAY) });
  expect(begun.clocks.containment?.status).toBe('met');
  expect(start(begun, addMs(PLANNED, 2 * DAY), rules)).toEqual({ state: begun, reports: [] });
});

test('the check compares the time since it began with as long a time before', () => {
  const { state, at } = atTheCheck();
  expect(checkIsDue(state)).toBe(true);
  const { from, middle, to } = checkSpan(state, at);
  expect([middle, to]).toEqual([addMs(PLANNED, DAY), at]);
  expect(Date.parse(middle) - Date.parse(from)).toBe(Date.parse(to) - Date.parse(middle));
});

test('an effect that is reached ends the action; one that is not opens the next round and its check', () => {
  const { state, at } = atTheCheck();
  const good = measured(state, { before: 10, after: 0 }, at, rules);
  expect(good.state).toMatchObject({ status: 'ended', endedAt: at, measured: { reached: true } });
  expect(good.reports.map(({ kind }) => kind)).toEqual(['measured', 'ended']);
  // It has ended: figures that come now are nobody's.
  expect(measured(good.state, { before: 1, after: 1 }, at, rules)).toEqual({ state: good.state, reports: [] });

  const bad = measured(state, { before: 10, after: 10 }, at, rules);
  expect(bad.reports).toEqual([expect.objectContaining({ kind: 'measured', reached: false, round: 1 })]);
  expect(bad.state).toMatchObject({ status: 'started', round: 2 });
  expect(checkIsDue(bad.state)).toBe(false);
  expect(bad.state.clocks.effectCheck).toMatchObject({
    status: 'running',
    version: 2,
    dueAt: addMs(at, durationMs(rules.effectCheck)),
  });
});

test('a person may end it before the check, or send it into another round', () => {
  const begun = start(planned(), addMs(PLANNED, DAY), rules).state;
  const at = addMs(PLANNED, 3 * DAY);
  const ended = judge(begun, at, true, rules);
  expect([ended.state.status, ended.reports.map(({ kind }) => kind)]).toEqual(['ended', ['ended']]);
  expect(due(ended.state)).toEqual({ state: ended.state, reports: [] });
  const again = judge(begun, at, false, rules);
  expect([again.state.round, again.state.status, again.reports]).toEqual([2, 'started', []]);
});

test('every change counts the revision up, and nothing else does', () => {
  const begun = start(planned(), addMs(PLANNED, DAY), rules).state;
  expect([planned().revision, begun.revision, start(begun, PLANNED, rules).state.revision]).toEqual([1, 2, 2]);
});
