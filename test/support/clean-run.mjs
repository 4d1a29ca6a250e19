import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const RUN_PREFIX = 'redress-test-run-';

/** Stops what still runs on a test run's folder, by the pids that stand in it, and removes the folder. */
export async function cleanRun(dir) {
  // The whole product, left by an end-to-end suite that was killed.
  for (const name of readdirSync(dir).filter((entry) => entry.startsWith('e2e-'))) {
    const record = join(dir, name, 'run.json');
    if (!existsSync(record)) continue;
    const { owner, children } = JSON.parse(readFileSync(record, 'utf8'));
    const left = [owner, ...children].filter(({ pid, startedAt }) => startOf(pid) === startedAt);
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Just gone.
      }
    }
  }
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

/** As src/runtime/processes.ts writes it down, which is not built when this runs. */
function startOf(pid) {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')[19];
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
