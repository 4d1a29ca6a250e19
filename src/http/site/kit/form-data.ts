import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Request } from 'express';
import { addressKey } from '../../middleware/limits';
import { BodyFault, readParts } from '../../parts';
import type { Spool, SpoolFolder } from '../../spool';

/** A file of a form. It lies on disk until the form's `dispose`. */
export interface FormFile {
  fileName: string;
  /** The media type that the client claims; not checked here. */
  declaredType: string;
  /** Where it lies on disk. */
  path: string;
  /** How many bytes came of it. */
  bytes: number;
  /** Why it must not be used: `large`, longer than is taken; `failed`, it could not be written or there was no room. */
  fault?: 'large' | 'failed';
}

/** A form that has been read. Whoever gets it has to call `dispose`. */
export interface Form {
  /** The values of each field as typed, in their order; line breaks are `\n`. */
  values: ReadonlyMap<string, readonly string[]>;
  files: readonly FormFile[];
  /** More files came than are taken at once. */
  moreFiles: boolean;
  /** What `admit` answered; true without it, and for a form without files. */
  admitted: boolean;
  /** Removes the files from disk and gives their room back; may be called more than once. */
  dispose(): Promise<void>;
}

/**
 * Reads a file of a form for whoever uses it, and closes it whatever becomes of that: also when its folder is gone because
 * the request was broken off, and when it is refused by its name alone.
 */
export async function withContent<T>(
  { path }: Pick<FormFile, 'path'>,
  use: (content: ReadStream) => Promise<T>,
): Promise<T> {
  const content = createReadStream(path);
  // A stream without a listener for its errors would end the process; whoever reads it gets the error as well.
  content.on('error', () => undefined);
  try {
    return await use(content);
  } finally {
    content.destroy();
  }
}

/**
 * Bytes of one field, far more than any may have: a text that is too long has to come back whole, so that its writer
 * can shorten it.
 */
const FIELD_BYTES = 200_000;
/** Number of fields; further ones are ignored. */
const FIELDS = 40;
/** Bytes of all fields together, and of boundaries and headers. */
const OVERHEAD_BYTES = 1024 * 1024;

/** An error that `statusOf` understands. */
const fault = (status: number): Error => Object.assign(new Error('form'), { status });

/** How much of a form is read, and where its files wait. */
export interface FormLimits {
  files: number;
  /** Bytes of one file. */
  fileBytes: number;
  spool: Spool;
  /**
   * Asked once, at the first file, with the fields before it. With false the files are read but not written to disk.
   * Left out: every form's files are written.
   */
  admit?: (values: Form['values']) => Promise<boolean>;
}

/**
 * Reads a form with or without files. Files are written to disk as they come, since fields that decide about the form
 * may stand behind them; so memory does not depend on their size.
 * @throws an error with a `status` (see `statusOf`): 400 malformed, 413 too large; or what `admit` throws. The files
 * are removed then
 */
export async function readForm(request: Request, limits: FormLimits): Promise<Form> {
  if (Number(request.headers['content-length'] ?? 0) > limits.files * limits.fileBytes + OVERHEAD_BYTES) {
    throw fault(413);
  }
  const values = new Map<string, string[]>();
  const writing: Promise<FormFile>[] = [];
  let admitted: Promise<boolean> | undefined;
  let folder: Promise<SpoolFolder | undefined> | undefined;
  let moreFiles = false;
  let textBytes = 0;

  const dispose = async (): Promise<void> => {
    await Promise.allSettled(writing);
    await (await folder?.catch(() => undefined))?.remove();
  };
  try {
    const most = {
      files: limits.files,
      fileBytes: limits.fileBytes,
      fields: FIELDS,
      fieldBytes: FIELD_BYTES,
      totalBytes: limits.files * limits.fileBytes + OVERHEAD_BYTES,
    };
    await readParts(request, most, {
      field({ name, value }) {
        textBytes += Buffer.byteLength(value);
        if (textBytes > OVERHEAD_BYTES) throw new BodyFault(413);
        const text = value.replace(/\r\n/g, '\n');
        values.set(name, [...(values.get(name) ?? []), text]);
      },
      file({ fileName, declaredType, content, isTruncated }) {
        if (fileName === '') {
          // A part without a file name is what browsers send for a file input in which nothing was chosen.
          content.resume();
          return;
        }
        admitted ??= limits.admit?.(values) ?? Promise.resolve(true);
        folder ??= admitted.then((yes) => (yes ? limits.spool.open(addressKey(request)) : undefined));
        // One after the other, so that where room is short the earlier ones get it. A part begins when the one before it
        // has arrived whole, so none waits for bytes that are still to come.
        const [before, opening] = [writing.at(-1), folder];
        const write = async (): Promise<FormFile> => {
          await before;
          const { path, bytes, failed } = await writeDown(opening, content);
          const why = isTruncated() ? 'large' : failed ? 'failed' : undefined;
          return { fileName, declaredType, path, bytes, fault: why };
        };
        writing.push(write());
      },
      tooMany(what) {
        if (what === 'files') moreFiles = true;
      },
    });
    const files = await Promise.all(writing);
    return { values, files, moreFiles, admitted: (await admitted) ?? true, dispose };
  } catch (error) {
    await dispose();
    throw error instanceof BodyFault ? fault(error.status) : error;
  }
}

/**
 * Writes one file to disk. It reads `content` to the end even when writing fails or is not wanted, since the parts
 * behind it would else never arrive. Never rejects: `failed` says that the file is not whole, and `readParts` reports a
 * form that breaks off.
 */
async function writeDown(
  opening: Promise<SpoolFolder | undefined>,
  content: Readable,
): Promise<{ path: string; bytes: number; failed: boolean }> {
  const folder = await opening.catch(() => undefined);
  const path = folder && join(folder.path, randomUUID());
  const file = path === undefined ? undefined : await open(path, 'wx', 0o600).catch(() => undefined);
  let failed = file === undefined;
  let bytes = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (!failed && folder?.take(chunk.length) === false) failed = true;
      if (!failed) await file?.write(chunk).catch(() => (failed = true));
    }
  } catch {
    failed = true;
  }
  await file?.close().catch(() => (failed = true));
  return { path: path ?? '', bytes, failed };
}
