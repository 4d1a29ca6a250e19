import { isLatin, type Outline } from './normalise';

/**
 * Finds the lexicon's phrases in one pass, without regular expressions: all phrases share one trie, and every gap is
 * bounded. The cost is linear in the text whatever the text is.
 *
 * The notation of a phrase: `(a|b)` one of, `(a|b)?` one of or nothing, `~` a short gap inside the sentence, `^` a shorter one inside the clause, `#2` /
 * `#3` a count of at least two / three ("3", "三", "好几", "several"), `*` any ending of a Latin word.
 */
interface Node<G> {
  next: Map<number, Node<G>>;
  gap?: Node<G>;
  near?: Node<G>;
  ending?: Node<G>;
  counts: { atLeast: number; node: Node<G> }[];
  groups: G[];
}

const node = <G>(): Node<G> => ({ next: new Map(), counts: [], groups: [] });

export interface Hit<G> {
  group: G;
  start: number;
  end: number;
}

const GAP_CHINESE = 12;
const GAP_ENGLISH = 40;
const NEAR_CHINESE = 8;
const NEAR_ENGLISH = 16;

/** All plain phrases that a phrase with `(a|b)` stands for. */
export function expand(phrase: string): string[] {
  const open = phrase.indexOf('(');
  if (open < 0) return [phrase];
  let depth = 0;
  const bars: number[] = [open];
  for (let i = open; i < phrase.length; i++) {
    if (phrase[i] === '(') depth++;
    else if (phrase[i] === '|' && depth === 1) bars.push(i);
    else if (phrase[i] === ')' && --depth === 0) {
      bars.push(i);
      const optional = phrase[i + 1] === '?';
      const [head, tail] = [phrase.slice(0, open), phrase.slice(i + (optional ? 2 : 1))];
      const without = optional ? expand(head + tail) : [];
      const chosen = bars.slice(1).flatMap((bar, k) => expand(head + phrase.slice((bars[k] ?? 0) + 1, bar) + tail));
      return [...without, ...chosen];
    }
  }
  throw new Error(`unclosed ( in lexicon phrase ${phrase}`);
}

function insert<G>(root: Node<G>, phrase: string, group: G): void {
  let at = root;
  for (let i = 0; i < phrase.length; i++) {
    const char = phrase[i];
    if (char === '~') at = at.gap ??= node();
    else if (char === '^') at = at.near ??= node();
    else if (char === '*') at = at.ending ??= node();
    else if (char === '#') {
      const atLeast = Number(phrase[++i]);
      let edge = at.counts.find((known) => known.atLeast === atLeast);
      if (!edge) at.counts.push((edge = { atLeast, node: node() }));
      at = edge.node;
    } else {
      const code = phrase.charCodeAt(i);
      let child = at.next.get(code);
      if (!child) at.next.set(code, (child = node()));
      at = child;
    }
  }
  if (at === root) throw new Error('empty lexicon phrase');
  if (!at.groups.includes(group)) at.groups.push(group);
}

/**
 * One node for all that go on in the same way: thousands of phrases are the alternatives of a few hundred, and end alike.
 * What is found stays the same; what is kept becomes a tenth.
 */
function shareEndings<G>(root: Node<G>): Node<G> {
  const known = new Map<string, Node<G>>();
  const ids = new Map<Node<G> | G, number>();
  const idOf = (thing: Node<G> | G | undefined): number | '' => {
    if (thing === undefined) return '';
    let id = ids.get(thing);
    if (id === undefined) ids.set(thing, (id = ids.size));
    return id;
  };
  const share = (one: Node<G>): Node<G> => {
    for (const [code, child] of one.next) one.next.set(code, share(child));
    if (one.gap) one.gap = share(one.gap);
    if (one.near) one.near = share(one.near);
    if (one.ending) one.ending = share(one.ending);
    for (const edge of one.counts) edge.node = share(edge.node);
    const key = [
      [...one.next].map(([code, child]) => `${code}:${idOf(child)}`).join(' '),
      `${idOf(one.gap)} ${idOf(one.near)} ${idOf(one.ending)}`,
      one.counts.map(({ atLeast, node: then }) => `${atLeast}:${idOf(then)}`).join(' '),
      one.groups.map(idOf).join(' '),
    ].join('|');
    const same = known.get(key);
    if (same) return same;
    known.set(key, one);
    return one;
  };
  return share(root);
}

const ENGLISH_COUNTS: Record<string, number> = {
  two: 2,
  twice: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  several: 3,
  many: 3,
  multiple: 3,
  numerous: 3,
  countless: 3,
  dozens: 24,
  'dozens of': 24,
  'a dozen': 12,
  hundreds: 200,
  'hundreds of': 200,
};
const ENGLISH_COUNT = new RegExp(`(?:${Object.keys(ENGLISH_COUNTS).sort().reverse().join('|')})(?![a-z0-9])`, 'y');
const ARABIC_COUNT = /(\d{1,5})(?:多|余|几)?/y;
const CHINESE_COUNT = /(?:好几|无数|几十|上百|数十|数百|十几|[两二三四五六七八九十百]{1,4}|几|多|数|n)(?:多|余|几)?/y;
const CHINESE_DIGITS = '零一二三四五六七八九';

