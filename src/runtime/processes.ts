import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process named so that a later process with the same pid is not mistaken for it. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** When the process started, as the kernel says it; undefined when there is no such process (or only its zombie). */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // Field 2 (the name) may hold spaces and brackets: count from behind its closing bracket. State is field 3, start time 22.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      // A killed process is a zombie while its other threads still end, and these still hold its ports and files.
      const gone = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1;
      return gone ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = processStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export const isRunning = ({ pid, startedAt }: ProcessIdentity): boolean => processStart(pid) === startedAt;

/** Sends a signal; a process that has just gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Stops somebody else's process (not our child): asks, waits, then kills it with its group. */
export async function stopProcess(who: ProcessIdentity, how: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!isRunning(who)) return;
  signal(who.pid, how);
  const end = Date.now() + graceMs;
  while (isRunning(who)) {
    if (Date.now() > end) {
      signal(-who.pid, 'SIGKILL');
      signal(who.pid, 'SIGKILL');
    }
    await sleep(50);
  }
}
