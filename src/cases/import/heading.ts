/**
 * Where the names of the columns stand in a sheet: below a title, in one row or in two.
 * @module
 */
import { FileFault, MOST, tooManyRows, type TableRow } from './fault';

/** Cells that were merged into one, from 0; the ends belong to it. */
export interface Merged {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** Rows in which the names are looked for. */
export const LOOKED_AT = 10;

const noHeading = (): FileFault =>
  new FileFault('no_heading', {
    zh: '没有找到列名；请让第一行写列名，下面每行一件投诉',
    en: 'it has no names of columns; put them into the first row, and one complaint into each row below',
  });

const clean = (text: string | undefined): string => (text ?? '').normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();

/** What a merged cell says stands in all of its cells. */
function spread(rows: readonly TableRow[], merged: readonly Merged[]): string[][] {
  const grid = rows.map(({ cells }) => cells.map(clean));
  for (const { top, left, bottom, right } of merged) {
    const said = rows.find(({ no }) => no === top + 1);
    for (const [n, { no }] of rows.entries()) {
      if (no < top + 1 || no > bottom + 1) continue;
      for (let column = left; column <= Math.min(right, MOST.columns - 1); column++) {
        const row = grid[n] as string[];
        while (row.length <= column) row.push('');
        row[column] = clean(said?.cells[left]);
      }
    }
  }
  return grid;
}

/** Each name once: the second 电话 is 电话 (2), one that is missing is 第 3 列 · column 3. */
function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name, n) => {
    const base = (name === '' ? `#${n + 1}` : name).slice(0, 100);
    const times = (seen.get(base) ?? 0) + 1;
    seen.set(base, times);
    return times === 1 ? base : `${base} (${times})`;
  });
}

/**
 * The names of the columns, and how many of the rows given they take with what stands above them.
 * @param rows the first of the sheet
 * @throws FileFault if there are none
 */
function headingOf(rows: readonly TableRow[], merged: readonly Merged[]): { columns: string[]; taken: number } {
  const grid = spread(rows, merged);
  const first = grid.findIndex((row) => new Set(row.filter((cell) => cell !== '')).size >= 2);
  const names = grid[first];
  if (first < 0 || !names) throw noHeading();
  const no = rows[first]?.no ?? 0;
  const isGrouped = merged.some(({ top, bottom, left, right }) => top === no - 1 && bottom === no - 1 && right > left);
  const below = isGrouped ? grid[first + 1] : undefined;
  if (!below) return { columns: unique(names), taken: first + 1 };
  // 客户信息 over 姓名 and 电话: each column is named by both.
  const both = Array.from({ length: Math.max(names.length, below.length) }, (_, n) => {
    const [upper = '', lower = ''] = [names[n], below[n]];
    return upper === lower || lower === '' ? upper : upper === '' ? lower : `${upper} / ${lower}`;
  });
  return { columns: unique(both), taken: first + 2 };
}

/** The last column with something in it, and no empty ones behind it. */
const trimmed = (columns: readonly string[]): string[] => {
  const last = columns.findLastIndex((name) => !/^#\d+$/u.test(name));
  return columns.slice(0, last + 1);
};

/** Rows of a sheet as a table: its columns by name, and the rows below that hold anything. @throws FileFault */
export async function headed(
  all: AsyncIterable<TableRow>,
  merged: readonly Merged[] = [],
): Promise<{ columns: string[]; rows: AsyncIterable<TableRow> }> {
  const iterator = all[Symbol.asyncIterator]();
  const first: TableRow[] = [];
  while (first.length < LOOKED_AT) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
  }
  const { columns: found, taken } = headingOf(first, merged);
  const columns = trimmed(found);
  async function* rows(): AsyncGenerator<TableRow> {
    let count = 0;
    const rest: AsyncIterable<TableRow> = { [Symbol.asyncIterator]: () => iterator };
    for await (const { no, cells } of chained(first.slice(taken), rest)) {
      if (cells.every((cell) => cell.trim() === '')) continue;
      count++;
      if (count > MOST.rows) throw tooManyRows();
      yield { no, cells: columns.map((_, n) => cells[n] ?? '') };
    }
  }
  return { columns, rows: rows() };
}

async function* chained(first: readonly TableRow[], rest: AsyncIterable<TableRow>): AsyncGenerator<TableRow> {
  yield* first;
  yield* rest;
}
