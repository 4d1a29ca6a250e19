// Which suites there are, and running some of them with jest.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** Suites that run side by side: one more than CI has processors, because suites with servers wait half of their time. */
const WORKERS = 3;

/**
 * The test helpers that start a server, one of our programs or a browser. A suite that imports none of them is pure.
 */
const STARTERS = ['postgres', 'temporal', 'processes', 'chromium', 'dovecot'].map((name) => `test/support/${name}.ts`);

async function list(...args) {
  const { code, output } = await run(process.execPath, [JEST, '--listTests', ...args], { cwd: ROOT, quiet: true });
  if (code !== 0) throw new SetupError(`jest cannot list the suites:\n${output}`);
  return output
    .split('\n')
    .filter((line) => line.endsWith('.test.ts'))
    .map((path) => relative(ROOT, path));
}

/**
 * Suites that import one of these files, directly or through others; jest follows the imports.
 * @throws SetupError when a file does not exist, because jest would silently find no suite for it
 */
export async function suitesWith(...files) {
  const gone = files.filter((file) => !existsSync(join(ROOT, file)));
  if (gone.length > 0) throw new SetupError(`There is no ${gone.join(', no ')} (scripts/lib/suites.mjs).`);
  return list('--findRelatedTests', ...files);
}

/**
 * The pure suites: they need no server, no program and no browser. Found by their imports, so no list has to be kept.
 */
export const unitSuites = () => (unit ??= findUnitSuites());
let unit;

async function findUnitSuites() {
  const slow = new Set(await suitesWith(...STARTERS));
  return (await list()).filter((path) => !slow.has(path));
}

/**
 * Runs jest and resolves to its counts `{ passed, failed, skipped }`. A suite that could not load counts as one
 * failure, and so does a fault outside a test: in set-up or tear-down, or a crash of jest.
 * @param args of jest
 * @param node the Node to run on; default: this one
 */
export async function runSuites(args, { node = process.execPath, env = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'redress-jest-'));
  const file = join(dir, 'report.json');
  try {
    const { code } = await run(node, [JEST, `--maxWorkers=${WORKERS}`, '--json', `--outputFile=${file}`, ...args], {
      cwd: ROOT,
      // The zone of the test processes, whatever the machine's is; a test that needs another one sets it.
      env: { ...process.env, TZ: 'UTC', ...env },
    });
    const tally = { passed: 0, failed: 0, skipped: 0 };
    try {
      const report = JSON.parse(readFileSync(file, 'utf8'));
      tally.passed = report.numPassedTests;
      tally.failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
      tally.skipped = report.numPendingTests + report.numTodoTests;
    } catch {
      say('jest ended without a report');
    }
    if (code !== 0 && tally.failed === 0) tally.failed = 1;
    return tally;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
