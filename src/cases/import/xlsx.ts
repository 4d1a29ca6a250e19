/**
 * XLSX files: the first sheet that is shown, its cells as somebody sees them. Of formulas the values count that were
 * stored with them; nothing is calculated, and nothing outside the file is asked for.
 * @module
 */
import { DAY } from '../../domain/basics/milliseconds';
import { FileFault, MOST, tooManyColumns, tooManyRows, type TableRow } from './fault';
import { LOOKED_AT, type Merged } from './heading';
import { xmlEvents, type XmlEvent } from './xml';
import { brokenFile, tooLargeInside, Zip } from './zip';

/** Characters of all texts that cells share. */
const MOST_SHARED = 64 * 1024 * 1024;

const noSheet = (): FileFault =>
  new FileFault('no_sheet', {
    zh: '里面没有能看见的工作表；请把投诉放在第一张工作表里',
    en: 'it has no sheet that is shown; put the complaints on the first sheet',
  });

/** Walks through a part, calling for what it opens, closes and says. */
async function walk(zip: Zip, part: string, on: (event: XmlEvent) => void): Promise<void> {
  for await (const events of xmlEvents(zip.read(part))) for (const event of events) on(event);
}

/** The part of the first sheet that is shown, and whether its days count from 1904. */
async function firstSheet(zip: Zip): Promise<{ part: string; from1904: boolean }> {
  let id: string | undefined;
  let from1904 = false;
  await walk(zip, 'xl/workbook.xml', (event) => {
    if (event.is !== 'open') return;
    if (event.name === 'workbookPr') from1904 = /^(?:1|true)$/u.test(event.attribute('date1904') ?? '');
    if (event.name === 'sheet' && (event.attribute('state') ?? 'visible') === 'visible') id ??= event.attribute('id');
  });
  let part: string | undefined;
  await walk(zip, 'xl/_rels/workbook.xml.rels', (event) => {
    if (event.is !== 'open' || event.name !== 'Relationship' || event.attribute('Id') !== id) return;
    const target = event.attribute('Target') ?? '';
    part = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//u, '')}`;
  });
  if (id === undefined || part === undefined || !zip.has(part)) throw noSheet();
  return { part, from1904 };
}

/** The texts that cells share, by number. How a word is pronounced (phonetic runs) is left out. */
async function sharedTexts(zip: Zip): Promise<string[]> {
  const texts: string[] = [];
  if (!zip.has('xl/sharedStrings.xml')) return texts;
  let [text, inText, inPhonetic, size] = ['', false, false, 0];
  await walk(zip, 'xl/sharedStrings.xml', (event) => {
    if (event.is === 'text') {
      if (inText && !inPhonetic) text += event.text;
    } else if (event.name === 't') inText = event.is === 'open';
    else if (event.name === 'rPh') inPhonetic = event.is === 'open';
    else if (event.name === 'si' && event.is === 'open') text = '';
    else if (event.name === 'si') {
      size += text.length;
      if (size > MOST_SHARED) throw tooLargeInside();
      texts.push(text);
    }
  });
  return texts;
}

/** How a number is shown, as far as it matters here: as a date, or with so many leading zeros. */
type Shown = { is: 'date' } | { is: 'padded'; digits: number } | undefined;

/** Formats that Excel knows by number: dates and times, also the Chinese ones. */
const isDateFormat = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

function shownAs(code: string): Shown {
  const bare = code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./gu, '');
  if (/^0{2,30}$/u.test(bare)) return { is: 'padded', digits: bare.length };
  return /[ymdhs年月日]/iu.test(bare.split(';')[0]?.replace(/general/iu, '') ?? '') ? { is: 'date' } : undefined;
}

/** The formats of cells, by the number of their style. */
async function formats(zip: Zip): Promise<Shown[]> {
  const styles: Shown[] = [];
  if (!zip.has('xl/styles.xml')) return styles;
  const own = new Map<number, string>();
  let inCells = false;
  await walk(zip, 'xl/styles.xml', (event) => {
    if (event.is === 'text') return;
    if (event.name === 'cellXfs') inCells = event.is === 'open';
    if (event.is === 'close') return;
    if (event.name === 'numFmt') own.set(Number(event.attribute('numFmtId')), event.attribute('formatCode') ?? '');
    if (event.name !== 'xf' || !inCells) return;
    const id = Number(event.attribute('numFmtId') ?? 0);
    const code = own.get(id);
    styles.push(code === undefined ? (isDateFormat(id) ? { is: 'date' } : undefined) : shownAs(code));
  });
  return styles;
}

