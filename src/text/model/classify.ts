import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Category } from '../../domain/basics/types';
import { PROJECT_ROOT } from '../../paths';
import type { Rule } from '../lexicon/groups';
import { clausesOf, spansOf } from './clauses';
import { addGrams, gramsOf } from './grams';
import { scoreOf } from './linear';
import { type Model, readModel } from './model';

/** A rule that a clause sounds like, though it may hold no word of the rule's dictionary. */
export interface RuleHeard {
  rule: Rule;
  /** Where the clause stands in the normalised text. */
  start: number;
  end: number;
}

/** Learnt from the examples that come with Redress (`npm run train`). */
export const STARTER_MODEL = join(PROJECT_ROOT, 'src', 'text', 'model', 'starter.model');

let starter: Model | undefined;
/** Read at the first use. */
export const starterModel = (): Model => (starter ??= readModel(readFileSync(STARTER_MODEL)));

/** For each rule the clause that sounds most like it, if it does so clearly enough. */
export function rulesIn(text: string, model: Model = starterModel()): RuleHeard[] {
  const spans = spansOf(text).map((span) => ({ ...span, grams: gramsOf(span.text) }));
  return model.rules.flatMap(({ label, weights, from }) => {
    let best: RuleHeard | undefined;
    let highest = from;
    for (const { grams, start, end } of spans) {
      const score = scoreOf(weights, grams);
      if (score <= highest) continue;
      highest = score;
      best = { rule: label, start, end };
    }
    return best ? [best] : [];
  });
}

/** The first clauses count a second time: people mostly begin with what they complain of. */
const FIRST_CLAUSES = 3;
const FIRST = 99;

/** What the category is learnt from and told by: the grams of the whole text, and apart from them of its beginning. */
export function gramsOfWhole(text: string): number[] {
  const places = new Set<number>();
  addGrams(places, text);
  for (const clause of clausesOf(text).slice(0, FIRST_CLAUSES)) addGrams(places, clause.text, FIRST);
  return [...places];
}

/** What the text mainly complains of, with the clause that says so most; `other` by a model that knows none. */
export function categoryOf(text: string, model: Model = starterModel()): { category: Category; clause: string } {
  const whole = gramsOfWhole(text);
  let best: Model['categories'][number] | undefined;
  let highest = -Infinity;
  for (const one of model.categories) {
    const score = scoreOf(one.weights, whole);
    if (score <= highest) continue;
    highest = score;
    best = one;
  }
  if (!best) return { category: 'other', clause: '' };
  let clause = '';
  highest = -Infinity;
  for (const { text: words } of clausesOf(text)) {
    const score = scoreOf(best.weights, gramsOf(words));
    if (score > highest) [highest, clause] = [score, words];
  }
  return { category: best.label, clause };
}
