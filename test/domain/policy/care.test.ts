import { careOf, careRulesOf, greetingMoment, greetingsOn } from '../../../src/domain/policy/care';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';

const USUAL = careOf(HOUSE_POLICY);
const QUIET = { grade: 'general', repeat: false, outcome: 'upheld' } as const;

test('who is looked after follows the rules of the policy, also of one from before there were any', () => {
  expect(careRulesOf(QUIET, USUAL)).toEqual([]);
  expect(careRulesOf({ grade: 'major', repeat: true, outcome: 'not_upheld', score: 2 }, USUAL)).toEqual([
    'major',
    'repeated',
    'lowScore',
    'lost',
  ]);
  expect(careRulesOf({ ...QUIET, score: 3 }, USUAL)).toEqual([]);
  expect(careRulesOf({ ...QUIET, score: 3 }, { ...USUAL, lowScore: 3 })).toEqual(['lowScore']);
  expect(careRulesOf({ ...QUIET, outcome: 'withdrawn' }, USUAL)).toEqual(['lost']);
  expect(careRulesOf({ ...QUIET, grade: 'major' }, { ...USUAL, enterOn: ['lost'] })).toEqual([]);
  expect(careRulesOf({ ...QUIET, grade: 'major', outcome: 'merged' }, USUAL)).toEqual([]);
});

const spring = { id: 'spring', name: { zh: '春节', en: 'Spring Festival' }, on: '2026-02-17' };

test('what falls on a day off is greeted on the last day that is worked before it, and once', () => {
  const care = { ...USUAL, holidays: [spring] };
  const days = ['2026-02-13', '2026-02-14', '2026-02-15', '2026-02-17', '2026-02-24'];
  const on = (day: string) => greetingsOn(day, care, CN_OFFICE);
  expect(days.filter((day) => on(day).holidays.length > 0)).toEqual(['2026-02-14']);
  expect(on('2026-02-14').birthdays).toEqual([
    '02-14',
    '02-15',
    '02-16',
    '02-17',
    '02-18',
    '02-19',
    '02-20',
    '02-21',
    '02-22',
    '02-23',
  ]);
  expect(on('2026-02-15').birthdays).toEqual([]);
  // A house without a calendar works every day.
  expect(greetingsOn('2026-02-17', care, undefined)).toEqual({ holidays: [spring], birthdays: ['02-17'] });
  expect(greetingsOn('2026-02-17', { ...care, birthdays: false }, undefined).birthdays).toEqual([]);
});

test('whoever was born on 29 February is greeted every year', () => {
  const born = (day: string) => greetingsOn(day, USUAL, undefined).birthdays;
  expect(born('2027-02-28')).toEqual(['02-28', '02-29']);
  expect(born('2028-02-28')).toEqual(['02-28']);
  expect(born('2028-02-29')).toEqual(['02-29']);
});

test('a greeting goes in working hours', () => {
  const dayStart = (ms: number) => Math.floor(ms / 86_400_000) * 86_400_000;
  const moment = (at: string, calendar?: typeof CN_OFFICE) =>
    new Date(greetingMoment(Date.parse(at), calendar, dayStart)).toISOString();
  expect(moment('2026-03-02T21:00:00.000Z', CN_OFFICE)).toBe('2026-03-03T01:00:00.000Z');
  expect(moment('2026-03-03T02:30:00.000Z', CN_OFFICE)).toBe('2026-03-03T02:30:00.000Z');
  expect(moment('2026-03-03T04:30:00.000Z', CN_OFFICE)).toBe('2026-03-03T05:30:00.000Z');
  expect(moment('2026-03-03T05:00:00.000Z')).toBe('2026-03-03T09:00:00.000Z');
  expect(moment('2026-03-03T10:00:00.000Z')).toBe('2026-03-03T10:00:00.000Z');
  expect(moment('2026-03-03T18:00:00.000Z')).toBe('2026-03-04T09:00:00.000Z');
});
