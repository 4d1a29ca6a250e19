import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';

export interface PartLimits {
  files: number;
  /** Bytes of one file. A longer one is cut one byte behind that. */
  fileBytes: number;
  fields: number;
  /** Bytes of one field. */
  fieldBytes: number;
  /** Bytes of the whole body. */
  totalBytes: number;
}

export interface FilePart {
  /** Of the field; empty when it has none. */
  name: string;
  /** As the client names it, maybe with folders; empty when it has none. */
  fileName: string;
  declaredType: string;
  /** Has a listener for its errors already: a body that breaks off ends a loop over it, and nothing else. */
  content: Readable;
  /** Longer than a file may be; known at the end of `content`. */
  isTruncated: () => boolean;
}

export interface FieldPart {
  name: string;
  value: string;
  truncated: boolean;
}

export interface PartHandlers {
  /** Reads `content` to its end, or calls `resume()`: the parts behind it wait. */
  file(part: FilePart): void;
  field(part: FieldPart): void;
  /** More files, fields or parts came than the limits allow; they are skipped. */
  tooMany(what: 'files' | 'fields' | 'parts'): void;
}

/** The body cannot be taken: 400 it is broken or breaks off, 413 it is too large. */
export class BodyFault extends Error {
  override name = 'BodyFault';
  constructor(readonly status: 400 | 413) {
    super('body');
  }
}

const ignore = (): void => undefined;

/**
 * Reads the parts of a form, as they come. The only place where the parser is opened, because of what it does with a body
 * that is not as it should be: it destroys the file under way with an error, reports a second fault after the first, goes on
 * after a fault, and leaves out names and values. An error that nobody listens to, or a throw out of one of its events,
 * would end the process and with it everybody's requests.
 * @throws BodyFault, or what a handler throws: every `content` that was not read to its end has failed then
 */
export async function readParts(request: Request, limits: PartLimits, handlers: PartHandlers): Promise<void> {
  const parser = open(request, limits);
  const contents: Readable[] = [];
  let fault: unknown;
  let end: () => void = ignore;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const fail = (error: unknown): void => {
    fault ??= error;
    end();
  };
  const broken = (): void => fail(new BodyFault(400));
  /** Nothing of a body is looked at behind its first fault. */
  const tell = (handle: () => void): void => {
    if (fault !== undefined) return;
    try {
      handle();
    } catch (error) {
      fail(error);
    }
  };

  parser.on('error', broken);
  parser.on('close', end);
  parser.on('file', (name: string | undefined, content, { filename, mimeType }) => {
    content.on('error', ignore);
    contents.push(content);
    const fileName = bytesToText(filename ?? '');
    const isTruncated = (): boolean => content.truncated === true;
    tell(() =>
      handlers.file({ name: bytesToText(name ?? ''), fileName, declaredType: mimeType, content, isTruncated }),
    );
  });
  parser.on('field', (name: string | undefined, value: string | undefined, { valueTruncated }) => {
    // In a charset that nobody knows there is no text.
    if (value === undefined) broken();
    else tell(() => handlers.field({ name: bytesToText(name ?? ''), value, truncated: valueTruncated }));
  });
  for (const what of ['files', 'fields', 'parts'] as const) {
    parser.on(`${what}Limit`, () => tell(() => handlers.tooMany(what)));
  }
  let total = 0;
  const count = (chunk: Buffer): void => {
    total += chunk.length;
    if (total > limits.totalBytes) fail(new BodyFault(413));
  };
  // A client that goes away would leave the parser waiting for ever; also one whose body has come whole (`complete`), but
  // not been read to its end: a request that is destroyed ends no more.
  const gone = (): void => {
    if (!request.readableEnded) broken();
  };
  request.on('error', gone);
  request.once('close', gone);
  request.on('data', count);
  if (request.destroyed) gone();
  else request.pipe(parser);

  await ended;
  request.off('data', count);
  request.unpipe(parser);
  // What is still to come is not wanted, and is let go by.
  request.resume();
  if (fault === undefined) return;
  parser.destroy();
  for (const content of contents) if (!content.readableEnded) content.destroy(new BodyFault(400));
  throw fault;
}

function open(request: Request, limits: PartLimits): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      // Bytes as they are: see bytesToText. Folders are cut off where the name is known.
      defParamCharset: 'latin1',
      preservePath: true,
      limits: {
        fieldNameSize: 100,
        fieldSize: limits.fieldBytes,
        fields: limits.fields,
        // One more than is taken: the excess is noticed and not cut off in silence.
        fileSize: limits.fileBytes + 1,
        files: limits.files,
        parts: limits.fields + limits.files + 1,
        headerPairs: 20,
      },
    });
  } catch {
    throw new BodyFault(400);
  }
}

/**
 * The name of a field or file out of its bytes, one character each: UTF-8, as browsers send it, or GB18030, as programs on
 * a Chinese Windows do. A text that has other characters already was sent in the form that names its charset.
 */
export function bytesToText(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes) || /[^\0-\u00ff]/.test(bytes)) return bytes;
  const raw = Buffer.from(bytes, 'latin1');
  const utf8 = textIn('utf-8', raw);
  if (utf8 !== undefined && !LIKELY_GB.test(utf8)) return utf8;
  // Letters of European languages stand alone; Chinese comes in pairs.
  if (utf8 === undefined && !/[\u0081-\u00fe]{2}/.test(bytes)) return bytes;
  return textIn('gb18030', raw) ?? raw.toString('utf8');
}

/** Some pairs of hanzi are UTF-8 as well, of characters that nobody writes side by side. */
const LIKELY_GB =
  /[\u0080-\u00bf\u02b0-\u036f\u0500-\u058f\u0700-\u07ff][\u0080-\u07ff]|[\u0080-\u07ff][\u0080-\u00bf\u02b0-\u036f\u0500-\u058f\u0700-\u07ff]/;

function textIn(charset: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