/** A day number of Excel as it is shown: `2023-01-05 15:30:00`, without a time if it has none. */
export function serialDate(serial: number, from1904 = false): string {
  // Excel believes in 29 February 1900; days before it do not occur in complaints.
  const ms = Math.round((serial * DAY) / 1_000) * 1_000 + (from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30));
  const text = new Date(ms).toISOString();
  return ms % DAY === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

/**
 * A number as it is shown. Excel keeps 15 digits: of a longer number the last ones are lost, and it is given in a
 * spelling that no telephone and no order has, so that it is refused and not taken for whole.
 */
function numberText(raw: string, shown: Shown, from1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (shown?.is === 'date' && value >= 1 && value < 2_958_466) return serialDate(value, from1904);
  if (Number.isInteger(value) && Math.abs(value) >= 1e15) return value.toExponential();
  const text = String(value);
  return shown?.is === 'padded' && /^\d+$/u.test(text) ? text.padStart(shown.digits, '0') : text;
}

const columnOf = (letters: string): number =>
  Array.from(letters).reduce((sum, letter) => sum * 26 + (letter.charCodeAt(0) - 64), 0) - 1;

const RANGE = /<(?:\w+:)?mergeCell\b[^>]*\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']/gu;

/** The merged cells among the first rows. They stand behind all rows, so the sheet is looked through once for them alone. */
async function mergedCells(zip: Zip, part: string): Promise<Merged[]> {
  const merged: Merged[] = [];
  let carried = '';
  for await (const piece of zip.read(part)) {
    const text = carried + piece.toString('latin1');
    for (const [, left = '', top, right = '', bottom] of text.matchAll(RANGE)) {
      const one = { left: columnOf(left), top: Number(top) - 1, right: columnOf(right), bottom: Number(bottom) - 1 };
      if (one.top < LOOKED_AT && merged.length < 1_000) merged.push(one);
    }
    carried = text.slice(-200);
  }
  return merged.filter((one, n) => merged.findIndex((other) => other.top === one.top && other.left === one.left) === n);
}

interface Reading {
  shared: readonly string[];
  styles: readonly Shown[];
  from1904: boolean;
}

/** The rows of a sheet, those alone that it holds. */
async function* rowsOf(zip: Zip, part: string, { shared, styles, from1904 }: Reading): AsyncGenerator<TableRow> {
  let no = 0;
  let cells: string[] = [];
  let column = -1;
  let cell: { type: string; style: number; text: string } | undefined;
  let collects = false;
  let skips = false;
  const done: TableRow[] = [];
  const value = ({ type, style, text }: NonNullable<typeof cell>): string => {
    if (type === 's') return shared[Number(text)] ?? '';
    if (type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
    return type === 'n' ? numberText(text, styles[style], from1904) : text;
  };
  const open = ({ name, attribute }: Extract<XmlEvent, { is: 'open' }>): void => {
    if (name === 'row') {
      no = Number(attribute('r')) || no + 1;
      [cells, column] = [[], -1];
    } else if (name === 'c') {
      const letters = /^[A-Z]{1,3}/u.exec(attribute('r') ?? '')?.[0];
      column = letters === undefined ? column + 1 : columnOf(letters);
      cell = { type: attribute('t') ?? 'n', style: Number(attribute('s') ?? 0), text: '' };
    } else if (name === 'v' || name === 't') collects = cell !== undefined && !skips;
    else if (name === 'rPh') skips = true;
  };
  const close = (name: string): void => {
    if (name === 'v' || name === 't') collects = false;
    else if (name === 'rPh') skips = false;
    else if (name === 'c' && cell) {
      const text = value(cell).slice(0, MOST.cell);
      cell = undefined;
      if (text === '') return;
      if (column >= MOST.columns) throw tooManyColumns();
      while (cells.length < column) cells.push('');
      cells[column] = text;
    } else if (name === 'row' && cells.length > 0) done.push({ no, cells });
  };
  for await (const events of xmlEvents(zip.read(part))) {
    for (const event of events) {
      if (event.is === 'text') {
        if (collects && cell) cell.text += event.text;
      } else if (event.is === 'open') open(event);
      else close(event.name);
      if (done.length > MOST.rows + LOOKED_AT) throw tooManyRows();
    }
    yield* done.splice(0);
  }
}

/** The first sheet that is shown. @throws FileFault if it is no such file; later, while rows are read, too */
export async function xlsxRows(bytes: Buffer): Promise<{ rows: AsyncIterable<TableRow>; merged: Merged[] }> {
  const zip = await Zip.open(bytes);
  if (!zip.has('xl/workbook.xml') || !zip.has('xl/_rels/workbook.xml.rels')) throw brokenFile();
  const { part, from1904 } = await firstSheet(zip);
  const reading = { shared: await sharedTexts(zip), styles: await formats(zip), from1904 };
  return { rows: rowsOf(zip, part, reading), merged: await mergedCells(zip, part) };
}
