import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../paths';
import { CONCEPTS, conceptsIn } from '../concepts';
import { normalise } from '../normalise';

/** How much a word says, and among which others it stands: learnt from the examples by `npm run train`. */
export interface WordModel {
  /** Of which examples: `examplesHash`. */
  examples: string;
  /** How much a word says that stands in none of them. */
  unknown: number;
  words: ReadonlyMap<string, { weight: number; vector: Int8Array }>;
  /** How much each concept says. */
  concepts: Readonly<Record<string, number>>;
}

export const WORD_MODEL = join(PROJECT_ROOT, 'src', 'text', 'model', 'words.model');

/** So many numbers has a word's vector. */
const LENGTH = 64;
/** Words in fewer examples have no vector. */
const FEWEST = 3;
/** How often vectors of words are made from those of texts, and the other way round. */
const ROUNDS = 4;

const RUN = /[\u3400-\u9fff]+|[a-z0-9]+(?:[-.'][a-z0-9]+)*/g;
const STOP = new Set(
  'the a an and or but of to in on at for with from by is are was were be been has have had it its this that there i my me we our you your they not no do does did says say said now any more so as'.split(
    ' ',
  ),
);

/** An English word without its most common endings. */
const stem = (word: string): string =>
  word.length > 4 && /^[a-z']+$/.test(word) ? word.replace(/'s$/, '').replace(/(?:ing|ed|es|s)$/, '') : word;

/** The words of a normalised text, each once: pairs of Chinese characters, words of letters, numbers. */
export function wordsOf(norm: string): Set<string> {
  const words = new Set<string>();
  for (const [run] of norm.matchAll(RUN)) {
    if (run.charCodeAt(0) >= 0x3400) {
      for (let i = 0; i + 1 < run.length; i++) words.add(run.slice(i, i + 2));
    } else if (!STOP.has(run)) words.add(stem(run));
  }
  return words;
}

/** To length one. */
function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)) || 1;
  return vector.map((x) => x / length);
}

function add(to: Float64Array, from: Float64Array | Int8Array, times = 1): void {
  for (let n = 0; n < LENGTH; n++) to[n] = (to[n] ?? 0) + (from[n] ?? 0) * times;
}

/** A few ones at drawn places, the same at every run. */
function drawn(texts: number): Float64Array[] {
  let seed = 1;
  const next = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Array.from({ length: texts }, () => {
    const vector = new Float64Array(LENGTH);
    for (let n = 0; n < 8; n++) {
      const place = Math.floor(next() * LENGTH);
      vector[place] = (vector[place] ?? 0) + (next() < 0.5 ? 1 : -1);
    }
    return vector;
  });
}

/**
 * Learns words from texts. Words that stand in like texts come to lie close together ("漏水", "渗水", "滴水"): each gets the
 * sum of its texts, each text the sum of its words, some times in turn; what all words have in common is taken away.
 */
export function learnWords(texts: readonly string[], examples: string): WordModel {
  const norms = texts.map((text) => normalise(text));
  const each = norms.map((norm) => [...wordsOf(norm)]);
  const counts = new Map<string, number>();
  for (const words of each) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weightOf = (count: number): number => Math.log((texts.length + 1) / (count + 1.5));
  const known = [...counts].filter(([, count]) => count >= FEWEST).map(([word]) => word);
  let ofTexts = drawn(texts.length);
  let ofWords = new Map<string, Float64Array>();
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Map(known.map((word) => [word, new Float64Array(LENGTH)]));
    each.forEach((words, n) => {
      for (const word of words) {
        const sum = sums.get(word);
        if (sum) add(sum, ofTexts[n] ?? new Float64Array(LENGTH));
      }
    });
    const mean = new Float64Array(LENGTH);
    ofWords = new Map([...sums].map(([word, sum]) => [word, unit(sum)]));
    for (const vector of ofWords.values()) add(mean, vector, 1 / known.length);
    for (const [word, vector] of ofWords) ofWords.set(word, unit(vector.map((x, n) => x - (mean[n] ?? 0))));
    ofTexts = each.map((words) => {
      const sum = new Float64Array(LENGTH);
      for (const word of words) {
        const vector = ofWords.get(word);
        if (vector) add(sum, vector, weightOf(counts.get(word) ?? 0));
      }
      return unit(sum);
    });
  }
  const told = new Map<string, number>();
  for (const norm of norms) for (const { name } of conceptsIn(norm)) told.set(name, (told.get(name) ?? 0) + 1);
  return {
    examples,
    unknown: weightOf(0),
    words: new Map(
      [...ofWords].map(([word, vector]) => [
        word,
        { weight: weightOf(counts.get(word) ?? 0), vector: Int8Array.from(vector, (x) => Math.round(x * 127)) },
      ]),
    ),
    concepts: Object.fromEntries(Object.keys(CONCEPTS).map((name) => [name, weightOf(told.get(name) ?? 0)])),
  };
}

/** A model as it stands in its file. */
export function writeWords({ examples, unknown, words, concepts }: WordModel): string {
  const bytes = Buffer.concat([...words.values()].map(({ vector }) => Buffer.from(vector.buffer)));
  const round = (x: number): number => Number(x.toFixed(2));
  return `${JSON.stringify({
    examples,
    unknown: round(unknown),
    words: [...words.keys()].join(' '),
    weights: [...words.values()].map(({ weight }) => round(weight)),
    concepts: Object.fromEntries(Object.entries(concepts).map(([name, weight]) => [name, round(weight)])),
    vectors: bytes.toString('base64'),
  })}\n`;
}

export function readWords(file: string): WordModel {
  const { words, weights, vectors, ...rest } = JSON.parse(file) as Omit<WordModel, 'words'> & {
    words: string;
    weights: number[];
    vectors: string;
  };
  const bytes = Buffer.from(vectors, 'base64');
  return {
    ...rest,
    words: new Map(
      words.split(' ').map((word, n) => [
        word,
        {
          weight: weights[n] ?? rest.unknown,
          vector: new Int8Array(bytes.buffer, bytes.byteOffset + n * LENGTH, LENGTH),
        },
      ]),
    ),
  };
}

let starter: WordModel | undefined;
/** Read at the first use. */
export const starterWords = (): WordModel => (starter ??= readWords(readFileSync(WORD_MODEL, 'utf8')));

/** What some words mean together, as a vector of length one (or of nothing but zeros). */
export function meaningOf(model: WordModel, words: Iterable<string>): Float64Array {
  const sum = new Float64Array(LENGTH);
  for (const word of words) {
    const known = model.words.get(word);
    if (known) add(sum, known.vector, known.weight);
  }
  return unit(sum);
}
