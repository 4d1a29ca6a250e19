import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { MIGRATIONS, runMigrations } from '../../src/migrate';
import { freePort } from '../../src/runtime/ports';
import { postgresArgs, postgresUrl, prepareCluster } from '../../src/runtime/postgres';

const TEMPLATE = 'redress_template';

/** A database for one suite. */
export interface TestDatabase {
  url: string;
  /** Drops it, also when connections to it are open. */
  drop(): Promise<void>;
}

/**
 * Makes a fresh database with the migrated schema. One Postgres server serves the whole jest run: the first caller in
 * any worker process starts it (about a second), and `global-teardown.mjs` stops it.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { port, password } = await server();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin(port, password, `create database ${name} template ${TEMPLATE} strategy file_copy`);
  return {
    url: postgresUrl(port, password, name),
    drop: () => admin(port, password, `drop database if exists ${name} with (force)`),
  };
}

interface Server {
  port: number;
  password: string;
}

/** The server of this run. Of all worker processes, the one that can make the lock folder starts it; others wait. */
async function server(): Promise<Server> {
  const dir = process.env.REDRESS_TEST_RUN;
  if (!dir) throw new Error('No test run: jest.config.json names the globalSetup that prepares it');
  const ready = join(dir, 'postgres.json');
  const failed = join(dir, 'postgres.failed');
  try {
    mkdirSync(join(dir, 'postgres.lock'));
    // The folder was not there: this is the first worker process.
    try {
      writeFileSync(`${ready}.tmp`, JSON.stringify(await startServer(dir)));
    } catch (error) {
      writeFileSync(failed, (error as Error).message);
      throw error;
    }
    renameSync(`${ready}.tmp`, ready);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const end = Date.now() + 60_000;
  while (!existsSync(ready)) {
    if (existsSync(failed)) throw new Error(`Postgres of this test run: ${readFileSync(failed, 'utf8')}`);
    if (Date.now() > end) throw new Error('Postgres of this test run did not start');
    await sleep(50);
  }
  return JSON.parse(readFileSync(ready, 'utf8')) as Server;
}

async function startServer(dir: string): Promise<Server> {
  // 0711: Postgres runs as an unprivileged user, who has to pass through the folder.
  chmodSync(dir, 0o711);
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  const cluster = await prepareCluster({ dataDir: dir, password, say: () => undefined });
  const log = openSync(join(dir, 'postgres.log'), 'a');
  const args = postgresArgs(cluster, port, {
    // The data is deleted after the run, so it need not survive a crash; this is faster.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '400',
  });
  const child = spawn(join(cluster.native, 'bin', 'postgres'), args, {
    ...cluster.runAs,
    cwd: cluster.data,
    detached: true,
    stdio: ['ignore', log, log],
  });
  // The server outlives this worker process; the run's teardown stops it.
  child.unref();
  let exitCode: number | null = null;
  child.once('exit', (code) => (exitCode = code ?? -1));
  for (let tries = 0; ; tries += 1) {
    try {
      await admin(port, password, `create database ${TEMPLATE} template template0`);
      break;
    } catch (error) {
      if (exitCode !== null || tries > 200) {
        throw new Error(`did not start:\n${readFileSync(join(dir, 'postgres.log'), 'utf8')}`, { cause: error });
      }
      await sleep(50);
    }
  }
  if (existsSync(MIGRATIONS)) await runMigrations(postgresUrl(port, password, TEMPLATE));
  return { port, password };
}

async function admin(port: number, password: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl(port, password, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
