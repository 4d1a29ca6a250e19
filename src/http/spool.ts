import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnFolder } from '../own-folder';

/** A folder on disk for the files of one form. */
export interface SpoolFolder {
  path: string;
  /** Reserves room for this many more bytes. False: there is not enough, and nothing is reserved. */
  take(bytes: number): boolean;
  /** Removes the folder and gives its room back. */
  remove(): Promise<void>;
}

/**
 * Disk space for the files of forms that are being read, or that wait for their form (`FORM_FILES_MAX_BYTES`). Anybody may
 * send such forms, so all of them together get `maxBytes` and one address at most half of that. Counted in this process
 * alone.
 */
export class Spool {
  private readonly folder: OwnFolder;
  private used = 0;
  private readonly usedBy = new Map<string, number>();

  constructor(
    dataDir: string,
    readonly maxBytes: number,
  ) {
    this.folder = new OwnFolder(join(dataDir, 'spool'));
  }

  /**
   * For the start, before the first form: removes what a killed process has left.
   * @param now milliseconds since 1970
   */
  prepare(now: number): Promise<void> {
    return this.folder.sweep(now);
  }

  /** Makes the folder for one form. @param address who sends the form, as `addressKey` gives it */
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
