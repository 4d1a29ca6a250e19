/** How many places the grams of a clause are hashed to: a power of two. */
export const PLACES = 1 << 17;

const LONGEST = 3;
const TOKEN = /[a-z]+(?:'[a-z]+)?|\d+|[\u3400-\u9fff]|\S/g;

/** Chinese characters and Latin words as they stand; of a number only how long it is. */
const tokensOf = (text: string): string[] =>
  (text.match(TOKEN) ?? []).map((token) => (/^\d/.test(token) ? '0'.repeat(Math.min(token.length, 6)) : token));

const PRIME = 16_777_619;

/** FNV-1a, continued from `hash` over the characters of `token` and a border after it. */
function hashed(hash: number, token: string): number {
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), PRIME);
  return Math.imul(hash ^ 1, PRIME);
}

/**
 * Adds the grams of a normalised text to a set: the places of every one, two and three tokens that stand together, with
 * the text's beginning and end as tokens. Another `kind` hashes the same tokens to other places.
 */
export function addGrams(places: Set<number>, text: string, kind = 0): void {
  const tokens = ['^', ...tokensOf(text), '$'];
  for (let from = 0; from < tokens.length; from++) {
    let hash = 2_166_136_261 ^ kind;
    for (let n = 0; n < LONGEST; n++) {
      const token = tokens[from + n];
      if (token === undefined) break;
      hash = hashed(hash, token);
      places.add(((hash >>> 0) ^ (hash >>> 15)) & (PLACES - 1));
    }
  }
}

/** The grams of one normalised clause. */
export function gramsOf(clause: string): number[] {
  const places = new Set<number>();
  addGrams(places, clause);
  return [...places];
}
