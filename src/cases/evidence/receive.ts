import type { Readable } from 'node:stream';
import { TooLarge, type ContentFiles, type IncomingFile } from '../../content-files';
import { invalid, Refused } from '../refused';
import { kindOf, mayBeTaken } from './file-kind';
import { cleanFileName } from './file-name';

/** A file that is being uploaded. */
export interface Upload {
  /** As the client sent it. */
  fileName: string;
  /** The media type as the client sent it; the content decides (`kindOf`). */
  declaredType: string;
  content: Readable;
  /** The note beside it. To be called after `content` is read, because it may come later in the request. */
  note: () => Promise<string | undefined>;
}

/** A file that has come in and may be taken. Its `incoming` has to be kept or discarded. */
export interface Received {
  incoming: IncomingFile;
  note: string | undefined;
  /** Clean, and with an ending. */
  fileName: string;
  mediaType: string;
  namedAs?: string | undefined;
}

/**
 * Takes in a file that somebody uploads, as far as its size, name and content allow: the one home of what may be uploaded.
 * @throws Refused `unsupported`, `tooLarge`, `invalid` for an empty one; nothing is left behind then
 */
export async function receiveFile(
  { files, maxBytes }: { files: ContentFiles; maxBytes: number },
  upload: Upload,
): Promise<Received> {
  const given = cleanFileName(upload.fileName);
  if (!mayBeTaken(given, upload.declaredType)) throw unsupported();
  const incoming = await files.receive(upload.content, maxBytes).catch((error: unknown) => {
    throw error instanceof TooLarge ? tooLarge(maxBytes) : error;
  });
  try {
    if (incoming.bytes === 0) throw invalid([{ path: 'file', words: { zh: '是空的', en: 'is empty' } }]);
    const note = await upload.note();
    const kind = await kindOf(incoming.path, given, upload.declaredType);
    if (kind === undefined) throw unsupported();
    const { mediaType, namedAs, ending } = kind;
    const fileName = ending === undefined ? given : `${given || 'file'}.${ending}`;
    return { incoming, note, fileName, mediaType, namedAs };
  } catch (error) {
    await incoming.discard();
    throw error;
  }
}

const unsupported = (): Refused =>
  new Refused(
    'unsupported',
    'file_type',
    {
      zh: '不接受这种文件；可以上传图片、PDF、录音、视频、文本、办公文档和邮件',
      en: 'this kind of file is not taken; images, PDF, audio, video, text, office documents and mails are',
    },
    {
      faults: [{ path: 'file', words: { zh: '不收这种文件名或类型', en: 'has a name or type that is not taken' } }],
    },
  );

const tooLarge = (maxBytes: number): Refused =>
  new Refused(
    'tooLarge',
    'file_too_large',
    {
      zh: `文件不能超过 ${Math.floor(maxBytes / 1024)} KiB，请压缩或分开上传`,
      en: `the file is larger than ${Math.floor(maxBytes / 1024)} KiB; compress it, or send it in parts`,
    },
    {
      faults: [{ path: 'file', words: { zh: `超过 ${maxBytes} 字节`, en: `is larger than ${maxBytes} bytes` } }],
    },
  );
