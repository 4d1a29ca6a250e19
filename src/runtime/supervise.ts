import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from './log-file';
import { signal } from './processes';
import type { RunRecord } from './run-record';

/** How a process is started, recognised as ready, and stopped. */
export interface ProcessSpec {
  /** For the console, the log file and the run record. */
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Unprivileged user to run as. */
  uid?: number;
  gid?: number;
  /** How it is asked to stop (default SIGTERM), and how long it may take before it is killed (default 10 s). */
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  /** Runs before each spawn, for example to remove a lock file that a killed predecessor left. */
  beforeSpawn?: () => Promise<void>;
  /**
   * Whether it can be used; asked again and again. An error counts as "not yet". `spawnedAt`: when it was last spawned.
   */
  ready: (spawnedAt: Date) => Promise<boolean>;
  /** How long the first start may take until it is ready; default 120 s. */
  readyTimeoutMs?: number;
  /** What a line of its output means for the person at the console; undefined: it goes to the log file alone. */
  alarm?: (line: string) => string | undefined;
}

/** Where a supervised process is logged and recorded. */
export interface SuperviseOptions {
  /** Folder of the log file, `<name>.log`. */
  logDir: string;
  /** Tells the person at the console. */
  say: (line: string) => void;
  /** Learns of each spawn and of the end. */
  record?: Pick<RunRecord, 'child' | 'gone'>;
}

const FIRST_BACK_OFF_MS = 100;
/** Low: a process that is killed must be back within three seconds, however often it was killed before. */
const MAX_BACK_OFF_MS = 1500;
/** A process that ran for this long was healthy: the pause before its next start is the shortest again. */
const HEALTHY_MS = 10_000;
/**
 * A process that never becomes ready at its first start is a fault of the installation: say so
 * instead of trying for ever.
 */
const FIRST_START_TRIES = 3;
const LAST_LINES = 15;

/** One process that is kept alive until `stop`: when it ends by itself, it is started again. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private stopping = false;
  private everReady = false;
  private starts = 0;
  private spawnedAt = new Date();
  private backOffMs = FIRST_BACK_OFF_MS;
  private readonly wake = new AbortController();
  private readonly log: LogFile;
  private readonly tail: string[] = [];

  constructor(
    readonly spec: ProcessSpec,
    private readonly options: SuperviseOptions,
  ) {
    this.log = new LogFile(join(options.logDir, `${spec.name}.log`));
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Spawns it and waits until it is ready; from then on it is started again whenever it ends.
   * @throws Error with its last lines when it ends three times, or takes too long, before it is ready
   */
  async start(): Promise<void> {
    const { name, readyTimeoutMs = 120_000 } = this.spec;
    await this.spawn();
    const end = Date.now() + readyTimeoutMs;
    while (!(await this.isReady())) {
      if (this.stopping) throw new Error(`${name} was stopped while it started`);
      if (!this.child && this.starts >= FIRST_START_TRIES) throw this.failure(`stopped ${this.starts} times`);
      if (Date.now() > end) throw this.failure(`was not ready after ${Math.round(readyTimeoutMs / 1000)} s`);
      await sleep(50);
    }
    this.everReady = true;
  }

  /** Asks it to stop and waits until it has; kills it and its group after its grace. Safe to call again. */
  async stop(): Promise<void> {
    if (this.stopping) return this.exited;
    this.stopping = true;
    this.wake.abort();
    const pid = this.child?.pid;
    if (pid !== undefined) {
      signal(pid, this.spec.stopSignal ?? 'SIGTERM');
      const timer = setTimeout(() => {
        this.options.say(`${this.spec.name} did not stop in time and is killed.`);
        this.kill();
      }, this.spec.graceMs ?? 10_000);
      await this.exited;
      clearTimeout(timer);
    }
    this.options.record?.gone(this.spec.name);
    this.log.close();
  }

  /** Kills it and its group at once, for a second Ctrl-C. */
  kill(): void {
    this.stopping = true;
    this.wake.abort();
    const pid = this.child?.pid;
    if (pid === undefined) return;
    signal(-pid, 'SIGKILL');
  }

  private async isReady(): Promise<boolean> {
    if (!this.child) return false;
    return this.spec.ready(this.spawnedAt).catch(() => false);
  }

  private async spawn(): Promise<void> {
    const { spec, options } = this;
    await spec.beforeSpawn?.();
    if (this.stopping) return;
    this.starts += 1;
    this.spawnedAt = new Date();
    const startedAt = this.spawnedAt.getTime();
    // `detached` gives it a process group of its own: Ctrl-C in the terminal then reaches the supervisor alone, which
    // stops all processes in order.
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      uid: spec.uid,
      gid: spec.gid,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    if (child.pid !== undefined) options.record?.child(spec.name, child.pid, spec.stopSignal ?? 'SIGTERM');
    for (const stream of [child.stdout, child.stderr]) this.collect(stream);
    this.exited = new Promise((resolve) => {
      const ended = (why: string) => {
        if (this.child !== child) return;
        this.child = undefined;
        resolve();
        if (!this.stopping) void this.heal(why, startedAt);
      };
      child.once('error', (error) => ended(error.message));
      child.once('exit', (code, killedBy) => ended(killedBy ? `killed by ${killedBy}` : `exit code ${code}`));
    });
  }

  /** Starts it again after a pause, which doubles while it keeps ending. */
  private async heal(why: string, startedAt: number): Promise<void> {
    if (Date.now() - startedAt > HEALTHY_MS) this.backOffMs = FIRST_BACK_OFF_MS;
    this.collectLine(`-- ended: ${why}`);
    if (!this.everReady && this.starts >= FIRST_START_TRIES) return;
    if (this.everReady) this.options.say(`${this.spec.name} ended unexpectedly (${why}); it is started again.`);
    await sleep(this.backOffMs, undefined, { signal: this.wake.signal }).catch(() => undefined);
    this.backOffMs = Math.min(this.backOffMs * 2, MAX_BACK_OFF_MS);
    if (this.stopping) return;
    try {
      await this.spawn();
    } catch (error) {
      void this.heal((error as Error).message, Date.now());
    }
  }

  private collect(stream: Readable): void {
    // The pipe may stay open after the process has ended, held by children of its own, so nothing waits for its end.
    createInterface({ input: stream }).on('line', (line) => {
      this.collectLine(line);
      const alarm = this.stopping ? undefined : this.spec.alarm?.(line);
      if (alarm) this.options.say(`[${this.spec.name}] ${alarm}`);
    });
  }

  private collectLine(line: string): void {
    this.log.line(`${new Date().toISOString()} ${this.spec.name} | ${line}`);
    this.tail.push(line);
    if (this.tail.length > LAST_LINES) this.tail.shift();
  }

  private failure(what: string): Error {
    const lines = this.tail.map((line) => `    ${line}`).join('\n');
    return new Error(`${this.spec.name} ${what}. Its last lines (all: ${this.log.path}):\n${lines}`);
  }
}

/**
 * `ProcessSpec.alarm` for our own programs, which log JSON lines: those of level error and above. A line that is no
 * JSON is printed by Node when a program crashes: those that name an error.
 */
export function programAlarm(line: string): string | undefined {
  if (!line.startsWith('{')) return /\b(Error|FATAL)\b/.test(line) ? line : undefined;
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if ((entry.level ?? 0) < 50) return undefined;
    return [entry.msg, entry.err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
