import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Far longer than any upload may take. */
const ABANDONED_MS = 3_600_000;

interface Process {
  host: string;
  pid: number;
}

/**
 * A folder of this process below one that several share: what a killed process left in its own can be told from what
 * another one is working on, on this machine by its process id, on others by its age.
 */
export class OwnFolder {
  readonly path: string;

  constructor(
    private readonly shared: string,
    private readonly self: Process = { host: hostname(), pid: process.pid },
  ) {
    this.path = join(shared, `${encodeURIComponent(self.host)}-${self.pid}`);
  }

  /** Makes the folder when it is not there; @returns its path */
  async make(): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    return this.path;
  }

  /** For the start of a process, before anything of its own is in it. @param now milliseconds since the epoch */
  async sweep(now: number): Promise<void> {
    await mkdir(this.shared, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.shared)) {
      const path = join(this.shared, name);
      if (this.isLeft(name)) await rm(path, { recursive: true, force: true });
      else await this.sweepOld(path, now);
    }
    await this.make();
  }

  private isLeft(name: string): boolean {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(name) ?? [];
    if (host !== encodeURIComponent(this.self.host)) return false;
    // A process of our own id was another one: we have just begun.
    return Number(pid) === this.self.pid || !isRunning(Number(pid));
  }

  private async sweepOld(path: string, now: number): Promise<void> {
    const info = await stat(path).catch(() => undefined);
    if (!info) return;
    if (!info.isDirectory()) {
      if (info.mtimeMs < now - ABANDONED_MS) await rm(path, { force: true });
      return;
    }
    for (const name of await readdir(path).catch(() => [])) {
      const inner = join(path, name);
      const { mtimeMs = now } = (await stat(inner).catch(() => undefined)) ?? {};
      if (mtimeMs < now - ABANDONED_MS) await rm(inner, { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
