import busboy from 'busboy';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { Refused, invalid, type FieldFault } from '../../cases/refused';
import { isCleanText } from '../../domain/free-text';

export interface IncomingFile {
  fileName: string;
  declaredType: string;
  content: Readable;
  /** The other field, once the whole request has been read without a fault. */
  note: () => Promise<string | undefined>;
}

const NOTE_MAX = 2_000;

const malformed = (): Refused =>
  new Refused(400, 'malformed_multipart', {
    zh: '上传内容不完整或格式有误',
    en: 'the upload is incomplete or not well-formed',
  });

/**
 * Reads `multipart/form-data` with exactly one file `file` and at most one field `note`, as a stream. Everything else is
 * refused; nothing is buffered but the note.
 */
export async function readUpload<T>(
  request: Request,
  maxBytes: number,
  use: (file: IncomingFile) => Promise<T>,
): Promise<T> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new Refused(415, 'content_type', { zh: '请用 multipart/form-data', en: 'send multipart/form-data' });
  }
  const parser = openParser(request, maxBytes);
  const faults: FieldFault[] = [];
  let note: string | undefined;
  let used: Promise<T> | undefined;
  let content: Readable | undefined;

  let readDone: () => void = () => undefined;
  let readFailed: (error: unknown) => void = () => undefined;
  const wholeRequest = new Promise<void>((resolve, reject) => {
    readDone = resolve;
    readFailed = reject;
  });
  // Whoever waits hears of it; when nobody does, it is no unhandled rejection.
  wholeRequest.catch(() => undefined);

  const refuse = (path: string, message: string): void => {
    faults.push({ path, message });
  };
  parser.on('file', (field, stream, info) => {
    if (field !== 'file' || used) {
      refuse(field === 'file' ? 'file' : cleanName(field), field === 'file' ? 'is there twice' : 'is not known here');
      stream.resume();
      return;
    }
    content = stream;
    used = use({
      fileName: info.filename ?? '',
      declaredType: info.mimeType,
      content: stream,
      note: async () => {
        await wholeRequest;
        if (faults.length > 0) throw invalid(faults);
        return note;
      },
    });
    // What the user of the file refuses early is not read any further.
    used.catch((error: unknown) => {
      stream.resume();
      readFailed(error);
    });
  });
  parser.on('field', (field, value, info) => {
    if (field !== 'note') refuse(cleanName(field), 'is not known here');
    else if (info.valueTruncated || value.length > NOTE_MAX) refuse('note', `is longer than ${NOTE_MAX} characters`);
    else if (!isCleanText(value)) refuse('note', 'contains NUL or an incomplete surrogate pair');
    else if (value.trim() !== '') note = value;
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => refuse('', 'has too many parts'));
  }
  const fail = (): void => {
    content?.destroy(malformed());
    readFailed(malformed());
  };
  parser.once('error', fail);
  parser.once('close', () => readDone());
  // A client that goes away leaves the parser waiting for ever.
  request.once('close', () => {
    if (!request.complete) fail();
  });
  request.pipe(parser);

  try {
    await wholeRequest;
    if (!used) throw invalid(faults.length > 0 ? faults : [{ path: 'file', message: 'is missing' }]);
    return await used;
  } catch (error) {
    request.unpipe(parser);
    request.resume();
    // Only when its draft is gone has the failure been dealt with.
    await used?.catch(() => undefined);
    throw error;
  }
}

function openParser(request: Request, maxBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        fieldNameSize: 100,
        fieldSize: NOTE_MAX * 4,
        fields: 2,
        // One more than is taken: the excess is noticed and not cut off in silence.
        fileSize: maxBytes + 1,
        files: 2,
        parts: 4,
        headerPairs: 20,
      },
    });
  } catch {
    throw malformed();
  }
}

const cleanName = (name: string): string => name.slice(0, 100).toWellFormed().replace(/\p{C}/gu, '');
