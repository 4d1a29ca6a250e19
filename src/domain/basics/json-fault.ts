/**
 * Where a text stops being JSON, both counted from 1. Used instead of the engine's own message, which quotes the text:
 * that may hold a customer's words.
 */
export function faultIn(text: string): { line: number; column: number } {
  const before = text.slice(0, walk(text).end).split('\n');
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 };
}

/** One token of JSON at `lastIndex`: a bracket or sign, a string, a number or a word. */
const TOKEN =
  /[{}[\]:,]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const SPACE = /[ \t\r\n]*/y;

/**
 * The path of the first key that an object has twice (`customer.name`); undefined when there is none. Readers of JSON
 * differ in which of the two values they take, so such a body is refused and nobody has to guess.
 */
export const repeatedKey = (text: string): string | undefined => walk(text).repeated;

/**
 * Reads a JSON text token by token. A stack instead of recursion: deeply nested input cannot overflow the call stack.
 * @returns `end`: where the text stops being JSON, or its length; `repeated`: as `repeatedKey`, if there is no fault
 */
function walk(text: string): { end: number; repeated?: string } {
  const open: ('{' | '[')[] = [];
  /** For each open bracket: the keys of the object so far, and the last of them. Lists have none. */
  const keys: { seen: Set<string>; last: string }[] = [];
  let repeated: string | undefined;
  const opened = (bracket: '{' | '['): void => {
    open.push(bracket);
    keys.push({ seen: new Set(), last: '' });
  };
  const closed = (): void => {
    open.pop();
    keys.pop();
  };
  const named = (token: string): void => {
    const here = keys.at(-1);
    if (!here) return;
    here.last = JSON.parse(token) as string;
    if (here.seen.has(here.last)) repeated ??= pathOf(keys);
    here.seen.add(here.last);
  };
  /** What may come next: a value, a key, the `:` after a key; `after` a value, a `,` or the closing bracket. */
  let expected: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'after' = 'value';
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length) return { end: at, repeated };
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return { end: at };
    const isEnd = token === '}' || token === ']';
    switch (expected) {
      case 'colon':
        if (token !== ':') return { end: at };
        expected = 'value';
        break;
      case 'key':
      case 'keyOrEnd':
        if (token.startsWith('"')) {
          named(token);
          expected = 'colon';
        } else if (token === '}' && expected === 'keyOrEnd') {
          closed();
          expected = 'after';
        } else return { end: at };
        break;
      case 'after':
        if (open.length === 0) return { end: at };
        if (token === ',') expected = open.at(-1) === '{' ? 'key' : 'value';
        else if (isEnd && (token === '}') === (open.at(-1) === '{')) closed();
        else return { end: at };
        break;
      default:
        if (token === '{' || token === '[') {
          opened(token);
          expected = token === '{' ? 'keyOrEnd' : 'valueOrEnd';
        } else if (token === ']' && expected === 'valueOrEnd') {
          closed();
          expected = 'after';
        } else if (isEnd || token === ':' || token === ',') return { end: at };
        else expected = 'after';
    }
    at += token.length;
  }
}

/** The path to the current key, at most 200 characters. */
const pathOf = (keys: readonly { last: string }[]): string =>
  keys
    .map(({ last }) => last)
    .filter((name) => name !== '')
    .join('.')
    .slice(0, 200)
    .toWellFormed();
