import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { OwnFolder } from './own-folder';

/** What may be uploaded, by the ending of its name: the type it is stored under, and what browsers call it. */
const TYPES: Record<string, readonly [string, ...string[]]> = {
  jpg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  jpeg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  png: ['image/png'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  heic: ['image/heic', 'image/heif'],
  heif: ['image/heif', 'image/heic'],
  bmp: ['image/bmp', 'image/x-ms-bmp'],
  tif: ['image/tiff'],
  tiff: ['image/tiff'],
  pdf: ['application/pdf'],
  mp3: ['audio/mpeg', 'audio/mp3'],
  m4a: ['audio/mp4', 'audio/x-m4a', 'audio/m4a'],
  aac: ['audio/aac', 'audio/x-aac'],
  wav: ['audio/wav', 'audio/x-wav', 'audio/wave'],
  amr: ['audio/amr', 'audio/amr-nb'],
  ogg: ['audio/ogg', 'video/ogg', 'application/ogg'],
  mp4: ['video/mp4', 'application/mp4'],
  mov: ['video/quicktime'],
  webm: ['video/webm', 'audio/webm'],
  avi: ['video/x-msvideo', 'video/avi'],
  '3gp': ['video/3gpp', 'audio/3gpp'],
  txt: ['text/plain'],
  csv: ['text/csv', 'text/plain', 'application/vnd.ms-excel'],
  md: ['text/markdown', 'text/plain'],
  rtf: ['application/rtf', 'text/rtf'],
  doc: ['application/msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xls: ['application/vnd.ms-excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ppt: ['application/vnd.ms-powerpoint'],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  odt: ['application/vnd.oasis.opendocument.text'],
  ods: ['application/vnd.oasis.opendocument.spreadsheet'],
  odp: ['application/vnd.oasis.opendocument.presentation'],
  wps: ['application/vnd.ms-works', 'application/wps-office.wps', 'application/kswps'],
  eml: ['message/rfc822'],
};

/** What clients declare when they do not know. */
const UNKNOWN_TYPES = ['application/octet-stream', 'binary/octet-stream', ''];

/** The type a file is stored under, or nothing when its name and its declared type do not agree on an allowed one. */
export function mediaTypeOf(fileName: string, declared: string): string | undefined {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(fileName)?.[1]?.toLowerCase();
  const types = ending !== undefined && Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined;
  const said = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return types && (types.includes(said) || UNKNOWN_TYPES.includes(said)) ? types[0] : undefined;
}

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
