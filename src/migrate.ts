/**
 * The program that brings the schema of the database up to date; it runs before server and worker and then ends.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { loadConfig, loadOrExit } from './config';
import { BI_ROLE, ensureBi, ensureHouse, writeMissingDocs, writeMissingKeys } from './db';
import { PROJECT_ROOT } from './paths';
import { createLogger } from './runtime/log';

/** The folder of the SQL files that drizzle-kit generates. */
export const MIGRATIONS = join(PROJECT_ROOT, 'src', 'db', 'migrations');

/** The advisory lock of migrations: any number that nothing else uses, and that never changes between releases. */
const MIGRATION_LOCK = 7_303_014;

/**
 * Brings the schema up to date, publishes the house policy and calendar when there are none, and writes what the search
 * and the comparing of complaints lack. Idempotent. Several may run at once (each node of a rollout starts one): they take turns by an advisory lock, and the second finds
 * nothing to do. When one dies, Postgres ends its lock with its connection and undoes its transaction.
 * @returns whether there is a role that may read the views for business intelligence (`ensureBi`)
 * @throws Error when the folder of migrations is missing, and what Postgres says
 */
export async function runMigrations(databaseUrl: string): Promise<{ hasBiRole: boolean }> {
  if (!existsSync(join(MIGRATIONS, 'meta', '_journal.json'))) {
    throw new Error(`No migrations in ${MIGRATIONS}`);
  }
  const client = new Client({ connectionString: databaseUrl, application_name: 'redress-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const db = drizzle(client);
    await migrate(db, { migrationsFolder: MIGRATIONS });
    await ensureHouse(db);
    await writeMissingDocs(db);
    await writeMissingKeys(db);
    return { hasBiRole: await ensureBi(db) };
  } finally {
    await client.end();
  }
}

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const log = createLogger('migrate', config.LOG_LEVEL);
  const started = Date.now();
  try {
    const { hasBiRole } = await runMigrations(config.DATABASE_URL);
    if (!hasBiRole) {
      log.warn({ role: BI_ROLE }, 'this user may not make roles: a superuser can make it, see docs/bi.md');
    }
    log.info({ ms: Date.now() - started }, 'schema is up to date');
  } catch (error) {
    log.fatal({ err: error }, 'migration failed; the schema is as it was before');
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
