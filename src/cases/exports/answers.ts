/**
 * Data that leaves the house as files: which there are, and who took them.
 * @module
 */
import { z } from 'zod';
import { BI_NAMES } from '../../domain/facts/bi';
import { DATA_FORMATS } from '../../render/data-file';
import { instant, person, words } from '../answer-parts';

export const exportQuery = z.strictObject({
  format: z.enum(DATA_FORMATS).default('parquet').describe('csv is for spreadsheets; parquet keeps the types'),
  after: z
    .string()
    .max(100)
    .optional()
    .describe('the header X-Export-Cursor of the last time: only what has changed since; left out: all'),
});
export type ExportQuery = z.output<typeof exportQuery>;

const columnShown = z.object({ name: z.string(), type: z.string(), about: words });

/** The tables that can be exported. */
export const exportTables = z.object({
  tables: z.array(
    z.object({
      name: z.enum(BI_NAMES),
      about: words,
      key: z.array(z.string()).describe('what tells rows apart'),
      columns: z.array(columnShown),
    }),
  ),
});
export type ExportTables = z.output<typeof exportTables>;

/** The latest exports. */
export const exportLog = z.object({
  reads: z.array(
    z.object({
      id: z.int(),
      person,
      what: z.string().describe('`bi.cases` and the like, `cases` for the list, `figures`, `figures/<id>`'),
      filter: z.string().describe('as in an address; what was searched for is left out'),
      begunAt: instant,
      endedAt: instant.optional().describe('left out, with the rest: it broke off, or is still being sent'),
      rows: z.int().optional(),
      bytes: z.int().optional(),
      sha256: z.string().optional().describe('of the file'),
    }),
  ),
});
export type ExportLog = z.output<typeof exportLog>;
