import { createHash } from 'node:crypto';
import { CATEGORIES, type Category, type Grade, GRADES, type Language } from '../../domain/basics/types';
import { type Example, learning, type Weights } from '../model/linear';
import { type Table, tableOf } from '../model/model';
import { engineOf, readable, suggestGrade, type Suggestion } from '../suggest';
import { versionOf } from '../model/file';
import { OWN_LABELS, type OwnLabel, scoresBy, writeOwn } from './model';
import { decided, hashesOfCase } from './read';

/** A complaint whose severity and category a person has confirmed or changed. */
export interface ConfirmedCase {
  caseNo: string;
  customer: string;
  language: Language;
  text: string;
  wantedRemedy?: string;
  grade: Grade;
  category: Category;
}

/** How a label fares on the held-out cases that the layer alone would give it. */
export interface LabelFigures {
  label: OwnLabel;
  used: boolean;
  /** Cases that the layer would read rightly and the rules do not, and the other way round. */
  won: number;
  lost: number;
}

/** Of the held-out cases how many are read rightly: by the rules, and with what is used of the layer. */
interface Rightly {
  rules: number;
  own: number;
}

/** How well the layer reads cases that it has not learnt from. */
export interface OwnFigures {
  /** Confirmed cases with different texts: learnt from, and held out. */
  learnt: number;
  heldOut: number;
  /** Held-out cases that are major, and how many of them are read so. */
  majors: number;
  majorsRead: Rightly;
  grade: Rightly;
  category: Rightly;
  labels: LabelFigures[];
}

/** Fewer confirmed cases teach nothing. */
export const LEAST_CASES = 200;
const LEAST_HELD_OUT = 30;
/** Held-out majors from which on it can be told whether fewer are found. */
const LEAST_MAJORS = 20;
/** One case of so many is held out, by a hash of its number. */
const PARTS = 5;
/** A gram of fewer customers is left out: so nobody's name or number is in the model. */
export const LEAST_CUSTOMERS = 3;
const MOST_GRAMS = 60_000;
const ROUNDS = 8;
/**
 * How unlikely it has to be that labels win by chance. Stricter than usual, because many are tried each night: nothing is
 * used that has won fewer than seven cases.
 */
const BY_CHANCE = 0.01;

interface Prepared extends Pick<ConfirmedCase, 'caseNo' | 'customer' | 'grade' | 'category'> {
  base: Suggestion;
  hashes: Uint32Array;
}

export const isHeldOut = ({ caseNo }: Pick<ConfirmedCase, 'caseNo'>): boolean =>
  createHash('sha256').update(caseNo).digest().readUInt32BE() % PARTS === 0;

/** How likely so many of `won + lost` cases are won by chance (the sign test, one-sided). */
export function chanceOf(won: number, lost: number): number {
  const n = won + lost;
  // The logarithm of (n over k) / 2^n, from k = n downwards.
  let log = -n * Math.LN2;
  let sum = 0;
  for (let k = n; k >= won; k--) {
    sum += Math.exp(log);
    log += Math.log(k / (n - k + 1));
  }
  return Math.min(1, sum);
}

/** The grams of enough different customers, the most frequent first. */
function commonGrams(cases: readonly Prepared[]): number[] {
  const customers = new Map<string, Prepared[]>();
  for (const one of cases) customers.set(one.customer, [...(customers.get(one.customer) ?? []), one]);
  const counts = new Map<number, number>();
  for (const own of customers.values()) {
    const its = new Set(own.flatMap(({ hashes }) => Array.from(hashes)));
    for (const hash of its) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= LEAST_CUSTOMERS)
    .sort(([one, its], [other, theirs]) => theirs - its || one - other)
    .slice(0, MOST_GRAMS)
    .map(([hash]) => hash);
}

const labelOf = (of: Pick<Suggestion, 'grade' | 'category'>, label: OwnLabel): OwnLabel =>
  (GRADES as readonly string[]).includes(label) ? of.grade : of.category;

/** How the labels of one decision fare on cases that were not learnt from. */
function fare(
  kind: 'grade' | 'category',
  cases: readonly Prepared[],
  scores: readonly Float64Array[],
  lowersMajor: boolean,
): Omit<LabelFigures, 'used'>[] {
  const everything = { used: new Set(OWN_LABELS), lowersMajor };
  const own = cases.map(({ base }, at) => decided(everything, scores[at] ?? new Float64Array(), base)[kind]);
  return (kind === 'grade' ? GRADES : CATEGORIES).map((label) => {
    const its = cases.filter(({ base }, at) => own[at] === label && base[kind] !== label);
    return {
      label,
      won: its.filter((one) => one[kind] === label).length,
      lost: its.filter((one) => one[kind] === one.base[kind]).length,
    };
  });
}

const wins = ({ won, lost }: Pick<LabelFigures, 'won' | 'lost'>): boolean =>
  won > lost && chanceOf(won, lost) < BY_CHANCE;

