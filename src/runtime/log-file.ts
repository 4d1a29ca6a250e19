import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;

/** An append-only log that keeps one former file, so that a desk left running for a year does not fill its disk. */
export class LogFile {
  private fd: number;
  private size: number;

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.size = existsSync(path) ? statSync(path).size : 0;
    this.fd = openSync(path, 'a', 0o600);
  }

  line(text: string): void {
    if (this.fd < 0) return;
    const bytes = Buffer.from(`${text}\n`);
    try {
      if (this.size + bytes.length > MAX_BYTES) this.rotate();
      writeSync(this.fd, bytes);
      this.size += bytes.length;
    } catch {
      // A full disk must not take the supervisor down with it: it has servers to keep alive.
    }
  }

  /** Late lines of a dying child are dropped from here on: its descriptor may already be another file's. */
  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }

  private rotate(): void {
    closeSync(this.fd);
    renameSync(this.path, `${this.path}.1`);
    this.fd = openSync(this.path, 'a', 0o600);
    this.size = 0;
  }
}
