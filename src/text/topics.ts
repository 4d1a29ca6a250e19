/**
 * What customers begin to complain of: terms that complaints of a week have more often than those of the weeks before, and
 * the commonest terms of each kind. Pure.
 * @module
 */

/** A complaint, by its terms. */
export interface Told {
  caseNo: string;
  customerId: string;
  terms: ReadonlySet<string>;
}

/** A term that is on the rise. */
export interface Rising {
  term: string;
  /** Of the week and of the weeks before, how many complaints have it. */
  now: number;
  before: number;
  customers: number;
  /** G², the log-likelihood ratio of both shares: above 10.83 chance alone makes one in a thousand. */
  score: number;
  /** The newest first. */
  cases: string[];
}

/** A common term. */
export interface Common {
  term: string;
  cases: number;
}

/** Fewer complaints, or fewer customers, are a chance, and might tell of somebody. */
const FEWEST = 3;
/** Of G², with one degree of freedom: p < 0.001. */
const SURE = 10.83;
/** A part of a longer term stands for itself only where it is found apart from it often enough. */
const APART = 0.8;

interface Found {
  cases: string[];
  customers: Set<string>;
}

function find(told: readonly Told[]): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const { caseNo, customerId, terms } of told) {
    for (const term of terms) {
      const one = found.get(term) ?? { cases: [], customers: new Set() };
      one.cases.push(caseNo);
      one.customers.add(customerId);
      found.set(term, one);
    }
  }
  return found;
}

const part = (count: number, expected: number): number => (count === 0 ? 0 : count * Math.log(count / expected));

/** G² of a term in `a` of `n` complaints against `b` of `m`: how badly one and the same share would explain both. */
export function logLikelihood(a: number, n: number, b: number, m: number): number {
  const share = (a + b) / (n + m);
  const having = part(a, n * share) + part(b, m * share);
  const lacking = part(n - a, n * (1 - share)) + part(m - b, m * (1 - share));
  return 2 * (having + lacking);
}

/** Leaves out terms that are parts of longer ones and hardly ever stand without them. */
function withoutParts<T extends { term: string }>(terms: readonly T[], count: (term: T) => number): T[] {
  const isPart = (one: T): boolean =>
    terms.some(
      (other) =>
        other.term.length > one.term.length && other.term.includes(one.term) && count(other) >= APART * count(one),
    );
  return terms.filter((one) => !isPart(one));
}

/**
 * Terms that complaints of the week have more often than those before, the surest first. None without earlier ones: then
 * everything would be new.
 */
export function risingTerms(week: readonly Told[], before: readonly Told[], most: number): Rising[] {
  if (before.length === 0) return [];
  const earlier = find(before);
  const rising: Rising[] = [];
  for (const [term, { cases, customers }] of find(week)) {
    const [now, then] = [cases.length, earlier.get(term)?.cases.length ?? 0];
    if (now < FEWEST || customers.size < FEWEST) continue;
    if (now / week.length <= then / before.length) continue;
    const score = logLikelihood(now, week.length, then, before.length);
    if (score < SURE) continue;
    rising.push({ term, now, before: then, customers: customers.size, score, cases });
  }
  return withoutParts(rising, ({ now }) => now)
    .toSorted((a, b) => b.score - a.score || b.now - a.now || (a.term < b.term ? -1 : 1))
    .slice(0, most);
}

/** The terms that most complaints have, of at least three customers. */
export function commonTerms(told: readonly Told[], most: number): Common[] {
  const common = [...find(told)].flatMap(([term, { cases, customers }]) =>
    cases.length >= FEWEST && customers.size >= FEWEST ? [{ term, cases: cases.length }] : [],
  );
  const ordered = common.toSorted((a, b) => b.cases - a.cases || (a.term < b.term ? -1 : 1)).slice(0, 4 * most);
  return withoutParts(ordered, ({ cases }) => cases).slice(0, most);
}
