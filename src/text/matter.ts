/**
 * Whether two complaints tell of the same matter, whoever tells it and in whatever words: one outage, one charge, one fault
 * of one product. A complaint is found by a few keys and then compared with all of its words.
 * @module
 */
import { conceptsIn } from './concepts';
import { meaningOf, starterWords, type WordModel, wordsOf } from './model/words';
import { normalise } from './normalise';

/** What is compared of a complaint. */
export interface Told {
  text: string;
  /** Its name and model. */
  product?: string | undefined;
  place?: string | undefined;
}

/** A complaint as it is compared. */
export interface Matter {
  /** Its text in one form, as far as it is compared. */
  text: string;
  /** Its letters and digits alone: a copy has the same. */
  letters: string;
  /** Its words and how much each says. */
  words: ReadonlyMap<string, number>;
  /** What it complains of, with the words that it is told in. */
  concepts: ReadonlyMap<string, string>;
  /** Words in which a concept is told: they do not say what it is about. */
  told: ReadonlySet<string>;
  /** Names of places, and codes, that stand in the text. */
  names: ReadonlySet<string>;
  codes: ReadonlySet<string>;
  /** Numbers in it, those that are too small to say anything left out. */
  numbers: ReadonlySet<string>;
  product: ReadonlySet<string>;
  place: ReadonlySet<string>;
}

/** People say in so many characters what it is about. */
const LONGEST = 2_000;

/** Two characters and what kind of place they name; numbers of lines, buildings and halls. */
const PLACE =
  /[\u3400-\u9fff]{2}(?:小区|花园|广场|大厦|公园|医院|学校|影城|商场|大厅|海岸|名都|机场|园区|校区|[店路巷街站苑里])|[0-9一二三四五六七八九十a-z]{1,3}(?:号线|号楼|号厅|栋|座)/g;
const CODE = /(?<![a-z0-9])(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*[0-9])[a-z0-9-]{2,20}(?![a-z0-9])/g;
const NUMERAL = /[零一二两三四五六七八九十百千]+(?=[元块号楼层点个天年月次分秒小栋期日盒件])/g;
const SMALLEST = 3;

/** 二十七 is 27. */
function digits(numeral: string): string {
  let sum = 0;
  let last = 0;
  for (const char of numeral.replaceAll('两', '二')) {
    const digit = '零一二三四五六七八九'.indexOf(char);
    if (digit >= 0) last = digit;
    else {
      sum += (last || 1) * (char === '十' ? 10 : char === '百' ? 100 : 1_000);
      last = 0;
    }
  }
  return String(sum + last);
}

const found = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([word]) => word));

/** What is compared of a complaint. */
export function matterOf({ text: written, product = '', place = '' }: Told, model = starterWords()): Matter {
  const text = normalise(written.slice(0, LONGEST));
  const concepts = conceptsIn(text);
  const told = new Set<string>();
  for (const { spans } of concepts) {
    for (const [from, to] of spans) {
      for (let n = Math.max(0, from - 1); n < to; n++) told.add(text.slice(n, n + 2));
      for (const word of wordsOf(text.slice(from, to))) told.add(word);
    }
  }
  const numbers = [...found(text.replace(NUMERAL, digits), /\d+/g)].filter((number) => Number(number) >= SMALLEST);
  return {
    text,
    letters: text.replace(/[^\p{L}\p{N}]/gu, ''),
    words: new Map([...wordsOf(text)].map((word) => [word, model.words.get(word)?.weight ?? model.unknown])),
    concepts: new Map(concepts.map(({ name, words }) => [name, words])),
    told,
    names: found(text, PLACE),
    codes: found(text, CODE),
    numbers: new Set(numbers),
    product: wordsOf(normalise(product)),
    place: wordsOf(normalise(place)),
  };
}

/** How alike two complaints are, and why. */
export interface Likeness {
  /** 0 … 1; from `SAME_MATTER` on they are taken for the same. */
  score: number;
  /** The words of the first one that speak for it, those that say most first. */
  words: string[];
  sameProduct: boolean;
  samePlace: boolean;
}

export const SAME_MATTER = 0.7;
const MOST_WORDS = 5;
/** Words that say less are not shown: 的时. */
const LEAST_SHOWN = 7.5;

