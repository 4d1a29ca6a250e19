import fc from 'fast-check';
import {
  periodAfter,
  periodBefore,
  periodNamed,
  periodsUpTo,
  periodWith,
  REPORT_KINDS,
  reportsByMail,
} from '../../../src/domain/facts/periods';
import { daysAfter } from '../../../src/domain/time/calendar';

test.each([
  ['day', '2026-11-23', '2026-11-23', '2026-11-23', '2026-11-23'],
  ['week', '2026-11-29', '2026-W48', '2026-11-23', '2026-11-29'],
  // A week has the year of its Thursday.
  ['week', '2027-01-01', '2026-W53', '2026-12-28', '2027-01-03'],
  ['week', '2024-12-31', '2025-W01', '2024-12-30', '2025-01-05'],
  ['month', '2028-02-10', '2028-02', '2028-02-01', '2028-02-29'],
  ['quarter', '2026-12-31', '2026-Q4', '2026-10-01', '2026-12-31'],
] as const)('the %s with %s is %s', (kind, day, name, from, to) => {
  expect(periodWith(kind, day)).toEqual({ kind, name, from, to });
});

test('periods of a kind follow each other without gap, each found again by its name, in the order of names', () => {
  fc.assert(
    fc.property(fc.constantFrom(...REPORT_KINDS), fc.integer({ min: 0, max: 20_000 }), (kind, n) => {
      const day = daysAfter('2001-01-01', n);
      const period = periodWith(kind, day);
      expect(period.from <= day && day <= period.to).toBe(true);
      expect(periodNamed(kind, period.name)).toEqual(period);
      expect(periodBefore(period).to).toBe(daysAfter(period.from, -1));
      expect(periodAfter(period).from).toBe(daysAfter(period.to, 1));
      const names = periodsUpTo(period, 5).map(({ name }) => name);
      expect([names.toSorted(), names.at(-1)]).toEqual([names, period.name]);
    }),
  );
});

test.each([
  ['day', '2026-02-30'],
  ['week', '2027-W53'],
  ['week', '2026-W00'],
  ['month', '2026-13'],
  ['quarter', '2026-Q5'],
  ['month', '2026-Q1'],
  ['day', 'latest'],
] as const)('there is no %s %s', (kind, name) => {
  expect(periodNamed(kind, name)).toBeUndefined();
});

test('managers get weeks and months by mail unless they have chosen otherwise; who reads no reports gets none', () => {
  expect(reportsByMail({ role: 'manager' })).toEqual(['week', 'month']);
  expect(reportsByMail({ role: 'manager', kinds: ['day'] })).toEqual(['day']);
  expect(reportsByMail({ role: 'admin' })).toEqual([]);
  expect(reportsByMail({ role: 'auditor', kinds: ['quarter'] })).toEqual(['quarter']);
  expect(reportsByMail({ role: 'supervisor', kinds: ['day'] })).toEqual([]);
});
