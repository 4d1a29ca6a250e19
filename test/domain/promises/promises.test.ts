import {
  dueAfterPause,
  isBreached,
  mostPressing,
  nextDue,
  nextMoment,
  nextMomentOf,
  replannedDue,
  verdictAt,
  type Clock,
} from '../../../src/domain/promises/clock';
import { addMs } from '../../../src/domain/time/duration';

const START = '2026-11-22T08:00:00.000Z';
const MINUTE = 60_000;
const at = (minutes: number): string => addMs(START, minutes * MINUTE);

const clock = (part: Partial<Clock> = {}): Clock => ({
  id: 'resolution',
  promise: 'resolution',
  version: 1,
  status: 'running',
  startedAt: START,
  dueAt: at(100),
  lengthMs: 100 * MINUTE,
  pausable: true,
  warnAt: [0.5, 0.8],
  warned: 0,
  managerAfterMs: 20 * MINUTE,
  pausedMs: 0,
  escalated: 0,
  ...part,
});

describe('what comes next on a clock', () => {
  test.each([
    ['first warning', {}, { kind: 'warn', at: at(50), point: 0.5 }],
    ['second warning', { warned: 1 }, { kind: 'warn', at: at(80), point: 0.8 }],
    ['breach', { warned: 2 }, { kind: 'breach', at: at(100) }],
    ['manager', { warned: 2, breachedAt: at(100), escalated: 1 as const }, { kind: 'toManager', at: at(120) }],
  ])('%s', (_name, part, expected) => {
    expect(nextMomentOf(clock(part))).toMatchObject(expected);
  });

  test.each([
    ['told everybody', { breachedAt: at(100), escalated: 2 as const }],
    ['no manager to tell', { breachedAt: at(100), managerAfterMs: undefined }],
    ['standing still', { status: 'paused' as const, pausedAt: at(10) }],
    ['done', { status: 'met' as const }],
  ])('nothing: %s', (_name, part) => {
    expect(nextMomentOf(clock(part))).toBeUndefined();
  });

  test('time given back moves the warnings as well', () => {
    const resumed = clock({ dueAt: at(130), pausedMs: 30 * MINUTE });
    expect(nextMomentOf(resumed)).toMatchObject({ kind: 'warn', at: at(80) });
  });

  test('the soonest of several, and always the same one of two at once', () => {
    const clocks = { b: clock({ id: 'b' }), a: clock({ id: 'a' }), late: clock({ id: 'late', dueAt: at(500) }) };
    expect(nextMoment(clocks)?.clock).toBe('a');
  });
});

describe('verdicts', () => {
  test('on the second is in time, a millisecond later is late', () => {
    expect(verdictAt(clock(), at(100))).toBe('met');
    expect(verdictAt(clock(), addMs(at(100), 1))).toBe('late');
  });
  test('a broken promise stays broken, whenever the act is dated', () => {
    expect(verdictAt(clock({ breachedAt: at(100) }), at(90))).toBe('late');
  });
  test('a clock that stands still cannot become late', () => {
    expect(verdictAt(clock({ status: 'paused', pausedAt: at(90) }), at(1_000))).toBe('met');
  });
});

describe('due times', () => {
  test('a pause gives back exactly the time it took', () => {
    expect(dueAfterPause(clock({ pausedAt: at(40) }), at(70))).toBe(at(130));
  });
  test('but not to a promise that was broken before', () => {
    expect(dueAfterPause(clock({ pausedAt: at(140), breachedAt: at(100) }), at(170))).toBe(at(100));
  });

  test.each([
    ['longer: as if it had always been so', 200, 30, 200],
    ['shorter, and still ahead: likewise', 50, 30, 50],
    ['shorter, already over: the full new length from now', 20, 60, 80],
    ['shorter, already over, little left: the old due time stands', 50, 90, 100],
  ])('regraded %s', (_name, length, now, due) => {
    expect(replannedDue(clock(), length * MINUTE, at(now))).toBe(at(due));
  });

  test('replanning keeps what was given back', () => {
    expect(replannedDue(clock({ pausedMs: 15 * MINUTE }), 200 * MINUTE, at(30))).toBe(at(215));
  });
});

test('lists show the next promise that can still be kept, and no mere wait', () => {
  const clocks = {
    broken: clock({ id: 'broken', dueAt: at(1), breachedAt: at(1) }),
    survey: clock({ id: 'survey', promise: 'survey', dueAt: at(2) }),
    paused: clock({ id: 'paused', dueAt: at(3), status: 'paused' }),
    next: clock({ id: 'next', dueAt: at(60) }),
  };
  expect(nextDue(clocks)?.id).toBe('next');
  expect(isBreached(clocks.broken)).toBe(true);
  expect(isBreached(clock({ breachedAt: at(1), status: 'late' }))).toBe(false);
});

describe('what presses most', () => {
  const first = clock({ id: 'firstResponse', promise: 'firstResponse', dueAt: at(15) });
  const broken = { ...first, breachedAt: at(15) };
  const help = clock({ id: 'help:h1', promise: 'help', dueAt: at(5), breachedAt: at(5) });
  const of = (...clocks: Clock[]) => mostPressing(Object.fromEntries(clocks.map((one) => [one.id, one])))?.id;

  test('a broken promise until it is kept, the oldest before all others; then what can still be broken', () => {
    expect(of(clock(), first)).toBe('firstResponse');
    expect(of(clock(), broken)).toBe('firstResponse');
    expect(of(clock(), broken, help)).toBe('help:h1');
    expect(of(clock(), { ...broken, status: 'late' })).toBe('resolution');
    expect(of({ ...broken, status: 'late' })).toBeUndefined();
  });
});
