/** A clause of a normalised text: `text.slice(start, end)`. */
export interface Clause {
  text: string;
  start: number;
  end: number;
}

/** What ends a clause; a full stop between digits is part of a number. */
const BORDER = /[。?\n;,、:]|\.(?!\d)/g;

/** The clauses of a normalised text; a text without a border is one clause. */
export function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [];
  let from = 0;
  const add = (to: number): void => {
    const words = text.slice(from, to);
    const start = from + words.length - words.trimStart().length;
    const clause = words.trim();
    if (clause) clauses.push({ text: clause, start, end: start + clause.length });
  };
  for (const { index, 0: border } of text.matchAll(BORDER)) {
    add(index);
    from = index + border.length;
  }
  add(text.length);
  return clauses;
}

/** Each clause alone and with the one after it: many things are said across a comma. */
export const spansOf = (text: string): Clause[] => {
  const clauses = clausesOf(text);
  return clauses.flatMap((clause, at) => {
    const next = clauses[at + 1];
    return next ? [clause, { text: `${clause.text},${next.text}`, start: clause.start, end: next.end }] : [clause];
  });
};
