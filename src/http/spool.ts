import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnFolder } from '../own-folder';

/** Where the files of one form wait. */
export interface SpoolFolder {
  path: string;
  /** Room for so many more bytes; false: there is none now. */
  take(bytes: number): boolean;
  /** Removes the folder and gives its room back. */
  remove(): Promise<void>;
}

/**
 * The files of forms that are being read: strangers send them, so all of them together have so much room and no more, and
 * half of it is the most that one address gets.
 */
export class Spool {
  private readonly folder: OwnFolder;
  private used = 0;
  private readonly usedBy = new Map<string, number>();

  constructor(
    dataDir: string,
    private readonly maxBytes: number,
  ) {
    this.folder = new OwnFolder(join(dataDir, 'spool'));
  }

  /** Removes what a killed process left. @param now milliseconds since the epoch */
  prepare(now: number): Promise<void> {
    return this.folder.sweep(now);
  }

  /** @param address who sends the form */
  async open(address: string): Promise<SpoolFolder> {
    const path = await mkdtemp(join(await this.folder.make(), 'form-'));
    let taken = 0;
    return {
      path,
      take: (bytes) => {
        const by = this.usedBy.get(address) ?? 0;
        if (this.used + bytes > this.maxBytes || by + bytes > this.maxBytes / 2) return false;
        this.used += bytes;
        this.usedBy.set(address, by + bytes);
        taken += bytes;
        return true;
      },
      remove: async () => {
        await rm(path, { recursive: true, force: true });
        this.used -= taken;
        const left = (this.usedBy.get(address) ?? 0) - taken;
        if (left > 0) this.usedBy.set(address, left);
        else this.usedBy.delete(address);
        taken = 0;
      },
    };
  }
}
