/**
 * `npm run import`: brings in a file of old complaints by a mapping that was kept on the page of imports.
 * @module
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { actorOf, isRefused } from '../cases';
import { createLinks } from '../cases/access/links';
import type { ImportPreview, ImportShown } from '../cases/import/answers';
import { createImporting } from '../cases/import/importing';
import { createReader } from '../cases/learning/reader';
import { createImports, previewOfFile } from '../cases/import/imports';
import { PolicyCache } from '../cases/rules/policies';
import { loadConfig, loadOrExit, type Config } from '../config';
import { ContentFiles } from '../content-files';
import { createStores, openDatabase, type Stores } from '../db';
import { inBoth } from '../domain/basics/words';
import type { Staff } from '../domain/case/permissions';
import { setHouse } from '../house';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';

const USAGE = `usage: npm run import -- <file> --mapping <name> [--by <user id>] [--dry-run]

Brings in old complaints: CSV, XLSX, and JSON exports of Zammad and Zendesk. The mapping says which column is what, and
which system it was; make and keep it under a name at /desk/imports. --dry-run says what would become of each row, and
writes nothing. --by: the admin who does it; left out where there is only one. Twice is once: what was imported before
is left alone. Ended in the middle, it goes on when it is called again, or by itself while a server runs.`;

/** Rows that are named of those that cannot be imported. */
const NAMED = 20;
/** Between two looks at an import that a server works off. */
const PAUSE_MS = 500;

export interface ImportNeeds {
  stores: Pick<Stores, 'imports' | 'users' | 'policies' | 'ownModels'>;
  config: Pick<Config, 'DATA_DIR' | 'LINK_SECRET' | 'PUBLIC_URL'>;
  /** Milliseconds since 1970. */
  clock: () => number;
}
export interface ImportWanted {
  file: string;
  mapping: string;
  by?: string | undefined;
  dryRun: boolean;
}

/** @throws Error with words for the person at the terminal */
async function adminFor(stores: Pick<Stores, 'users'>, id: string | undefined): Promise<Staff> {
  const admins = (await stores.users.list({ active: true })).filter(({ role }) => role === 'admin');
  const [only, ...others] = id === undefined ? admins : admins.filter((one) => one.id === id);
  if (only && others.length === 0) return actorOf(only);
  throw new Error(
    `say which admin does it, --by <user id>: ${admins.map((one) => one.id).join(', ') || 'there is none'}`,
  );
}

/**
 * Imports a file, or says what would become of it.
 * @throws Error with words for the person at the terminal
 */
export async function importFile(
  { stores, config, clock }: ImportNeeds,
  { file, mapping: name, by, dryRun }: ImportWanted,
): Promise<{ preview: ImportPreview } | { done: ImportShown }> {
  const actor = await adminFor(stores, by);
  const log = { info: () => undefined, warn: () => undefined };
  const files = new ContentFiles(join(config.DATA_DIR, 'imports'));
  const links = createLinks({ secret: config.LINK_SECRET, publicUrl: config.PUBLIC_URL });
  const policies = new PolicyCache(stores.policies, clock);
  const readComplaint = createReader({ ownModels: stores.ownModels, log, clock });
  const importing = createImporting({ stores, policies, files, readComplaint, links, log, clock });
  const imports = createImports({ imports: stores.imports, files, importing, log, clock });
  const kept = await imports.mappings(actor);
  const choice = kept.find((one) => one.name === name);
  if (!choice) {
    const there = kept.map((one) => one.name).join(', ') || 'none yet; keep one at /desk/imports';
    throw new Error(`there is no mapping ${name}; there are: ${there}`);
  }
  const { system, mapping } = choice;
  try {
    if (dryRun) return { preview: await previewOfFile(await readFile(file), choice, stores.imports, clock()) };
    const { import: taken } = await imports.upload(
      { fileName: basename(file), content: createReadStream(file) },
      actor,
    );
    let now = await imports.start(taken.id, { system, mapping }, actor);
    while (now.status === 'running') {
      await importing.look();
      now = await imports.get(taken.id, actor);
      // Another process works it off.
      if (now.status === 'running') await sleep(PAUSE_MS);
    }
    return { done: now };
  } catch (error) {
    if (!isRefused(error)) throw error;
    const faults = error.details.faults?.map(({ path, words }) => `\n  ${path}: ${inBoth(words)}`) ?? [];
    throw new Error(`${inBoth(error.words)}${faults.join('')}`, { cause: error });
  }
}

function told(result: Awaited<ReturnType<typeof importFile>>): string[] {
  if ('done' in result) {
    const { id, status, imported, known, refused, fault } = result.done;
    return [
      `${status === 'done' ? 'done  ' : 'failed'} ${imported} imported, ${known} known before, ${refused} refused`,
      ...(fault ? [`       ${inBoth(fault)}`] : []),
      ...(refused > 0 ? [`       the refused rows with their reasons: /desk/imports/${id}`] : []),
    ];
  }
  const { rows, ready, known, refused, faults, unknownWords } = result.preview;
  return [
    `rows   ${rows}: ${ready} would be imported, ${known} known before, ${refused} refused; nothing was written`,
    ...faults
      .slice(0, NAMED)
      .map(
        ({ row, faults: of }) => `row ${row}  ${of.map(({ field, words }) => `${field}: ${inBoth(words)}`).join('; ')}`,
      ),
    ...unknownWords.slice(0, NAMED).map(({ field, word, rows: of }) => `word   ${field}: ${word} (${of} rows)`),
  ];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      by: { type: 'string' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(USAGE);
  const [file, ...more] = positionals;
  const { mapping, by, 'dry-run': dryRun = false } = values;
  if (file === undefined || mapping === undefined || more.length > 0) throw new Error(USAGE);
  const config = loadOrExit(loadConfig);
  setHouse({ zone: config.HOUSE_ZONE, currency: config.HOUSE_CURRENCY });
  const database = openDatabase({ url: config.DATABASE_URL, max: 2, ...COMMAND_LIMITS });
  try {
    const needs = { stores: createStores(database), config, clock: Date.now };
    const result = await importFile(needs, { file, mapping, by, dryRun });
    for (const line of told(result)) console.log(line);
    if ('done' in result && result.done.status === 'failed') process.exitCode = 1;
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(faultOf(error));
    process.exitCode = 1;
  });
}
