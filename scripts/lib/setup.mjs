// The set-up: `npm start` and all lanes of tests call the part that they need. What is there already is not done again.
import { checkNode, ensurePackages } from './packages.mjs';
import { say } from './say.mjs';
import { ensureTemporal, ensureTestServer, findChromium } from './servers.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** Node and the npm packages of the lockfile: all that a build and the suites of pure rules need. */
export async function setUpPackages() {
  checkNode();
  await ensurePackages();
}

/**
 * What `npm start` needs besides: the `temporal` program, to whose path this resolves; undefined with TEMPORAL_ADDRESS.
 */
export async function setUpStart() {
  return process.env.TEMPORAL_ADDRESS ? undefined : ensureTemporal();
}

/** What the whole of the tests needs besides. System packages first: Java and Maven are needed for the test server. */
export async function setUpTests() {
  await installSystemPackages();
  await ensureTemporal();
  await ensureTestServer();
  if (!findChromium()) say('No Chromium here: browser tests are skipped.');
}
