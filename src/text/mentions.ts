/** Somebody who can be mentioned. */
interface Person {
  id: string;
  name: string;
  nameEn?: string | undefined;
}

/** Whom a note mentions. */
export interface Mentions {
  /** The ids of those it names, each once. */
  ids: string[];
  /** How many mentions name nobody, and how many a name that several people have. */
  unknown: number;
  ambiguous: number;
}

/** An `@` before a name. One after a letter or digit of an address is none (`wang@example.com`). */
const AT = /(?<![A-Za-z0-9._%+-])[@＠](?=[\p{L}\p{N}_])/gu;
const GOES_ON = /^[A-Za-z0-9_]/;

/**
 * Whether the text begins with this word. Chinese writes on without a gap (`@李娜看一下`), so only a word that ends with a
 * Latin letter or a digit must end there.
 */
function beginsWith(text: string, word: string): boolean {
  if (!text.slice(0, word.length).toLowerCase().startsWith(word.toLowerCase())) return false;
  return !/[A-Za-z0-9_]$/.test(word) || !GOES_ON.test(text.slice(word.length));
}

/** Whether a text may mention somebody, so that it is worth looking up who works here. */
export const mayMention = (note: string): boolean => /[@＠]/u.test(note);

/** Finds the people whom a note mentions by `@` and their name, in either language, or their id. A longer name wins. */
export function mentionsIn(note: string, people: readonly Person[]): Mentions {
  const ids = new Set<string>();
  let [unknown, ambiguous] = [0, 0];
  for (const { index } of note.matchAll(AT)) {
    const rest = note.slice(index + 1);
    const found = people.flatMap(({ id, name, nameEn }) => {
      const fits = [id, name, nameEn].filter((word) => word !== undefined && word !== '' && beginsWith(rest, word));
      return fits.length > 0 ? [{ id, length: Math.max(...fits.map((word) => word?.length ?? 0)) }] : [];
    });
    const longest = Math.max(0, ...found.map(({ length }) => length));
    const named = found.filter(({ length }) => length === longest);
    const [only] = named;
    if (!only) unknown += 1;
    else if (named.length > 1) ambiguous += 1;
    else ids.add(only.id);
  }
  return { ids: [...ids], unknown, ambiguous };
}
