// `npm test`: everything that decides whether a change is good, from a fresh clone on. `npm test -- test/domain` runs part of
// the suites without lint. The last line is always `N passed, N failed`, and the exit code says the same.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows, compile } from './lib/build.mjs';
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { BUNDLE, ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { SetupError, fail, say } from './lib/say.mjs';
import { OTHER_DAYS, canPretend, passesOn } from './lib/other-days.mjs';
import { ensureChromium, ensureFaketime, ensureTemporal, ensureTestServer } from './lib/servers.mjs';

const jestArgs = process.argv.slice(2);
const tally = { passed: 0, failed: 0, skipped: 0 };

async function check(name, work) {
  const began = Date.now();
  let good;
  try {
    good = await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    good = false;
  }
  tally[good ? 'passed' : 'failed'] += 1;
  say(`${good ? '✓' : '✖'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  return good;
}

const tool =
  (path, ...args) =>
  async () =>
    (await run(process.execPath, [join(ROOT, 'node_modules', path), ...args], { cwd: ROOT })).code === 0;

/** Adds jest's own count; a suite that could not even load counts as one failure. */
function count(report) {
  tally.passed += report.numPassedTests;
  tally.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  tally.skipped += report.numPendingTests + report.numTodoTests;
}

async function suites(env) {
  const dir = mkdtempSync(join(tmpdir(), 'redress-jest-'));
  const file = join(dir, 'report.json');
  try {
    const { code } = await run(
      process.execPath,
      [
        join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
        '--maxWorkers=2',
        '--json',
        `--outputFile=${file}`,
        ...jestArgs,
      ],
      // Times in tests are UTC unless they say otherwise.
      { cwd: ROOT, env: { ...process.env, TZ: 'UTC', ...env } },
    );
    const failedBefore = tally.failed;
    let report;
    try {
      report = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      say('jest ended without a report');
    }
    if (report) count(report);
    // A failure that no test owns (set-up, tear-down, a crash) must not pass unseen.
    if (code !== 0 && tally.failed === failedBefore) tally.failed += 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  checkNode();
  await ensurePackages();
  const temporal = await ensureTemporal();
  const testServer = await ensureTestServer();
  const chromium = await ensureChromium();

  if (jestArgs.length === 0) {
    await check('format (prettier)', tool('prettier/bin/prettier.cjs', '--check', '.'));
    await check('lint (oxlint)', tool('oxlint/bin/oxlint', '--type-aware'));
    await check('types (tsc)', tool('typescript/bin/tsc', '--noEmit'));
  }
  await check('programs', async () => compile().then(() => true));
  const bundled = await check('workflow bundle', async () => bundleWorkflows().then(() => true));

  await suites({
    REDRESS_TEMPORAL_CLI: temporal,
    REDRESS_TEST_SERVER: testServer,
    // Just built from these very sources, if it built at all.
    ...(bundled ? { REDRESS_BUNDLE: BUNDLE } : {}),
    ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
  });
  if (jestArgs.length === 0) {
    const pretends = (await ensureFaketime()) && (await canPretend());
    if (!pretends) {
      say(
        'faketime does not work here: the suites are not run on other days. Debian: apt-get install faketime (as root).',
      );
      tally.skipped += OTHER_DAYS.length;
    } else {
      for (const day of OTHER_DAYS) await check(`quick suites, ${day[0]}`, () => passesOn(day));
    }
  }
  if (tally.skipped > 0) console.log(`${tally.skipped} skipped (said above)`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed > 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
