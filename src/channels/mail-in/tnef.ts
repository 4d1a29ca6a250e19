/**
 * winmail.dat: in place of files, Outlook may send one part in a format of its own (MS-OXTNEF), which holds them.
 * @module
 */
import type { InboundFile } from '../inbound/channel';
import { decodeText } from './decode';

const SIGNATURE = 0x22_3e_9f_78;
/** Attributes of an attachment, as they stand in the file: the first one begins the next attachment. */
const BEGINS = 0x00_06_90_02;
const TITLE = 0x00_01_80_10;
const DATA = 0x00_06_80_0f;
const PROPERTIES = 0x00_06_90_05;
/** Of the message: in which code page short names are. */
const CODE_PAGE = 0x00_06_90_07;
/** Properties (MS-OXPROPS): its name in full, its media type, and its content where it is an object. */
const LONG_NAME = 0x37_07;
const MEDIA_TYPE = 0x37_0e;
const OBJECT = 0x37_01;

/** Types of a property: those of a fixed length in bytes, and those that say their length. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0x02, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [0x40, 8],
  [0x48, 16],
]);
const INTERFACE = 0x0d;
const STRING = 0x1e;
const UNICODE = 0x1f;
const VARIABLE: ReadonlySet<number> = new Set([INTERFACE, STRING, UNICODE, 0x01_02]);
/** An object says first, in a GUID, what it is. */
const GUID = 16;
const MANY = 0x10_00;

export const isTnef = ({ fileName, declaredType }: Pick<InboundFile, 'fileName' | 'declaredType'>): boolean =>
  /^application\/(?:vnd\.)?ms-tnef$/iu.test(declaredType) || /^winmail\.dat$/iu.test(fileName);

/** Windows' numbers for what names may be written in. */
const CODE_PAGES: ReadonlyMap<number, string> = new Map([
  [932, 'shift_jis'],
  [936, 'gb18030'],
  [949, 'euc-kr'],
  [950, 'big5'],
  ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => [page, `windows-${page}`] as const),
]);
type Decode = (bytes: Buffer) => string;

/**
 * The files in a winmail.dat, in their order.
 * @returns `isWhole`: all of it could be read, and no file is empty; else the winmail.dat itself should be kept as well
 */
export function filesInTnef(bytes: Buffer): { files: InboundFile[]; isWhole: boolean } {
  const files: InboundFile[] = [];
  let decode: Decode = decodeText;
  try {
    const reader = new Reader(bytes);
    if (reader.u32() !== SIGNATURE) return { files, isWhole: false };
    reader.skip(2);
    while (reader.left > 0) {
      reader.skip(1);
      const id = reader.u32();
      const value = reader.take(reader.u32());
      // The checksum says nothing that the mail's own encoding does not.
      reader.skip(2);
      if (id === CODE_PAGE) decode = decoderOf(value);
      if (id === BEGINS)
        files.push({ fileName: '', declaredType: 'application/octet-stream', content: Buffer.alloc(0) });
      const file = files.at(-1);
      if (!file) continue;
      if (id === DATA) file.content = value;
      if (id === TITLE && file.fileName === '') file.fileName = untilNul(decode(value));
      if (id === PROPERTIES) Object.assign(file, saidIn(value, decode));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { files: files.filter(({ content }) => content.length > 0), isWhole: false };
  }
  return { files, isWhole: files.length > 0 && files.every(({ content }) => content.length > 0) };
}

/** @throws RangeError when it is no number */
function decoderOf(value: Buffer): Decode {
  const charset = CODE_PAGES.get(new Reader(value).u32());
  return charset === undefined ? decodeText : (bytes) => new TextDecoder(charset).decode(bytes);
}

/** What the properties say of a file. @throws RangeError when they are cut */
function saidIn(bytes: Buffer, decode: Decode): Partial<InboundFile> {
  const reader = new Reader(bytes);
  const said: Partial<InboundFile> = {};
  for (let left = reader.u32(); left > 0; left--) {
    const type = reader.u16();
    const id = reader.u16();
    if (id >= 0x80_00) skipName(reader);
    const single = type & ~MANY;
    const isVariable = VARIABLE.has(single);
    const length = FIXED.get(single);
    // A type that we do not know has an unknown length: what was read so far stands.
    if (!isVariable && length === undefined) return said;
    for (let values = isVariable || single !== type ? reader.u32() : 1; values > 0; values--) {
      const value = isVariable ? reader.padded(reader.u32()) : reader.take(length ?? 0);
      if (id === OBJECT) said.content = single === INTERFACE ? value.subarray(GUID) : value;
      if (single !== UNICODE && single !== STRING) continue;
      const text = untilNul(single === UNICODE ? value.toString('utf16le') : decode(value));
      if (id === LONG_NAME) said.fileName = text;
      if (id === MEDIA_TYPE) said.declaredType = text;
    }
  }
  return said;
}

/** A property of somebody's own has a name of its own. */
function skipName(reader: Reader): void {
  reader.skip(16);
  if (reader.u32() === 0) reader.skip(4);
  else reader.padded(reader.u32());
}

const untilNul = (text: string): string => text.split('\0', 1)[0] ?? '';

/** Reads numbers and pieces one after the other. Every method throws RangeError past the end. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new RangeError('cut');
    const piece = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return piece;
  }

  /** A piece that is filled up to a multiple of four bytes. */
  padded(length: number): Buffer {
    const piece = this.take(length);
    this.skip(Math.min((4 - (length % 4)) % 4, this.left));
    return piece;
  }

  skip(length: number): void {
    this.take(length);
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }
}
