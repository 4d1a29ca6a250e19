/** Where a text stops being JSON. The engine's own message quotes the text, which may be a customer's words. */
export function faultIn(text: string): { line: number; column: number } {
  const before = text.slice(0, faultAt(text)).split('\n');
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 };
}

const TOKEN =
  /[{}[\]:,]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const SPACE = /[ \t\r\n]*/y;

/** Reads token by token with a stack instead of recursion: depth costs nothing. */
function faultAt(text: string): number {
  const open: ('{' | '[')[] = [];
  /** What may come: a value, a key, `:` after a key, or `,` or an end after a value. */
  let expected: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'after' = 'value';
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length) return at;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return at;
    const isEnd = token === '}' || token === ']';
    switch (expected) {
      case 'colon':
        if (token !== ':') return at;
        expected = 'value';
        break;
      case 'key':
      case 'keyOrEnd':
        if (token.startsWith('"')) expected = 'colon';
        else if (token === '}' && expected === 'keyOrEnd') {
          open.pop();
          expected = 'after';
        } else return at;
        break;
      case 'after':
        if (open.length === 0) return at;
        if (token === ',') expected = open.at(-1) === '{' ? 'key' : 'value';
        else if (isEnd && (token === '}') === (open.at(-1) === '{')) open.pop();
        else return at;
        break;
      default:
        if (token === '{' || token === '[') {
          open.push(token);
          expected = token === '{' ? 'keyOrEnd' : 'valueOrEnd';
        } else if (token === ']' && expected === 'valueOrEnd') {
          open.pop();
          expected = 'after';
        } else if (isEnd || token === ':' || token === ',') return at;
        else expected = 'after';
    }
    at += token.length;
  }
}
