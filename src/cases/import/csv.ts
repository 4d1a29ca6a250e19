/**
 * CSV files as Excel, WPS and other systems write them.
 * @module
 */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { FileFault, giveWay, MOST, tooManyColumns, tooManyRows, type TableRow } from './fault';

const CHUNK = 256 * 1024;
/** Characters that are read at once. */
const PIECE = 32 * 1024;
/** Characters of a row: more are no row, but a quotation mark without an end. */
const MOST_OF_ROW = 5 * MOST.cell;

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

/** A text in pieces, with room for other work between them. */
async function* inPieces(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += PIECE) {
    yield text.slice(from, from + PIECE);
    await giveWay();
  }
}

/** The rows of a CSV text, also those that are empty. A quoted cell may hold line breaks: rows are counted as a spreadsheet does. */
export async function* csvRows(whole: string): AsyncGenerator<TableRow> {
  const named = /^sep=(.)\r?\n/u.exec(whole);
  const text = named ? whole.slice(named[0].length) : whole;
  const parser = parse({
    delimiter: named?.[1] ?? delimiterOf(text),
    record_delimiter: ['\r\n', '\n', '\r'],
    // A row may have more or fewer cells than others, and a quotation mark may stand within a cell that has none around it.
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MOST_OF_ROW,
  });
  let no = named ? 1 : 0;
  try {
    for await (const cells of Readable.from(inPieces(text)).pipe(parser) as AsyncIterable<string[]>) {
      no++;
      if (no > MOST.rows + 100) throw tooManyRows();
      if (cells.length > MOST.columns) throw tooManyColumns();
      if (cells.some(({ length }) => length > MOST.cell)) throw unended(no);
      yield { no, cells: cells.map(asTyped) };
    }
  } catch (error) {
    throw error instanceof CsvError ? unended(no + 1) : error;
  }
}
