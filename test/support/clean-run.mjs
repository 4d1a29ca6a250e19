import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Begins the name of a test run's folder in the system's temporary folder. */
export const RUN_PREFIX = 'redress-test-run-';

/** Stops the processes that still run on a test run's folder, by the pids noted in it, and deletes the folder. */
export async function cleanRun(dir) {
  // An end-to-end suite that was killed leaves the whole product running.
  for (const name of readdirSync(dir).filter((entry) => entry.startsWith('e2e-'))) {
    const record = join(dir, name, 'run.json');
    if (!existsSync(record)) continue;
    const { owner, children } = JSON.parse(readFileSync(record, 'utf8'));
    const left = [owner, ...children].filter(({ pid, startedAt }) => startOf(pid) === startedAt);
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
  }
  const data = join(dir, 'postgres');
  const lock = join(data, 'postmaster.pid');
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n', 1)[0]) : 0;
  // Since the run was killed, the system may have given the pid to another process.
  const ours = () => {
    try {
      return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
    } catch {
      return false;
    }
  };
  if (pid && ours()) {
    // SIGQUIT ends Postgres at once, without writing anything: the data is deleted anyway.
    process.kill(pid, 'SIGQUIT');
    for (let tries = 0; tries < 100 && ours(); tries += 1) await sleep(50);
  }
  rmSync(dir, { recursive: true, force: true });
}

/**
 * When a process started, in the same notation as `processStart` (src/runtime/processes.ts),
 * which may not be built yet.
 */
function startOf(pid) {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')[19];
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
