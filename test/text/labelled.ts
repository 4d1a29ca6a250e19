import type { Suggestion } from '../../src/text/suggest';

/** A complaint with the labels that a person gave it by the grading rules of the department. */
export interface Labelled {
  text: string;
  grade: Suggestion['grade'];
  category: Suggestion['category'];
  sentiment: Suggestion['sentiment'];
  wantedRemedy?: string;
}

const GRADES = { g: 'general', i: 'important', m: 'major' } as const;
const CATEGORIES = {
  q: 'product_quality',
  a: 'service_attitude',
  s: 'after_sales_efficiency',
  l: 'logistics',
  p: 'price_returns',
  c: 'sales_promise',
  o: 'other',
} as const;
const SENTIMENTS = { '-': 'negative', '0': 'neutral', '+': 'positive' } as const;

/** A labelled complaint, written short: see `labelled`. */
export type Row = [
  code: `${keyof typeof GRADES}${keyof typeof CATEGORIES}${keyof typeof SENTIMENTS}`,
  text: string,
  wantedRemedy?: string,
];

/**
 * Spells out rows. The three letters of a code are grade (g general, i important, m major), category (the keys of
 * `CATEGORIES`) and sentiment (- negative, 0 neutral, + positive).
 */
export function labelled(rows: readonly Row[]): Labelled[] {
  return rows.map(([code, text, wantedRemedy]) => ({
    text,
    grade: GRADES[code[0] as keyof typeof GRADES],
    category: CATEGORIES[code[1] as keyof typeof CATEGORIES],
    sentiment: SENTIMENTS[code[2] as keyof typeof SENTIMENTS],
    wantedRemedy,
  }));
}
