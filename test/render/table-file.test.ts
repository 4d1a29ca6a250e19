import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { csvRows, disarmed, xlsxFile, type Cell } from '../../src/render/table-file';

/** The cells of a CSV, read by RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length;) {
    const row: string[] = [];
    for (;;) {
      const quoted = /"((?:[^"]|"")*)"/y;
      const plain = /[^,"\r\n]*/y;
      const pattern = text[at] === '"' ? quoted : plain;
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      row.push((match?.[1] ?? match?.[0] ?? '').replaceAll('""', '"'));
      at = pattern.lastIndex;
      if (text[at] !== ',') break;
      at++;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of line at ${at}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

const ARMED = [
  '=1+1',
  '+86 139',
  '-2',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  ' =1',
  '\u200b=1',
];

it.each(ARMED)('%j is no formula in the file, and is what it was without the apostrophe', (text) => {
  expect(disarmed(text)).toBe(`'${text}`);
  expect(readCsv(csvRows([[text]]))).toEqual([[`'${text}`]]);
});

it.each(['漏水', "'quoted'", 'a=b', 'C261126-ZDJH4H', '2026-11-26 15:04', '138****5621', ''])(
  '%j stays as it is',
  (text) => {
    expect(disarmed(text)).toBe(text);
  },
);

it('whatever people write, a CSV has the same cells and none that begins a formula', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('"', ',', '\r', '\n', '\r\n', '=', '@', ';', '退'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  const cell: fc.Arbitrary<Cell> = fc.oneof(text, fc.integer(), fc.constant(null));
  const wrong: unknown[] = [];
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 4 }), (rows) => {
      const read = readCsv(csvRows(rows));
      const wanted = rows.map((row) =>
        row.map((one) => (typeof one === 'string' ? disarmed(one) : one === null ? '' : String(one))),
      );
      if (JSON.stringify(read) !== JSON.stringify(wanted)) wrong.push({ read, wanted });
      const armed = rows.flat().filter((one) => typeof one === 'string' && /^\s*[=+\-@]/.test(disarmed(one)));
      wrong.push(...armed);
    }),
  );
  expect(wrong).toEqual([]);
});

it('an XLSX holds texts as texts, numbers as numbers, and no formula', async () => {
  const file = await xlsxFile(
    '案件',
    ['客户', '轮次'],
    [
      ['=HYPERLINK("http://x","y")', 2],
      ['王小明 <b>&', null],
    ],
  );
  const parts = unzipSync(file);
  const xml = Object.entries(parts)
    .filter(([name]) => name.endsWith('.xml'))
    .map(([, bytes]) => strFromU8(bytes))
    .join('\n');
  expect(xml).toContain('&lt;b&gt;&amp;');
  expect(xml).toContain('客户');
  expect(xml).toMatch(/(?:'|&apos;|&#39;)=HYPERLINK/);
  expect(xml).toMatch(/<v>2<\/v>/);
  expect(xml).not.toMatch(/<f>|<f /);
});
