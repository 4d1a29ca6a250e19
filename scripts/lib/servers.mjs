import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CACHE } from './paths.mjs';
import { lastLines, run, which } from './run.mjs';
import { SetupError, withProgress } from './say.mjs';

/**
 * For `go install`. Newer tags do not build this way: their go.mod replaces a module by a folder of their repository.
 */
const TEMPORAL_CLI = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const TEST_SERVER = '1.38.0';
const DOWNLOAD_TIMEOUT_MS = 10_000;
/** How long the server may take to come up for its class archive. */
const ARCHIVE_WITHIN_MS = 60_000;

const exe = (name) => (process.platform === 'win32' ? `${name}.exe` : name);

/**
 * Has the SDK download one of its servers into the cache. Resolves to its path; undefined when it cannot be downloaded
 * (where the host is not reachable, within a second).
 */
async function sdkDownload(kind) {
  const dir = join(CACHE, 'sdk');
  mkdirSync(dir, { recursive: true });
  const script = join(dirname(fileURLToPath(import.meta.url)), 'sdk-download.mjs');
  await run(process.execPath, [script, kind, dir], { quiet: true, timeoutMs: DOWNLOAD_TIMEOUT_MS });
  return sdkDownloaded(kind);
}

/** A server that the SDK has downloaded: temporal-test-server-sdk-typescript-… or temporal-sdk-typescript-… */
function sdkDownloaded(kind) {
  const dir = join(CACHE, 'sdk');
  if (!existsSync(dir)) return undefined;
  const prefix = kind === 'time-skipping' ? 'temporal-test-server-' : 'temporal-sdk-';
  const file = readdirSync(dir).find((name) => name.startsWith(prefix) && !name.includes('.downloading'));
  return file && join(dir, file);
}

const works = async (path) => (await run(path, ['--version'], { quiet: true, timeoutMs: 10_000 })).code === 0;

const builtTemporal = join(CACHE, 'bin', exe('temporal'));

const temporalPrograms = () =>
  [which(exe('temporal')), builtTemporal, sdkDownloaded('dev-server')].filter((path) => path && existsSync(path));

/** The `temporal` program, if it is on this machine. */
export const findTemporal = () => process.env.TEMPORAL_CLI || temporalPrograms()[0];

