import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const RUN_PREFIX = 'redress-test-run-';

/** Stops the Postgres of a test run, by the pid that its own data folder names, and removes the run's folder. */
export async function cleanRun(dir) {
  const data = join(dir, 'postgres');
  const lock = join(data, 'postmaster.pid');
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n', 1)[0]) : 0;
  // The pid may have passed on to another process since a killed run.
  const ours = () => {
    try {
      return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
    } catch {
      return false;
    }
  };
  if (pid && ours()) {
    // At once: nothing here is worth a checkpoint.
    process.kill(pid, 'SIGQUIT');
    for (let tries = 0; tries < 100 && ours(); tries += 1) await sleep(50);
  }
  rmSync(dir, { recursive: true, force: true });
}
