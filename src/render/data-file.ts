/**
 * Data for other programs as a file, written while it is read: CSV, and Parquet, which keeps the types.
 * @module
 */
import { Readable } from 'node:stream';
import type { ParquetWriter as Writer } from 'hyparquet-writer';
import { DAY } from '../domain/basics/milliseconds';
import type { BiColumn, BiType } from '../domain/facts/bi';
import { BYTE_ORDER_MARK, csvRows, type Cell, type TableFile } from './table-file';

export const DATA_MEDIA_TYPES = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const;
export type DataFormat = keyof typeof DATA_MEDIA_TYPES;
export const DATA_FORMATS = Object.keys(DATA_MEDIA_TYPES) as [DataFormat, ...DataFormat[]];

/**
 * A value: a text, a truth, a whole number; an amount in hundredths; a day and an instant in milliseconds since 1970. Whole
 * numbers stay below 2^53.
 */
type Value = string | number | boolean | null;
type Rows = readonly (readonly Value[])[];
type Columns = Readonly<Record<string, Pick<BiColumn, 'type'>>>;

interface DataFile {
  /** Without its ending. */
  name: string;
  columns: Columns;
  /** Read to its end or given up. */
  pieces: AsyncIterable<Rows>;
}

/** Makes the file. Of the rows, one piece is held in memory at a time. */
export function dataFile(format: DataFormat, { name, columns, pieces }: DataFile): TableFile {
  let rows = 0;
  const counted = async function* () {
    for await (const piece of pieces) {
      rows += piece.length;
      yield piece;
    }
  };
  const content = format === 'csv' ? csvOf(columns, counted()) : parquetOf(columns, counted());
  return {
    fileName: `${name}.${format}`,
    mediaType: DATA_MEDIA_TYPES[format],
    content: Readable.from(content, { objectMode: false }),
    rows: () => rows,
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

const CSV_CELLS: Partial<Record<BiType, (value: number) => Cell>> = {
  decimal: (hundredths) => hundredths / 100,
  date: (ms) => isoOf(ms).slice(0, 10),
  instant: isoOf,
};

const csvCell = (value: Value, type: BiType): Cell => {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' ? (CSV_CELLS[type]?.(value) ?? value) : value;
};

async function* csvOf(columns: Columns, pieces: AsyncIterable<Rows>): AsyncGenerator<string> {
  const types = Object.values(columns).map(({ type }) => type);
  yield BYTE_ORDER_MARK + csvRows([Object.keys(columns)]);
  for await (const piece of pieces) {
    yield csvRows(piece.map((row) => types.map((type, n) => csvCell(row[n] ?? null, type))));
  }
}

type SchemaElement = ConstructorParameters<typeof Writer>[0]['schema'][number];

const ELEMENTS: Record<BiType, Omit<SchemaElement, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT32' },
  bigint: { type: 'INT64' },
  decimal: { type: 'INT64', converted_type: 'DECIMAL', precision: 14, scale: 2 },
  date: { type: 'INT32', converted_type: 'DATE' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

/** What the library takes for each type. */
const PARQUET_VALUES: Partial<Record<BiType, (value: number) => number | bigint>> = {
  bigint: BigInt,
  decimal: BigInt,
  instant: (ms) => BigInt(Math.round(ms)),
  date: (ms) => Math.round(ms / DAY),
};

async function* parquetOf(columns: Columns, pieces: AsyncIterable<Rows>): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const given = Object.entries(columns);
  const writer = new ByteWriter();
  const schema: SchemaElement[] = [
    { name: 'root', num_children: given.length },
    ...given.map(([name, { type }]) => ({ name, repetition_type: 'OPTIONAL' as const, ...ELEMENTS[type] })),
  ];
  const file = new ParquetWriter({ writer, schema, createdBy: 'redress' });
  /** What has been written since it was last asked: the writer goes on counting where it is in the file. */
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const piece of pieces) {
    const columnData = given.map(([name, { type }], n) => {
      const convert = PARQUET_VALUES[type];
      const data = piece.map((row) => {
        const value = row[n] ?? null;
        return convert && typeof value === 'number' ? convert(value) : value;
      });
      return { name, data };
    });
    await file.write({ columnData, rowGroupSize: Math.max(1, piece.length) });
    yield taken();
  }
  await file.finish();
  yield taken();
}