/** The `temporal` program, for the embedded server and for tests: found, downloaded or built. */
export async function ensureTemporal() {
  if (process.env.TEMPORAL_CLI) return process.env.TEMPORAL_CLI;
  for (const path of temporalPrograms()) if (await works(path)) return path;
  const fetched = await sdkDownload('dev-server');
  if (fetched && (await works(fetched))) return fetched;

  const go = which(exe('go')) ?? ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'].find((path) => existsSync(path));
  if (!go) {
    throw new SetupError(
      'The Temporal server is neither on PATH nor can it be downloaded, and there is no Go to build it with. One of:\n' +
        '  - install the Temporal CLI: https://docs.temporal.io/cli (then `temporal --version` works), or\n' +
        '  - install Go 1.24 or newer: https://go.dev/dl (then run this again), or\n' +
        '  - set TEMPORAL_ADDRESS=host:port to a Temporal server of yours.',
    );
  }
  await withProgress('Building the Temporal server with Go, once (1 to 5 minutes)', async () => {
    // Built in another folder and then moved, so that an interrupted build leaves nothing that looks complete.
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(join(CACHE, 'go-'));
    try {
      const { code, output } = await run(go, ['install', TEMPORAL_CLI], {
        quiet: true,
        env: { ...process.env, GOBIN: draft, PATH: `${dirname(go)}${delimiter}${process.env.PATH}` },
      });
      if (code !== 0) {
        throw new SetupError(
          `go install ${TEMPORAL_CLI} failed (exit code ${code}). It needs Go 1.24 or newer and the Go module proxy.\n` +
            lastLines(output),
        );
      }
      mkdirSync(dirname(builtTemporal), { recursive: true });
      renameSync(join(draft, exe('temporal')), builtTemporal);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return builtTemporal;
}

const testServerHome = join(CACHE, `temporal-test-server-${TEST_SERVER}`);
const testServerWrapper = join(testServerHome, 'run.sh');

/** The time-skipping server, if it is on this machine. */
export const findTestServer = () =>
  existsSync(testServerWrapper) && which('java') ? testServerWrapper : sdkDownloaded('time-skipping');

/**
 * The time-skipping server for workflow tests, in which months pass in seconds: found,
 * downloaded or fetched with Maven.
 */
export async function ensureTestServer() {
  const found = findTestServer() ?? (await sdkDownload('time-skipping')) ?? (await fetchTestServer());
  if (found === testServerWrapper) await archiveClasses();
  return found;
}

async function fetchTestServer() {
  if (!which('java') || (await run('java', ['-version'], { quiet: true })).code !== 0) {
    throw new SetupError(
      'Workflow tests need the time-skipping Temporal server, which needs Java 11 or newer (`java` on PATH).\n' +
        '  Debian, Ubuntu: apt-get install default-jre-headless · others: https://adoptium.net',
    );
  }
  if (!which('mvn')) {
    throw new SetupError(
      'The time-skipping Temporal server comes from Maven (`mvn` on PATH).\n' +
        '  Debian, Ubuntu: apt-get install maven · others: https://maven.apache.org/download.cgi',
    );
  }
  await withProgress('Fetching the time-skipping Temporal server with Maven', async () => {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(join(CACHE, 'maven-'));
    try {
      writeFileSync(join(draft, 'pom.xml'), POM);
      const { code, output } = await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
        cwd: draft,
        quiet: true,
      });
      if (code !== 0) throw new SetupError(`Maven failed (exit code ${code}):\n${lastLines(output)}`);
      rmSync(testServerHome, { recursive: true, force: true });
      renameSync(draft, testServerHome);
      writeTestServerWrapper();
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return testServerWrapper;
}

// `exec`, because the SDK kills the process that it started: without it that would be the shell, not the
// server. TieredStopAtLevel=1 leaves out Java's second compiler: a server that lives for one test suite
// starts sooner without it.
const TEST_SERVER_WRAPPER = `#!/bin/sh
home=$(dirname "$0")
[ -s "$home/classes.jsa" ] && archive=-XX:SharedArchiveFile=$home/classes.jsa
exec java \${archive:+"$archive"} \${JAVA_ARCHIVE_TO:+"-XX:ArchiveClassesAtExit=$JAVA_ARCHIVE_TO"} \\
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$home/lib/*" io.temporal.testserver.TestServer "$@"
`;

function writeTestServerWrapper() {
  writeFileSync(testServerWrapper, TEST_SERVER_WRAPPER);
  chmodSync(testServerWrapper, 0o755);
}

/**
 * Makes a class archive, from which Java loads the server's classes in a third of the CPU time. The SDK gives a server
 * five seconds to come up; without the archive a busy machine needs longer. Java before 13 makes none: an empty file
 * then says that it was tried.
 */
async function archiveClasses() {
  const archive = join(testServerHome, 'classes.jsa');
  if (existsSync(archive)) return;
  writeTestServerWrapper();
  await withProgress('Preparing the time-skipping Temporal server', async () => {
    const draft = mkdtempSync(join(testServerHome, 'archive-'));
    try {
      const to = join(draft, 'classes.jsa');
      const port = await freePort();
      const server = spawn(testServerWrapper, [String(port)], {
        stdio: 'ignore',
        env: { ...process.env, JAVA_ARCHIVE_TO: to },
      });
      const ended = once(server, 'exit');
      const end = Date.now() + ARCHIVE_WITHIN_MS;
      while (server.exitCode === null && Date.now() < end && !(await accepts(port))) await sleep(100);
      server.kill('SIGTERM');
      await ended;
      if (existsSync(to)) renameSync(to, archive);
      else writeFileSync(archive, '');
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>redress</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${TEST_SERVER}</version>
    </dependency>
    <dependency>
      <!-- The server logs through slf4j and complains on every start when nothing is bound to it. -->
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** The IMAP server of the mail tests, if it is on this machine and can be started: its processes change their user. */
export const findDovecot = () => (process.getuid?.() === 0 ? which('dovecot') : undefined);

/** Chromium for the browser tests, if it is on this machine. */
export const findChromium = () =>
  process.env.CHROMIUM_PATH || which('chromium') || which('chromium-browser') || which('google-chrome');
