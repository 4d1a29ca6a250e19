import { PdfFailed, renderPdf, type PdfRequest } from '../../src/render/pdf';
import { pdfText } from '../support/pdf-text';

const EMPTY: PdfRequest['data'] = {
  title: '包装盒破损',
  about: 'CA-7',
  figures: [{ value: '12', name: '案件' }],
  cause: null,
  concerns: null,
  owner: null,
  state: null,
  opened: null,
  made: '2026-11-28',
  team: [],
  problem: null,
  cases: [],
  moreCases: null,
  containment: { clock: null, kind: null, text: null },
  rootCause: null,
  whys: [],
  action: null,
  plan: null,
  tasks: [],
  rates: [],
  rounds: [],
  effect: null,
  prevention: null,
  recognition: null,
};

const made = (data: PdfRequest['data'], language: 'zh-CN' | 'en' = 'zh-CN') =>
  renderPdf({ template: 'eight-d', language, data: { ...EMPTY, ...data } });
/** Without spaces: a line may break anywhere. */
const textOf = (pdf: Buffer) => pdfText(pdf).pages.join('').replaceAll(/\s/g, '');

test('a document in both languages is a tagged PDF of one font with its words in it, and empty places are said to be empty', async () => {
  const chinese = await made({ plan: '更换外箱材料，繁體「測試」，客户龘䶮。' });
  expect(chinese.subarray(0, 5).toString()).toBe('%PDF-');
  expect(chinese.length).toBeLessThan(100_000);
  expect(pdfText(chinese).title).toBe('8D 报告 · 包装盒破损');
  const text = textOf(chinese);
  for (const words of ['更换外箱材料，繁體「測試」，客户龘䶮。', 'D8致谢', '（未填写）', '第1页，共', 'CA-7']) {
    expect(text).toContain(words);
  }
  expect(textOf(await made({}, 'en'))).toContain('D8Recognition(notfilledin)');
  expect(chinese.toString('latin1')).toContain('/MarkInfo');
});

test('what people wrote stands there as they wrote it, and none of it is a program', async () => {
  const hostile = '#eval("1+1") #panic() ] ) \\ " $x$ *bold* _it_ <label> @ref // = `raw` #sys.inputs {{x}}';
  const text = textOf(await made({ plan: hostile, tasks: [[hostile, '', null, '\u0000']], title: hostile }));
  expect(text.split(hostile.replaceAll(/\s/g, ''))).toHaveLength(4);
});

test('a character that the font lacks is a box, once for what shows as one sign, and costs no document', async () => {
  const text = textOf(await made({ plan: '吉𠮷野家😀很好👨‍👩‍👧\u200B\u202Eabc\uD800' }));
  expect(text).toContain('吉□野家□很好□');
  expect(text).toContain('abc');
});

test('all characters of GB 2312 are printed', async () => {
  const decoder = new TextDecoder('gb2312');
  const signs = Array.from({ length: 94 * 94 }, (_, at) =>
    decoder.decode(Uint8Array.of(0xa1 + Math.floor(at / 94), 0xa1 + (at % 94))),
  ).filter((sign) => /^[\p{Script=Han}]$/u.test(sign));
  expect(signs.length).toBeGreaterThan(6_700);
  const text = textOf(await made({ plan: signs.join('') }));
  expect(text).not.toContain('□');
  expect(text).toContain('饕');
});

test('the same data is the same file, however many are made at once', async () => {
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => made({ plan: '一样' })));
  for (const other of others) expect(first?.equals(other)).toBe(true);
});

test('too much is refused, a broken template says where and not what, and the next document is made', async () => {
  await expect(made({ plan: '长'.repeat(500_001) })).rejects.toMatchObject({ why: 'too_large' });
  const broken = made({ figures: [{ value: 'secret' }] });
  await expect(broken).rejects.toThrow(PdfFailed);
  await expect(broken).rejects.not.toThrow(/secret/);
  const crowd = Array.from({ length: 30 }, () => made({}));
  const ends = await Promise.allSettled(crowd);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(ends.at(-1)).toMatchObject({ reason: { why: 'busy' } });
});
