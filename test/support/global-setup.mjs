// Cheap on purpose: suites of pure rules must not wait for servers. Here is only said where a run keeps what its suites share;
// the first suite that asks for Postgres starts it (postgres.ts).
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, findTemporal, findTestServer } from '../../scripts/lib/servers.mjs';
import { cleanRun, RUN_PREFIX } from './clean-run.mjs';

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export default async function globalSetup() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(RUN_PREFIX))) {
    const dir = join(tmpdir(), name);
    const owner = existsSync(join(dir, 'owner')) ? Number(readFileSync(join(dir, 'owner'), 'utf8')) : 0;
    // Left by a run that was killed.
    if (!owner || !alive(owner)) await cleanRun(dir);
  }
  const dir = mkdtempSync(join(tmpdir(), RUN_PREFIX));
  writeFileSync(join(dir, 'owner'), String(process.pid));
  process.env.REDRESS_TEST_RUN = dir;

  // Times in tests are UTC unless they say otherwise.
  process.env.TZ ??= 'UTC';
  tell('REDRESS_TEMPORAL_CLI', findTemporal());
  tell('REDRESS_TEST_SERVER', findTestServer());
  tell('CHROMIUM_PATH', findChromium());
}

/** To the workers of this run, which inherit the environment. What is not here, a suite that needs it says. */
function tell(name, path) {
  if (path) process.env[name] ??= path;
}
