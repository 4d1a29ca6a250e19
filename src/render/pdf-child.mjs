// The process that makes PDFs: see pdf.ts beside it, which starts it and ends it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

const [templates] = process.argv.slice(2);
const FONTS = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts');
const fonts = ['Regular', 'Bold'].map((weight) => readFileSync(join(FONTS, `NotoSansHans-${weight}.otf`)));
const compiler = NodeCompiler.create({ workspace: templates, fontArgs: [{ fontBlobs: fonts }] });

/** Which characters a font has, by its table `cmap` of format 12 (all of Unicode). @returns first and last of each group */
function groupsOf(font) {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, at) => 12 + 16 * at);
  const cmap = font.readUInt32BE(tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap') + 8);
  const subtables = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, at) =>
    font.readUInt32BE(cmap + 8 + 8 * at),
  );
  const all = subtables.map((at) => cmap + at).find((at) => font.readUInt16BE(at) === 12);
  return Array.from({ length: font.readUInt32BE(all + 12) }, (_, at) => {
    const group = all + 16 + 12 * at;
    return [font.readUInt32BE(group), font.readUInt32BE(group + 4)];
  });
}

const known = new Set();
for (const [first, last] of groupsOf(fonts[0])) for (let code = first; code <= last; code += 1) known.add(code);

/** What cannot be printed is a box; of what shows nothing, line breaks alone stay. */
const printable = (text) =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    // What is joined to a sign, or colours it, shows as one with it.
    .replaceAll(/\u200D\P{Cc}|\p{Emoji_Modifier}/gu, '')
    .replaceAll(/[^\n]/gu, (sign) => {
      if (/[\p{Cc}\p{Cf}\p{Mn}\p{Me}]/u.test(sign)) return '';
      return known.has(sign.codePointAt(0)) ? sign : '□';
    });

function clean(value) {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)]));
}

function make({ template, language, data }) {
  const inputs = { language, data: JSON.stringify(clean(JSON.parse(data))) };
  const compiled = compiler.compile({ mainFilePath: join(templates, `${template}.typ`), inputs });
  if (!compiled.result) {
    // What the compiler says may quote the data, and does not leave this process but for the place in the template.
    const [first] = compiler.fetchDiagnostics(compiled.takeError());
    throw new Error(`template ${template}: ${first?.path ?? ''} ${JSON.stringify(first?.range ?? '')}`);
  }
  const pdf = compiler.pdf(compiled.result, { pdfStandard: 'ua-1' });
  compiler.evictCache(10);
  return pdf;
}

process.on('message', (asked) => {
  try {
    process.send({ pdf: make(asked) });
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on('disconnect', () => process.exit());