/** Chosen on one half of `test/text/matters.jsonl`, and held by the other. */
const WEIGHTS = {
  start: -5.4,
  meaning: 2.82,
  concepts: 4.98,
  conceptSum: 2.93,
  numbers: 2.05,
  alike: 8,
  otherPlace: -2.72,
  /** Nothing says that both are about the same thing. More than is best for the pairs: most complaints are strangers. */
  noGround: -1.5,
  /** Facts of the form. */
  sameFact: 1,
  otherFact: -2,
};

const intersects = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((one) => b.has(one));
const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size > 0 && b.size > 0;
const sumOf = (numbers: Iterable<number>): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};

/** Product or place as they stand in the form: the same, another, or not said by both. */
function fact(a: ReadonlySet<string>, b: ReadonlySet<string>): 'same' | 'other' | undefined {
  if (!both(a, b)) return undefined;
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared >= Math.min(a.size, b.size) / 2 ? 'same' : shared === 0 ? 'other' : undefined;
}

/** What the words mean that the other does not have: people tell one matter in different words, but of the same. */
function otherWords(a: Matter, b: Matter, model: WordModel): number {
  const of = (one: Matter, other: Matter): Float64Array =>
    meaningOf(
      model,
      [...one.words.keys()].filter((word) => !other.words.has(word)),
    );
  const [mine, theirs] = [of(a, b), of(b, a)];
  return Math.max(0, sumOf(mine.map((x, n) => x * (theirs[n] ?? 0))));
}

/** Which part of what their words say both have. */
function overlap(a: Matter, b: Matter): number {
  const shared = [...a.words].filter(([word]) => b.words.has(word)).map(([, weight]) => weight);
  return (2 * sumOf(shared)) / (sumOf(a.words.values()) + sumOf(b.words.values()) || 1);
}

/** What speaks for and against two complaints being of the same matter, each between 0 and 1 but for `facts`. */
function evidence(a: Matter, b: Matter, model: WordModel) {
  const weightOf = (names: Iterable<string>): number => sumOf([...names].map((name) => model.concepts[name] ?? 0));
  const shared = [...a.concepts.keys()].filter((name) => b.concepts.has(name));
  const sharedWeight = weightOf(shared);
  const less = Math.min(weightOf(a.concepts.keys()), weightOf(b.concepts.keys()));
  const [product, place] = [fact(a.product, b.product), fact(a.place, b.place)];
  const numbers = [...a.numbers].filter((number) => b.numbers.has(number)).length;
  const about = [...a.words].filter(([word]) => b.words.has(word) && !a.told.has(word) && !b.told.has(word));
  const ground = sumOf(about.map(([, weight]) => weight));
  const sameThing =
    product === 'same' || place === 'same' || intersects(a.names, b.names) || intersects(a.codes, b.codes);
  const hasGround = sameThing || ground >= LEAST_GROUND || shared.length >= 3 || (shared.length >= 2 && numbers > 0);
  const isElsewhere = both(a.names, b.names) && !intersects(a.names, b.names);
  const features = {
    meaning: otherWords(a, b, model),
    concepts: sharedWeight / (less + 1.5),
    conceptSum: Math.min(1, sharedWeight / 9),
    numbers: Math.min(1, numbers / 2),
    // Nearly the same words, of whatever they tell; but not of another place.
    alike: isElsewhere ? 0 : Math.max(0, overlap(a, b) - USUAL_OVERLAP),
    otherPlace: isElsewhere ? 1 : 0,
    noGround: hasGround ? 0 : 1,
  };
  return { features, about, shared, product, place };
}

/** Compares two complaints. */
export function likeness(a: Matter, b: Matter, model = starterWords()): Likeness {
  const { features, about, shared, product, place } = evidence(a, b, model);
  const facts = [product, place];
  const z =
    WEIGHTS.start +
    sumOf(Object.entries(features).map(([name, value]) => WEIGHTS[name as keyof typeof features] * value)) +
    WEIGHTS.sameFact * facts.filter((one) => one === 'same').length +
    WEIGHTS.otherFact * facts.filter((one) => one === 'other').length;
  return {
    score: a.letters === b.letters && a.letters !== '' ? 1 : 1 / (1 + Math.exp(-z)),
    words: wordsShown(a, about, shared),
    sameProduct: product === 'same',
    samePlace: place === 'same',
  };
}

/** So much have complaints of another matter of the same thing in common, too. */
const USUAL_OVERLAP = 0.45;
/** About as much as two rare words say. */
const LEAST_GROUND = 12;