/** A label is used that is more often right than the rules, if that is no chance: its own, or that of all together. */
function chosen(labels: readonly Omit<LabelFigures, 'used'>[]): LabelFigures[] {
  const all = labels.reduce((sum, { won, lost }) => ({ won: sum.won + won, lost: sum.lost + lost }), {
    won: 0,
    lost: 0,
  });
  return labels.map((one) => ({ ...one, used: wins(one) || (one.won > one.lost && wins(all)) }));
}

interface Judged extends Omit<OwnFigures, 'learnt'> {
  lowersMajor: boolean;
}

/** What is used of a model, and how well the held-out cases are read with it. */
function judgedWith(lowersMajor: boolean, cases: readonly Prepared[], scores: readonly Float64Array[]): Judged {
  const labels = (['grade', 'category'] as const).flatMap((kind) => chosen(fare(kind, cases, scores, lowersMajor)));
  const used = new Set(labels.flatMap((one) => (one.used ? [one.label] : [])));
  const own = cases.map(({ base }, at) => decided({ used, lowersMajor }, scores[at] ?? new Float64Array(), base));
  const rightly = (kind: 'grade' | 'category', among = cases): Rightly => ({
    rules: among.filter((one) => one.base[kind] === one[kind]).length,
    own: cases.filter((one, at) => among.includes(one) && own[at]?.[kind] === one[kind]).length,
  });
  const majors = cases.filter(({ grade }) => grade === 'major');
  return {
    lowersMajor,
    heldOut: cases.length,
    majors: majors.length,
    majorsRead: rightly('grade', majors),
    grade: rightly('grade'),
    category: rightly('category'),
    labels,
  };
}

/** It lowers no major of the rules unless it misses no more majors than they, of enough to tell. */
function judge(cases: readonly Prepared[], scores: readonly Float64Array[]): Judged {
  const judged = judgedWith(true, cases, scores);
  const { majors, majorsRead } = judged;
  return majors >= LEAST_MAJORS && majorsRead.own >= majorsRead.rules ? judged : judgedWith(false, cases, scores);
}

type Cases = AsyncIterable<ConfirmedCase> | Iterable<ConfirmedCase>;

/** Cases with different texts, each read by the rules; of several with one text the first. */
async function prepare(cases: Cases, pause: () => Promise<void>): Promise<Prepared[]> {
  const known = new Set<string>();
  const prepared: Prepared[] = [];
  for await (const one of cases) {
    const print = createHash('sha256').update(readable(one)).digest('base64');
    if (known.has(print)) continue;
    known.add(print);
    const { caseNo, customer, grade, category } = one;
    const base = suggestGrade(one);
    prepared.push({ caseNo, customer, grade, category, base, hashes: hashesOfCase(one, base) });
    await pause();
  }
  return prepared;
}

async function weightsOf(cases: readonly Prepared[], grams: readonly number[], pause: () => Promise<void>) {
  const places = new Map(grams.map((hash, at) => [hash, at]));
  const known = cases.map(({ hashes }) =>
    Uint32Array.from(Array.from(hashes).flatMap((hash) => places.get(hash) ?? [])),
  );
  const learnt: Weights[] = [];
  for (const label of OWN_LABELS) {
    const examples = cases.map((one, at): Example => ({
      grams: known[at] ?? [],
      holds: labelOf(one, label) === label,
      counts: 1,
    }));
    const steps = learning(examples, ROUNDS, grams.length);
    for (;;) {
      const { done, value } = steps.next();
      if (done) {
        learnt.push(value);
        break;
      }
      await pause();
    }
  }
  return { grams: places, table: tableOf(learnt) };
}

/** A new own model as a file, and how well it reads what it has not learnt from. */
export interface Learnt {
  version: string;
  file: Buffer;
  used: OwnLabel[];
  figures: OwnFigures;
}

/**
 * Learns from the department's own cases. Nothing is used of it that does not read cases held out better than the rules
 * do. The same cases in the same order give the same file.
 * @param cases the newest first
 * @param pause called often, so that other work may go on in between
 * @returns undefined: too few cases
 */
export async function learnOwn(
  cases: Cases,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Learnt | undefined> {
  const prepared = await prepare(cases, pause);
  const heldOut = prepared.filter(isHeldOut);
  const learnt = prepared.filter((one) => !isHeldOut(one));
  if (prepared.length < LEAST_CASES || heldOut.length < LEAST_HELD_OUT) return undefined;
  const grams = commonGrams(learnt);
  const model: { grams: ReadonlyMap<number, number>; table: Table } = await weightsOf(learnt, grams, pause);
  const { lowersMajor, ...figures } = judge(
    heldOut,
    heldOut.map(({ hashes }) => scoresBy(model, hashes)),
  );
  const used = figures.labels.flatMap((one) => (one.used ? [one.label] : []));
  const file = writeOwn({ used, lowersMajor, grams, table: model.table }, engineOf());
  return { version: versionOf(file), file, used, figures: { learnt: learnt.length, ...figures } };
}
