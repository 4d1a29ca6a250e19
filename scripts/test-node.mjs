// `npm run test:node`: the suites that need no server, on newer lines of Node than the oldest that package.json allows.
// `npm run test:node -- 26.10.0` takes other versions. The last line is `N passed, N failed`.
import { NODE_LINES, nodeProgram } from './lib/nodes.mjs';
import { fail, say } from './lib/say.mjs';
import { setUpPackages } from './lib/setup.mjs';
import { runSuites, unitSuites } from './lib/suites.mjs';

try {
  await setUpPackages();
  const versions = process.argv.slice(2);
  const suites = await unitSuites();
  const all = { passed: 0, failed: 0 };
  for (const version of versions.length > 0 ? versions : NODE_LINES) {
    const node = await nodeProgram(version);
    if (!node) {
      say(`Node ${version}: no package for ${process.platform}-${process.arch}, skipped`);
      continue;
    }
    say(`Node ${version}`);
    const { passed, failed } = await runSuites(['--runTestsByPath', ...suites], { node });
    all.passed += passed;
    all.failed += failed;
  }
  console.log(`${all.passed} passed, ${all.failed} failed`);
  process.exit(all.failed > 0 ? 1 : 0);
} catch (error) {
  fail(error);
}
