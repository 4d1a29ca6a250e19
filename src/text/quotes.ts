import { isLatin, isNegated, outline, traced } from './normalise';

/** Where words that led to a suggestion stand in what the customer wrote. */
export interface Quote {
  /** As the suggestion names it: a rule of the rubric, or a category. */
  rule: string;
  in: 'text' | 'wantedRemedy';
  /** In UTF-16 units, the end not included. */
  from: number;
  to: number;
}

/** What the customer wrote. */
type Written = Partial<Record<Quote['in'], string | undefined>>;
type Reason = { rule: string; words: readonly string[] };

/** How long a quoted clause may be; it is cut there, even within a word. */
export const LONGEST_QUOTE = 40;
/** Of one word; a text that repeats it a thousand times is marked at the beginning. */
const MOST_PLACES = 20;

/** Whether something that begins or ends here begins or ends within a Latin word or a number. */
const isInWord = (text: string, at: number): boolean =>
  isLatin(text.charCodeAt(at - 1)) && isLatin(text.charCodeAt(at));

function placesOf(word: string, text: string, isCut: boolean): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0 && places.length < MOST_PLACES; at = text.indexOf(word, at + word.length)) {
    if (!isInWord(text, at) && (isCut || !isInWord(text, at + word.length))) places.push(at);
  }
  return places;
}

/**
 * Finds the words of reasons, which are those of the normalised text, in the text as it was written, in their order there.
 * Of the same words those that are denied are left out ("没有冒烟…后来冒烟"), unless all are. Words that are nowhere are in
 * none of the quotes.
 */
export function quotesIn(written: Written, reasons: readonly Reason[]): Quote[] {
  return (['text', 'wantedRemedy'] as const).flatMap((field) => {
    const body = written[field] ?? '';
    if (body === '') return [];
    const { text, from, to } = traced(body);
    const shape = outline(text);
    return reasons
      .flatMap(({ rule, words }) => {
        const ranges = words.flatMap((quoted): [number, number][] => {
          const word = quoted.trim();
          const all = word === '' ? [] : placesOf(word, text, quoted.length >= LONGEST_QUOTE);
          const meant = all.filter((at) => !isNegated(shape, at));
          return (meant.length > 0 ? meant : all).map((at) => [from[at] ?? 0, to[at + word.length - 1] ?? 0]);
        });
        return joined(ranges).map(([start, end]): Quote => ({ rule, in: field, from: start, to: end }));
      })
      .toSorted((a, b) => a.from - b.from || b.to - a.to);
  });
}

/** Ranges in order, and those that lie over each other as one. */
function joined(ranges: readonly [number, number][]): [number, number][] {
  const one: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = one.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else one.push([start, end]);
  }
  return one;
}
