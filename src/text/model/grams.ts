/** How many places grams are hashed to: a power of two. */
export const PLACES = 1 << 17;

const LONGEST = 3;
const TOKEN = /[a-z]+(?:'[a-z]+)?|\d+|[\u3400-\u9fff]|\S/g;

/** What a text consists of for the model: Chinese characters, Latin words, numbers and marks. */
export interface Token {
  word: string;
  /** Where it stands in the text. */
  start: number;
}

/** The tokens of a normalised text; of a number only how long it is. */
export const tokensOf = (text: string): Token[] =>
  [...text.matchAll(TOKEN)].map(({ 0: word, index }) => ({
    word: /^\d/.test(word) ? '0'.repeat(Math.min(word.length, 6)) : word,
    start: index,
  }));

const PRIME = 16_777_619;

/** FNV-1a, continued from `hash` over the characters of `word` and a border after it. */
function hashed(hash: number, word: string): number {
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME);
  return Math.imul(hash ^ 1, PRIME);
}

/** In which collection a place was met last: one array for all, because a fresh set for each clause takes most of the time. */
const met = new Uint32Array(PLACES);
let collection = 0;

/** Words in a row whose grams are wanted. Another `kind` hashes the same words to other places. */
export interface Row {
  words: readonly string[];
  kind?: number;
}

/** Hands out the hash of every one, two and three words that stand together in some rows; one may come several times. */
function eachGram(rows: readonly Row[], take: (hash: number) => void): void {
  for (const { words, kind = 0 } of rows) {
    const all = ['^', ...words, '$'];
    for (let from = 0; from < all.length; from++) {
      let hash = 2_166_136_261 ^ kind;
      for (let n = from; n < Math.min(from + LONGEST, all.length); n++) {
        hash = hashed(hash, all[n] ?? '');
        take(hash >>> 0);
      }
    }
  }
}

/**
 * The grams of some rows: the places, each once, of every one, two and three words that stand together, with a row's
 * beginning and end as words.
 */
export function gramsOf(...rows: readonly Row[]): number[] {
  collection = (collection + 1) >>> 0;
  if (collection === 0) {
    met.fill(0);
    collection = 1;
  }
  const grams: number[] = [];
  eachGram(rows, (hash) => {
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    if (met[place] === collection) return;
    met[place] = collection;
    grams.push(place);
  });
  return grams;
}

/** The same grams, not yet hashed to places but by their whole hashes, each once: they tell apart what places do not. */
export function hashesOf(...rows: readonly Row[]): Uint32Array {
  const found = new Set<number>();
  eachGram(rows, (hash) => found.add(hash));
  return Uint32Array.from(found);
}
