/**
 * What stands in a ZIP archive, read in memory and never unpacked to disk. Sizes that an archive claims are not believed:
 * what comes out is counted.
 * @module
 */
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
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
/** Names are taken as they are, since nothing is unpacked under them; sizes are counted, not believed. */
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false };

/** An archive by the names of its parts. */
export class Zip {
  private constructor(
    private readonly file: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly mostPart: number,
  ) {}

  /** @throws FileFault if it is none */
  static async open(bytes: Buffer, mostPart = MOST_PART): Promise<Zip> {
    const entries = new Map<string, Entry>();
    try {
      const file = await fromBufferPromise(bytes, OPTIONS);
      if (file.entryCount > MOST_ENTRIES) throw broken();
      for await (const entry of file.eachEntry()) {
        if (entry.isEncrypted()) throw locked();
        entries.set(entry.fileNameRaw.toString().replace(/^\//u, ''), entry);
      }
      return new Zip(file, entries, mostPart);
    } catch (error) {
      throw error instanceof FileFault ? error : broken();
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The content of a part, a piece at a time. @throws FileFault if it is not there, broken, or grows too large */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw broken();
    let out = 0;
    try {
      for await (const piece of (await this.file.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        out += piece.length;
        if (out > this.mostPart) throw tooLarge();
        yield piece;
        await giveWay();
      }
    } catch (error) {
      throw error instanceof FileFault ? error : broken();
    }
  }
}

export { broken as brokenFile, tooLarge as tooLargeInside };
