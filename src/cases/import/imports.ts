import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { TooLarge, type ContentFiles, type IncomingFile } from '../../content-files';
import type { ImportMapping, ImportRecord, Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import type { Fault } from '../../domain/basics/faults';
import { shortText } from '../../domain/basics/free-text';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { BYTE_ORDER_MARK, csvRows } from '../../render/table-file';
import { inLanguage } from '../../render/words';
import { invalid, mustBe, mustRead, notFound, Refused } from '../refused';
import type { ImportOpened, ImportPreview, ImportShown, SavedMapping } from './answers';
import { FileFault, type Table } from './fault';
import { FIELD_NAMES, fieldOf, guessedMapping, type FieldName } from './fields';
import { bytesOf, type Importing } from './importing';
import { importMapping, type OldComplaint } from './mapping';
import { missingColumns, readRows } from './reading';
import { tableOf } from './table';

/** The largest file that is taken. */
export const IMPORT_MAX_BYTES = 32 * 1024 * 1024;

const systemName = shortText(60).describe('the old system: its numbers are known again under this name');
export const importChoice = z.strictObject({ system: systemName, mapping: importMapping });
export const importStart = importChoice.extend({
  keepAs: shortText(60).optional().describe('also keep the mapping under this name, in place of the one before'),
});
export const mappingName = shortText(60);

export type ImportChoice = z.output<typeof importChoice>;

/** A file as it comes in. */
export interface ImportUpload {
  fileName: string;
  content: Readable;
}

/** Old complaints from files. For admins; auditors may look. All methods throw a Refused `forbidden` for others. */
export interface ImportAccess {
  /** The latest 50, the newest first. */
  list(actor: Staff): Promise<ImportShown[]>;
  /**
   * Takes a file and looks at its first rows. Nothing is imported.
   * @throws Refused `unsupported` with the reason if it cannot be read, `tooLarge` above 32 MiB
   */
  upload(file: ImportUpload, actor: Staff): Promise<ImportOpened>;
  /** A file with its first rows. @throws Refused `notFound`, `gone` if the file was removed */
  open(id: string, actor: Staff): Promise<ImportOpened>;
  get(id: string, actor: Staff): Promise<ImportShown>;
  /** What would become of each row. Imports nothing. @throws as `open`, and `invalid` for columns that are not there */
  preview(id: string, choice: ImportChoice, actor: Staff): Promise<ImportPreview>;
  /**
   * Begins the import, in the background; what was imported before is left alone.
   * @throws as `preview`, and `conflict` (`import_running`) while it runs
   */
  start(id: string, choice: z.output<typeof importStart>, actor: Staff): Promise<ImportShown>;
  /** The rows that were refused, as a CSV file with the reason of each: mended it may be uploaded again. @throws as `open` */
  refusedRows(
    id: string,
    language: Language,
    actor: Staff,
  ): Promise<{ fileName: string; mediaType: string; content: Readable }>;
  /** Mappings that were kept, by name. */
  mappings(actor: Staff): Promise<SavedMapping[]>;
  keepMapping(name: string, choice: ImportChoice, actor: Staff): Promise<SavedMapping>;
  /** @throws Refused `notFound` */
  removeMapping(name: string, actor: Staff): Promise<void>;
}

interface Needs {
  imports: Stores['imports'];
  files: Pick<ContentFiles, 'receive' | 'read'>;
  importing: Pick<Importing, 'wake'>;
  log: { info(fields: object, message: string): void };
  clock: () => number;
}

/** Rows that are shown of a file, and of what it would become. */
const SAMPLE = 5;
/** Refused rows that a preview names. */
const FAULTS_NAMED = 100;
const WORDS_NAMED = 50;
/** Numbers that are looked up at once. */
const LOOKED_UP = 500;

const noSuchFile = (): Refused => notFound({ zh: '导入文件', en: 'file of an import' });
const fileGone = (): Refused =>
  new Refused('gone', 'file_gone', {
    zh: '上传的文件只保留 30 天，已经删除；请重新上传，已导入的不会重复',
    en: 'files are kept for 30 days, and this one was removed; upload it again, nothing is imported twice',
  });
const unreadable = ({ code, words }: FileFault): Refused =>
  new Refused('unsupported', code, {
    zh: `文件读不了，没有导入：${words.zh}`,
    en: `the file cannot be read, and nothing was imported: ${words.en}`,
  });
const tooLarge = (): Refused =>
  new Refused('tooLarge', 'body_too_large', {
    zh: '文件超过 32 MB，请拆成几个文件',
    en: 'the file has more than 32 MB; split it into several',
  });
const running = (): Refused =>
  new Refused('conflict', 'import_running', {
    zh: '这份文件正在导入，请等它完成',
    en: 'this file is being imported; wait until it has ended',
  });

const cleanFileName = (name: string): string =>
  (name.split(/[/\\]/u).at(-1) ?? '').toWellFormed().replaceAll(/\p{C}/gu, '').trim().slice(0, 120) || 'file';

/** Reads with the refusals of a file as refusals of the request. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FileFault ? unreadable(error) : error;
  }
}

async function firstRows(table: Table, count: number): Promise<{ row: number; cells: string[] }[]> {
  const rows: { row: number; cells: string[] }[] = [];
  for await (const { no, cells } of table.rows) {
    rows.push({ row: no, cells: cells.map((cell) => cell.slice(0, 200)) });
    if (rows.length >= count) break;
  }
  return rows;
}

/** What a complaint of the sample says, by field. */
function shownFields({ customer, product, ...rest }: OldComplaint): Record<string, string> {
  const flat: Record<string, string | undefined> = {
    ...rest,
    ...Object.fromEntries(Object.entries(customer).map(([key, value]) => [`customer.${key}`, value])),
    ...Object.fromEntries(Object.entries(product ?? {}).map(([key, value]) => [`product.${key}`, value])),
  };
  return Object.fromEntries(
    FIELD_NAMES.flatMap((name) => {
      const value = flat[name];
      return value === undefined ? [] : [[name, value.slice(0, 300)] as const];
    }),
  );
}

const shown = ({ sha256: _sha256, ...record }: ImportRecord): ImportShown => record;

/** @throws Refused `invalid` for columns that are not there */
function mustFit(mapping: ImportMapping, columns: readonly string[]): void {
  const faults = missingColumns(mapping, columns);
  if (faults.length > 0) throw invalid(faults.map(({ path, words }) => ({ path: `mapping.${path}`, words })));
}

/**
 * What would become of each row of a file that nobody has uploaded. Writes nothing.
 * @param now milliseconds since 1970
 * @throws as `ImportAccess.preview`
 */
export function previewOfFile(
  bytes: Buffer,
  { system, mapping }: Pick<SavedMapping, 'system' | 'mapping'>,
  imports: Pick<Stores['imports'], 'knownOf'>,
  now: number,
): Promise<ImportPreview> {
  if (bytes.length > IMPORT_MAX_BYTES) throw tooLarge();
  return refusing(async () => {
    const table = await tableOf(bytes);
    mustFit(mapping, table.columns);
    return previewOf(table, mapping, toInstant(now), (numbers) => imports.knownOf(system, numbers));
  });
}

/** Builds `ImportAccess`. */
export function createImports({ imports, files, importing, log, clock }: Needs): ImportAccess {
  const mappings = keeping({ imports, clock });
  const there = async (id: string): Promise<ImportRecord> => {
    const record = isUuid(id) ? await imports.get(id) : undefined;
    if (!record) throw noSuchFile();
    return record;
  };
  const tableIn = async (record: ImportRecord): Promise<Table> => {
    const bytes = record.fileGone ? undefined : await bytesOf(files, record.sha256);
    if (!bytes) throw fileGone();
    return tableOf(bytes);
  };
  const opened = async (record: ImportRecord): Promise<ImportOpened> =>
    refusing(async () => ({
      import: shown(record),
      guess: guessedMapping(record.columns),
      sample: await firstRows(await tableIn(record), SAMPLE),
    }));
  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await imports.list()).map(shown);
    },

    async upload({ fileName, content }, actor) {
      mustBe(actor, 'admin');
      let file: IncomingFile;
      try {
        file = await files.receive(content, IMPORT_MAX_BYTES);
      } catch (error) {
        throw error instanceof TooLarge ? tooLarge() : error;
      }
      let table: Table;
      let sample: ImportOpened['sample'];
      try {
        [table, sample] = await refusing(async () => {
          const read = await tableOf(await readFile(file.path));
          return [read, await firstRows(read, SAMPLE)] as const;
        });
        await file.keep();
      } catch (error) {
        await file.discard();
        throw error;
      }
      const record = newImport(fileName, file, table, actor, toInstant(clock()));
      await imports.create(record);
      log.info(
        { import: record.id, by: actor.id, format: record.format, bytes: record.bytes },
        'a file to be imported',
      );
      return { import: shown(record), guess: guessedMapping(record.columns), sample };
    },

    async open(id, actor) {
      mustRead(actor, 'admin');
      return opened(await there(id));
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return shown(await there(id));
    },

    async preview(id, { system, mapping }, actor) {
      mustBe(actor, 'admin');
      const record = await there(id);
      mustFit(mapping, record.columns);
      return refusing(async () => {
        const table = await tableIn(record);
        return previewOf(table, mapping, toInstant(clock()), (numbers) => imports.knownOf(system, numbers));
      });
    },

    async start(id, { keepAs, ...choice }, actor) {
      mustBe(actor, 'admin');
      const record = await there(id);
      mustFit(choice.mapping, record.columns);
      if (record.fileGone) throw fileGone();
      if (keepAs !== undefined) await mappings.keep(keepAs, choice, actor);
      const started = await imports.start(id, { ...choice, by: actor.id, at: toInstant(clock()) });
      if (!started) throw running();
      log.info({ import: id, by: actor.id }, 'an import was started');
      importing.wake();
      return shown(started);
    },

    async refusedRows(id, language, actor) {
      mustRead(actor, 'admin');
      const record = await there(id);
      const table = await refusing(() => tableIn(record));
      return {
        fileName: `refused-${id.slice(0, 8)}.csv`,
        mediaType: 'text/csv; charset=utf-8',
        content: Readable.from(refusedCsv(imports, record, table, language)),
      };
    },

    ...mappings.access,
  };
}

