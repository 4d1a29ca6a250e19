import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What has not changed for this long is abandoned: no upload takes nearly as long. */
const ABANDONED_MS = 3_600_000;

interface Process {
  host: string;
  pid: number;
}

/**
 * A folder of this process alone, `<host>-<pid>`, in a folder that several processes share. So files that a killed
 * process left can be told from those that another one is working on: of processes of this host by whether the pid
 * runs, of other hosts by the age of the files.
 */
export class OwnFolder {
  /** Made by `make` or `sweep`. */
  readonly path: string;

  constructor(
    private readonly shared: string,
    private readonly self: Process = { host: hostname(), pid: process.pid },
  ) {
    this.path = join(shared, `${encodeURIComponent(self.host)}-${self.pid}`);
  }

  /** Makes the folder when it is not there, and gives its path. */
  async make(): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    return this.path;
  }

  /**
   * Deletes what killed processes left in the shared folder, and makes this process's own. For the start of a process:
   * what is in its own folder already is deleted too.
   * @param now milliseconds since 1970
   */
  async sweep(now: number): Promise<void> {
    await mkdir(this.shared, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.shared)) {
      const path = join(this.shared, name);
      if (this.isLeft(name)) await rm(path, { recursive: true, force: true });
      else await this.sweepOld(path, now);
    }
    await this.make();
  }

  /** Whether the folder belonged to a process of this host that does not run any more. */
  private isLeft(name: string): boolean {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(name) ?? [];
    if (host !== encodeURIComponent(this.self.host)) return false;
    // Our own pid in the name: the folder is that of an earlier process with the same pid, since we have only begun.
    return Number(pid) === this.self.pid || !isRunning(Number(pid));
  }

  /** Deletes abandoned files, for a folder whose process may still run. */
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
    // EPERM: the process runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
