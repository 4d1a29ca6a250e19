import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';
import { httpOk } from '../../src/runtime/probes';

/** One of our built programs, for tests that start, kill and restart it. */
export class Program {
  private child: ChildProcess | undefined;
  private exited: Promise<number | null> = Promise.resolve(null);
  /** Everything it printed. */
  output = '';

  /** @param file below dist/, e.g. `src/server.js` */
  constructor(
    private readonly file: string,
    private readonly env: Record<string, string>,
    private readonly args: string[] = [],
  ) {}

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`${this.file} does not run`);
    return this.child.pid;
  }

  /** Starts it; does not wait until it is ready. */
  start(): this {
    const path = join(PROJECT_ROOT, 'dist', this.file);
    if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
    const child = spawn(process.execPath, ['--enable-source-maps', path, ...this.args], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => (this.output += data.toString()));
    }
    this.child = child;
    this.exited = new Promise((done) => child.once('exit', (code) => done(code)));
    return this;
  }

  /** Sends a signal, SIGKILL by default. Resolves to its exit code once it is gone; null: a signal ended it. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.child?.kill(signal);
    return this.exited;
  }

  /** Asks it to stop (SIGTERM). Resolves to its exit code. */
  stop(): Promise<number | null> {
    return this.kill('SIGTERM');
  }

  waitForExit(): Promise<number | null> {
    return this.exited;
  }

  /** Waits until it has printed the pattern. */
  async waitForOutput(pattern: RegExp, timeoutMs = 180_000): Promise<void> {
    await waitUntil(
      () => pattern.test(this.output),
      `${this.file} printed ${pattern}`,
      timeoutMs,
      () => this.output,
    );
  }

  /** Waits until the address answers 200. */
  async waitForHttp(url: string, timeoutMs = 180_000): Promise<void> {
    await waitUntil(
      () => httpOk(url).catch(() => false),
      `${url} answers 200`,
      timeoutMs,
      () => this.output,
    );
  }
}

/**
 * Waits until a condition holds, by asking again and again. Tests wait this way instead of sleeping for a guessed time.
 * @param what is waited for, for the message of the error
 * @param details more for that message
 * @throws Error after `timeoutMs`
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 180_000,
  details: () => string = () => '',
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}\n${details()}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