/** What a file that has come in is noted as. */
const newImport = (
  fileName: string,
  { sha256, bytes }: IncomingFile,
  { format, columns }: Table,
  actor: Staff,
  createdAt: Instant,
): ImportRecord => ({
  id: randomUUID(),
  fileName: cleanFileName(fileName),
  format,
  sha256,
  bytes,
  columns: [...columns],
  status: 'waiting',
  position: 0,
  imported: 0,
  known: 0,
  refused: 0,
  createdBy: actor.id,
  createdAt,
  fileGone: false,
});

/** Mappings that are kept by name. */
function keeping({ imports, clock }: Pick<Needs, 'imports' | 'clock'>) {
  const keep = async (name: string, { system, mapping }: ImportChoice, actor: Staff): Promise<SavedMapping> => {
    const saved = { name, system, mapping, savedBy: actor.id, savedAt: toInstant(clock()) };
    await imports.keepMapping(saved);
    return saved;
  };
  return {
    keep,
    access: {
      async mappings(actor) {
        mustRead(actor, 'admin');
        return imports.mappings();
      },

      async keepMapping(name, choice, actor) {
        mustBe(actor, 'admin');
        return keep(name, choice, actor);
      },

      async removeMapping(name, actor) {
        mustBe(actor, 'admin');
        if (!(await imports.removeMapping(name))) throw notFound({ zh: '列的对应', en: 'mapping' });
      },
    } satisfies Pick<ImportAccess, 'mappings' | 'keepMapping' | 'removeMapping'>,
  };
}

