import { strToU8, zipSync } from 'fflate';
import fc from 'fast-check';
import { csvRows, textOf } from '../../../src/cases/import/csv';
import type { Table } from '../../../src/cases/import/fault';
import { tableOf } from '../../../src/cases/import/table';
import { Zip } from '../../../src/cases/import/zip';
import { csvRows as written, xlsxFile } from '../../../src/render/table-file';

/** Two columns and a row in GBK, as Excel on a Chinese Windows saves a CSV: 单号,投诉内容 / 0012,包装盒有点脏 */
const GBK = Buffer.from('b5a5bac52ccdb6cbdfc4dac8dd0d0a303031322cb0fcd7b0bad0d3d0b5e3d4e00d0a', 'hex');

const all = async (table: Table): Promise<string[][]> => {
  const rows: string[][] = [];
  for await (const { cells } of table.rows) rows.push([...cells]);
  return rows;
};
const read = async (file: string | Buffer) => {
  const table = await tableOf(Buffer.from(file));
  return { columns: table.columns, rows: await all(table), format: table.format };
};

const WORKBOOK =
  '<workbook xmlns:r="r"><sheets><sheet name="隐藏" state="hidden" r:id="r0"/><sheet name="台账" r:id="r1"/></sheets></workbook>';
const RELS =
  '<Relationships><Relationship Id="r0" Target="worksheets/sheet0.xml"/><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>';
const book = (sheet: string, more: Record<string, string> = {}): Buffer =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries({
          'xl/workbook.xml': WORKBOOK,
          'xl/_rels/workbook.xml.rels': RELS,
          'xl/worksheets/sheet1.xml': sheet,
          ...more,
        }).map(([name, text]) => [name, strToU8(text)]),
      ),
    ),
  );
const text = (ref: string, value: string): string => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;
const HEAD = `<row r="1">${text('A1', '单号')}${text('B1', '日期')}</row>`;

