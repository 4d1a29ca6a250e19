// Which suites there are, and running some of them with jest.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** The helpers that start a server, a program of ours or a browser. A suite that imports none of them is pure. */
const STARTERS = ['postgres', 'temporal', 'processes', 'chromium'].map((name) => `test/support/${name}.ts`);

async function list(...args) {
  const { code, output } = await run(process.execPath, [JEST, '--listTests', ...args], { cwd: ROOT, quiet: true });
  if (code !== 0) throw new SetupError(`jest cannot list the suites:\n${output}`);
  return output
    .split('\n')
    .filter((line) => line.endsWith('.test.ts'))
    .map((path) => relative(ROOT, path));
}

/** Suites that import one of these files, however far down. Jest itself resolves the imports; of a file gone it says nothing. */
export async function suitesWith(...files) {
  const gone = files.filter((file) => !existsSync(join(ROOT, file)));
  if (gone.length > 0) throw new SetupError(`There is no ${gone.join(', no ')} (scripts/lib/suites.mjs).`);
  return list('--findRelatedTests', ...files);
}

/** Suites that need no server, no program and no browser: what their imports say, not a list to be kept. */
export async function unitSuites() {
  const slow = new Set(await suitesWith(...STARTERS));
  return (await list()).filter((path) => !slow.has(path));
}

/**
 * Runs jest and resolves to its count of tests. A suite that could not load counts as one failure, and so does a fault that
 * no test owns: set-up, tear-down, a crash.
 * @param node the Node to run on, this one by default
 */
export async function runSuites(args, { node = process.execPath, env = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'redress-jest-'));
  const file = join(dir, 'report.json');
  try {
    const { code } = await run(node, [JEST, '--maxWorkers=2', '--json', `--outputFile=${file}`, ...args], {
      cwd: ROOT,
      // Times in tests are UTC unless they say otherwise.
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
