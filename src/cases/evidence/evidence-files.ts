import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { OwnFolder } from '../../own-folder';

/**
 * The name as it may be shown again: without folders, and without characters that nobody sees (they would hide the
 * real ending). It never becomes part of a path.
 */
export function cleanFileName(given: string): string {
  const name = given
    .slice(-2_000)
    .replace(/^.*[/\\]/su, '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return Array.from(name).slice(-150).join('');
}

export class TooLarge extends Error {
  override name = 'TooLarge';
}

/** A file that has come in completely and is not part of the store yet. */
export interface Draft {
  sha256: string;
  bytes: number;
  /** Where it lies until it is kept. */
  path: string;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Evidence on disk, each file under its own sha-256. A name that a client chose is never part of a path; a file is there
 * completely or not at all.
 */
export class EvidenceFiles {
  private readonly root: string;
  private readonly drafts: OwnFolder;

  constructor(dataDir: string) {
    this.root = join(dataDir, 'evidence');
    this.drafts = new OwnFolder(join(this.root, 'tmp'));
  }

  /** Drafts are left behind by a kill only. @param now milliseconds since the epoch */
  prepare(now: number): Promise<void> {
    return this.drafts.sweep(now);
  }

  /**
   * Takes a file down as a draft, hashing while it writes; the memory it needs does not depend on the size.
   * @throws TooLarge, or what the stream throws; nothing is left behind then
   */
  async receive(content: Readable, maxBytes: number): Promise<Draft> {
    // It may fail before it is read. The loop below hears of it; an error that nobody listens to would end the process.
    content.on('error', () => undefined);
    const draft = join(await this.drafts.make(), randomUUID());
    const hash = createHash('sha256');
    let bytes = 0;
    const discard = (): Promise<void> => rm(draft, { force: true });
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        for await (const chunk of content as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new TooLarge();
          hash.update(chunk);
          await file.write(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await discard();
      throw error;
    }
    const sha256 = hash.digest('hex');
    const folder = join(this.root, sha256.slice(0, 2));
    return {
      sha256,
      bytes,
      path: draft,
      discard,
      async keep() {
        await mkdir(folder, { recursive: true });
        await rename(draft, join(folder, sha256));
        await syncFolder(folder);
      },
    };
  }

  /** The stored bytes; undefined when they are not on this disk. */
  async read(sha256: string): Promise<ReadStream | undefined> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    const path = join(this.root, sha256.slice(0, 2), sha256);
    const there = await stat(path).then(
      (info) => info.isFile(),
      () => false,
    );
    if (!there) return undefined;
    const content = createReadStream(path);
    content.on('error', () => undefined);
    return content;
  }
}

/** The name of a renamed file survives a loss of power only when its folder has been written. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
