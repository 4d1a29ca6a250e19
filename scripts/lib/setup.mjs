// The one set-up step: `npm start` and every lane of tests take from here what they need.
import { checkNode, ensurePackages } from './packages.mjs';
import { say } from './say.mjs';
import { ensureTemporal, ensureTestServer, findChromium } from './servers.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** Node and the npm packages of the lockfile: all that a build and the suites of pure rules need. */
export async function setUpPackages() {
  checkNode();
  await ensurePackages();
}

/** What `npm start` needs besides: the Temporal server, unless there is one already. Resolves to its program. */
export async function setUpStart() {
  return process.env.TEMPORAL_ADDRESS ? undefined : ensureTemporal();
}

/** What all tests need besides. System packages come first and are named; nothing is installed once tests run. */
export async function setUpTests() {
  await installSystemPackages();
  await ensureTemporal();
  await ensureTestServer();
  if (!findChromium()) say('No Chromium here: browser tests are skipped.');
}
