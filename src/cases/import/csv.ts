/**
 * CSV files as Excel, WPS and other systems write them.
 * @module
 */
import { FileFault, giveWay, MOST, tooManyColumns, tooManyRows, type TableRow } from './fault';

const CHUNK = 256 * 1024;

const notText = (): FileFault =>
  new FileFault('not_text', {
    zh: '不是能识别的文字编码；请在表格软件里另存为“CSV UTF-8”再上传',
    en: 'it is in no encoding that is known here; save it as “CSV UTF-8” in the spreadsheet program and upload that',
  });
const damaged = (): FileFault =>
  new FileFault('damaged_text', {
    zh: '是 UTF-8，但有损坏的字符（可能中途被截断）；请重新导出',
    en: 'it is UTF-8 with damaged characters in it, maybe cut short; export it again',
  });

/** The bytes in one encoding, a piece at a time; undefined if they are not valid in it. */
async function decoded(bytes: Buffer, encoding: string, fatal = true): Promise<string | undefined> {
  const decoder = new TextDecoder(encoding, { fatal });
  const pieces: string[] = [];
  try {
    for (let from = 0; from < bytes.length; from += CHUNK) {
      pieces.push(decoder.decode(bytes.subarray(from, from + CHUNK), { stream: true }));
      await giveWay();
    }
    pieces.push(decoder.decode());
  } catch {
    return undefined;
  }
  return pieces.join('');
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * The text of a file: by its byte order mark, else UTF-8, else GB18030, which is what Excel writes on a Chinese Windows
 * (GBK is a part of it).
 * @throws FileFault if it is none of these
 */
export async function textOf(bytes: Buffer): Promise<string> {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  if (marked) {
    const wide = await decoded(bytes, marked);
    if (wide === undefined) throw notText();
    return wide.replace(/^\uFEFF/u, '');
  }
  if (bytes.includes(0)) throw notText();
  const text = await decoded(bytes, 'utf-8');
  if (text !== undefined) return text.replace(/^\uFEFF/u, '');
  // A UTF-8 file with a few bad bytes may pass as GB18030, in characters that nobody wrote.
  const lenient = (await decoded(bytes.subarray(0, CHUNK), 'utf-8', false)) ?? '';
  if (count(lenient, /\p{Script=Han}/gu) > 10 * count(lenient, /\uFFFD/gu)) throw damaged();
  const chinese = await decoded(bytes, 'gb18030');
  if (chinese === undefined || bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) throw notText();
  return chinese;
}

const DELIMITERS = [',', ';', '\t', '，'] as const;

/** What separates the cells: of the usual signs, the one that the first row has most of outside quotes. */
function delimiterOf(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const sign of text.slice(0, CHUNK)) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === '\n' && counts.size > 0) break;
    else if (!quoted) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  return DELIMITERS.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] ?? ',';
}

/** What Excel writes to keep a number as text (`="0012"`), and the apostrophe that exports put before a formula. */
const asTyped = (cell: string): string =>
  /^="[^"]*"$/u.test(cell) ? cell.slice(2, -1) : cell.replace(/^'(?=[\s\p{Cf}]*[=+\-@＝＋－＠])/u, '');

const unended = (no: number): FileFault =>
  new FileFault('unended_quote', {
    zh: `第 ${no} 行的引号没有结束；请检查这一行，或改用 XLSX`,
    en: `the quotation mark in row ${no} has no end; look at this row, or use XLSX`,
  });

/** The rows of a CSV text, also those that are empty. A quoted cell may hold line breaks: rows are counted as a spreadsheet does. */
export async function* csvRows(whole: string): AsyncGenerator<TableRow> {
  const named = /^sep=(.)\r?\n/u.exec(whole);
  const text = named ? whole.slice(named[0].length) : whole;
  const delimiter = named?.[1] ?? delimiterOf(text);
  const plain = new RegExp(`[${delimiter === '\t' ? '\\t' : delimiter}\\r\\n]`, 'gu');
  let at = 0;
  let no = named ? 1 : 0;
  while (at < text.length) {
    no++;
    if (no > MOST.rows + 100) throw tooManyRows();
    const cells: string[] = [];
    let ended = false;
    while (!ended) {
      let cell = '';
      if (text[at] === '"') {
        // Up to the closing quotation mark; two of them are one that belongs to the cell.
        const from = at + 1;
        let end = text.indexOf('"', from);
        while (end >= 0 && text[end + 1] === '"' && end - from < MOST.cell) end = text.indexOf('"', end + 2);
        if (end < 0 || end - from >= MOST.cell) throw unended(no);
        cell = text.slice(from, end).replaceAll('""', '"');
        at = end + 1;
      }
      plain.lastIndex = at;
      const next = plain.exec(text);
      cell += text.slice(at, next?.index ?? text.length);
      if (cell.length > MOST.cell) throw unended(no);
      cells.push(asTyped(cell));
      if (cells.length > MOST.columns) throw tooManyColumns();
      ended = next?.[0] !== delimiter;
      at = next ? next.index + 1 : text.length;
      if (next?.[0] === '\r' && text[at] === '\n') at++;
    }
    yield { no, cells };
    if (no % 200 === 0) await giveWay();
  }
}