describe('CSV', () => {
  it('is read in GBK, in UTF-8 with and without its mark, and in UTF-16', async () => {
    const wanted = { columns: ['单号', '投诉内容'], rows: [['0012', '包装盒有点脏']], format: 'csv' };
    const plain = '单号,投诉内容\r\n0012,包装盒有点脏\r\n';
    expect(await read(GBK)).toEqual(wanted);
    expect(await read(plain)).toEqual(wanted);
    expect(await read(`\uFEFF${plain}`)).toEqual(wanted);
    expect(await read(Buffer.from(`\uFEFF${plain}`, 'utf16le'))).toEqual(wanted);
  });

  it('keeps leading zeros, also those that Excel keeps by a formula', async () => {
    expect((await read('单号,电话\n"=""0012""",="01088886666"\n007,13800001111\n')).rows).toEqual([
      ['0012', '01088886666'],
      ['007', '13800001111'],
    ]);
  });

  it('says that UTF-8 with a damaged character is damaged, and does not read it as GBK', async () => {
    const bytes = Buffer.from('单号,投诉内容\n0012,包装盒有点脏希望说明一下\n');
    await expect(textOf(Buffer.concat([bytes.subarray(0, -3), Buffer.from('\n')]))).rejects.toMatchObject({
      code: 'damaged_text',
    });
  });

  it('says what is no text, and what is an old or locked spreadsheet', async () => {
    await expect(read(Buffer.from([1, 2, 0, 3]))).rejects.toMatchObject({ code: 'not_text' });
    await expect(read(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject({ code: 'old_format' });
    await expect(read('')).rejects.toMatchObject({ code: 'empty' });
    await expect(read('PK\u0003\u0004 no archive')).rejects.toMatchObject({ code: 'broken_file' });
  });

  it('knows its delimiter by its first row', async () => {
    expect((await read('a;b,c;d\n1;2,5;3\n')).columns).toEqual(['a', 'b,c', 'd']);
    expect((await read('a\tb\n1\t2\n')).columns).toEqual(['a', 'b']);
    expect((await read('sep=|\r\na|b\r\n1|2\r\n')).rows).toEqual([['1', '2']]);
  });

  it('counts a cell with line breaks as one row', async () => {
    const rows = [];
    for await (const { no, cells } of csvRows('a,b\r\n"x\ny\r\nz","say ""no"""\r\n\r\nlast,1'))
      rows.push([no, ...cells]);
    expect(rows).toEqual([
      [1, 'a', 'b'],
      [2, 'x\ny\r\nz', 'say "no"'],
      [3, ''],
      [4, 'last', '1'],
    ]);
  });

  it('names the row whose quotation mark has no end', async () => {
    await expect(read('a,b\n1,2\n3,"4\n5,6\n')).rejects.toMatchObject({
      code: 'unended_quote',
      words: { en: expect.stringContaining('row 3') },
    });
  });

  it('reads back what our own files say, formulas disarmed and armed again', async () => {
    // Not what Excel writes for a number kept as text (="…"), and no apostrophe of somebody's own before a formula.
    const isOurs = (one: string): boolean => !/^(?:'|=")/u.test(one);
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }).filter(isOurs),
      fc.constantFrom('=1+1', '+86 138', '＝x', '"', ',', 'a\nb', '@x'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), async (rows) => {
        const found: string[][] = [];
        for await (const { cells } of csvRows(written([['a', 'b'], ...rows]))) found.push([...cells]);
        expect(found.slice(1)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused above 50,000 rows and 200 columns', async () => {
    await expect(read(`a,b\n${'1,2\n'.repeat(50_101)}`)).rejects.toMatchObject({ code: 'too_many_rows' });
    await expect(read(`${'a,'.repeat(200)}b\n`)).rejects.toMatchObject({ code: 'too_many_columns' });
  });
});

describe('headings', () => {
  it('stand below a title, and each name stands once', async () => {
    expect((await read('2023 年投诉台账,,\n单号,电话,电话\n1,2,3\n')).columns).toEqual(['单号', '电话', '电话 (2)']);
  });

  it('of merged cells are named by both rows', async () => {
    const sheet = `<worksheet><sheetData>
      <row r="1">${text('A1', '单号')}${text('B1', '客户信息')}${text('D1', '内容')}</row>
      <row r="2">${text('B2', '姓名')}${text('C2', '电话')}</row>
      <row r="3">${text('A3', '7')}${text('B3', '王')}${text('C3', '1')}${text('D3', 'x')}</row></sheetData>
      <mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:D2"/></mergeCells></worksheet>`;
    expect(await read(book(sheet))).toEqual({
      columns: ['单号', '客户信息 / 姓名', '客户信息 / 电话', '内容'],
      rows: [['7', '王', '1', 'x']],
      format: 'xlsx',
    });
  });

  it('are asked for where there are none', async () => {
    await expect(read('\n\n')).rejects.toMatchObject({ code: 'no_heading' });
  });
});

describe('XLSX', () => {
  it('reads what our own exports write', async () => {
    const file = await xlsxFile(
      '案件',
      ['单号', '内容'],
      [
        ['0012', '=1+1'],
        ['13', 'a\nb & <c>'],
      ],
    );
    expect(await read(file)).toEqual({
      columns: ['单号', '内容'],
      rows: [
        ['0012', "'=1+1"],
        ['13', 'a\nb & <c>'],
      ],
      format: 'xlsx',
    });
  });

  it('shows numbers as somebody sees them: dates, padded zeros, and what is lost of long ones', async () => {
    const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; h:mm"/><numFmt numFmtId="165" formatCode="00000000"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="31"/></cellXfs></styleSheet>`;
    const sheet = `<worksheet><sheetData>${HEAD}
      <row r="2"><c r="A2" s="3"><v>1234</v></c><c r="B2" s="1"><v>44931</v></c></row>
      <row r="3"><c r="A3"><v>13800001111</v></c><c r="B3" s="2"><v>44931.645833333336</v></c></row>
      <row r="4"><c r="A4"><v>6.2148333333333334E+17</v></c><c r="B4" s="4"><v>44931</v></c></row></sheetData></worksheet>`;
    expect((await read(book(sheet, { 'xl/styles.xml': styles }))).rows).toEqual([
      ['00001234', '2023-01-05'],
      ['13800001111', '2023-01-05 15:30:00'],
      ['6.214833333333334e+17', '2023-01-05'],
    ]);
  });

  it('counts days from 1904 where the workbook does', async () => {
    const workbook = WORKBOOK.replace('<sheets>', '<workbookPr date1904="1"/><sheets>');
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>';
    const sheet = `<worksheet><sheetData>${HEAD}<row r="2">${text('A2', 'x')}<c r="B2" s="1"><v>43469</v></c></row></sheetData></worksheet>`;
    expect((await read(book(sheet, { 'xl/workbook.xml': workbook, 'xl/styles.xml': styles }))).rows).toEqual([
      ['x', '2023-01-05'],
    ]);
  });

  it('puts shared texts together from their runs, without how they are pronounced', async () => {
    const shared =
      '<sst><si><r><t>包装</t></r><r><t xml:space="preserve">盒 </t></r><rPh><t>ほう</t></rPh></si><si><t>a&#20013;&amp;</t></si></sst>';
    const sheet = `<worksheet><sheetData>${HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row></sheetData></worksheet>`;
    expect((await read(book(sheet, { 'xl/sharedStrings.xml': shared }))).rows).toEqual([['包装盒 ', 'a中&']]);
  });

  it('refuses a document type, and with it entities that grow', async () => {
    const sheet = `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData>${HEAD}</sheetData></worksheet>`;
    await expect(read(book(sheet))).rejects.toMatchObject({ code: 'broken_file' });
  });

  it('stops at what unpacks to too much, whatever the archive says of its size', async () => {
    const small = Buffer.from(zipSync({ bomb: new Uint8Array(4 * 1024 * 1024) }));
    // The size that it claims.
    const directory = small.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    small.writeUInt32LE(10, directory + 24);
    const unpacked = async (most: number): Promise<number> => {
      let bytes = 0;
      for await (const piece of (await Zip.open(small, most)).read('bomb')) bytes += piece.length;
      return bytes;
    };
    expect(await unpacked(4 * 1024 * 1024)).toBe(4 * 1024 * 1024);
    await expect(unpacked(1024 * 1024)).rejects.toMatchObject({ code: 'too_large_inside' });
  });

  it('stops at a stretch without an end', async () => {
    const bomb = Buffer.from(
      zipSync({
        'xl/workbook.xml': strToU8(WORKBOOK),
        'xl/_rels/workbook.xml.rels': strToU8(RELS),
        'xl/worksheets/sheet1.xml': strToU8(`<worksheet><!--${' '.repeat(3 * 1024 * 1024)}`),
      }),
    );
    await expect(read(bomb)).rejects.toMatchObject({ code: 'broken_file' });
  });

  it('gives way while it reads: nothing else waits long', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, n) => `<row r="${n + 2}">${text(`A${n + 2}`, `x${n}`)}${text(`B${n + 2}`, '包装盒有点脏')}</row>`,
    ).join('');
    let turns = 0;
    const ticker = setInterval(() => turns++, 1);
    expect((await read(book(`<worksheet><sheetData>${HEAD}${rows}</sheetData></worksheet>`))).rows).toHaveLength(
      20_000,
    );
    clearInterval(ticker);
    expect(turns).toBeGreaterThan(5);
  });
});
