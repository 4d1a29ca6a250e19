// All lanes of tests. The last line is always `N passed, N failed`, and the exit code says the same.
//
// npm test                 everything that decides whether a change is good, from a fresh clone on; begins with `npm
// run setup` npm run test:ci          the same, then the pure suites on the newest Node (what CI runs) npm test --
// test/http    suites by name (any argument of jest); no lint npm run test:unit        the pure suites: no server, no
// build; more arguments go to jest npm run test:e2e         the whole product, killed and cut off npm run test:watch
// jest's own watch mode: what changed since the last commit npm run test:node        the pure suites on each newer line
// of Node (scripts/test-node.mjs)
//
// Besides: npm run typecheck, npm run lint (oxlint, imports and format), npm run format. Only the first two install
// anything; the others say `npm run setup` where something is missing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows, compile } from './lib/build.mjs';
import { NEWEST_NODE, nodeProgram } from './lib/nodes.mjs';
import { OTHER_DAYS, canPretend, failuresOn } from './lib/other-days.mjs';
import { BUNDLE, ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { SetupError, fail, say } from './lib/say.mjs';
import { findChromium, findDovecot } from './lib/servers.mjs';
import { setUpPackages, setUpTests } from './lib/setup.mjs';
import { runSuites, suitesWith, unitSuites } from './lib/suites.mjs';

const [first, ...rest] = process.argv.slice(2);
const unit = first === '--unit';
const ci = first === '--ci';
const whole = first === undefined || ci;
const jestArgs = unit || ci ? rest : process.argv.slice(2);

const tally = { passed: 0, failed: 0, skipped: 0 };
/** Said again at the end: a run prints thousands of lines, and who looks into it begins there. */
const failures = [];
const add = ({ failures: found, ...counted }, where = '') => {
  for (const key of Object.keys(tally)) tally[key] += counted[key];
  failures.push(...found.map((failure) => where + failure));
};

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
  if (!good) failures.push(name);
  say(`${good ? '✓' : '✖'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  return good;
}

/** Several run side by side, so what one has found is printed when it has ended. */
const tool =
  (path, ...args) =>
  async () => {
    const program = [join(ROOT, 'node_modules', path), ...args];
    const { code, output } = await run(process.execPath, program, { cwd: ROOT, quiet: true });
    if (code !== 0) console.error(output);
    return code === 0;
  };

/** What some suites need that may be missing here, by the test helper that such suites import. */
const CANNOT_START = {
  'test/support/chromium.ts': () => !findChromium(),
  'test/support/dovecot.ts': () => !findDovecot(),
};

/**
 * Runs suites on built programs and on the workflow bundle that workers load; those that need Chromium or Dovecot are
 * skipped where that is missing.
 */
async function builtSuites() {
  await check('programs', async () => compile().then(() => true));
  const bundled = await check('workflow bundle', async () => bundleWorkflows().then(() => true));
  // The suites use this bundle and do not build one: it was made from the same sources a moment ago.
  const env = bundled && existsSync(BUNDLE) ? { REDRESS_BUNDLE: BUNDLE } : {};
  const helpers = Object.keys(CANNOT_START).filter((helper) => CANNOT_START[helper]());
  if (!whole || helpers.length === 0) return runSuites(jestArgs, { env });
  const skipped = await suitesWith(...helpers);
  tally.skipped += skipped.length;
  return runSuites(['--testPathIgnorePatterns', ...skipped], { env });
}

/**
 * Runs the pure suites. `npm run test:unit -- test/domain -t name`: arguments before the first option choose suites by
 * a part of their path, the rest goes to jest.
 */
async function pureSuites() {
  const end = jestArgs.findIndex((arg) => arg.startsWith('-'));
  const parts = end < 0 ? jestArgs : jestArgs.slice(0, end);
  const paths = (await unitSuites()).filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)));
  if (paths.length === 0) throw new SetupError(`No pure suite has a path with ${parts.join(' or ')} in it.`);
  return runSuites([...jestArgs.slice(parts.length), '--runTestsByPath', ...paths]);
}

async function otherDays() {
  if (!(await canPretend())) {
    say('faketime does not work here: the suites are not run on other days.');
    tally.skipped += OTHER_DAYS.length;
    return;
  }
  for (const day of OTHER_DAYS) {
    await check(`quick suites, ${day[0]}`, async () => {
      const found = await failuresOn(day);
      failures.push(...found.map((failure) => `${day[0]}: ${failure}`));
      return found.length === 0;
    });
  }
}

async function newestNode() {
  const node = await nodeProgram(NEWEST_NODE);
  say(node ? `Node ${NEWEST_NODE}` : `Node ${NEWEST_NODE}: no package for this platform, skipped`);
  // Volume was had on this Node already.
  const env = { REDRESS_VOLUME: 'some' };
  if (node) add(await runSuites(['--runTestsByPath', ...(await unitSuites())], { node, env }), `Node ${NEWEST_NODE}: `);
  else tally.skipped += 1;
}

try {
  await setUpPackages();
  if (whole) {
    await setUpTests();
    await Promise.all([
      check('format (prettier)', tool('prettier/bin/prettier.cjs', '--check', '.')),
      check('lint (oxlint)', tool('oxlint/bin/oxlint', '--type-aware')),
      check(
        'imports (dependency-cruiser)',
        tool('dependency-cruiser/bin/dependency-cruise.mjs', '--output-type', 'err-long', '.'),
      ),
      check('types (tsc)', tool('typescript/bin/tsc', '--noEmit')),
    ]);
  }
  add(unit ? await pureSuites() : await builtSuites());
  if (whole) await otherDays();
  if (ci) await newestNode();
  if (failures.length > 0) console.log(`\nFailed:\n\n${failures.join('\n\n')}\n`);
  if (tally.skipped > 0) console.log(`${tally.skipped} skipped (said above)`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed > 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
