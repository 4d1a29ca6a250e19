/**
 * The XML of spreadsheets, as events. Documents with a type of their own (DTD), and with it entities that grow, are refused.
 * @module
 */
import { brokenFile } from './zip';

export type XmlEvent =
  | { is: 'open'; name: string; attribute: (name: string) => string | undefined }
  | { is: 'close'; name: string }
  | { is: 'text'; text: string };

/** The longest tag, or stretch of text, that is waited for. */
const MOST_PENDING = 1024 * 1024;
const TAG = /<(\/?)([^\s/>!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/uy;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text without the entities of XML; a character that may not stand in a document stays away. */
export const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/giu, (whole, hex, decimal, name) => {
        if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? String(whole);
        const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
        return code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff) ? String.fromCodePoint(code) : '';
      })
    : text;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function opened(name: string, attributes: string): XmlEvent {
  const attribute = (wanted: string): string | undefined => {
    for (const [, key = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
      if (localName(key) === wanted) return unescaped(double ?? single ?? '');
    }
    return undefined;
  };
  return { is: 'open', name, attribute };
}

/** What stands between `<!--`, `<?` or `<![CDATA[` and its end. */
const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
] as const;

/** Takes what is complete. @returns what is not, to be put before the next piece */
function take(text: string, events: XmlEvent[]): string {
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open < 0) return text.slice(at);
    if (open > at) events.push({ is: 'text', text: unescaped(text.slice(at, open)) });
    at = open;
    const special = SKIPPED.find(([begin]) => text.startsWith(begin, open));
    if (special) {
      const end = text.indexOf(special[1], open + special[0].length);
      if (end < 0) return text.slice(open);
      if (special[1] === ']]>') events.push({ is: 'text', text: text.slice(open + special[0].length, end) });
      at = end + special[1].length;
      continue;
    }
    // Only the beginning of one of the above may be waited for; else it is a document type.
    if (text[open + 1] === '!' && text.length - open >= '<![CDATA['.length) throw brokenFile();
    TAG.lastIndex = open;
    const tag = TAG.exec(text);
    if (!tag) return text.slice(open);
    const [, closes, full = '', attributes = '', empty] = tag;
    const name = localName(full);
    if (closes !== '') events.push({ is: 'close', name });
    else {
      events.push(opened(name, attributes));
      if (empty !== '') events.push({ is: 'close', name });
    }
    at = TAG.lastIndex;
  }
  return '';
}

/** The events of a document that comes in pieces: for each piece those that it completes. @throws FileFault if it cannot be read */
export async function* xmlEvents(pieces: AsyncIterable<Buffer>): AsyncGenerator<XmlEvent[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const piece of pieces) {
    const events: XmlEvent[] = [];
    try {
      rest = take(rest + decoder.decode(piece, { stream: true }), events);
    } catch {
      throw brokenFile();
    }
    if (rest.length > MOST_PENDING) throw brokenFile();
    yield events;
  }
  if (rest.trim() !== '') throw brokenFile();
}
