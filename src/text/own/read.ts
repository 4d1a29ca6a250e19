import { CATEGORIES, GRADES } from '../../domain/basics/types';
import { clausesOf, rowsOfWhole } from '../model/clauses';
import { hashesOf, type Row, tokensOf } from '../model/grams';
import { LONGEST_QUOTE } from '../quotes';
import { LEARNT, readable, type SuggestInput, suggestGrade, type Suggestion } from '../suggest';
import { clearlyLikeliest, OWN_LABELS, type OwnLabel, type OwnModel, scoresBy } from './model';

/** Of a text as it is read and learnt from, in characters: what follows hardly tells more. */
const READ = 2_000;
const FINDING = 98;

/** Rules of a danger to people (M1, M5): where one is found, nothing that was learnt lowers the grade. */
const HAZARDS: readonly string[] = ['M1', 'M5'];

const isFirm = ({ reasons }: Pick<Suggestion, 'reasons'>): boolean =>
  reasons.some(({ rule }) => HAZARDS.includes(rule));

/** What the rules have found, as words to learn from, each in a row of its own. */
const findings = ({ grade, category, reasons, amountCny }: Suggestion, length: number): Row[] =>
  [
    grade,
    category,
    ...reasons.flatMap(({ rule }) => (rule === category ? [] : [rule])),
    ...(amountCny === undefined ? [] : ['amount']),
    `length ${Math.round(Math.log2(length + 1))}`,
  ].map((word) => ({ words: [word], kind: FINDING }));

/** The hashes of what is learnt from: the grams of the text and of its beginning, and what the rules have found in it. */
export function hashesOfCase(input: Pick<SuggestInput, 'text' | 'wantedRemedy'>, base: Suggestion): Uint32Array {
  const text = readable(input).slice(0, READ);
  const tokens = tokensOf(text);
  const words = tokens.map(({ word }) => word);
  return hashesOf(...rowsOfWhole(words, clausesOf(text, tokens)), ...findings(base, text.length));
}

/** What the rules read with what the layer says instead, for labels that it is better at; never a lower grade of a danger. */
export function decided(
  { used, lowersMajor }: Pick<OwnModel, 'used' | 'lowersMajor'>,
  scores: Float64Array,
  base: Pick<Suggestion, 'grade' | 'category' | 'reasons'>,
): Pick<Suggestion, 'grade' | 'category'> {
  const grade = clearlyLikeliest(scores, GRADES, base.grade);
  const category = clearlyLikeliest(scores, CATEGORIES, base.category);
  const stays = base.grade === 'major' && (!lowersMajor || isFirm(base));
  return {
    grade: used.has(grade) && !stays ? grade : base.grade,
    category: used.has(category) ? category : base.category,
  };
}

/** The clause that speaks most for one label rather than another. */
function clauseFor(own: OwnModel, text: string, label: OwnLabel, rather: OwnLabel): string[] {
  let best = { score: 0, quote: '' };
  for (const { start, end, words } of clausesOf(text)) {
    const scores = scoresBy(own, hashesOf({ words }));
    const score = (scores[OWN_LABELS.indexOf(label)] ?? 0) - (scores[OWN_LABELS.indexOf(rather)] ?? 0);
    if (best.quote === '' || score > best.score) best = { score, quote: text.slice(start, end) };
  }
  return best.quote === '' ? [] : [best.quote.slice(0, LONGEST_QUOTE)];
}

/** A suggestion by the rules and, where it is better than they, by what the department's own cases have taught. */
export function suggestWith(own: OwnModel | undefined, input: SuggestInput): Suggestion {
  const base = suggestGrade(input);
  // It has learnt from complaints; what is written later is none.
  if (!own || own.used.size === 0 || input.isLater) return base;
  const { grade, category } = decided(own, scoresBy(own, hashesOfCase(input, base)), base);
  const engine = `${base.engine}+own@${own.version}`;
  if (grade === base.grade && category === base.category) return { ...base, engine };
  const text = readable(input).slice(0, READ);
  const quotes = [
    ...(grade === base.grade ? [] : clauseFor(own, text, grade, base.grade)),
    ...(category === base.category ? [] : clauseFor(own, text, category, base.category)),
  ];
  return {
    ...base,
    grade,
    category,
    reasons: [
      ...base.reasons.filter(({ rule }) => rule !== base.category || rule === category),
      { rule: LEARNT, words: [...new Set(quotes)] },
    ],
    engine,
  };
}
