import { isLatin, type Outline } from './normalise';

/**
 * Finds the lexicon's phrases in one pass, without regular expressions: all phrases share one automaton, and every gap is
 * bounded. The cost is linear in the text whatever the text is.
 *
 * The notation of a phrase: `(a|b)` one of, `(a|b)?` one of or nothing, `~` a short gap inside the sentence, `^` a shorter one inside the clause, `…` a long one
 * inside the line, past the ends of sentences, `#2` / `#3` a count of at least two / three ("3", "三", "好几", "several"), `*` any
 * ending of a Latin word.
 */

/** One way on from a place in a phrase: by a character, a count, a gap, a word's ending; or the phrase is done. */
type Way<G> =
  { by: number; to: Place<G> } | { atLeast: number; to: Place<G> } | { over: Gap; to: Place<G> } | { done: G };

type Gap = 'gap' | 'near' | 'far' | 'ending';

/** Some places that a text has reached together, and where each way from them leads. */
interface State<G> {
  readonly places: readonly Place<G>[];
  edges: Edges<G> | undefined;
}

interface Edges<G> {
  /** By character. */
  readonly next: ReadonlyMap<number, State<G>>;
  readonly gap: State<G> | undefined;
  readonly near: State<G> | undefined;
  readonly far: State<G> | undefined;
  readonly ending: State<G> | undefined;
  readonly counts: readonly { atLeast: number; to: State<G> }[];
  readonly groups: readonly G[];
}

export interface Hit<G> {
  group: G;
  start: number;
  end: number;
}

const GAP_CHINESE = 12;
const GAP_ENGLISH = 40;
const NEAR_CHINESE = 8;
const NEAR_ENGLISH = 16;
const FAR_CHINESE = 36;
const FAR_ENGLISH = 110;

/** What a phrase consists of, left to right: a character of the notation, a count, or one of several. */
type Part = string | { atLeast: number } | { oneOf: Part[][]; optional: boolean };

function parse(phrase: string): Part[] {
  let at = 0;
  const sequence = (): Part[] => {
    const parts: Part[] = [];
    for (; at < phrase.length && phrase[at] !== '|' && phrase[at] !== ')'; at++) {
      const char = phrase[at] ?? '';
      if (char === '#') parts.push({ atLeast: Number(phrase[++at]) });
      else if (char === '(') parts.push(choice());
      else parts.push(char);
    }
    return parts;
  };
  const choice = (): Part => {
    const oneOf: Part[][] = [];
    do {
      at++;
      oneOf.push(sequence());
    } while (phrase[at] === '|');
    if (phrase[at] !== ')') throw new Error(`unclosed ( in lexicon phrase ${phrase}`);
    const optional = phrase[at + 1] === '?';
    if (optional) at++;
    return { oneOf, optional };
  };
  const parts = sequence();
  if (at < phrase.length) throw new Error(`unopened ) in lexicon phrase ${phrase}`);
  return parts;
}

/** A place in a phrase: the parts that come next, from `at` on, and then what follows the choice they stand in. */
class Place<G> {
  private opened: readonly Way<G>[] | undefined;

  private constructor(
    readonly id: number,
    private readonly parts: readonly Part[],
    private readonly at: number,
    private readonly then: Place<G> | { done: G },
    private readonly count: () => number,
  ) {}

  /** The places of a phrase draw their ids from `count`. */
  static begin<G>(parts: readonly Part[], group: G, count: () => number): Place<G> {
    return new Place(count(), parts, 0, { done: group }, count);
  }

  private next(parts: readonly Part[], at: number, then: Place<G> | { done: G }): Place<G> {
    return at === parts.length && then instanceof Place ? then : new Place(this.count(), parts, at, then, this.count);
  }

  /** The ways on, of a choice those of all its branches in their order. */
  get ways(): readonly Way<G>[] {
    return (this.opened ??= this.open());
  }

