import { DECISIONS } from '../../../src/domain/decisions/catalogue';
import { event } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { isChasedOn, type CaseState } from '../../../src/domain/case/state';
import { localDate, type FrozenZone } from '../../../src/domain/time/house-day';
import { ACTORS, CASE_NO, opening } from '../walk';

const SHANGHAI: FrozenZone = { timeZone: 'Asia/Shanghai', offsets: [[Date.UTC(2026, 0), 480]] };
/** Summer time begins at two in the night to 8 March 2026, and ends on 1 November. */
const NEW_YORK: FrozenZone = {
  timeZone: 'America/New_York',
  offsets: [
    [Date.UTC(2026, 0), -300],
    [Date.UTC(2026, 2, 8, 7), -240],
    [Date.UTC(2026, 10, 1, 6), -300],
  ],
};

test.each([
  ['2026-11-22T15:59:59.999Z', SHANGHAI, '2026-11-22'],
  ['2026-11-22T16:00:00.000Z', SHANGHAI, '2026-11-23'],
  ['2026-11-22T16:00:00.000Z', undefined, '2026-11-22'],
  ['2026-07-01T03:59:00.000Z', NEW_YORK, '2026-06-30'],
  ['2026-07-01T04:00:00.000Z', NEW_YORK, '2026-07-01'],
  ['2026-12-01T04:59:00.000Z', NEW_YORK, '2026-11-30'],
  // Before what was frozen, the first offset goes on backwards.
  ['2025-12-31T15:59:00.000Z', SHANGHAI, '2025-12-31'],
  ['2028-02-29T15:59:30.000Z', SHANGHAI, '2028-02-29'],
  ['2028-02-29T16:00:00.000Z', SHANGHAI, '2028-03-01'],
  ['2026-12-31T16:00:00.000Z', SHANGHAI, '2027-01-01'],
] as const)('%s is %j’s %s', (instant, zone, date) => expect(localDate(instant, zone)).toBe(date));

describe('chases a day', () => {
  function caseOf(zone?: FrozenZone): CaseState {
    const { events } = opening('general', '2026-11-22T01:00:00.000Z');
    const [first, ...rest] = events;
    if (first?.type !== 'complaintReceived') throw new Error('a case opens with its receipt');
    return fold(CASE_NO, [{ ...first, data: { ...first.data, ...(zone && { zone }) } }, ...rest]) as CaseState;
  }
  const chasedAt = (state: CaseState, at: string): CaseState =>
    append(state, CASE_NO, [event('chased', { count: state.chases.count + 1 })], { at, actor: SYSTEM }, HOUSE_POLICY)
      .state;
  const refusal = (state: CaseState, at: string): string | undefined =>
    DECISIONS.chase.ready?.(state, { at, actor: ACTORS.customer, policy: HOUSE_POLICY } as never)?.code;
  /** Three on one afternoon and evening of Sunday, 22 November in China. */
  const THREE = ['2026-11-22T06:00:00.000Z', '2026-11-22T10:00:00.000Z', '2026-11-22T15:00:00.000Z'];

  test('begin anew at midnight of the house, not of UTC', () => {
    const state = THREE.reduce(chasedAt, caseOf(SHANGHAI));
    expect(state.chases.today).toBe(3);
    expect(refusal(state, '2026-11-22T15:59:59.000Z')).toBe('chase_gap');
    expect(
      refusal(
        THREE.map((at) => at.replace('T15', 'T14')).reduce(chasedAt, caseOf(SHANGHAI)),
        '2026-11-22T15:59:59.000Z',
      ),
    ).toBe('chase_limit');
    // Half past midnight on Monday.
    expect(refusal(state, '2026-11-22T16:30:00.000Z')).toBeUndefined();
    expect(chasedAt(state, '2026-11-22T16:30:00.000Z').chases.today).toBe(1);
    expect(isChasedOn(state, '2026-11-22T16:30:00.000Z')).toBe(false);
  });

  test('do not begin anew at eight in the morning', () => {
    // One, three and five o'clock on Monday in China are Sunday in UTC.
    const night = ['2026-11-22T17:00:00.000Z', '2026-11-22T19:00:00.000Z', '2026-11-22T21:00:00.000Z'];
    const state = night.reduce(chasedAt, caseOf(SHANGHAI));
    expect(refusal(state, '2026-11-23T00:30:00.000Z')).toBe('chase_limit');
    expect(refusal(state, '2026-11-23T16:00:00.000Z')).toBeUndefined();
  });

  test('of a case from before it knew the zone are counted as they were', () => {
    const state = THREE.reduce(chasedAt, caseOf());
    expect(refusal(state, '2026-11-22T16:30:00.000Z')).toBe('chase_limit');
    expect(refusal(state, '2026-11-23T00:30:00.000Z')).toBeUndefined();
    expect(state).not.toHaveProperty('zone');
  });
});
