import type { ImportMapping } from '../../db/records';
import type { Fault } from '../../domain/basics/faults';
import type { Instant, Words } from '../../domain/basics/types';
import { giveWay, type Table } from './fault';
import { FIELD_NAMES } from './fields';
import { rowReader, type ReadRow } from './mapping';

const NO_COLUMN: Words = { zh: '这份文件里没有这一列', en: 'is no column of this file' };

/** Columns that the mapping names and the file does not have, by field. */
export const missingColumns = ({ fields }: ImportMapping, columns: readonly string[]): Fault[] =>
  FIELD_NAMES.flatMap((field) => {
    const column = fields[field]?.column;
    return column === undefined || columns.includes(column)
      ? []
      : [{ path: `fields.${field}.column`, words: NO_COLUMN }];
  });

/** A row, and what it says. */
export interface RowRead {
  /** As the spreadsheet counts its rows. */
  no: number;
  cells: readonly string[];
  read: ReadRow;
}

/**
 * Reads all rows of a table. A number that stands in it twice is refused the second time: were it taken for a repeat,
 * another complaint would be lost without a word.
 */
export async function* readRows(table: Table, mapping: ImportMapping, now: Instant): AsyncGenerator<RowRead> {
  const read = rowReader(mapping, table.columns, now);
  const seen = new Map<string, number>();
  let count = 0;
  for await (const { no, cells } of table.rows) {
    const row = read(cells);
    if (++count % 10 === 0) await giveWay();
    const number = 'complaint' in row ? row.complaint.number : row.number;
    const before = number === undefined ? undefined : seen.get(number);
    if (before === undefined) {
      if (number !== undefined) seen.set(number, no);
      yield { no, cells, read: row };
      continue;
    }
    const twice: Words = {
      zh: `和第 ${before} 行的单号相同；不同的投诉须有不同的单号`,
      en: `is the number of row ${before}, too; different complaints need different numbers`,
    };
    yield { no, cells, read: { number, faults: [{ path: 'number', words: twice }], unknown: [] } as ReadRow };
  }
}
