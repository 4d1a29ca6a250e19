import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Request } from 'express';
import { addressKey } from '../middleware/limits';
import { BodyFault, readParts } from '../parts';
import type { Spool, SpoolFolder } from '../spool';

/** A file of a form, on disk until the form has been dealt with. */
export interface FormFile {
  fileName: string;
  declaredType: string;
  path: string;
  /** `large`: longer than is taken; `failed`: it could not be written down, or there was no room. Nothing of either is kept. */
  fault?: 'large' | 'failed';
}

export interface Form {
  /** As typed, with the line ends of a Unix text. */
  values: ReadonlyMap<string, readonly string[]>;
  files: readonly FormFile[];
  /** More files came than are taken at once. */
  moreFiles: boolean;
  /** What `admit` said of the fields before the files; true where it was not asked. */
  admitted: boolean;
  /** Removes the files. */
  dispose(): Promise<void>;
}

/** Far beyond what any field takes: what is too long is shown again whole, so that its writer can shorten it. */
const FIELD_BYTES = 200_000;
const FIELDS = 40;
/** All fields together, and what else stands around the files. */
const OVERHEAD_BYTES = 1024 * 1024;

const fault = (status: number): Error => Object.assign(new Error('form'), { status });

export interface FormLimits {
  files: number;
  fileBytes: number;
  spool: Spool;
  /** Asked once, before anything of a file is written down, with the fields that stand before the first one. */
  admit?: (values: Form['values']) => Promise<boolean>;
}

/**
 * Reads a form with or without files. The fields that decide whether it is filed stand behind the files, so these wait
 * on disk; memory does not depend on their size.
 * @throws an error with a `status`: 400 broken, 413 too large; or what `admit` throws
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
          // What browsers send for a file input that was left alone.
          content.resume();
          return;
        }
        admitted ??= limits.admit?.(values) ?? Promise.resolve(true);
        folder ??= admitted.then((yes) => (yes ? limits.spool.open(addressKey(request)) : undefined));
        writing.push(
          writeDown(folder, content).then(({ path, failed }): FormFile => {
            const lost = isTruncated() ? 'large' : failed ? 'failed' : undefined;
            return { fileName, declaredType, path, fault: lost };
          }),
        );
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
 * Reads to the end whatever happens: a stream left alone would hold up the rest of the form. Never rejects: of a form that
 * breaks off, its reader hears elsewhere.
 */
async function writeDown(
  opening: Promise<SpoolFolder | undefined>,
  content: Readable,
): Promise<{ path: string; failed: boolean }> {
  const folder = await opening.catch(() => undefined);
  const path = folder && join(folder.path, randomUUID());
  const file = path === undefined ? undefined : await open(path, 'wx', 0o600).catch(() => undefined);
  let failed = file === undefined;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      if (!failed && folder?.take(chunk.length) === false) failed = true;
      if (!failed) await file?.write(chunk).catch(() => (failed = true));
    }
  } catch {
    failed = true;
  }
  await file?.close().catch(() => (failed = true));
  return { path: path ?? '', failed };
}
