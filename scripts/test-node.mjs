// `npm run test:node`: runs the suites that need no server on newer lines of Node than the oldest that package.json
// allows. `npm run test:node -- 26.10.0` takes other versions. `npm run test:node -- --whole` runs all of `npm test` on
// each version, servers and browser included, and counts it as one test. The last line is `N passed, N failed`.
import { delimiter, dirname, join } from 'node:path';
import { NODE_LINES, nodeProgram } from './lib/nodes.mjs';
import { ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { fail, say } from './lib/say.mjs';
import { setUpPackages } from './lib/setup.mjs';
import { runSuites, unitSuites } from './lib/suites.mjs';

/** Runs all of `npm test` on a Node. It goes first on the PATH, so that programs started by the tests use it, too. */
async function wholeOn(node) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const { code } = await run(node, [join(ROOT, 'scripts/test.mjs')], { cwd: ROOT, env });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function pureOn(node) {
  return runSuites(['--runTestsByPath', ...(await unitSuites())], { node });
}

try {
  await setUpPackages();
  const args = process.argv.slice(2);
  const testsOn = args.includes('--whole') ? wholeOn : pureOn;
  const versions = args.filter((arg) => !arg.startsWith('-'));
  const all = { passed: 0, failed: 0 };
  for (const version of versions.length > 0 ? versions : NODE_LINES) {
    const node = await nodeProgram(version);
    if (!node) {
      say(`Node ${version}: no package for ${process.platform}-${process.arch}, skipped`);
      continue;
    }
    say(`Node ${version}`);
    const { passed, failed } = await testsOn(node);
    all.passed += passed;
    all.failed += failed;
  }
  console.log(`${all.passed} passed, ${all.failed} failed`);
  process.exit(all.failed > 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
