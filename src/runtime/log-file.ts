import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;

/**
 * An append-only log. At 20 MB it is renamed to `<path>.1`, over the one before, and begun anew: an installation that
 * runs for a year does not fill its disk.
 */
export class LogFile {
  private fd: number;
  private size: number;

  /** Opens the file, and makes its folder when it is not there; both are for the owner alone. */
  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.size = existsSync(path) ? statSync(path).size : 0;
    this.fd = openSync(path, 'a', 0o600);
  }

  /** Appends a line. Never throws. */
  line(text: string): void {
    if (this.fd < 0) return;
    const bytes = Buffer.from(`${text}\n`);
    try {
      if (this.size + bytes.length > MAX_BYTES) this.rotate();
      writeSync(this.fd, bytes);
      this.size += bytes.length;
    } catch {
      // A full disk must not end the supervisor: it has servers to keep alive. The line is lost.
    }
  }

  /** Closes the file. Later lines are dropped: the number of its descriptor may already stand for another file. */
  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }

  /** When it fails (the file was removed, the disk is full), lines go on into the file that is open. */
  private rotate(): void {
    const full = this.fd;
    try {
      renameSync(this.path, `${this.path}.1`);
      this.fd = openSync(this.path, 'a', 0o600);
    } catch {
      return;
    }
    this.size = 0;
    closeSync(full);
  }
}