/** Reads all rows as an import would. @param knownOf which of these numbers are there already */
async function previewOf(
  table: Table,
  mapping: ImportMapping,
  now: string,
  knownOf: (numbers: readonly string[]) => Promise<Set<string>>,
): Promise<ImportPreview> {
  const counts = { rows: 0, ready: 0, known: 0, refused: 0 };
  const faults: ImportPreview['faults'] = [];
  const unknown = new Map<string, { field: FieldName; word: string; rows: number }>();
  const sample: ImportPreview['sample'] = [];
  let numbers: string[] = [];
  const lookUp = async (): Promise<void> => {
    const { size } = await knownOf(numbers);
    counts.known += size;
    counts.ready += numbers.length - size;
    numbers = [];
  };
  for await (const { no, read } of readRows(table, mapping, now)) {
    counts.rows++;
    if ('complaint' in read) {
      numbers.push(read.complaint.number);
      if (sample.length < SAMPLE) sample.push({ row: no, fields: shownFields(read.complaint) });
      if (numbers.length >= LOOKED_UP) await lookUp();
      continue;
    }
    counts.refused++;
    if (faults.length < FAULTS_NAMED)
      faults.push({ row: no, faults: read.faults.map((fault) => placed(fault, mapping)) });
    for (const { field, word } of read.unknown) {
      const key = `${field} ${word}`;
      const so = unknown.get(key);
      if (so) so.rows++;
      else if (unknown.size < 1_000) unknown.set(key, { field, word, rows: 1 });
    }
  }
  await lookUp();
  const unknownWords = [...unknown.values()]
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, WORDS_NAMED)
    .map((one) => ({ ...one, choices: Object.keys(fieldOf(one.field).choices ?? {}) }));
  return { ...counts, faults, unknownWords, sample };
}

/** A fault with the column that its field stands in. */
function placed({ path, words }: Fault, { fields }: ImportMapping): ImportPreview['faults'][number]['faults'][number] {
  const column = fields[path]?.column;
  return { field: path, ...(column !== undefined && { column }), words };
}

const REASON: Words = { zh: '没有导入的原因', en: 'Why it was not imported' };

/** The name of a field as a person says it; of anything else, as it is. */
const fieldWords = (path: string): Words =>
  (FIELD_NAMES as readonly string[]).includes(path) ? fieldOf(path as FieldName).name : { zh: path, en: path };

/** The rows of a file that were refused, with their columns and, last, why; a page of reasons at a time. */
async function* refusedCsv(
  imports: Pick<Stores['imports'], 'refusals'>,
  { id }: ImportRecord,
  table: Table,
  language: Language,
): AsyncGenerator<string> {
  const say = (words: Words): string => inLanguage(words, language);
  yield BYTE_ORDER_MARK + csvRows([[...table.columns, say(REASON)]]);
  let page = await imports.refusals(id, 0, LOOKED_UP);
  for await (const { no, cells } of table.rows) {
    while (page.length > 0 && (page[0]?.row ?? 0) < no) page.shift();
    const [next] = page;
    if (next?.row === no) {
      const reasons = next.faults.map(
        ({ path, words }) => `${say(fieldWords(path))}${language === 'en' ? ' ' : ''}${say(words)}`,
      );
      yield csvRows([[...cells, reasons.join(language === 'en' ? '; ' : '；')]]);
      if (page.length === 1) page = await imports.refusals(id, no, LOOKED_UP);
      else page.shift();
    } else if (page.length === 0) return;
  }
}
