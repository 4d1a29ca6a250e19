/** Where a text stops being JSON. The engine's own message quotes the text, which may be a customer's words. */
export function faultIn(text: string): { line: number; column: number } {
  const before = text.slice(0, walk(text).end).split('\n');
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 };
}

const TOKEN =
  /[{}[\]:,]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const SPACE = /[ \t\r\n]*/y;

/**
 * The place of the first key that its object has twice (`customer.name`), or nothing. Which of the two values counts, the
 * reader of a JSON text may choose: the sender should not have to guess.
 */
export const repeatedKey = (text: string): string | undefined => walk(text).repeated;

/** Reads token by token with a stack instead of recursion: depth costs nothing. */
function walk(text: string): { end: number; repeated?: string } {
  const open: ('{' | '[')[] = [];
  /** Of each open bracket: the keys of an object so far, and the last of them. */
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
  /** What may come: a value, a key, `:` after a key, or `,` or an end after a value. */
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

const pathOf = (keys: readonly { last: string }[]): string =>
  keys
    .map(({ last }) => last)
    .filter((name) => name !== '')
    .join('.')
    .slice(0, 200)
    .toWellFormed();
