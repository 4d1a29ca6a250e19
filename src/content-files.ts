import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { OwnFolder } from './own-folder';

/** The content is longer than it may be. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}

/** A file that has come in completely and is not part of the store yet. Either `keep` or `discard` must be called. */
export interface IncomingFile {
  /** Of the content, in hex. */
  sha256: string;
  bytes: number;
  /** Where it lies until it is kept. */
  path: string;
  /** Moves it into the store, so that it survives a loss of power. Keeping content that is there already is harmless. */
  keep(): Promise<void>;
  /** Removes it; nothing happens if it is gone already. */
  discard(): Promise<void>;
}

/**
 * Files on disk, each under the SHA-256 of its content. No name that a client chose is ever part of a path. A file is in
 * the store completely or not at all, because it is renamed into its place.
 */
export class ContentFiles {
  private readonly incoming: OwnFolder;

  /** @param root the folder that holds them, and nothing else */
  constructor(private readonly root: string) {
    this.incoming = new OwnFolder(join(root, 'tmp'));
  }

  /** Makes the folders, and removes incoming files that a killed process has left. @param now milliseconds since 1970 */
  prepare(now: number): Promise<void> {
    return this.incoming.sweep(now);
  }

  /**
   * Writes a stream to disk as an incoming file, hashing it on the way; memory does not grow with its size.
   * @throws TooLarge beyond `maxBytes`, or what the stream throws; nothing is left behind then
   */
  async receive(content: Readable, maxBytes: number): Promise<IncomingFile> {
    // The stream may fail before it is read, and an `error` event without a listener would end the process. The loop below
    // still throws the error.
    content.on('error', () => undefined);
    const path = join(await this.incoming.make(), randomUUID());
    const hash = createHash('sha256');
    let bytes = 0;
    const discard = (): Promise<void> => rm(path, { force: true });
    try {
      const file = await open(path, 'wx', 0o600);
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
      path,
      discard,
      async keep() {
        await mkdir(folder, { recursive: true });
        await rename(path, join(folder, sha256));
        await syncFolder(folder);
      },
    };
  }

  /** Takes it out of the store; nothing happens if it is not there. Nobody must refer to it any more. */
  async remove(sha256: string): Promise<void> {
    if (/^[0-9a-f]{64}$/.test(sha256)) await rm(join(this.root, sha256.slice(0, 2), sha256), { force: true });
  }

  /**
   * The content as a stream, which the caller has to end; undefined if it is not on this disk.
   * @throws what the disk answers if it cannot be read
   */
  async read(sha256: string): Promise<ReadStream | undefined> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    const path = join(this.root, sha256.slice(0, 2), sha256);
    const there = await stat(path).then(
      (info) => info.isFile(),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return false;
      },
    );
    if (!there) return undefined;
    const content = createReadStream(path);
    content.on('error', () => undefined);
    return content;
  }
}

/** Writes a folder to disk: without that, a renamed file may be lost with a loss of power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