/** Neighbouring words as the one that they are in the text: 翠湖, 湖花 and 花园 are 翠湖花园. */
function wordsShown(a: Matter, about: readonly (readonly [string, number])[], shared: readonly string[]): string[] {
  const weights = new Map(about);
  const runs = new Map<string, number>();
  let from = -1;
  let weight = 0;
  for (let n = 0; n <= a.text.length; n++) {
    const here = weights.get(a.text.slice(n, n + 2));
    if (here !== undefined && n + 1 < a.text.length) {
      if (from < 0) from = n;
      weight += here;
    } else if (from >= 0) {
      runs.set(a.text.slice(from, n + 1), weight);
      from = -1;
      weight = 0;
    }
  }
  for (const [word, each] of weights) if (/^[a-z0-9]/.test(word) && word.length > 2) runs.set(word, each);
  const subjects = [...runs]
    .filter(([, each]) => each >= LEAST_SHOWN)
    .toSorted(([, x], [, y]) => y - x)
    .map(([run]) => run);
  const complaints = shared.map((name) => a.concepts.get(name) ?? '');
  return [...new Set([...subjects.slice(0, 3), ...complaints, ...subjects.slice(3)])].slice(0, MOST_WORDS);
}

const PRIME = 16_777_619;
/** FNV-1a, as a signed number of 32 bits. */
function hashed(kind: string, ...parts: string[]): number {
  let hash = 2_166_136_261 | 0;
  for (const char of [kind, ...parts].join('\u0001')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), PRIME);
  return hash | 0;
}

const MOST_KEY_WORDS = 14;

/**
 * By which a complaint is found: its weightiest words, what it complains of two by two and with places and the product, and
 * the whole of it. Two that have one in common are compared. At least one, 35 at most.
 */
export function matterKeys(matter: Matter): number[] {
  const weights = starterWords().concepts;
  const byWeight = [...matter.words].filter(([word]) => !matter.told.has(word)).toSorted(([, x], [, y]) => y - x);
  const concepts = [...matter.concepts.keys()].toSorted((x, y) => (weights[y] ?? 0) - (weights[x] ?? 0));
  const pairs = concepts.slice(0, 4).flatMap((one, n) => concepts.slice(n + 1, 4).map((other) => [one, other].sort()));
  const with3 = (kind: string, subject: string): number[] =>
    subject === '' ? [] : concepts.slice(0, 3).map((concept) => hashed(kind, subject, concept));
  return [
    ...new Set([
      hashed('whole', matter.letters),
      ...byWeight.slice(0, MOST_KEY_WORDS).map(([word]) => hashed('word', word)),
      ...pairs.map((pair) => hashed('concepts', ...pair)),
      ...[...matter.names].slice(0, 2).flatMap((name) => with3('name', name)),
      ...[...matter.codes].slice(0, 2).map((code) => hashed('code', code)),
      ...with3('product', [...matter.product].join(' ')),
      ...with3('place', [...matter.place].join(' ')),
    ]),
  ];
}

const MOST_TOPIC_KEYS = 60;

/**
 * By which what was written for many is found, such as an article: what it is about and its weightiest words, each alone, so
 * that a short question finds it as well as a long complaint. Those that say most first.
 * @param audience what it is written for has keys of its own: what few may read is not lost among much that others may
 */
export function topicKeys(matter: Matter, audience: string): number[] {
  const weights = starterWords().concepts;
  const concepts = [...matter.concepts.keys()].map((name) => ({
    key: hashed('concept', audience, name),
    weight: weights[name] ?? 0,
  }));
  const words = [...matter.words].map(([word, weight]) => ({
    key: hashed('topic', audience, word),
    weight: weight / 2,
  }));
  const byWeight = [...concepts, ...words].toSorted((a, b) => b.weight - a.weight).map(({ key }) => key);
  return [...new Set(byWeight)].slice(0, MOST_TOPIC_KEYS);
}

/** Which part of what a question says is in an article: 0 … 1. */
export function coverage(question: Matter, article: Matter): number {
  const weights = starterWords().concepts;
  const said = [
    ...[...question.concepts.keys()].map((name) => [article.concepts.has(name), 2 * (weights[name] ?? 0)] as const),
    ...[...question.words]
      .filter(([word]) => !question.told.has(word))
      .map(([word, weight]) => [article.words.has(word), weight] as const),
  ];
  const all = sumOf(said.map(([, weight]) => weight));
  return all === 0 ? 0 : sumOf(said.flatMap(([has, weight]) => (has ? [weight] : []))) / all;
}
