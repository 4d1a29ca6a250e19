import { Locale } from 'opencc-js/t2cn';
import { CLAUSE_BREAKERS, NEAR_MISS, NEGATION_BREAKERS, NEGATOR_TRAPS, NEGATORS } from './lexicon/patterns';

/** The single characters of OpenCC's tables, which read `傷 伤|險 险|…`. Its phrases are left out: words are matched here. */
const pairs = (tables: readonly unknown[]): [from: string, to: string][] =>
  tables
    .flat(2)
    .join('|')
    .split('|')
    .map((pair) => pair.split(' ') as [string, string])
    .filter(([from, to]) => from.length === 1 && to.length === 1);

/** Traditional characters, those only Taiwan or Hong Kong write among them (裡, 衞, 著), and their simplified forms. */
const SIMPLIFY = (() => {
  const common = new Map(pairs(Locale.to.cn));
  const simplified = new Set(common.values());
  const variants = [...pairs(Locale.from.tw), ...pairs(Locale.from.hk)]
    .map(([from, to]) => [from, common.get(to) ?? to] as const)
    .filter(([from, to]) => from !== to && !simplified.has(from));
  return new Map([...variants, ...common]);
})();

const TRADITIONAL_CHARACTER = new RegExp(`[${[...SIMPLIFY.keys()].join('')}]`, 'g');

const simplify = (char: string): string => SIMPLIFY.get(char) ?? char;

/** The text with simplified characters for traditional ones, one for one. */
export const simplified = (text: string): string => text.replace(TRADITIONAL_CHARACTER, simplify);

type Change = readonly [what: RegExp, by: (found: string) => string];
const by = (text: string) => (): string => text;