  private open(): readonly Way<G>[] {
    const part = this.parts[this.at];
    if (part === undefined) return this.then instanceof Place ? this.then.ways : [this.then];
    const after = this.next(this.parts, this.at + 1, this.then);
    if (typeof part === 'object' && 'oneOf' in part) {
      const branches = part.oneOf.flatMap((one) => this.next(one, 0, after).ways);
      return part.optional ? [...after.ways, ...branches] : branches;
    }
    return [wayBy(part, after)];
  }
}

/**
 * The automaton of all phrases. What a phrase with `(a|b)` stands for is not written out, which would be hundreds of
 * thousands of plain phrases, and places that several phrases reach together are joined only when a text first gets
 * there: to join them all takes seconds, and a text needs few.
 */
class Automaton<G> {
  private readonly known = new Map<string, State<G>>();
  private places = 0;

  /** @param groups with the phrases of each */
  begin(groups: readonly (readonly [group: G, phrases: readonly string[]])[]): State<G> {
    const count = (): number => this.places++;
    return this.state(
      groups.flatMap(([group, phrases]) => phrases.map((phrase) => Place.begin(parse(phrase), group, count))),
    );
  }

  private state(places: readonly Place<G>[]): State<G> {
    const key = places.map(({ id }) => id).join(' ');
    let one = this.known.get(key);
    if (!one) this.known.set(key, (one = { places, edges: undefined }));
    return one;
  }

  /** Goes on as each of the places does; of groups and counts, the first comes first. */
  edgesOf(state: State<G>): Edges<G> {
    return (state.edges ??= this.edges(new Set(state.places.flatMap(({ ways }) => ways))));
  }

  private edges(ways: ReadonlySet<Way<G>>): Edges<G> {
    const next = new Map<number, Place<G>[]>();
    const counts = new Map<number, Place<G>[]>();
    const over: Partial<Record<Gap, Place<G>[]>> = {};
    const groups = new Set<G>();
    for (const way of ways) {
      if ('by' in way) put(next, way.by, way.to);
      else if ('atLeast' in way) put(counts, way.atLeast, way.to);
      else if ('over' in way) (over[way.over] ??= []).push(way.to);
      else groups.add(way.done);
    }
    const across = (gap: Gap): State<G> | undefined => over[gap] && this.state(over[gap]);
    return {
      next: new Map([...next].map(([code, places]) => [code, this.state(places)])),
      gap: across('gap'),
      near: across('near'),
      far: across('far'),
      ending: across('ending'),
      counts: [...counts].map(([atLeast, places]) => ({ atLeast, to: this.state(places) })),
      groups: [...groups],
    };
  }
}

const put = <K, V>(to: Map<K, V[]>, at: K, value: V): void => {
  const there = to.get(at);
  if (there) there.push(value);
  else to.set(at, [value]);
};

const GAPS: Partial<Record<string, Gap>> = { '~': 'gap', '^': 'near', '…': 'far', '*': 'ending' };

function wayBy<G>(part: string | { atLeast: number }, to: Place<G>): Way<G> {
  if (typeof part !== 'string') return { atLeast: part.atLeast, to };
  const over = GAPS[part];
  return over ? { over, to } : { by: part.charCodeAt(0), to };
}

const ENGLISH_COUNTS: Record<string, number> = {
  two: 2,
  twice: 2,
  thrice: 3,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  several: 3,
  many: 3,
  multiple: 3,
  numerous: 3,
  countless: 3,
  'loads of': 3,
  'scores of': 40,
  dozens: 24,
  'dozens of': 24,
  'a dozen': 12,
  hundred: 100,
  'a hundred': 100,
  hundreds: 200,
  'hundreds of': 200,
  thousand: 1000,
  'a thousand': 1000,
  thousands: 2000,
  'thousands of': 2000,
};
const ENGLISH_COUNT = new RegExp(
  `(${Object.keys(ENGLISH_COUNTS).sort().reverse().join('|')})(?:-(?:one|two|three|four|five|six|seven|eight|nine|odd|plus)| odd| or so)?(?![a-z0-9])`,
  'y',
);
const ARABIC_COUNT = /(\d{1,5}(?:,\d{3})?)(?:多|余|几|来|\+| odd)?/y;
/** "一" begins a count only before a place ("一百多"), never alone. */
const CHINESE_COUNT =
  /(?:一[十百千万]|[两二三四五六七八九十百千]|(?:好几|无数|几|上|数|成)[十百千万])(?:[一二两三四五六七八九十百千万零]{0,6})(?:多|余|几|来)?|(?:好几|无数|几|多|数|n)(?:多|余)?/y;
