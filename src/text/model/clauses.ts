import { gramsOf, type Row, type Token, tokensOf } from './grams';

/** A clause of a normalised text, or two that follow each other. */
export interface Span {
  /** `text.slice(start, end)`; of two clauses the border between them stands as it is. */
  start: number;
  end: number;
  /** Whether it is one clause alone. */
  alone: boolean;
  words: readonly string[];
}

/** What ends a clause; a full stop between digits is part of a number. */
const BORDER = /[。?\n;,、:]|\.(?!\d)/g;

/** Where the clauses of a normalised text stand; a text without a border is one clause. */
function borders(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let from = 0;
  const add = (to: number): void => {
    const words = text.slice(from, to);
    const start = from + words.length - words.trimStart().length;
    const end = from + words.trimEnd().length;
    if (end > start) found.push({ start, end });
  };
  for (const { index, 0: border } of text.matchAll(BORDER)) {
    add(index);
    from = index + border.length;
  }
  add(text.length);
  return found;
}

/** The clauses of a normalised text. */
export function clausesOf(text: string, tokens: readonly Token[] = tokensOf(text)): Span[] {
  let at = 0;
  return borders(text).map(({ start, end }) => {
    const words: string[] = [];
    for (; at < tokens.length && (tokens[at]?.start ?? end) < end; at++) {
      const token = tokens[at];
      if (token && token.start >= start) words.push(token.word);
    }
    return { start, end, alone: true, words };
  });
}

/** Each clause alone and with the one after it: many things are said across a comma. */
export const spansOf = (clauses: readonly Span[]): Span[] =>
  clauses.flatMap((clause, at) => {
    const next = clauses[at + 1];
    if (!next) return [clause];
    return [clause, { start: clause.start, end: next.end, alone: false, words: [...clause.words, ',', ...next.words] }];
  });

/** The first clauses count a second time: people mostly begin with what they complain of. */
const FIRST_CLAUSES = 3;
const FIRST = 99;

/** The rows by which a category is learnt and told: the whole text, and apart from it its beginning. */
export const rowsOfWhole = (words: readonly string[], clauses: readonly Span[]): Row[] => [
  { words },
  ...clauses.slice(0, FIRST_CLAUSES).map((clause) => ({ words: clause.words, kind: FIRST })),
];

/** The grams of these rows. */
export const gramsOfWhole = (words: readonly string[], clauses: readonly Span[]): number[] =>
  gramsOf(...rowsOfWhole(words, clauses));
