import { z } from 'zod';
import { instant, words } from '../answer-parts';
import { FIELD_NAMES } from './fields';
import { importMapping } from './mapping';

const mapping = z.object({
  fields: z.record(z.string(), z.object({ column: z.string().optional(), value: z.string().optional() })),
  words: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});
const faults = z
  .array(z.object({ field: z.string(), column: z.string().optional(), words }))
  .describe('by our field; nothing of what stands in the file');

export const importShown = z.object({
  id: z.string(),
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx', 'zammad', 'zendesk']),
  bytes: z.int(),
  columns: z.array(z.string()),
  status: z
    .enum(['waiting', 'running', 'done', 'failed'])
    .describe('`waiting`: nothing was imported yet; `failed`: it can go no further, and `fault` says why'),
  system: z.string().optional().describe('the old system: its numbers are known again under this name'),
  mapping: mapping.optional(),
  position: z.int().describe('the last row that is dealt with'),
  imported: z.int(),
  known: z.int().describe('rows that had been imported before'),
  refused: z.int(),
  fault: words.optional(),
  createdBy: z.string().describe('a user id'),
  createdAt: instant,
  startedBy: z.string().optional(),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  fileGone: z.boolean().describe('the file was removed after 30 days; upload it again'),
});
export type ImportShown = z.output<typeof importShown>;

export const importOpened = z.object({
  import: importShown,
  guess: mapping.describe('a mapping to begin with, by the names of the columns'),
  sample: z.array(z.object({ row: z.int(), cells: z.array(z.string()) })).describe('the first rows, as they stand'),
});
export type ImportOpened = z.output<typeof importOpened>;

export const importPreview = z.object({
  rows: z.int(),
  ready: z.int().describe('would be imported'),
  known: z.int().describe('have been imported before and would be left alone'),
  refused: z.int(),
  faults: z.array(z.object({ row: z.int(), faults })).describe('of the first 100 rows that would be refused'),
  unknownWords: z
    .array(z.object({ field: z.string(), word: z.string(), rows: z.int(), choices: z.array(z.string()) }))
    .describe(
      'words that mean nothing here yet, the most frequent first, at most 50; `words` of the mapping says what they mean',
    ),
  sample: z
    .array(z.object({ row: z.int(), fields: z.record(z.string(), z.string()) }))
    .describe('the first rows that would be imported, as they are read'),
});
export type ImportPreview = z.output<typeof importPreview>;

export const savedMapping = z.object({
  name: z.string(),
  system: z.string(),
  mapping,
  savedBy: z.string().describe('a user id'),
  savedAt: instant,
});
export type SavedMapping = z.output<typeof savedMapping>;

export { FIELD_NAMES, importMapping };
