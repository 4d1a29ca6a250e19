import { setImmediate } from 'node:timers/promises';
import type { Words } from '../../domain/basics/types';

/** The file as a whole cannot be read, with what to do about it. Its words never repeat what stands in the file. */
export class FileFault extends Error {
  override name = 'FileFault';
  constructor(
    readonly code: string,
    readonly words: Words,
  ) {
    super(`${code}: ${words.en}`);
  }
}

/** One row of a table, its cells as text in the order of the columns; an empty cell is ''. */
export interface TableRow {
  /** As the spreadsheet counts its rows, from 1; of a list of tickets, their place. */
  no: number;
  cells: readonly string[];
}

/** A file as a table, whatever it is written in. */
export interface Table {
  format: 'csv' | 'xlsx' | 'zammad' | 'zendesk';
  /** Each name once. */
  columns: readonly string[];
  /** Gives way to other work as it goes. @throws FileFault for what is only seen further down */
  rows: AsyncIterable<TableRow>;
}

/** The most that is read of one file. */
export const MOST = { rows: 50_000, columns: 200, cell: 200_000 };

export const tooManyRows = (): FileFault =>
  new FileFault('too_many_rows', {
    zh: `超过 ${MOST.rows} 行，请拆成几个文件，依次导入`,
    en: `it has more than ${MOST.rows} rows; split it into several files and import one after another`,
  });
export const tooManyColumns = (): FileFault =>
  new FileFault('too_many_columns', {
    zh: `超过 ${MOST.columns} 列，请删去用不到的列`,
    en: `it has more than ${MOST.columns} columns; remove those that are not needed`,
  });

/** Lets everything else that waits have its turn. */
export const giveWay = (): Promise<void> => setImmediate();
