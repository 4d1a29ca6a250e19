// Runs once before all suites. It starts no server, so that suites of pure rules need not wait: it makes the folder
// that the suites of this run share, and the first suite that asks for Postgres starts it there (postgres.ts).
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
    // The owner does not run any more: the folder was left by a run that was killed.
    if (!owner || !alive(owner)) await cleanRun(dir);
  }
  const dir = mkdtempSync(join(tmpdir(), RUN_PREFIX));
  writeFileSync(join(dir, 'owner'), String(process.pid));
  process.env.REDRESS_TEST_RUN = dir;

  // The zone of the test processes, whatever the machine's is.
  process.env.TZ ??= 'UTC';
  tell('REDRESS_TEMPORAL_CLI', findTemporal());
  tell('REDRESS_TEST_SERVER', findTestServer());
  tell('CHROMIUM_PATH', findChromium());
}

/** Sets a variable for the worker processes of this run. When a program is missing, the suites that need it say so. */
function tell(name, path) {
  if (path) process.env[name] ??= path;
}
