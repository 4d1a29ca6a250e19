import { buffer } from 'node:stream/consumers';
import { convert } from 'html-to-text';
import type { AddressObject, EmailAddress, HeaderLines } from 'mailparser';
import type { InboundFile } from '../inbound/channel';
import { decodeBinary } from './decode';
import { TolerantParser } from './parser';
import { filesInTnef, isTnef } from './tnef';

/** Whom a mail names. */
export interface Mailbox {
  /** As it is shown; may be empty. */
  name: string;
  /** As it was written, or empty. */
  address: string;
}

/** A mail, read. Nothing in it is believed: everybody can write everything into a mail. */
export interface ReadMail {
  /** Who it says wrote it: From, else Sender, else Reply-To, else Return-Path. Undefined: it names nobody. */
  from: Mailbox | undefined;
  replyTo: Mailbox | undefined;
  /** Every address it says it was sent to, in small letters. */
  to: readonly string[];
  subject: string;
  /** What was written, as plain text; made from the HTML where there is no other. */
  text: string;
  /** In the order of the mail, those in a winmail.dat in its place. */
  files: readonly InboundFile[];
  /** Header fields by name in small letters, unfolded, each as it stands, the first one first. */
  headers: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a mail.
 * @param raw as it came
 * @throws Error when it is none, or too much for us
 */
export async function readMail(raw: Buffer): Promise<ReadMail> {
  const { headers, lines, text, html, files } = await parse(raw);
  const first = (...names: string[]): Mailbox | undefined =>
    names.flatMap((name) => mailboxes(headers.get(name))).find(({ address }) => address !== '');
  const subject = headers.get('subject');
  return {
    from: first('from', 'sender', 'reply-to', 'return-path'),
    replyTo: first('reply-to'),
    to: [
      ...['to', 'cc', 'delivered-to'].flatMap((name) => mailboxes(headers.get(name)).map(({ address }) => address)),
      ...['x-original-to', 'envelope-to', 'x-envelope-to'].flatMap((name) => plain(lines, name)),
    ]
      .map((address) => address.toLowerCase())
      .filter((address) => address !== ''),
    subject: typeof subject === 'string' ? subject.replaceAll(/\s+/gu, ' ').trim() : '',
    text: textOf(text, html),
    files: files.flatMap((file) => (isTnef(file) ? unpacked(file) : [file])),
    headers: fieldsOf(lines),
  };
}

/** What is in a winmail.dat, and that itself where not all of it can be read. */
function unpacked(file: InboundFile): InboundFile[] {
  const { files, isWhole } = filesInTnef(file.content);
  return isWhole ? files : [...files, file];
}

interface Parsed {
  headers: Map<string, unknown>;
  lines: HeaderLines;
  text: string;
  html: string;
  files: InboundFile[];
}

function parse(raw: Buffer): Promise<Parsed> {
  return new Promise((resolve, reject) => {
    const parser = new TolerantParser();
    const parsed: Parsed = { headers: new Map(), lines: [], text: '', html: '', files: [] };
    parser.on('error', reject);
    parser.on('headers', (headers: Map<string, unknown>) => (parsed.headers = headers));
    parser.on('headerLines', (lines: HeaderLines) => (parsed.lines = lines));
    parser.on('data', (part: LibraryPart) => {
      if (part.type === 'text') {
        parsed.text = part.text ?? '';
        parsed.html = part.html ?? '';
        return;
      }
      const file = { fileName: decodeBinary(part.filename ?? ''), declaredType: part.contentType, content: NOTHING };
      // In its place now: the next part comes once this one is read.
      parsed.files.push(file);
      buffer(part.content).then((content) => {
        file.content = content;
        part.release();
      }, reject);
    });
    parser.on('end', () => resolve(parsed));
    parser.end(raw);
  });
}

const NOTHING = Buffer.alloc(0);

/** What the library gives one after the other. */
type LibraryPart =
  | { type: 'text'; text?: string; html?: string }
  | { type: 'attachment'; filename?: string; contentType: string; content: NodeJS.ReadableStream; release(): void };

function textOf(text: string, html: string): string {
  const words = text.trim() === '' && html !== '' ? convert(html, { wordwrap: false, selectors: SELECTORS }) : text;
  return words
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Pictures are files of the mail, and where a link leads matters only if its text does not say so. */
const SELECTORS = [
  { selector: 'img', format: 'skip' },
  { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
];

const isAddresses = (value: unknown): value is AddressObject =>
  typeof value === 'object' && value !== null && 'value' in value && Array.isArray(value.value);

/** The mailboxes in a field, those of a group too. */
function mailboxes(field: unknown): Mailbox[] {
  const flat = (list: readonly EmailAddress[]): EmailAddress[] =>
    list.flatMap((one) => (one.group ? flat(one.group) : [one]));
  return [field]
    .flat()
    .filter(isAddresses)
    .flatMap(({ value }) => flat(value))
    .map(({ name, address = '' }) => ({ name: name.trim(), address: address.trim() }));
}

const valueOf = (line: string): string =>
  decodeBinary(line.slice(line.indexOf(':') + 1).replaceAll(/\r?\n[ \t]+/gu, ' ')).trim();

const plain = (lines: HeaderLines, name: string): string[] =>
  lines.filter(({ key }) => key === name).map(({ line }) => valueOf(line).replaceAll(/^<|>$/gu, ''));

function fieldsOf(lines: HeaderLines): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const { key, line } of lines) fields.set(key, [...(fields.get(key) ?? []), valueOf(line)]);
  return fields;
}