const CHINESE_DIGITS = '零一二三四五六七八九';

const COUNT_STARTS = new Set('0123456789abcdefghijklmnopqrstuvwxyz两二三四五六七八九十百好几多数无上成一');

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
    return match ? { value: Number(match[1]?.replace(',', '')), end: ARABIC_COUNT.lastIndex } : undefined;
  }
  if (code >= 97 && code <= 122 && text[position] !== 'n') {
    ENGLISH_COUNT.lastIndex = position;
    const match = ENGLISH_COUNT.exec(text);
    return match ? { value: ENGLISH_COUNTS[match[1] ?? ''] ?? 0, end: ENGLISH_COUNT.lastIndex } : undefined;
  }
  CHINESE_COUNT.lastIndex = position;
  const word = CHINESE_COUNT.exec(text)?.[0];
  if (word === undefined) return undefined;
  const digit = word[0] === '两' ? 2 : CHINESE_DIGITS.indexOf(word[0] ?? '');
  // "两三" is two at least, "二十多" and "几" are ten and more.
  const value = digit > 0 && !/[十百千万]/.test(word) ? digit : word === '多' ? 3 : 10;
  return { value, end: CHINESE_COUNT.lastIndex };
}

export type Matcher<G> = (shape: Outline) => Hit<G>[];

const LONGEST_ENDING = 12;
const BLANK = 32;
const LINE_BREAK = 10;

export function compile<G>(groups: readonly (readonly [group: G, phrases: readonly string[]])[]): Matcher<G> {
  const automaton = new Automaton<G>();
  const begin = automaton.begin(groups);
  const root = automaton.edgesOf(begin);
  if (root.groups.length > 0) throw new Error('empty lexicon phrase');
  if (root.gap ?? root.near ?? root.far ?? root.ending)
    throw new Error('a lexicon phrase begins with a character or a count');
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

    const leap = (to: State<G>, at: number, reach: number, border: number): void => {
      const last = Math.min(at + reach, border - 1);
      const { counts, next: ways } = automaton.edgesOf(to);
      for (let next = at; next <= last && codeAt(next) !== LINE_BREAK; next++) {
        const enters = counts.length > 0 || ways.has(codeAt(next));
        if (enters && !(latin(next - 1) && latin(next))) visit(to, next, false);
      }
    };

    /** `literal`: the step before was a character of the phrase, so a Latin word must not go on in the text. */
    const visit = (state: State<G>, at: number, literal: boolean): void => {
      const from = automaton.edgesOf(state);
      if (!(literal && latin(at - 1) && latin(at))) {
        for (const group of from.groups) {
          if (here.includes(group)) continue;
          here.push(group);
          hits.push({ group, start, end: at });
        }
        for (const { atLeast, to: then } of from.counts) {
          const count = readCount(text, at);
          if (count && count.value >= atLeast) visit(then, count.end, false);
        }
        const english = latin(at - 1) || codeAt(at - 1) === BLANK;
        if (from.gap) leap(from.gap, at, english ? GAP_ENGLISH : GAP_CHINESE, shape.sentenceEnd[start] ?? 0);
        if (from.far) leap(from.far, at, english ? FAR_ENGLISH : FAR_CHINESE, text.length);
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
      visit(begin, start, false);
    }
    return hits;
  };
}
