import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Category, Sentiment } from '../../domain/basics/types';
import { PROJECT_ROOT } from '../../paths';
import type { Rule } from '../lexicon/groups';
import { clausesOf, gramsOfWhole, type Span, spansOf } from './clauses';
import { gramsOf, type Token, tokensOf } from './grams';
import { type Model, readModel, scoresOf } from './model';

/** Learnt from the examples that come with Redress (`npm run train`). */
export const STARTER_MODEL = join(PROJECT_ROOT, 'src', 'text', 'model', 'starter.model');

let starter: Model | undefined;
/** Read at the first use. */
export const starterModel = (): Model => (starter ??= readModel(readFileSync(STARTER_MODEL)));

/** A normalised text, its clauses and pairs of clauses, and in the same order how much each sounds like each label. */
export interface Heard {
  text: string;
  tokens: readonly Token[];
  spans: readonly Span[];
  scores: readonly Float64Array[];
}

/** Reads a normalised text clause by clause. */
export function hear(text: string, { table }: Model = starterModel()): Heard {
  const tokens = tokensOf(text);
  const spans = spansOf(clausesOf(text, tokens));
  return { text, tokens, spans, scores: spans.map((span) => scoresOf(table, gramsOf(span))) };
}

/** A rule that a clause sounds like, though it may hold no word of the rule's dictionary. */
export interface RuleHeard {
  rule: Rule;
  /** Where the clause stands in the normalised text. */
  start: number;
  end: number;
  score: number;
  /** The score above which the rule counts. */
  from: number;
}

/** For each rule the clause or pair of clauses that sounds most like it, however little. */
export const likeliest = ({ spans, scores }: Heard, { rules }: Model = starterModel()): RuleHeard[] =>
  rules.flatMap(({ label, from }, column) => {
    const { at, score } = highest(scores, column);
    const span = spans[at];
    return span ? [{ rule: label, start: span.start, end: span.end, score, from }] : [];
  });

/** Which of several scores is the highest by one label; `at` -1: of none. */
function highest(scores: readonly Float64Array[], column: number): { at: number; score: number } {
  let at = -1;
  let score = -Infinity;
  for (let one = 0; one < scores.length; one++) {
    const its = scores[one]?.[column] ?? -Infinity;
    if (its > score) [at, score] = [one, its];
  }
  return { at, score };
}

/** The rules that a text sounds like clearly enough. */
export const rulesIn = (heard: Heard, model: Model = starterModel()): RuleHeard[] =>
  likeliest(heard, model).filter(({ from, score }) => score > from);

/** A text as a whole: how much it sounds like each label, and the clauses that it has. */
export interface Whole {
  scores: Float64Array;
  /** Places of its clauses in `Heard.spans`. */
  own: readonly number[];
  words: number;
}

/** Reads the beginning of a text, as far as `end`, as a whole. */
export function wholeOf({ text, tokens, spans }: Heard, end = text.length, { table }: Model = starterModel()): Whole {
  const own = spans.flatMap((span, at) => (span.alone && span.end <= end ? [at] : []));
  const words = tokens.flatMap(({ word, start }) => (start < end ? [word] : []));
  const clauses = own.flatMap((at) => spans[at] ?? []);
  return { scores: scoresOf(table, gramsOfWhole(words, clauses)), own, words: words.length };
}

/** What a text mainly complains of, with the clause that says so most; `other` by a model that knows none. */
export function categoryOf(
  { text, spans, scores }: Heard,
  whole: Whole,
  { rules, categories }: Model = starterModel(),
): { category: Category; clause: string } {
  const byCategory = whole.scores.subarray(rules.length, rules.length + categories.length);
  const column = byCategory.indexOf(Math.max(...byCategory));
  const category = categories[column];
  if (!category) return { category: 'other', clause: '' };
  const { at } = highest(
    whole.own.flatMap((one) => scores[one] ?? []),
    rules.length + column,
  );
  const most = spans[whole.own[at] ?? -1];
  return { category, clause: most ? text.slice(most.start, most.end) : '' };
}

/** Of fewer words the examples know too little. */
const FEWEST_WORDS = 8;
/** The share of all likelihood from which on a sentiment is heard clearly; chosen on examples that were not learnt from. */
const CLEARLY = 0.6;

/** The mood that a text has clearly, if one. */
export function sentimentOf(
  { scores, words }: Whole,
  { rules, categories, sentiments }: Model = starterModel(),
): Sentiment | undefined {
  if (words < FEWEST_WORDS) return undefined;
  const likely = [...scores.subarray(rules.length + categories.length)].map((score) => 1 / (1 + Math.exp(-score)));
  const most = Math.max(...likely);
  const all = likely.reduce((sum, one) => sum + one, 0);
  return most / all >= CLEARLY ? sentiments[likely.indexOf(most)] : undefined;
}
