import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process by pid and start: the system gives a pid again, so the pid alone could name a later process. */
export interface ProcessIdentity {
  pid: number;
  /** As `processStart` gives it: only for comparing. */
  startedAt: string;
}

/**
 * When the process started, in the system's own notation; undefined when there is no such process, or only its zombie.
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // Field 2 (the name) may hold spaces and brackets, so count from behind its closing bracket: the state is field
      // 3, the start time field 22.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      // A killed process is shown as a zombie while its other threads are still ending, and these still hold its ports
      // and files: it is gone when only one thread is left.
      const gone = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1;
      return gone ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The identity of the process that has this pid now; undefined: none has. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = processStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export const isRunning = ({ pid, startedAt }: ProcessIdentity): boolean => processStart(pid) === startedAt;

/** Sends a signal to a process, or to its group by a negative pid. A process that has just gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Stops a process that is not our child: sends the signal `how`, waits for `graceMs`, then kills the process and its
 * group. Resolves when it is gone, also when it was not running.
 */
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
