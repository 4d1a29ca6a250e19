import { findingsOf, onceIn, spanOf, type WeekCount } from '../../../src/domain/causes/groups';
import { midHypergeometric, midTail, rising, WEEKS_NEEDED } from '../../../src/domain/causes/rising';
import { dice } from '../../replay/dice';
import { volume } from '../../support/volume';

const SIDES = 2 ** 32;
/** From 0 to below 1, the same for the same seed. */
function numbers(seed: number): () => number {
  const roll = dice(seed);
  return () => roll(SIDES) / SIDES;
}

/** How many come, where `mean` come on average and each by itself. */
function poisson(mean: number, next: () => number): number {
  let many = -1;
  for (let left = mean; left >= 0; many += 1) left += Math.log(1 - next());
  return many;
}

type Complaint = Record<'category' | 'cause' | 'product' | 'region', number>;
const VALUES = { category: 9, cause: 15, product: 20, region: 8 };

/** One of so many values, the first of which is the commonest. */
function picked(many: number, next: () => number): number {
  const shares = Array.from({ length: many }, (_, n) => 1 / (n + 1));
  let left = next() * shares.reduce((sum, share) => sum + share, 0);
  return shares.findIndex((share) => (left -= share) <= 0);
}

const complaint = (next: () => number): Complaint => ({
  category: picked(VALUES.category, next),
  cause: picked(VALUES.cause, next),
  product: picked(VALUES.product, next),
  region: picked(VALUES.region, next),
});

const SETS = {
  received: [[], ['category'], ['product'], ['region'], ['category', 'product'], ['category', 'region']],
  resolved: [[], ['cause'], ['cause', 'product'], ['cause', 'region'], ['cause', 'product', 'region']],
} as const;

/** The counts of a week, each complaint by another customer. */
function counted(complaints: readonly Complaint[]): Omit<WeekCount, 'week'>[] {
  const counts = new Map<string, Omit<WeekCount, 'week'>>();
  for (const one of complaints) {
    for (const by of ['received', 'resolved'] as const) {
      for (const set of SETS[by]) {
        const key = set.reduce((sum: string, name) => `${sum} ${name} ${one[name]}`, by);
        const found = counts.get(key);
        if (found) found.customers += 1;
        else
          counts.set(key, { by, values: Object.fromEntries(set.map((name) => [name, `${one[name]}`])), customers: 1 });
      }
    }
  }
  return [...counts.values()];
}

const complaints = (mean: number, next: () => number): Complaint[] =>
  Array.from({ length: poisson(mean, next) }, () => complaint(next));

/** What the run finds in the last of these weeks. */
const found = (weeks: readonly Omit<WeekCount, 'week'>[][]) =>
  findingsOf(weeks.flatMap((counts, week) => counts.map((count) => ({ ...count, week }))));

test.each([
  { what: 'a small house', seed: 1, weeks: 400, mean: () => 30 },
  { what: 'a large house', seed: 2, weeks: 100, mean: () => 150 },
  {
    what: 'a house that grows and shrinks with the seasons',
    seed: 3,
    weeks: 150,
    mean: (n: number) => 100 * (1 + 0.4 * Math.sin(n / 5)),
  },
  {
    what: 'a house with twice as many in every tenth week',
    seed: 4,
    weeks: 200,
    mean: (n: number) => (n % 10 === 0 ? 160 : 80),
  },
])('chance alone raises an alarm in 5 of 100 weeks at most: $what', ({ seed, weeks: many, mean }) => {
  const next = numbers(seed);
  const tried = volume({ usual: many / 2, full: many });
  const weeks = Array.from({ length: tried + WEEKS_NEEDED - 1 }, (_, n) => counted(complaints(mean(n), next)));
  const alarms = Array.from({ length: tried }, (_, n) => found(weeks.slice(n, n + WEEKS_NEEDED))).filter(
    (findings) => findings.length > 0,
  );
  expect(alarms.length / tried).toBeLessThanOrEqual(0.05);
});

/** How often a kind that doubles is found in the first week, and within two. */
function power(usual: number, mean: number, tries: number): { first: number; both: number } {
  const next = numbers(usual + mean);
  const is99 = ({ values }: { values: object }): boolean => JSON.stringify(values) === '{"category":"99"}';
  let first = 0;
  let both = 0;
  for (let n = 0; n < tries; n += 1) {
    const weeks = Array.from({ length: WEEKS_NEEDED + 1 }, (_, place) =>
      counted([
        ...complaints(mean - usual, next),
        ...complaints(place < WEEKS_NEEDED - 1 ? usual : 2 * usual, next).map((one) => ({ ...one, category: 99 })),
      ]),
    );
    const now = found(weeks.slice(0, WEEKS_NEEDED)).some(is99);
    if (now) first += 1;
    if (now || found(weeks.slice(1)).some(is99)) both += 1;
  }
  return { first: first / tries, both: both / tries };
}

test('a kind with 25 complaints a week that doubles is found within two weeks; rarer ones less surely', () => {
  const { first, both } = power(25, 100, 60);
  expect(both).toBeGreaterThanOrEqual(0.9);
  expect(first).toBeGreaterThan(0.5);
  expect(power(5, 60, 30).both).toBeLessThan(0.5);
});

test('a new kind, of five customers at once, is found; of two it is not, nor while the house is too young to be compared', () => {
  const others = { key: 'usual', weeks: Array.from({ length: WEEKS_NEEDED }, () => 50) };
  const series = (last: number) => [...Array.from({ length: WEEKS_NEEDED - 1 }, () => 0), last];
  const of = (last: number, whole = Array.from({ length: WEEKS_NEEDED }, () => 60)) =>
    rising([
      {
        weight: 1,
        groups: [
          { ...others, whole },
          { key: 'new', weeks: series(last), whole },
        ],
      },
    ]);
  expect(of(8).map(({ key, now, before, weeks }) => ({ key, now, before, weeks }))).toEqual([
    { key: 'new', now: 8, before: 0, weeks: 8 },
  ]);
  expect(of(2)).toEqual([]);
  expect(
    of(
      8,
      series(60).map((count, place) => (place > 6 ? 60 : count)),
    ),
  ).toEqual([]);
});

test('both tests count as the plain sums do', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
  const binomial = (k: number, n: number, p: number) => choose(n, k) * p ** k * (1 - p) ** (n - k);
  const above = (from: number, to: number, of: (k: number) => number) =>
    Array.from({ length: to - from + 1 }, (_, n) => of(from + n) * (n === 0 ? 0.5 : 1)).reduce((sum, p) => sum + p, 0);
  for (const [now, n] of [
    [5, 5],
    [9, 30],
    [40, 180],
  ] as const) {
    expect(midTail(now, n, 1 / 9)).toBeCloseTo(
      above(now, n, (k) => binomial(k, n, 1 / 9)),
      10,
    );
  }
  const [n, marked, all] = [30, 60, 400];
  const drawn = (k: number) => (choose(marked, k) * choose(all - marked, n - k)) / choose(all, n);
  expect(midHypergeometric(9, { n, marked, all })).toBeCloseTo(above(9, n, drawn), 10);
});

test('a finding says over which days it is, and how rare chance makes it', () => {
  expect(spanOf('2026-11-23', { span: 2, weeks: 8 })).toEqual({
    from: '2026-09-21',
    spanFrom: '2026-11-16',
    to: '2026-11-29',
  });
  expect([onceIn({ p: 1 / 2_345 }), onceIn({ p: 0 })]).toEqual([2_000, 1_000_000]);
});
