import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Request } from 'express';
import { BodyFault, readParts } from '../parts';

/** A file of a form, on disk until the form has been dealt with. */
export interface FormFile {
  fileName: string;
  declaredType: string;
  path: string;
  /** `large`: longer than is taken; `failed`: it could not be written down. Nothing of either is kept. */
  fault?: 'large' | 'failed';
}

export interface Form {
  /** As typed, with the line ends of a Unix text. */
  values: ReadonlyMap<string, readonly string[]>;
  files: readonly FormFile[];
  /** More files came than are taken at once. */
  moreFiles: boolean;
  /** Removes the files. */
  dispose(): Promise<void>;
}

/** Far beyond what any field takes: what is too long is shown again whole, so that its writer can shorten it. */
const FIELD_BYTES = 200_000;
const FIELDS = 40;
/** All fields together, and what else stands around the files. */
const OVERHEAD_BYTES = 1024 * 1024;

const fault = (status: number): Error => Object.assign(new Error('form'), { status });

/**
 * Reads a form with or without files. The fields that decide whether it is filed stand behind the files, so these wait
 * on disk; memory does not depend on their size.
 */
export async function readForm(request: Request, limits: { files: number; fileBytes: number }): Promise<Form> {
  if (Number(request.headers['content-length'] ?? 0) > limits.files * limits.fileBytes + OVERHEAD_BYTES) {
    throw fault(413);
  }
  const values = new Map<string, string[]>();
  const writing: Promise<FormFile>[] = [];
  let folder: Promise<string> | undefined;
  let moreFiles = false;
  let textBytes = 0;

  const dispose = async (): Promise<void> => {
    await Promise.allSettled(writing);
    const made = await folder?.catch(() => undefined);
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  };
  try {
    const most = {
      ...limits,
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
        folder ??= mkdtemp(join(tmpdir(), 'redress-form-'));
        writing.push(
          writeDown(folder, content).then(({ path, failed }): FormFile => {
            const fault = isTruncated() ? 'large' : failed ? 'failed' : undefined;
            return { fileName, declaredType, path, fault };
          }),
        );
      },
      tooMany(what) {
        if (what === 'files') moreFiles = true;
      },
    });
    return { values, files: await Promise.all(writing), moreFiles, dispose };
  } catch (error) {
    await dispose();
    throw error instanceof BodyFault ? fault(error.status) : error;
  }
}

/**
 * Reads to the end whatever happens: a stream left alone would hold up the rest of the form. Never rejects: of a form that
 * breaks off, its reader hears elsewhere.
 */
async function writeDown(folder: Promise<string>, content: Readable): Promise<{ path: string; failed: boolean }> {
  const path = await folder.then(
    (made) => join(made, randomUUID()),
    () => undefined,
  );
  const file = path === undefined ? undefined : await open(path, 'wx', 0o600).catch(() => undefined);
  let failed = file === undefined;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      if (!failed) await file?.write(chunk).catch(() => (failed = true));
    }
  } catch {
    failed = true;
  }
  await file?.close().catch(() => (failed = true));
  return { path: path ?? '', failed };
}
