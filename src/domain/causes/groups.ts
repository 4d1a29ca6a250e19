/**
 * By what complaints are grouped to see what rises, and what a week finds. Pure.
 * @module
 */
import type { Dimension } from '../facts/figures';
import { daysAfter } from '../time/calendar';
import { FEWEST_CUSTOMERS, rising, WEEKS_BEFORE, WEEKS_NEEDED, type Level, type Risen, type Series } from './rising';

/** What is grouped by. */
export const GROUPED_BY = [
  'category',
  'subcategory',
  'cause',
  'product',
  'model',
  'region',
] as const satisfies readonly Dimension[];
export type GroupedBy = (typeof GROUPED_BY)[number];

/**
 * The day by which complaints count: a kind is known when they come in, a cause when they are resolved. Causes by the day of
 * receipt would always seem to fall, because those of the last weeks are not known yet.
 */
export const COUNTED_BY = ['received', 'resolved'] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

/** What complaints of a group have in common. */
export interface Group {
  by: CountedBy;
  values: Partial<Record<GroupedBy, string>>;
}

/** A group that rises, as it is kept. */
export interface Finding extends Group, Omit<Risen<never>, 'key'> {}

/** The days that a finding of the week that begins on a Monday is about. */
export function spanOf(week: string, { span, weeks }: Pick<Finding, 'span' | 'weeks'>) {
  const spanFrom = daysAfter(week, -7 * (span - 1));
  return { from: daysAfter(spanFrom, -7 * weeks), spanFrom, to: daysAfter(week, 6) };
}

/** The days that lists of a week are about: it, and the weeks before. */
export const daysOf = (week: string) => ({
  from: daysAfter(week, -7 * WEEKS_BEFORE),
  spanFrom: week,
  to: daysAfter(week, 6),
});

/** Whether so many customers may be told of; fewer might tell of somebody. */
export const mayBeTold = (customers: number): boolean => customers >= FEWEST_CUSTOMERS;

/** In how many weeks chance alone makes as much once, in round numbers. */
export function onceIn({ p }: Pick<Finding, 'p'>): number {
  const weeks = 1 / Math.max(p, 1e-6);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(weeks)));
  return Math.floor(weeks / step) * step;
}

/** How many customers complained in one week of one group; without values: of all. */
export interface WeekCount extends Group {
  /** The place of the week, from 0, the oldest. */
  week: number;
  customers: number;
}

/** The groups, level by level; `share`: of the alarms that chance may make, most for the few that matter to everybody. */
const LEVELS: readonly { share: number; sets: Record<CountedBy, readonly (readonly GroupedBy[])[]> }[] = [
  { share: 0.7, sets: { received: [['category']], resolved: [['cause']] } },
  {
    share: 0.1,
    sets: { received: [['category', 'subcategory'], ['product'], ['product', 'model'], ['region']], resolved: [] },
  },
  {
    share: 0.1,
    sets: {
      received: [
        ['category', 'product'],
        ['category', 'region'],
      ],
      resolved: [
        ['cause', 'product'],
        ['cause', 'region'],
      ],
    },
  },
  { share: 0.1, sets: { received: [], resolved: [['cause', 'product', 'region']] } },
];

/** By what is grouped, for each of the two days; the last one is all complaints. */
export const setsBy = (by: CountedBy): (readonly GroupedBy[])[] => [...LEVELS.flatMap(({ sets }) => sets[by]), []];

const keyOf = ({ by, values }: Group): string => `${by}\0${GROUPED_BY.map((name) => values[name] ?? '').join('\0')}`;
const dimensionsOf = ({ values }: Group): string => GROUPED_BY.filter((name) => values[name] !== undefined).join();

/** What rises in the last of `WEEKS_NEEDED` weeks, the surest first. */
export function findingsOf(counts: readonly WeekCount[]): Finding[] {
  const series = new Map<string, { group: Group; weeks: number[] }>();
  for (const { by, values, week, customers } of counts) {
    const group = { by, values };
    const key = keyOf(group);
    const found = series.get(key) ?? { group, weeks: Array.from({ length: WEEKS_NEEDED }, () => 0) };
    found.weeks[week] = customers;
    series.set(key, found);
  }
  const all = [...series.values()];
  const wholeOf = (by: CountedBy): readonly number[] => series.get(keyOf({ by, values: {} }))?.weeks ?? [];
  const levels = LEVELS.map(({ share, sets }): Level<Group> => {
    const groups = COUNTED_BY.flatMap((by) => {
      const wanted = new Set(sets[by].map((set) => set.join()));
      const whole = wholeOf(by);
      return all
        .filter(({ group }) => group.by === by && wanted.has(dimensionsOf(group)))
        .map(({ group, weeks }): Series<Group> => ({ key: group, weeks, whole }));
    });
    return { weight: share, groups };
  });
  return rising(levels).map(({ key, ...risen }) => ({ ...key, ...risen }));
}
