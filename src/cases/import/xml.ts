/**
 * The XML of spreadsheets, as events. Documents with a type of their own (DTD), and with it entities that grow, are refused.
 * @module
 */
import { SaxesParser } from 'saxes';
import { brokenFile } from './zip';

export type XmlEvent =
  | { is: 'open'; name: string; attribute: (name: string) => string | undefined }
  | { is: 'close'; name: string }
  | { is: 'text'; text: string };

/** The longest tag, or stretch of text, that is waited for. */
const MOST_PENDING = 1024 * 1024;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The events of a document that comes in pieces: for each piece those that it completes. @throws FileFault if it cannot be read */
export async function* xmlEvents(pieces: AsyncIterable<Buffer>): AsyncGenerator<XmlEvent[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let events: XmlEvent[] = [];
  const text = (said: string): void => void events.push({ is: 'text', text: said });
  const refuse = (): void => {
    throw brokenFile();
  };
  const parser = new SaxesParser({ position: false });
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', ({ name }) => void events.push({ is: 'close', name: localName(name) }));
  parser.on('opentag', ({ name, attributes }) => {
    const named = Object.entries(attributes);
    const attribute = (wanted: string): string | undefined => named.find(([key]) => localName(key) === wanted)?.[1];
    events.push({ is: 'open', name: localName(name), attribute });
  });
  /** Since anything was complete. */
  let pending = 0;
  for await (const piece of pieces) {
    try {
      parser.write(decoder.decode(piece, { stream: true }));
    } catch {
      throw brokenFile();
    }
    pending = events.length > 0 ? 0 : pending + piece.length;
    if (pending > MOST_PENDING) throw brokenFile();
    yield events;
    events = [];
  }
  parser.close();
}
