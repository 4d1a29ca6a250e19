import { Transform, type TransformCallback } from 'node:stream';
import { MailParser } from 'mailparser';
import { decodeText } from './decode';

/** What we use of the library's tree of parts, and of a header's line, whose characters are bytes. */
interface Part {
  contentType: string;
  charset?: string;
}
/** A part as the library has split it off; its type is false where the field stands there and names none. */
interface Split {
  contentType?: string | false;
}
interface Line {
  key: string;
  line: string;
}
interface Decoder {
  decodeStream(charset: string): NodeJS.ReadWriteStream;
}
/** Methods of the library that its types leave out. test/channels/mail-in/read.test.ts notices when they are gone. */
interface Inner {
  createNode(node: Split): Part;
  processChunk(data: unknown, done: (error?: Error) => void): void;
  processHeaders(lines: readonly Line[]): Map<string, unknown>;
  getDecoder(): Decoder;
}
const inner = MailParser.prototype as unknown as Inner;

/** In place of a charset that says nothing: none, ASCII, and UTF-8, which is claimed of anything. */
const UNSURE = 'x-unsure';
const isUnsure = (charset: string | undefined): boolean =>
  charset === undefined ||
  /^(?:x-unsure|us-?ascii|ascii|utf-?8|unknown-?8bit|8bit|x-unknown|unknown|default)$/iu.test(charset);
/** Senders call all of GBK and GB18030 so. */
const isChinese = (charset: string): boolean =>
  /^(?:gb_?2312(?:-80)?|gbk|x-gbk|cp936|ms936|gb18030|euc-cn|chinese)$/iu.test(charset);

/** Gathers what comes and decodes it at the end. */
class Decoding extends Transform {
  private readonly chunks: Buffer[] = [];

  constructor(private readonly decode: (bytes: Buffer) => string) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.chunks.push(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.decode(Buffer.concat(this.chunks))));
  }
}

/**
 * The library's parser, which also reads what says no charset or a wrong one. A mail within a mail is a file of it, as it
 * came, and not a part of its text.
 */
export class TolerantParser extends MailParser {
  constructor() {
    const options = { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true, keepDeliveryStatus: true };
    // The types do not know that the options are also for the part that splits a mail.
    super({ ...options, ignoreEmbedded: true } as ConstructorParameters<typeof MailParser>[0]);
  }

  protected createNode(node: Split): Part {
    // A field that names no type counts as one that is not there (RFC 2045, section 5.2).
    node.contentType ||= 'text/plain';
    const part = inner.createNode.call(this, node);
    if (part.contentType.startsWith('text/') && isUnsure(part.charset)) part.charset = UNSURE;
    return part;
  }

  /** The library calls it from an event: what was thrown here would not reach the reader of the mail, who would wait for ever. */
  protected processChunk(data: unknown, done: (error?: Error) => void): void {
    try {
      inner.processChunk.call(this, data, done);
    } catch (error) {
      // Not by `done`: once all of the mail has come, the library takes no error from it and waits on.
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  protected processHeaders(lines: readonly Line[]): Map<string, unknown> {
    return inner.processHeaders.call(
      this,
      lines.map((one) => ({ ...one, line: asUtf8(one.line) })),
    );
  }

  protected getDecoder(): Decoder {
    const usual = inner.getDecoder.call(this);
    return {
      decodeStream(charset) {
        if (isChinese(charset)) return new Decoding((bytes) => new TextDecoder('gb18030').decode(bytes));
        if (isUnsure(charset)) return new Decoding(decodeText);
        try {
          return usual.decodeStream(charset);
        } catch {
          // A charset that nobody knows.
          return new Decoding(decodeText);
        }
      },
    };
  }
}

/** A line of bytes, with those of another charset than UTF-8 put into that. */
const asUtf8 = (line: string): string =>
  /[\x80-\xFF]/u.test(line) ? Buffer.from(decodeText(Buffer.from(line, 'latin1'))).toString('latin1') : line;
