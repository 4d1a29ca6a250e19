/**
 * Bytes whose charset is not said, or said wrongly, as text. Chinese programs of all ages send GBK without saying so; what
 * is not UTF-8 is read as GB18030, which holds all of GBK and GB 2312.
 * @module
 */

/** Of the characters that are not ASCII, one in this many may be broken, as where a text was cut, and it is still UTF-8. */
const BROKEN_OF = 10;

/** These bytes as text. Never throws: what fits no charset has U+FFFD in its place. */
export function decodeText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = count(text, '\uFFFD');
  if (broken === 0) return text;
  let others = 0;
  for (const letter of text) if (letter > '\x7F') others++;
  return broken * BROKEN_OF <= others ? text : new TextDecoder('gb18030').decode(bytes);
}

/**
 * A text that was read one character a byte, as it stands in a header that says no charset. A text with any character of
 * more than a byte was read properly and comes back as it is.
 */
export function decodeBinary(text: string): string {
  if (!/[\x80-\xFF]{2}/u.test(text) || Array.from(text).some((letter) => letter > '\xFF')) return text;
  return decodeText(Buffer.from(text, 'latin1'));
}

const count = (text: string, letter: string): number => text.split(letter).length - 1;
