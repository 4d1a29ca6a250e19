/**
 * What stands in a ZIP archive, read in memory and never unpacked to disk. Sizes that an archive claims are not believed:
 * what comes out is counted.
 * @module
 */
import { createInflateRaw } from 'node:zlib';
import { FileFault, giveWay } from './fault';

const broken = (): FileFault =>
  new FileFault('broken_file', {
    zh: '文件不完整或不是 XLSX；请在表格软件里打开，另存为 .xlsx 再上传',
    en: 'it is incomplete, or no XLSX; open it in the spreadsheet program, save it as .xlsx and upload that',
  });
const tooLarge = (): FileFault =>
  new FileFault('too_large_inside', {
    zh: '展开后太大；请只留要导入的工作表和列，另存后再上传',
    en: 'it is too large once unpacked; keep the sheet and the columns to be imported, save it and upload that',
  });
const locked = (): FileFault =>
  new FileFault('locked_file', {
    zh: '文件有密码；请去掉密码再上传',
    en: 'it is protected by a password; remove the password and upload it again',
  });

/** Bytes of one part, unpacked. */
const MOST_PART = 256 * 1024 * 1024;
const MOST_ENTRIES = 5_000;
const PIECE = 64 * 1024;

interface Entry {
  at: number;
  method: number;
  size: number;
}

/** An archive by the names of its parts. */
export class Zip {
  private readonly entries = new Map<string, Entry>();

  /** @throws FileFault if it is none */
  constructor(
    private readonly bytes: Buffer,
    private readonly mostPart = MOST_PART,
  ) {
    const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
    if (end < 0 || end + 22 > bytes.length || end < bytes.length - 22 - 65_536) throw broken();
    const count = bytes.readUInt16LE(end + 10);
    if (count > MOST_ENTRIES) throw broken();
    let at = bytes.readUInt32LE(end + 16);
    for (let n = 0; n < count; n++) {
      if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02_01_4b_50) throw broken();
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
        number,
        number,
        number,
      ];
      if ((bytes.readUInt16LE(at + 8) & 1) === 1) throw locked();
      this.entries.set(bytes.toString('utf8', at + 46, at + 46 + nameLength).replace(/^\//u, ''), {
        method: bytes.readUInt16LE(at + 10),
        size: bytes.readUInt32LE(at + 20),
        at: bytes.readUInt32LE(at + 42),
      });
      at += 46 + nameLength + extra + comment;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The content of a part, a piece at a time. @throws FileFault if it is not there, broken, or grows too large */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry || entry.at + 30 > this.bytes.length || this.bytes.readUInt32LE(entry.at) !== 0x04_03_4b_50)
      throw broken();
    const from = entry.at + 30 + this.bytes.readUInt16LE(entry.at + 26) + this.bytes.readUInt16LE(entry.at + 28);
    const packed = this.bytes.subarray(from, from + entry.size);
    if (packed.length < entry.size || (entry.method !== 0 && entry.method !== 8)) throw broken();
    if (entry.method === 0) {
      for (let at = 0; at < packed.length; at += PIECE) {
        yield packed.subarray(at, at + PIECE);
        await giveWay();
      }
      return;
    }
    const inflate = createInflateRaw({ chunkSize: PIECE });
    inflate.end(packed);
    let out = 0;
    try {
      for await (const piece of inflate as AsyncIterable<Buffer>) {
        out += piece.length;
        if (out > this.mostPart) throw tooLarge();
        yield piece;
      }
    } catch (error) {
      throw error instanceof FileFault ? error : broken();
    } finally {
      inflate.destroy();
    }
  }
}

export { broken as brokenFile, tooLarge as tooLargeInside };
