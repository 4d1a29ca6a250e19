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

/** Lines of a fault that are said again at the end; the rest stands further up, where its suite ran. */
const FAULT_LINES = 25;

const shortened = (text) => text.trim().split('\n').slice(0, FAULT_LINES).join('\n');

/** What failed in a report of jest, each as `path: name` and the beginning of its fault. */
const failuresIn = (report) =>
  report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const path = relative(ROOT, name);
    if (failed.length === 0 && status === 'failed') return [`${path}\n${shortened(message)}`];
    return failed.map((test) => `${path}: ${test.fullName}\n${shortened(test.failureMessages.join('\n'))}`);
  });

/**
 * Runs jest and resolves to its counts and faults `{ passed, failed, skipped, failures }`. A suite that could not load
 * counts as one failure, and so does a fault outside a test: in set-up or tear-down, or a crash of jest.
 * @param args of jest
 * @param node the Node to run on; default: this one
 * @param workers suites that run side by side
 * @param before a program that starts jest, with its arguments
 */
export async function runSuites(args, { node = process.execPath, env = {}, workers = WORKERS, before = [] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'redress-jest-'));
  const file = join(dir, 'report.json');
  try {
    const jest = [JEST, `--maxWorkers=${workers}`, '--json', `--outputFile=${file}`, ...args];
    const [program, ...rest] = [...before, node, ...jest];
    const { code } = await run(program, rest, {
      cwd: ROOT,
      // The zone of the test processes, whatever the machine's is; a test that needs another one sets it.
      env: { ...process.env, TZ: 'UTC', ...env },
    });
    const tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
    try {
      const report = JSON.parse(readFileSync(file, 'utf8'));
      tally.passed = report.numPassedTests;
      tally.failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
      tally.skipped = report.numPendingTests + report.numTodoTests;
      tally.failures = failuresIn(report);
    } catch {
      say('jest ended without a report');
    }
    if (code !== 0 && tally.failed === 0) {
      tally.failed = 1;
      tally.failures = [`jest ended with ${code}, and no test failed`];
    }
    return tally;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
