// Cheap on purpose: suites of pure rules must not wait for servers. Here is only said where a run keeps what its suites share;
// the first suite that asks for Postgres starts it (postgres.ts).
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE } from '../../scripts/lib/paths.mjs';
import { which } from '../../scripts/lib/run.mjs';
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

  // `npm test` has told where the servers are; this is for jest started by hand or by an editor.
  const testServer = join(CACHE, 'temporal-test-server-1.38.0', 'run.sh');
  if (!process.env.REDRESS_TEST_SERVER && existsSync(testServer)) process.env.REDRESS_TEST_SERVER = testServer;
  const cached = join(CACHE, 'bin', 'temporal');
  const cli = which('temporal') ?? (existsSync(cached) ? cached : undefined);
  if (!process.env.REDRESS_TEMPORAL_CLI && cli) process.env.REDRESS_TEMPORAL_CLI = cli;
  const chromium = which('chromium');
  if (!process.env.CHROMIUM_PATH && chromium) process.env.CHROMIUM_PATH = chromium;
}
