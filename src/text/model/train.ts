import { CATEGORIES, type Category, type Grade, type Sentiment, SENTIMENTS } from '../../domain/basics/types';
import { LEARNT_RULES, type Rule, RULES } from '../lexicon/groups';
import { readable } from '../suggest';
import { clausesOf, gramsOfWhole, spansOf } from './clauses';
import { gramsOf, tokensOf } from './grams';
import { type Example, learn, scoreOf, type Weights } from './linear';
import { type Model, NOTHING, tableOf } from './model';

/** A complaint with the labels that it was given by the grading rubric. */
export interface LabelledText {
  id: string;
  text: string;
  /** Every rule that holds, the lower ones too. */
  rules: readonly Rule[];
  category: Category;
  sentiment: Sentiment;
}

/** A clause that meets a rule or nearly does; one that meets no rule at all (NONE); or the core of a category. */
export interface LabelledClause {
  label: Rule | Category | 'NONE';
  holds: boolean;
  text: string;
}

/** Rules that are often met by the same clause: the examples of one are no counterexamples of the other. */
const BESIDE: Partial<Record<Rule, readonly Rule[]>> = {
  M1: ['M3', 'I2'],
  M3: ['M1'],
  M5: ['I3'],
  I1: ['I3', 'I4', 'I5'],
  I2: ['M1', 'I1'],
  I3: ['M5', 'I1'],
  I4: ['I1', 'I5'],
  I5: ['I1', 'I4'],
};

const ROUNDS = 6;
/** An example of a rule counts twice: there are many more clauses without it. */
const HOLDS = 2;
const ELSEWHERE = 0.5;
const REFINED = 2;
const WHOLE_ROUNDS = 8;

interface Prepared extends LabelledText {
  spans: readonly number[][];
}

const isRule = (label: string): label is Rule => (RULES as readonly string[]).includes(label);

/**
 * Learns one rule clause by clause: from its own examples and near misses, from those of other rules, and from every
 * clause of complaints that do not meet it. Of a complaint that meets it nobody has said which clause does so: the one
 * that sounds most like it is taken for an example, twice over.
 */
function learnRule(
  rule: Rule,
  clauses: readonly (LabelledClause & { grams: number[] })[],
  texts: readonly Prepared[],
): Weights {
  const known: Example[] = [];
  for (const { label, holds, grams } of clauses) {
    if (label === rule) known.push({ grams, holds, counts: holds ? HOLDS : 1 });
    else if (label === 'NONE' || (isRule(label) && holds && !BESIDE[rule]?.includes(label))) {
      known.push({ grams, holds: false, counts: ELSEWHERE });
    }
  }
  for (const { rules, spans } of texts) {
    if (rules.includes(rule)) continue;
    known.push(...spans.map((grams) => ({ grams, holds: false, counts: ELSEWHERE })));
  }
  let weights = learn(known, ROUNDS);
  for (let time = 0; time < REFINED; time++) {
    const likeliest = texts
      .filter(({ rules }) => rules.includes(rule))
      .map(({ spans }): Example => {
        const scores = spans.map((grams) => scoreOf(weights, grams));
        return { grams: spans[scores.indexOf(Math.max(...scores))] ?? [], holds: true, counts: HOLDS };
      });
    weights = learn([...known, ...likeliest], ROUNDS);
  }
  return weights;
}

/** Examples as they are learnt from: in the form in which complaints are read, and as grams. */
export function prepare(texts: readonly LabelledText[], clauses: readonly LabelledClause[]) {
  return {
    texts: texts.map((one) => {
      const text = readable(one);
      const tokens = tokensOf(text);
      const own = clausesOf(text, tokens);
      return {
        ...one,
        whole: gramsOfWhole(
          tokens.map(({ word }) => word),
          own,
        ),
        spans: spansOf(own).map(({ words }) => gramsOf({ words })),
      };
    }),
    clauses: clauses.map((one) => {
      const own = clausesOf(readable(one));
      const words = own.flatMap((clause, at) => (at === 0 ? clause.words : [',', ...clause.words]));
      return { ...one, whole: gramsOfWhole(words, own), grams: gramsOf({ words }) };
    }),
  };
}

