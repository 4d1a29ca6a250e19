import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { invalid, Refused } from '../../cases';
import type { Fault } from '../../domain/basics/faults';
import type { Words } from '../../domain/basics/types';
import { isCleanText, UNCLEAN } from '../../domain/basics/free-text';
import { BodyFault, readParts } from '../parts';

/** The file of an upload, while it comes in. */
export interface IncomingFile {
  fileName: string;
  /** The media type that the client claims; not checked here. */
  declaredType: string;
  content: Readable;
  /**
   * The field `note`; undefined when there is none. Waits until the whole request has been read, so `content` has to be
   * read first.
   * @throws Refused `invalid` (422) when any part of the request is wrong
   */
  note: () => Promise<string | undefined>;
}

/** Characters of a note. */
const NOTE_MAX = 2_000;
/** Room in the body beside the file: the note, boundaries and headers of the parts. */
const OVERHEAD_BYTES = 64 * 1024;

/** The refusal for a body that could not be read. */
function refusalOf({ status }: BodyFault, maxBytes: number): Refused {
  if (status === 400) {
    return new Refused('malformed', 'malformed_multipart', {
      zh: '上传内容不完整或格式有误，请重新上传',
      en: 'the upload is incomplete or not well-formed; send it again',
    });
  }
  const kib = Math.floor(maxBytes / 1024);
  return new Refused('tooLarge', 'body_too_large', {
    zh: `上传内容太大；文件不能超过 ${kib} KiB`,
    en: `the upload is too large; a file may have ${kib} KiB`,
  });
}

/**
 * Reads a `multipart/form-data` body with exactly one file `file` and at most one field `note`. The file goes to `use`
 * as a stream, so that memory does not depend on its size.
 * @param maxBytes largest file; a longer one is cut, which `use` has to notice by its length
 * @param use takes the file; its result is returned, and what it throws ends the upload at once
 * @throws Refused `unsupported` (415) for another content type, `malformed` (400), `tooLarge` (413), `invalid` (422)
 * with each part that is wrong; and what `use` throws
 */
export async function readUpload<T>(
  request: Request,
  maxBytes: number,
  use: (file: IncomingFile) => Promise<T>,
): Promise<T> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new Refused('unsupported', 'content_type', {
      zh: '文件不能这样上传，请用 multipart/form-data',
      en: 'a file does not come that way; send multipart/form-data',
    });
  }
  const faults: Fault[] = [];
  let note: string | undefined;
  let used: Promise<T> | undefined;
  let refuseEarly: (error: unknown) => void = () => undefined;
  const early = new Promise<never>((_resolve, reject) => (refuseEarly = reject));

  const refuse = (path: string, words: Words): void => {
    faults.push({ path, words });
  };
  const limits = {
    files: 2,
    fileBytes: maxBytes,
    fields: 2,
    fieldBytes: NOTE_MAX * 4,
    totalBytes: maxBytes + OVERHEAD_BYTES,
  };
  const wholeRequest = readParts(request, limits, {
    file({ name, fileName, declaredType, content }) {
      if (name !== 'file' || used) {
        refuse(name === 'file' ? 'file' : cleanName(name), name === 'file' ? TWICE : UNKNOWN);
        content.resume();
        return;
      }
      used = use({
        fileName,
        declaredType,
        content,
        note: async () => {
          await wholeRequest;
          if (faults.length > 0) throw invalid(faults);
          return note;
        },
      });
      // When `use` refuses the file before its end (its type, say), answer at once and do not wait for the rest.
      used.catch((error: unknown) => {
        content.resume();
        refuseEarly(error);
      });
    },
    field({ name, value, truncated }) {
      if (name !== 'note') refuse(cleanName(name), UNKNOWN);
      else if (truncated || value.length > NOTE_MAX)
        refuse('note', { zh: `超过 ${NOTE_MAX} 个字`, en: `is longer than ${NOTE_MAX} characters` });
      else if (!isCleanText(value)) refuse('note', UNCLEAN);
      else if (value.trim() !== '') note = value;
    },
    tooMany: () => refuse('', { zh: '分段太多', en: 'has too many parts' }),
  });
  try {
    await Promise.race([wholeRequest, early]);
    if (!used) throw invalid(faults.length > 0 ? faults : [{ path: 'file', words: { zh: '缺少', en: 'is missing' } }]);
    return await used;
  } catch (error) {
    // Wait until `use` has ended too, by which it has removed its half-written file.
    await used?.catch(() => undefined);
    throw error instanceof BodyFault ? refusalOf(error, maxBytes) : error;
  }
}

const TWICE = { zh: '出现了两次', en: 'is there twice' };
const UNKNOWN = { zh: '没有这个字段', en: 'is not known here' };

/** A part's name as it may be shown in an answer: short, and without characters that control a terminal or a page. */
const cleanName = (name: string): string => name.slice(0, 100).toWellFormed().replace(/\p{C}/gu, '');
