import { cpuMs } from '../../support/cpu';
import fc from 'fast-check';
import type { Calendar } from '../../../src/domain/time/calendar';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { policySchema, type Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { rehearse, rehearseOne } from '../../../src/domain/rehearsal/rehearsal';
import { BEHAVIOURS, scenariosFor, type Scenario } from '../../../src/domain/rehearsal/scenario';
import { GRADES } from '../../../src/domain/basics/types';
import { OFFICE_POLICY } from '../policies';
import type { FrozenZone } from '../../../src/domain/time/house-day';
import { PEOPLE } from './people';
import { volume } from '../../support/volume';

const FROM = '2026-09-07T00:00:00.000Z';
const one = (change: Partial<Scenario>): Scenario => ({
  grade: 'general',
  behaviour: 'prompt',
  arrival: 'morning',
  receivedAt: '2026-09-08T02:00:00.000Z',
  ...change,
});

describe('a whole rehearsal', () => {
  test('every grade, behaviour and arrival; a sound policy is nowhere stuck; in under five seconds', async () => {
    for (const policy of [HOUSE_POLICY, OFFICE_POLICY]) {
      let report = rehearse(policy, PEOPLE, FROM);
      expect(await cpuMs(() => (report = rehearse(policy, PEOPLE, FROM)))).toBeLessThan(5_000);
      const arrivals = policy === HOUSE_POLICY ? 3 : 4;
      expect(report.complaints).toBe(arrivals * GRADES.length * BEHAVIOURS.length);
      expect(report.cases.flatMap(({ stuck, ...rest }) => (stuck ? [{ stuck, rest: rest.behaviour }] : []))).toEqual(
        [],
      );
      expect(report.silent).toBe(arrivals * GRADES.length);
      expect(report.archived).toBe(report.complaints - report.silent);
      expect(report.receivers.map(({ receiver }) => receiver)).toEqual(
        expect.arrayContaining(['u-supervisor', 'u-manager']),
      );
    }
  });

  test('without a calendar it is night, and a weekend, by the clock of the house', () => {
    const newYork: FrozenZone = { timeZone: 'America/New_York', offsets: [[0, -240]] };
    const at = Object.fromEntries(
      scenariosFor(HOUSE_POLICY, FROM, newYork).map((item) => [item.arrival, item.receivedAt]),
    );
    expect(at).toEqual({
      morning: '2026-09-08T14:00:00.000Z',
      fridayEvening: '2026-09-11T22:30:00.000Z',
      night: '2026-09-09T06:00:00.000Z',
    });
    const given = one({ behaviour: 'nobody', receivedAt: '2026-09-09T06:00:00.000Z' });
    const atNight = (house: FrozenZone) => {
      const [first] = rehearseOne(HOUSE_POLICY, PEOPLE, given, { house }).report.pages;
      return first?.night;
    };
    expect([atNight(newYork), atNight({ timeZone: 'Asia/Shanghai', offsets: [[0, 480]] })]).toEqual([true, false]);
  });

  test('the arrivals are what they are called', () => {
    const at = Object.fromEntries(scenariosFor(OFFICE_POLICY, FROM).map((item) => [item.arrival, item.receivedAt]));
    expect(at).toEqual({
      morning: '2026-09-08T02:00:00.000Z',
      fridayEvening: '2026-09-11T10:30:00.000Z',
      night: '2026-09-08T18:00:00.000Z',
      // The half hour before the Mid-Autumn Festival, 2026-09-25 to 27.
      beforeHoliday: '2026-09-24T09:30:00.000Z',
    });
  });

  test('the totals are what the complaints add up to', () => {
    const report = rehearse(OFFICE_POLICY, PEOPLE, FROM);
    for (const total of report.receivers) {
      const pages = report.cases
        .flatMap((item) => item.pages)
        .filter(({ receivers }) => receivers.includes(total.receiver));
      expect(total.pages).toBe(pages.length);
      expect(total.night).toBe(pages.filter(({ night }) => night).length);
      expect(total.weekend).toBe(pages.filter(({ weekend }) => weekend).length);
      expect(total.days.reduce((sum, { pages: n }) => sum + n, 0)).toBe(pages.length);
    }
  });
});

describe('one complaint', () => {
  test('nobody acts: warned, broken, brought to supervisor and manager, each at its time and with its reason', () => {
    const { report } = rehearseOne(HOUSE_POLICY, PEOPLE, one({ behaviour: 'nobody' }));
    expect(report.end).toBe('silent');
    const first = report.pages.filter(({ clock }) => clock === 'firstResponse');
    expect(first.map(({ at, kind, receivers, why }) => [at.slice(11, 19), kind, receivers, why.en])).toEqual([
      ['02:07:30', 'warning', ['u-agent'], 'first response: 50% used'],
      ['02:12:00', 'warning', ['u-agent'], 'first response: 80% used'],
      ['02:15:00', 'escalation', ['u-supervisor', 'u-supervisor2'], 'first response: broken'],
      ['02:30:00', 'escalation', ['u-manager'], 'first response: broken'],
    ]);
    expect(report.broken.map(({ clock }) => clock)).toEqual(['firstResponse', 'resolution']);
  });

  test('everybody is prompt: all stages in order, nothing broken, nobody paged', () => {
    const { report } = rehearseOne(HOUSE_POLICY, PEOPLE, one({}));
    expect(report.stages.map(({ stage }) => stage)).toEqual([
      'grade',
      'assign',
      'resolve',
      'feedback',
      'revisit',
      'review',
      'archived',
    ]);
    expect(report.broken).toEqual([]);
    expect(report.pages).toEqual([]);
  });

  test('by working time nobody is told at night or at the weekend of what began on Friday evening', () => {
    const scenario = one({ behaviour: 'nobody', arrival: 'fridayEvening', receivedAt: '2026-09-11T10:30:00.000Z' });
    const { report } = rehearseOne(OFFICE_POLICY, PEOPLE, scenario);
    const first = report.pages.filter(({ clock }) => clock === 'firstResponse');
    expect(first.length).toBeGreaterThan(3);
    expect(first.filter(({ night, weekend }) => night || weekend)).toEqual([]);
    const round = rehearseOne(HOUSE_POLICY, PEOPLE, scenario).report;
    expect(round.pages.some(({ weekend }) => weekend)).toBe(true);
  });

  test('a customer who reopens twice goes through three rounds', () => {
    const { report } = rehearseOne(HOUSE_POLICY, PEOPLE, one({ behaviour: 'reopenedTwice' }));
    expect(report).toMatchObject({ end: 'archived', rounds: 3 });
  });
});

test('however the steps are switched, people who act get every case to its end', () => {
  const steps = fc.record({
    autoConfirmGrade: fc.boolean(),
    autoAssign: fc.boolean(),
    accept: fc.boolean(),
    findings: fc.boolean(),
    agreement: fc.boolean(),
    secondLook: fc.boolean(),
    rootCause: fc.constantFrom('coded' as const, 'analysed' as const),
    autoArchive: fc.boolean(),
    revisitBy: fc.constantFrom('agent' as const, 'supervisor' as const),
  });
  fc.assert(
    fc.property(
      steps,
      fc.constantFrom(...GRADES),
      fc.constantFrom(HOUSE_POLICY, OFFICE_POLICY),
      (given, grade, base) => {
        const policy = { ...base, steps: { ...base.steps, [grade]: given } };
        for (const behaviour of BEHAVIOURS) {
          if (behaviour === 'nobody') continue;
          const { report } = rehearseOne(policy, PEOPLE, one({ grade, behaviour }));
          expect([behaviour, report.end, report.stuck]).toEqual([behaviour, 'archived', undefined]);
        }
      },
    ),
    { numRuns: volume({ usual: 40 }) },
  );
});

describe('dead ends', () => {
  const withChain = (to: object): Policy =>
    policySchema.parse({
      ...HOUSE_POLICY,
      promises: { ...HOUSE_POLICY.promises, resolution: { ...HOUSE_POLICY.promises.resolution, chain: 'x' } },
      chains: { x: [{ to }] },
    });

  test.each([
    ['a person who is not there', { kind: 'person', id: 'u-gone' }, 'u-gone'],
    ['a team without a supervisor', { kind: 'role', role: 'supervisor', team: 'north' }, 'supervisor / north'],
  ])('a chain to nobody: %s', (_name, to, named) => {
    const { report } = rehearseOne(withChain(to), PEOPLE, one({ behaviour: 'nobody' }));
    expect(report.end).toBe('stuck');
    expect(report.stuck?.kind).toBe('silence');
    expect(report.stuck?.words.en).toContain(named);
    expect(report.stuck?.words.zh).toContain(named);
  });

  test('an approval that nobody may give', () => {
    const people = PEOPLE.filter(({ role }) => role !== 'manager');
    const { report } = rehearseOne(HOUSE_POLICY, people, one({ behaviour: 'costly' }));
    expect(report.end).toBe('stuck');
    expect(report.stuck?.words.en).toMatch(/^in stage resolve nobody can approve: .*a manager decides/);
    const whole = rehearse(HOUSE_POLICY, people, FROM);
    expect(whole.stuck).toBeGreaterThan(0);
  });

  test('a second look that nobody uninvolved can take', () => {
    const people = PEOPLE.filter(({ id }) => id === 'u-agent' || id === 'u-supervisor');
    const { report } = rehearseOne(HOUSE_POLICY, people, one({ grade: 'important', behaviour: 'groundless' }));
    expect(report.stuck).toMatchObject({ kind: 'decision' });
    expect(report.stuck?.words.en).toContain('approve');
  });

  test('a house in which nobody may own the case', () => {
    const people = PEOPLE.filter(({ role }) => role === 'agent');
    const { report } = rehearseOne(HOUSE_POLICY, people, one({ grade: 'major' }));
    expect(report.end).toBe('stuck');
  });

  test('a promise that is counted by a calendar of one hour a week still ends', () => {
    const rest: Calendar['week'] = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    const calendar = { ...CN_OFFICE, days: {}, week: { ...rest, mon: [{ from: '09:00', to: '10:00' }] } };
    const report = rehearse({ ...OFFICE_POLICY, calendars: { 'cn-office': calendar } }, PEOPLE, FROM);
    expect(report.complaints).toBeGreaterThan(80);
  });
});