export type Examples = ReturnType<typeof prepare>;

const trainRules = ({ texts, clauses }: Examples): Weights[] =>
  LEARNT_RULES.map((rule) => learnRule(rule, clauses, texts));

/** The categories' weights, each against the others. */
function trainCategories({ texts, clauses }: Examples): Weights[] {
  const known = [
    ...texts.map(({ whole, category }) => ({ category: category as string, grams: whole })),
    ...clauses
      .filter(({ label }) => label !== 'NONE' && !isRule(label))
      .map(({ label, whole }) => ({ category: label as string, grams: whole })),
  ];
  return CATEGORIES.map((label) =>
    learn(
      known.map(({ category, grams }) => ({ grams, counts: 1, holds: category === label })),
      WHOLE_ROUNDS,
    ),
  );
}

/** The sentiments' weights, each against the others. */
const trainSentiments = ({ texts }: Examples): Weights[] =>
  SENTIMENTS.map((label) =>
    learn(
      texts.map(({ whole, sentiment }) => ({ grams: whole, counts: 1, holds: sentiment === label })),
      WHOLE_ROUNDS,
    ),
  );

/** A model of all that was learnt, by which no rule is heard yet: see `heardFrom`. */
export const train = (examples: Examples): Model => ({
  ...NOTHING,
  rules: LEARNT_RULES.map((label) => ({ label, from: Infinity })),
  categories: CATEGORIES,
  sentiments: SENTIMENTS,
  table: tableOf([...trainRules(examples), ...trainCategories(examples), ...trainSentiments(examples)]),
});

/** The model with a score for each rule from which on a clause counts. */
export const heardFrom = (model: Model, from: ReadonlyMap<Rule, number>): Model => ({
  ...model,
  rules: model.rules.map(({ label }) => ({ label, from: from.get(label) ?? Infinity })),
});

/** A text that the model has not learnt from. */
export interface ScoredText {
  grade: Grade;
  /** The rules whose words the dictionaries have found. */
  found: readonly string[];
  scores: ReadonlyMap<Rule, number>;
}

/** What a tenth more of all *major* complaints is worth, in tenths of all texts: who misses one lets a danger wait. */
const MAJOR_COUNTS = 0.3;
const STEP = 0.25;
const LOWEST = 1;
const HIGHEST = 3;

/**
 * From which score on a clause counts, rule by rule: the scores with which most texts get their grade, and with the
 * greater weight those that are *major*. Each is chosen in turn with the others as they are, three times over.
 */
export function thresholds(texts: readonly ScoredText[]): Map<Rule, number> {
  const from = new Map(LEARNT_RULES.map((rule) => [rule, 1]));
  const gradeOf = ({ found, scores }: ScoredText): Grade => {
    const holds = [...found];
    for (const [rule, score] of scores) if (score > (from.get(rule) ?? Infinity)) holds.push(rule);
    if (holds.some((rule) => rule.startsWith('M'))) return 'major';
    return holds.length > 0 ? 'important' : 'general';
  };
  const worth = (): number => {
    let right = 0;
    let majors = 0;
    let recalled = 0;
    for (const text of texts) {
      const grade = gradeOf(text);
      right += Number(grade === text.grade);
      majors += Number(text.grade === 'major');
      recalled += Number(text.grade === 'major' && grade === 'major');
    }
    return right / texts.length + (MAJOR_COUNTS * recalled) / (majors || 1);
  };
  for (let turn = 0; turn < 3; turn++) {
    for (const rule of LEARNT_RULES) {
      let best = { score: HIGHEST, worth: -1 };
      for (let score = LOWEST; score <= HIGHEST; score += STEP) {
        from.set(rule, score);
        const now = worth();
        if (now >= best.worth) best = { score, worth: now };
      }
      from.set(rule, best.score);
    }
  }
  return from;
}
