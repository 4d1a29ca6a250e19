import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';

/** How much of a form is read. */
export interface PartLimits {
  /** Number of files; further ones are skipped and reported by `tooMany`. */
  files: number;
  /** Bytes of one file. A longer one is cut at one byte more, and `isTruncated` says so. */
  fileBytes: number;
  /** Number of fields; further ones are skipped and reported by `tooMany`. */
  fields: number;
  /** Bytes of one field; a longer one is cut and marked `truncated`. */
  fieldBytes: number;
  /** Bytes of the whole body; a longer one ends the reading with `BodyFault` 413. */
  totalBytes: number;
}

/** A file of the form, while it comes in. */
export interface FilePart {
  /** The name of the form's field; empty when it has none. */
  name: string;
  /** As the client names it, maybe with folders; empty when it has none. */
  fileName: string;
  /** The media type that the client claims; not checked. */
  declaredType: string;
  /**
   * Emits an error when the body breaks off. It has a listener for that already, so an error cannot end the process.
   */
  content: Readable;
  /** Whether the file was longer than `fileBytes`; valid only at the end of `content`. */
  isTruncated: () => boolean;
}

/** A field of the form that is no file. */
export interface FieldPart {
  name: string;
  value: string;
  /** The value was longer than `fieldBytes` and has been cut. */
  truncated: boolean;
}

/** What the caller of `readParts` does with each part. What a handler throws ends the reading. */
export interface PartHandlers {
  /** Has to read `content` to its end, or to call its `resume()`: until then no later part arrives. */
  file(part: FilePart): void;
  /** Called with each field as it arrives. */
  field(part: FieldPart): void;
  /** More files, fields or parts came than the limits allow. They are skipped; reading goes on. */
  tooMany(what: 'files' | 'fields' | 'parts'): void;
}

/** The body cannot be read: 400, it is malformed or breaks off; 413, it is too large. `status` is the HTTP status. */
export class BodyFault extends Error {
  override name = 'BodyFault';
  constructor(readonly status: 400 | 413) {
    super('body');
  }
}

const ignore = (): void => undefined;

/**
 * Reads the parts of a form as they arrive; resolves when the body has been read to its end.
 *
 * Nothing else may open the parser (busboy), since it handles bad bodies dangerously: it destroys the current file with
 * an error, goes on and reports further faults after the first, and passes undefined names and values. An error without
 * a listener, or a throw inside one of its events, would end the process and all requests in it.
 * @throws BodyFault, or what a handler throws; each `content` that was not read to its end then fails with an error
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
  /** Calls a handler, unless the body has shown a fault before; what it throws is the fault then. */
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
    // The parser gives no value when it does not know the field's charset.
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
  // When the client goes away, the parser would wait for ever: a destroyed request emits no `end`, even if all of its
  // body had arrived (`complete`) and only not been read yet.
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
  // Read and drop what still arrives, so that the connection can be used again.
  request.resume();
  if (fault === undefined) return;
  parser.destroy();
  for (const content of contents) if (!content.readableEnded) content.destroy(new BodyFault(400));
  throw fault;
}

/** Opens the parser. @throws BodyFault 400 when the headers describe no form */
function open(request: Request, limits: PartLimits): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      // Latin-1 keeps the bytes of names as they are; `bytesToText` decides on their charset. Folders are cut off
      // later.
      defParamCharset: 'latin1',
      preservePath: true,
      limits: {
        fieldNameSize: 100,
        fieldSize: limits.fieldBytes,
        fields: limits.fields,
        // One byte more than is allowed, so that a file of exactly the allowed size is not taken for a longer one.
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
 * Decodes the name of a field or file that the parser gives as one character for each byte: from UTF-8, as browsers
 * send it, or from GB18030, as programs on a Chinese Windows do. A name with characters beyond U+00FF was sent with its
 * charset and decoded by the parser, so it is returned as it is.
 */
export function bytesToText(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes) || /[^\0-\u00ff]/.test(bytes)) return bytes;
  const raw = Buffer.from(bytes, 'latin1');
  const utf8 = textIn('utf-8', raw);
  if (utf8 !== undefined && !LIKELY_GB.test(utf8)) return utf8;
  // Not UTF-8, and no two such bytes together: a Latin-1 name with single accented letters. GB18030 uses pairs of
  // bytes.
  if (utf8 === undefined && !/[\u0081-\u00fe]{2}/.test(bytes)) return bytes;
  return textIn('gb18030', raw) ?? raw.toString('utf8');
}

/**
 * Some pairs of Chinese characters in GB18030 are valid UTF-8 too. They then decode to rare characters that nobody
 * writes side by side; this finds such pairs.
 */
const LIKELY_GB =
  /[\u0080-\u00bf\u02b0-\u036f\u0500-\u058f\u0700-\u07ff][\u0080-\u07ff]|[\u0080-\u07ff][\u0080-\u00bf\u02b0-\u036f\u0500-\u058f\u0700-\u07ff]/;

/** The bytes as text; undefined when they are not valid in this charset. */
function textIn(charset: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