/** What is changed after NFKC and lower case, in this order. */
const CHANGES: readonly Change[] = [
  [/[\p{Cf}\p{Mn}\uFFFD]/gu, by('')],
  [TRADITIONAL_CHARACTER, simplify],
  // Only in these words is it another form of 复.
  [/(?<=[反回答重])覆/g, by('复')],
  [/[‘’‛`´]/g, by("'")],
  [/[^\S\n]+/g, by(' ')],
  [/(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, by('')],
  [/!+/g, by('!')],
  [/!(?=[?.。,;\n])|(?<=[?.。,;\n])!/g, by('')],
  [/!/g, by('.')],
];

/**
 * The one form in which everything is matched: NFKC (full-width digits and Latin), lower case, simplified characters,
 * straight quotes, no invisible characters, no blanks between Chinese characters. Exclamation marks become full stops,
 * so that anger cannot be told from calm.
 */
export const normalise = (text: string): string =>
  CHANGES.reduce((read, [what, as]) => read.replace(what, as), text.normalize('NFKC').toLowerCase());

/** A normalised text that knows where each of its characters comes from in the text as it was written. */
export interface Traced {
  text: string;
  /** Of each unit: from where to where, in UTF-16 units, the end not included. Both only grow. */
  from: readonly number[];
  to: readonly number[];
}

/** A character, with those behind it that NFKC may join to it: marks, and parts of Korean syllables. */
const NFKC_PIECE = /[^](?:[\p{M}\u0E33\u0EB3\u1160-\u11FF\u3131-\u318E\uFF9E-\uFFDC\u{16D67}\u{16D68}])*/gu;

/** Normalises as `normalise` does, and says where everything comes from. It takes several times as long. */
export function traced(written: string): Traced {
  let text = written.normalize('NFKC').toLowerCase();
  let [from, to]: [number[], number[]] = [[], []];
  for (const { 0: piece, index } of written.matchAll(NFKC_PIECE)) {
    const units = piece.normalize('NFKC').toLowerCase().length;
    for (let n = 0; n < units; n++) {
      from.push(index);
      to.push(index + piece.length);
    }
  }
  for (const [what, as] of CHANGES) {
    const [nextFrom, nextTo]: [number[], number[]] = [[], []];
    let changed = '';
    let at = 0;
    const keep = (end: number): void => {
      changed += text.slice(at, end);
      for (let n = at; n < end; n++) {
        nextFrom.push(from[n] ?? 0);
        nextTo.push(to[n] ?? 0);
      }
      at = end;
    };
    for (const { 0: found, index } of text.matchAll(what)) {
      keep(index);
      const put = as(found);
      at = index + found.length;
      changed += put;
      for (let n = 0; n < put.length; n++) {
        nextFrom.push(from[index] ?? 0);
        nextTo.push(to[at - 1] ?? 0);
      }
    }
    keep(text.length);
    [text, from, to] = [changed, nextFrom, nextTo];
  }
  return { text, from, to };
}

export const isLatin = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** A normalised text with the borders of its clauses and sentences, found in one pass. */
export interface Outline {
  text: string;
  clauseStart: Int32Array;
  clauseEnd: Int32Array;
  sentenceStart: Int32Array;
  sentenceEnd: Int32Array;
}

const enum Border {
  None,
  Clause,
  Sentence,
}

function borders(text: string): Uint8Array {
  const marks = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if ('。?;\n'.includes(char)) marks[i] = Border.Sentence;
    else if (char === '.') {
      const inNumber = isDigit(text.charCodeAt(i - 1)) && isLatin(text.charCodeAt(i + 1));
      if (!inNumber) marks[i] = Border.Sentence;
    } else if (char === ',' || char === ':') {
      const inNumber = isDigit(text.charCodeAt(i - 1)) && isDigit(text.charCodeAt(i + 1));
      if (!inNumber) marks[i] = Border.Clause;
    }
  }
  for (const match of text.matchAll(CLAUSE_BREAKERS)) {
    if (marks[match.index] === Border.None) marks[match.index] = Border.Clause;
  }
  return marks;
}

/** Where each character's clause and sentence begin and end (end exclusive, the border itself left out). */
export function outline(text: string): Outline {
  const n = text.length;
  const marks = borders(text);
  const shape: Outline = {
    text,
    clauseStart: new Int32Array(n),
    clauseEnd: new Int32Array(n),
    sentenceStart: new Int32Array(n),
    sentenceEnd: new Int32Array(n),
  };
  let clause = 0;
  let sentence = 0;
  for (let i = 0; i < n; i++) {
    shape.clauseStart[i] = clause;
    shape.sentenceStart[i] = sentence;
    if (marks[i] !== Border.None) clause = i + 1;
    if (marks[i] === Border.Sentence) sentence = i + 1;
  }
  clause = n;
  sentence = n;
  for (let i = n - 1; i >= 0; i--) {
    if (marks[i] !== Border.None) clause = i;
    if (marks[i] === Border.Sentence) sentence = i;
    shape.clauseEnd[i] = clause;
    shape.sentenceEnd[i] = sentence;
  }
  return shape;
}

const REACH_CHINESE = 7;
const REACH_ENGLISH = 36;

const lastMatchEnd = (pattern: RegExp, text: string): number => {
  let end = -1;
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length;
  return end;
};

/**
 * Is what stands at `start` denied ("没有受伤", "nobody was hurt")? Only a negator shortly before it in the same clause
 * counts, nothing between the two may begin a new statement ("没修好就起火"), and a near miss ("差点没烧起来") is none.
 */
export function isNegated(shape: Outline, start: number): boolean {
  const { text } = shape;
  const latin = isLatin(text.charCodeAt(start));
  const reach = latin ? REACH_ENGLISH : REACH_CHINESE;
  const clause = shape.clauseStart[start] ?? 0;
  const from = Math.max(clause, start - reach);
  const before = text.slice(from, start).replace(NEGATOR_TRAPS, (trap) => '_'.repeat(trap.length));
  const end = lastMatchEnd(NEGATORS, before);
  if (end < 0) return false;
  const near = text.slice(Math.max(clause, start - 2 * reach), start);
  return !NEGATION_BREAKERS.test(before.slice(end)) && !NEAR_MISS.test(near);
}

export type Mood = 'question' | 'wish' | 'statement';

const QUESTION_END = /[吗么呢](?:[~"”'）) ]{0,3})$/;
const YES_NO =
  /请问|是否|能否|可否|想问|问一下|咨询|会不会|能不能|可不可以|要不要|该不该|^ ?(?:can|could|should|is|are|will|would|do|does|did|may|has|have) |\b(?:tell me whether|wondering (?:if|whether)|should i|can i|could you|how (?:do|can|should) i|may i)\b/;
const WISH =
  /希望|建议|但愿|期待|盼望|能(?:增加|支持|出个)|^ ?(?:please|it would be (?:nice|great)|i (?:wish|hope|suggest)|would be nice)|\b(?:i wish|i hope|i suggest|i'd love|would love|suggestion)\b/;

/** How the sentence around a position is meant: asked, wished (its first clause wishes) or stated. */
export function moodAt(shape: Outline, position: number): Mood {
  const from = shape.sentenceStart[position] ?? 0;
  const to = shape.sentenceEnd[position] ?? shape.text.length;
  const sentence = shape.text.slice(from, Math.min(to, from + 400));
  if (shape.text[to] === '?' || QUESTION_END.test(sentence) || /请问|想问|咨询一下/.test(sentence)) return 'question';
  if (WISH.test(sentence.split(',', 1)[0] ?? '')) return 'wish';
  return 'statement';
}

/** A question that can be answered yes or no: what it asks about has not happened. */
export function isYesNoQuestion(shape: Outline, position: number): boolean {
  if (moodAt(shape, position) !== 'question') return false;
  const from = shape.sentenceStart[position] ?? 0;
  const to = shape.sentenceEnd[position] ?? shape.text.length;
  const sentence = shape.text.slice(from, Math.min(to, from + 400));
  return QUESTION_END.test(sentence) || YES_NO.test(sentence);
}
