import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessSpec } from '../src/runtime/supervise';

/**
 * One process of the measurement. Its output goes straight to a file: if this process read it, the load generator would
 * lose time, and the measured program would seem slower.
 */
export class Part {
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private readonly logFile: string;

  constructor(
    private readonly spec: ProcessSpec,
    dir: string,
  ) {
    this.logFile = join(dir, `${spec.name}.log`);
  }

  /** Spawns it and waits until it is ready. @throws Error with the end of its output when it does not come up */
  async start(): Promise<void> {
    const { spec } = this;
    await spec.beforeSpawn?.();
    const log = openSync(this.logFile, 'a');
    const spawnedAt = new Date();
    const { command, args, cwd, env, uid, gid } = spec;
    const child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', log, log] });
    this.child = child;
    this.exited = new Promise((resolve) => {
      const ended = (): void => {
        this.child = undefined;
        resolve();
      };
      child.once('exit', ended);
      child.once('error', ended);
    });
    const end = Date.now() + (spec.readyTimeoutMs ?? 60_000);
    while (!(await spec.ready(spawnedAt).catch(() => false))) {
      if (!this.child || Date.now() > end) {
        throw new Error(`${spec.name} did not start:\n${readFileSync(this.logFile, 'utf8').slice(-3_000)}`);
      }
      await sleep(25);
    }
  }

  /** Asks it to stop and waits; kills it after its grace. */
  async stop(): Promise<void> {
    const { child, spec } = this;
    if (!child) return;
    child.kill(spec.stopSignal ?? 'SIGTERM');
    const cut = setTimeout(() => child.kill('SIGKILL'), spec.graceMs ?? 10_000);
    await this.exited;
    clearTimeout(cut);
  }

  /** Kills it with SIGKILL, so that it cannot end anything in order. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /**
   * CPU time used so far by the process and those it started, in seconds. Without /proc: of the process
   * alone, in whole seconds.
   */
  get cpuSeconds(): number {
    const pid = this.child?.pid;
    if (pid === undefined) return 0;
    if (existsSync('/proc/thread-self/children')) return cpuOf(pid);
    return Number(execFileSync('ps', ['-o', 'cputimes=', '-p', String(pid)], { encoding: 'utf8' }));
  }

  /** Resident memory in MiB. */
  get residentMiB(): number {
    const pid = this.child?.pid;
    if (pid === undefined) return 0;
    const kib = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
    return Math.round(kib / 1024);
  }
}

/** Ticks a second in /proc: Linux always counts in hundredths of a second there. */
const TICKS = 100;

/**
 * CPU seconds of a process and its running children. Ended children are in the process's own figures, fields 16 and 17.
 */
function cpuOf(pid: number): number {
  try {
    // The name in brackets may hold anything, so the fields are counted from behind it: 14 to 17 are the CPU times.
    const [, after = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const own = after.split(' ').slice(11, 15).map(Number);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce(
      (sum, child) => sum + cpuOf(Number(child)),
      own.reduce((sum, ticks) => sum + ticks, 0) / TICKS,
    );
  } catch {
    // The process has just ended.
    return 0;
  }
}
