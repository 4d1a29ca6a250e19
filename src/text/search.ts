/**
 * How texts and what is sought in them are compared: both are brought into one form, and a text is found by its grams,
 * short runs of characters that an index can hold. A Chinese word of two characters is one gram.
 * @module
 */
import { simplified } from './normalise';

const IGNORED = /[\p{Cf}\p{Variation_Selector}\u034F]/gu;

/** One character or a text, but for blanks and ends: half width, lower case, simplified, one kind of dash. */
const folded = (text: string): string =>
  simplified(text.normalize('NFKC').replace(IGNORED, '').toLowerCase()).replace(/[\p{Pd}\u2212]/gu, '-');

/**
 * The form in which texts are searched: as people see them, whatever they were typed with. Punctuation stays, and counts
 * when it is typed into a search. Every run of blanks is one blank, so a line break in it can keep fields apart.
 */
export const searchForm = (text: string): string => folded(text).replace(/\s+/g, ' ').trim();

/** Letters and digits alone: `QH-2025/11` is `qh202511`. */
export const withoutSeparators = (text: string): string => folded(text).replace(/[^\p{L}\p{N}]/gu, '');

const LETTER = /[\p{L}\p{N}]/u;
const LAST_ASCII = 126;

/** Letters and digits. Nearly all characters are settled by their code; asking the pattern is ten times dearer. */
function isLetter(code: number, char: string): boolean {
  if (code <= LAST_ASCII) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
  return (code >= 0x4e00 && code <= 0x9fff) || LETTER.test(char);
}

/**
 * The grams of a text in search form, each once, packed into 32 bits: pairs of characters where one of the two is not
 * ASCII, and threes of ASCII letters and digits. None of them reaches across a blank or punctuation. Whatever holds a
 * text holds its grams, so a text without all of them cannot hold it. Texts too short have none.
 */
export function searchGrams(form: string): number[] {
  const grams = new Set<number>();
  let before = 0;
  let last = 0;
  for (const char of form) {
    const code = char.codePointAt(0) ?? 0;
    if (!isLetter(code, char)) {
      before = 0;
      last = 0;
      continue;
    }
    if (last > LAST_ASCII || (last > 0 && code > LAST_ASCII)) grams.add(((last & 0xffff) << 16) | (code & 0xffff));
    else if (last > 0 && before > 0 && before <= LAST_ASCII) grams.add((before << 14) | (last << 7) | code);
    before = last;
    last = code;
  }
  return [...grams];
}

/** From where to where in the text, in UTF-16 units; the end is not included. */
export type Mark = [from: number, to: number];

/**
 * Where the words stand in a text as it was written, in order and without overlaps.
 * @param words in search form
 * @param separators false: punctuation and blanks in the text do not count, as in a number
 */
export function marksIn(text: string, words: readonly string[], separators = true): Mark[] {
  // The search form of the text, and for each of its units the place in the text that it comes from.
  let form = '';
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const char of text) {
    const piece = separators ? folded(char).replace(/\s+/g, ' ') : withoutSeparators(char);
    if (piece !== ' ' || form.at(-1) !== ' ') {
      form += piece;
      for (let n = 0; n < piece.length; n++) {
        from.push(at);
        to.push(at + char.length);
      }
    }
    at += char.length;
  }
  const found: Mark[] = [];
  for (const word of words) {
    for (let n = word === '' ? -1 : form.indexOf(word); n >= 0; n = form.indexOf(word, n + word.length)) {
      found.push([from[n] ?? 0, to[n + word.length - 1] ?? 0]);
    }
  }
  const marks: Mark[] = [];
  for (const [start, end] of found.toSorted((a, b) => a[0] - b[0])) {
    const previous = marks.at(-1);
    if (previous && start < previous[1]) previous[1] = Math.max(previous[1], end);
    else marks.push([start, end]);
  }
  return marks;
}

const BEFORE = 24;
const LENGTH = 120;

/** The place of a text around its first mark, in one line, `…` where it was cut; and the marks in it. */
export function excerpt(text: string, marks: readonly Mark[]): { text: string; marks: Mark[] } {
  const first = marks[0]?.[0] ?? 0;
  const begin = wholeCharacter(text, first <= BEFORE ? 0 : first - BEFORE);
  const end = wholeCharacter(text, Math.min(text.length, begin + LENGTH));
  const shift = begin - (begin > 0 ? 1 : 0);
  const cut = text.slice(begin, end).replace(/\s/g, ' ');
  return {
    text: `${begin > 0 ? '…' : ''}${cut}${end < text.length ? '…' : ''}`,
    marks: marks.filter(([from]) => from < end).map(([from, to]): Mark => [from - shift, Math.min(to, end) - shift]),
  };
}

/** The place, or the one before it if it would cut a character in two. */
const wholeCharacter = (text: string, at: number): number =>
  at > 0 && /[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at;
