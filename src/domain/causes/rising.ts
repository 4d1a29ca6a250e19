/**
 * What rises: which groups of complaints have more in a week than in the eight before, more than chance alone makes, and more
 * than the house as a whole. Pure.
 *
 * Chance is that of a Poisson process whose rate may move with the whole house: complaints of a group, given how many there
 * are, fall on the weeks as all complaints do. Whole weeks are compared, so days of the week make no difference. Customers are
 * counted, not complaints: one who complains five times of the same is one.
 * @module
 */
import jStat from 'jstat';

/** Weeks that are held against. */
export const WEEKS_BEFORE = 8;
/** The weeks that are looked at: the last one, or the last two together, which finds what rises too little for one. */
export const SPANS = [1, 2] as const;
/** Weeks that have to be known of every group, the oldest first. */
export const WEEKS_NEEDED = WEEKS_BEFORE + Math.max(...SPANS);
/** A house that is younger is told nothing: there is nothing to hold a week against. */
export const FEWEST_WEEKS = 4;
/** Fewer customers are a chance, and might tell of somebody. */
export const FEWEST_CUSTOMERS = 3;
/**
 * How often chance alone may tell of a rise, shared out among all tests. They depend on each other, and each has to beat two
 * chances, so that it comes to less than 5 of 100 weeks (`test/domain/causes/rising.test.ts` counts them).
 */
const ALARMS = 0.06;
/** Of a group that has not even so many that all of them in one span would be a rise, no test is made. */
const HOPELESS = 0.001;

/** The counts of one group in the last weeks, the oldest first. */
export interface Series<K> {
  key: K;
  /** Customers, week by week. */
  weeks: readonly number[];
  /** All customers that they are some of. */
  whole: readonly number[];
}

/** A set of groups whose tests share one part of the alarms. */
export interface Level<K> {
  /** How much of the alarms it may make; those of all levels come to 1. */
  weight: number;
  groups: readonly Series<K>[];
}

/** A group that rises. */
export interface Risen<K> {
  key: K;
  /** In the last week or the last two. */
  span: (typeof SPANS)[number];
  now: number;
  /** In `weeks` weeks before. */
  before: number;
  weeks: number;
  /** How often chance alone makes as many, before the number of tests is taken into account. */
  p: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How often `n` throws, each of which falls into the span with chance `share`, come to `now` or more. */
const tail = (now: number, n: number, share: number): number =>
  now <= 0 ? 1 : now > n ? 0 : jStat.ibeta(share, now, n - now + 1);

/** The same, with `now` itself by half: the mid-p, which is less strict than counts that jump make the exact test. */
export const midTail = (now: number, n: number, share: number): number =>
  (tail(now, n, share) + tail(now + 1, n, share)) / 2;

const lnChoose = (n: number, k: number): number =>
  jStat.gammaln(n + 1) - jStat.gammaln(k + 1) - jStat.gammaln(n - k + 1);

/**
 * How often `n` complaints drawn from `all`, of which `marked` fall into the span, have `now` or more in it: Fisher's exact
 * test, with `now` itself by half.
 */
export function midHypergeometric(now: number, { n, marked, all }: { n: number; marked: number; all: number }): number {
  let total = 0;
  for (let k = now; k <= Math.min(n, marked); k += 1) {
    const chance = Math.exp(lnChoose(marked, k) + lnChoose(all - marked, n - k) - lnChoose(all, n));
    total += k === now ? chance / 2 : chance;
  }
  return Math.min(1, total);
}

interface Test<K> extends Omit<Risen<K>, 'p'> {
  /** What it gets of the alarms of its level, beside others. */
  weight: number;
  /** As in `Risen`; at least some number above `limit` where it is above that. */
  p(limit: number): number;
}

/** The tests of a group, one for each span, without those that too few complaints make hopeless. */
function testsOf<K>({ key, weeks, whole }: Series<K>): Test<K>[] {
  const first = Math.max(
    0,
    whole.findIndex((count) => count > 0),
  );
  return SPANS.flatMap((span): Test<K>[] => {
    const end = whole.length - span;
    const from = Math.max(first, end - WEEKS_BEFORE);
    if (end - from < FEWEST_WEEKS) return [];
    const now = sum(weeks.slice(end));
    const before = sum(weeks.slice(from, end));
    const n = now + before;
    const usual = span / (span + end - from);
    if (usual ** n > HOPELESS) return [];
    const house = { n, marked: sum(whole.slice(end)), all: sum(whole.slice(from)) };
    const p = (limit: number): number => {
      const alone = now <= n * usual ? 1 : midTail(now, n, usual);
      return alone > limit || house.all === n ? alone : Math.max(alone, midHypergeometric(now, house));
    };
    return [{ key, span, now, before, weeks: end - from, weight: n, p }];
  });
}

/**
 * The groups that rise, the surest first; of a group the surer span. The alarms of a level are shared out by how many
 * complaints a test has, so that hundreds of rare groups do not hide the frequent ones.
 */
export function rising<K>(levels: readonly Level<K>[]): Risen<K>[] {
  const found = levels.flatMap(({ weight, groups }) => {
    const tests = groups.flatMap((group) => testsOf(group));
    const each = (ALARMS * weight) / sum(tests.map((test) => test.weight));
    const best = new Map<K, Risen<K>>();
    for (const test of tests) {
      if (test.now < FEWEST_CUSTOMERS) continue;
      const limit = each * test.weight;
      const p = test.p(limit);
      const other = best.get(test.key);
      if (p <= limit && (!other || p < other.p)) {
        const { key, span, now, before, weeks } = test;
        best.set(key, { key, span, now, before, weeks, p });
      }
    }
    return [...best.values()];
  });
  return found.toSorted((a, b) => a.p - b.p);
}