const COUNT_STARTS = new Set('0123456789abcdefghijklmnopqrstuvwxyz两二三四五六七八九十百好几多数无上');

/** A count of things at a position ("3", "二十多", "好几", "several"); vague ones count as what they surely are. */
export function readCount(text: string, position: number): { value: number; end: number } | undefined {
  if (!COUNT_STARTS.has(text[position] ?? '')) return undefined;
  const code = text.charCodeAt(position);
  const glued =
    isLatin(text.charCodeAt(position - 1)) || '零一二两三四五六七八九十百千万'.includes(text[position - 1] ?? '.');
  if (glued) return undefined;
  if (code >= 48 && code <= 57) {
    ARABIC_COUNT.lastIndex = position;
    const match = ARABIC_COUNT.exec(text);
    return match ? { value: Number(match[1]), end: ARABIC_COUNT.lastIndex } : undefined;
  }
  if (code >= 97 && code <= 122 && text[position] !== 'n') {
    ENGLISH_COUNT.lastIndex = position;
    const match = ENGLISH_COUNT.exec(text);
    return match ? { value: ENGLISH_COUNTS[match[0]] ?? 0, end: ENGLISH_COUNT.lastIndex } : undefined;
  }
  CHINESE_COUNT.lastIndex = position;
  const word = CHINESE_COUNT.exec(text)?.[0];
  if (word === undefined) return undefined;
  const single = word === '两' ? 2 : CHINESE_DIGITS.indexOf(word);
  return { value: word.length === 1 && single > 0 ? single : word === '多' ? 3 : 10, end: CHINESE_COUNT.lastIndex };
}

export type Matcher<G> = (shape: Outline) => Hit<G>[];

const LONGEST_ENDING = 12;
const BLANK = 32;

export function compile<G>(groups: readonly (readonly [group: G, phrases: readonly string[]])[]): Matcher<G> {
  const tree = node<G>();
  for (const [group, phrases] of groups) {
    for (const phrase of phrases) for (const plain of expand(phrase)) insert(tree, plain, group);
  }
  const root = shareEndings(tree);
  if (root.gap ?? root.near ?? root.ending) throw new Error('a lexicon phrase begins with a character or a count');
  // Most places of a text begin no phrase.
  const begins = new Uint8Array(65_536);
  for (const code of root.next.keys()) begins[code] = 1;
  if (root.counts.length > 0) for (const char of COUNT_STARTS) begins[char.charCodeAt(0)] = 1;
  return (shape) => {
    const { text } = shape;
    const hits: Hit<G>[] = [];
    // one place before the text and one after it, so that a look over the edge needs no question
    const codes = new Uint16Array(text.length + 2);
    for (let i = 0; i < text.length; i++) codes[i + 1] = text.charCodeAt(i);
    const codeAt = (at: number): number => codes[at + 1] ?? 0;
    const latin = (at: number): boolean => isLatin(codeAt(at));
    let start = 0;
    let here: G[] = [];

    const leap = (to: Node<G>, at: number, reach: number, border: number): void => {
      const last = Math.min(at + reach, border - 1);
      for (let next = at; next <= last; next++) {
        const enters = to.counts.length > 0 || to.next.has(codeAt(next));
        if (enters && !(latin(next - 1) && latin(next))) visit(to, next, false);
      }
    };

    /** `literal`: the step before was a character of the phrase, so a Latin word must not go on in the text. */
    const visit = (from: Node<G>, at: number, literal: boolean): void => {
      if (!(literal && latin(at - 1) && latin(at))) {
        for (const group of from.groups) {
          if (here.includes(group)) continue;
          here.push(group);
          hits.push({ group, start, end: at });
        }
        for (const { atLeast, node: then } of from.counts) {
          const count = readCount(text, at);
          if (count && count.value >= atLeast) visit(then, count.end, false);
        }
        const english = latin(at - 1) || codeAt(at - 1) === BLANK;
        if (from.gap) leap(from.gap, at, english ? GAP_ENGLISH : GAP_CHINESE, shape.sentenceEnd[start] ?? 0);
        if (from.near) leap(from.near, at, english ? NEAR_ENGLISH : NEAR_CHINESE, shape.clauseEnd[start] ?? 0);
      }
      if (from.ending) {
        let end = at;
        while (end - at < LONGEST_ENDING && latin(end)) end++;
        visit(from.ending, end, true);
      }
      const child = from.next.get(codeAt(at));
      if (child) visit(child, at + 1, true);
    };

    for (start = 0; start < text.length; start++) {
      if (latin(start - 1) && latin(start)) continue;
      if (begins[codeAt(start)] === 0) continue;
      here = [];
      visit(root, start, false);
    }
    return hits;
  };
}
