/**
 * Which files are taken as evidence, judged by their content.
 * @module
 */
import { open } from 'node:fs/promises';

/**
 * What may be uploaded, by the ending of the file name. First the media type under which it is stored, then other types
 * under which clients or the look into the content know the same kind.
 */
const TYPES: Record<string, readonly [string, ...string[]]> = {
  jpg: ['image/jpeg'],
  png: ['image/png', 'image/apng'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  heic: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  heif: ['image/heif', 'image/heic', 'image/heic-sequence', 'image/heif-sequence'],
  avif: ['image/avif'],
  bmp: ['image/bmp'],
  tif: ['image/tiff'],
  pdf: ['application/pdf'],
  mp3: ['audio/mpeg'],
  // Telephones, and the programs that detect types, mix up the endings of the MP4 family.
  m4a: ['audio/mp4', 'audio/x-m4a', 'video/mp4', 'video/quicktime', 'video/3gpp'],
  mp4: ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'video/3gpp2'],
  mov: ['video/quicktime', 'video/mp4'],
  '3gp': ['video/3gpp', 'video/3gpp2', 'audio/3gpp', 'video/mp4', 'audio/mp4', 'audio/x-m4a'],
  aac: ['audio/aac'],
  wav: ['audio/wav', 'audio/vnd.wave'],
  amr: ['audio/amr'],
  ogg: ['audio/ogg', 'video/ogg', 'application/ogg', 'audio/ogg; codecs=opus', 'audio/x-speex'],
  webm: ['video/webm', 'audio/webm'],
  avi: ['video/x-msvideo', 'video/vnd.avi'],
  txt: ['text/plain'],
  csv: ['text/csv'],
  md: ['text/markdown'],
  eml: ['message/rfc822'],
  rtf: ['application/rtf'],
  doc: ['application/msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xls: ['application/vnd.ms-excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ppt: ['application/vnd.ms-powerpoint'],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  odt: ['application/vnd.oasis.opendocument.text'],
  ods: ['application/vnd.oasis.opendocument.spreadsheet'],
  odp: ['application/vnd.oasis.opendocument.presentation'],
  wps: ['application/vnd.ms-works'],
  msg: ['application/vnd.ms-outlook'],
};

/** Other endings of the same kinds, each with the ending in `TYPES`. */
const ENDINGS: Record<string, string> = {
  jpeg: 'jpg',
  jpe: 'jpg',
  jfif: 'jpg',
  pjpeg: 'jpg',
  apng: 'png',
  tiff: 'tif',
  m4v: 'mp4',
  '3g2': '3gp',
  oga: 'ogg',
  ogv: 'ogg',
  opus: 'ogg',
};

/** Endings of files that are plain text. */
const TEXTS = ['txt', 'csv', 'md', 'eml'];
/** Containers: the content shows no more than the container, so the ending decides what is in it. */
const PACKED: Record<string, readonly string[]> = {
  'application/x-cfb': ['doc', 'xls', 'ppt', 'wps', 'msg'],
  'application/zip': ['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp'],
};
/** Kinds that are not text files although their content begins with plain characters. */
const WRITTEN = ['application/pdf', 'application/rtf', 'application/postscript', 'application/eps'];
const UNKNOWN = 'application/octet-stream';
/** Declared media types of what a browser or a machine would run. No client declares these by mistake. */
const ACTIVE = /html|svg|script|php|msdownload|dosexec|executable|x-sh\b|java/;

/** What a file is stored as. */
export interface FileKind {
  /** By the content. */
  mediaType: string;
  /** The type that the name's ending stands for; set only if the content is of another. */
  namedAs?: string;
  /** The ending to be added to a name that has none. */
  ending?: string;
}

/** The ending of a name in lower case and in the spelling of `TYPES`; undefined if it has none. */

function endingOf(fileName: string): string | undefined {
  const said = /\.([a-z0-9]*[a-z][a-z0-9]*)$/i.exec(fileName)?.[1]?.toLowerCase();
  return said !== undefined && Object.hasOwn(ENDINGS, said) ? ENDINGS[said] : said;
}

/** Whether a file of this name and declared type may be taken at all; if not, its content need not be read. */
export function mayBeTaken(fileName: string, declared: string): boolean {
  const ending = endingOf(fileName);
  return (ending === undefined || Object.hasOwn(TYPES, ending)) && !ACTIVE.test(declared.toLowerCase());
}

/**
 * Which kind a file is, judged by its content. Anything that a browser or machine would run is not taken under any name; a
 * file whose content is of another kind than its name says is stored as what the content is.
 * @param path where the file lies on disk
 * @returns undefined: it is not taken
 */
export async function kindOf(path: string, fileName: string, declared: string): Promise<FileKind | undefined> {
  if (!mayBeTaken(fileName, declared)) return undefined;
  const ending = endingOf(fileName);
  const named = ending === undefined ? undefined : TYPES[ending];
  const as = (mediaType: string): FileKind =>
    named && named[0] !== mediaType ? { mediaType, namedAs: named[0] } : { mediaType };

  const start = await firstBytes(path);
  const { fileTypeFromFile } = await import('file-type');
  const content = (await fileTypeFromFile(path).catch(unlessDisk))?.mime;
  const text = textIn(start);
  // A text may happen to begin with "BM" or "MZ", the marks of pictures and programs: for a text file, being text counts.
  if (named && TEXTS.includes(ending ?? '') && text !== undefined && !WRITTEN.includes(content ?? ''))
    return as(named[0]);
  if (content === undefined || content === 'application/xml') {
    if (text === undefined) return named && as(UNKNOWN);
    if (isActive(text)) return undefined;
    if (named) return as('text/plain');
    return /^text\/plain\b/i.test(declared) ? { mediaType: 'text/plain', ending: 'txt' } : undefined;
  }
  const packed = PACKED[content];
  if (packed) {
    return named && ending !== undefined && packed.includes(ending) && !isInstaller(start) ? as(named[0]) : undefined;
  }
  if (named?.includes(content)) return as(named[0]);
  const [found, types] = Object.entries(TYPES).find(([, known]) => known.includes(content)) ?? [];
  if (found === undefined || types === undefined) return undefined;
  return named ? as(types[0]) : { mediaType: types[0], ending: found };
}

/**
 * Undefined for content of which the library makes nothing.
 * @throws the error itself if it is one of the disk
 */
function unlessDisk(error: NodeJS.ErrnoException): undefined {
  if (error.syscall !== undefined) throw error;
}

/** Bytes read from the beginning of a file to judge it. */
const LOOKED_AT = 64 * 1024;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** These bytes as text, in UTF-16 with a byte order mark, UTF-8 or GB 18030; undefined if they are no text. */
function textIn(bytes: Buffer): string | undefined {
  const charsets =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? ['utf-16le']
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? ['utf-16be']
        : ['utf-8', 'gb18030'];
  for (const charset of charsets) {
    try {
      // `stream`, because the last character may be cut off.
      const text = new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
      // eslint-disable-next-line no-control-regex
      if (!/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(text)) return text;
    } catch {
      // Try the next.
    }
  }
  return undefined;
}

/** Whether a text is a script or a page that a browser would run. */
const isActive = (text: string): boolean =>
  text.startsWith('#!') ||
  /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,2000}?-->\s*)?<(?:!doctype|html|head|body|script|svg|iframe|\?php|%)/i.test(
    text,
  );

/**
 * Whether it is a Windows installer (MSI). It has the same container as an old Word document; the class id of the root
 * entry of its directory tells them apart.
 */
function isInstaller(start: Buffer): boolean {
  if (start.length < 0x34) return false;
  const sector = 1 << start.readUInt16LE(0x1e);
  const entry = (start.readUInt32LE(0x30) + 1) * sector;
  return start.subarray(entry + 0x50, entry + 0x60).toString('hex') === '84100c0000000000c000000000000046';
}
