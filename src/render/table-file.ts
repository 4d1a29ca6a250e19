/**
 * A table as a file for spreadsheets: CSV and XLSX. Spreadsheets take a text that begins like a formula for one, also one
 * that a customer wrote, so such texts are disarmed as OWASP says ("CSV Injection").
 * @module
 */
import { Readable } from 'node:stream';
import writeXlsxFile from 'write-excel-file/node';

/** A table as a file to be saved. */
export interface TableFile {
  /** `cases-2026-11-26.csv` */
  fileName: string;
  mediaType: string;
  /** To be read to its end or destroyed. */
  content: Readable;
  /** How many rows are in what was read of it so far. */
  rows: () => number;
}

/** The kinds of files. */
export const MEDIA_TYPES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type TableFormat = keyof typeof MEDIA_TYPES;
export const TABLE_FORMATS = Object.keys(MEDIA_TYPES) as [TableFormat, ...TableFormat[]];

/** An empty cell is null. */
export type Cell = string | number | null;

/** What makes a formula of a text, in full width too, whatever that shows nothing stands before it. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** The text with an apostrophe before it if a spreadsheet could take it for a formula; without that it is as it was. */
export const disarmed = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** So that Excel reads the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  return typeof cell === 'number' ? String(cell) : `"${disarmed(cell).replaceAll('"', '""')}"`;
};

/** Rows as CSV (RFC 4180): every text in quotes, so that none of them can begin another cell. */
export const csvRows = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

/** An XLSX file of one sheet, its first row the headings, which stay in sight. Held in memory as a whole. */
export function xlsxFile(
  sheet: string,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<Buffer> {
  const cell = (value: Cell) => {
    if (value === null) return null;
    return typeof value === 'number' ? { value, type: Number } : { value: disarmed(value), type: String };
  };
  const head = headings.map((heading) => ({ value: heading, type: String, fontWeight: 'bold' as const }));
  return writeXlsxFile([head, ...rows.map((row) => row.map(cell))], { sheet, stickyRowsCount: 1 }).toBuffer();
}

/** A table that is small enough to be held in memory. @param name of the file, without its ending */
export async function tableFile(
  format: TableFormat,
  { name, sheet, headings, rows }: { name: string; sheet: string; headings: readonly string[]; rows: Cell[][] },
): Promise<TableFile> {
  const content =
    format === 'csv' ? BYTE_ORDER_MARK + csvRows([headings, ...rows]) : await xlsxFile(sheet, headings, rows);
  return {
    fileName: `${name}.${format}`,
    mediaType: MEDIA_TYPES[format],
    content: Readable.from([content]),
    rows: () => rows.length,
  };
}
