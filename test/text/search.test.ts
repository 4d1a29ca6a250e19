import fc from 'fast-check';
import { excerpt, marksIn, searchForm, searchGrams, withoutSeparators } from '../../src/text/search';

/** What customers write in: both scripts, digits, full width, blanks, punctuation, characters outside the first plane. */
const anything = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'退款冒烟鍋爐裡订单号客服。，！ -/abcxyz019ＡＢ０１\n\t—‐'.split('')),
      fc.constantFrom('𠮷', 'é', 'É', 'ﬁ', '\u200b', '\u0301', '👍🏽'),
    ),
    { maxLength: 40 },
  )
  .map((characters) => characters.join(''));

it('a text holds the grams of whatever it holds, so the index never hides a case', () => {
  const parts: { part: string; missing: number[] }[] = [];
  fc.assert(
    fc.property(anything, fc.nat(40), fc.nat(12), (text, from, length) => {
      const form = searchForm(text);
      const part = form.slice(from, from + length);
      const grams = new Set(searchGrams(form));
      // A part that begins or ends within a pair of surrogates is no text.
      if (part.isWellFormed()) parts.push({ part, missing: searchGrams(part).filter((gram) => !grams.has(gram)) });
    }),
    { numRuns: 500 },
  );
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.filter(({ missing }) => missing.length > 0)).toEqual([]);
});

it('two Chinese characters are one gram, and so are three ASCII ones; shorter words have none', () => {
  const lengths = ['退款', '退', 'ab', 'abc', '13812345678', '退a', '退。款', 'a b c'].map(
    (word) => searchGrams(searchForm(word)).length,
  );
  expect(lengths).toEqual([1, 0, 0, 1, 9, 1, 0, 0]);
  expect(searchGrams('退款')).not.toEqual(searchGrams('款退'));
});

it.each([
  ['電鍋冒煙', '电锅冒烟'],
  ['ＱＨ－２０２５', 'qh-2025'],
  ['QH–2025', 'qh-2025'],
  ['  a\n\n b ', 'a b'],
  ['\u200bA\ufe0f', 'a'],
])('%j is sought as %j', (typed, form) => {
  expect(searchForm(typed)).toBe(form);
});

it('numbers are compared without their separators', () => {
  expect(withoutSeparators('QH-2025/11 (03)')).toBe('qh20251103');
  expect(marksIn('单号 QH-2025/11。', ['qh202511'], false)).toEqual([[3, 13]]);
});

it('marks stand where the words stand in the text as it was written', () => {
  const marked = (text: string, ...words: string[]): string[] =>
    marksIn(text, words).map(([from, to]) => text.slice(from, to));
  expect(marked('𠮷電鍋冒煙，又冒煙了', '冒烟')).toEqual(['冒煙', '冒煙']);
  expect(marked('ＱＨ－20251112', 'qh-2025', '0251')).toEqual(['ＱＨ－2025１'.slice(0, 7) + '1']);
  expect(marked('a \n b', 'a b')).toEqual(['a \n b']);
  expect(marked('没有', '冒烟', '')).toEqual([]);
  fc.assert(
    fc.property(anything, fc.nat(40), fc.integer({ min: 1, max: 6 }), (text, from, length) => {
      const word = searchForm(text)
        .slice(from, from + length)
        .trim();
      const marks = marksIn(text, [word]);
      for (const [n, [start, end]] of marks.entries()) {
        expect(start).toBeLessThan(end);
        expect(start).toBeGreaterThanOrEqual(marks[n - 1]?.[1] ?? 0);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});

it('an excerpt is short, one line, cuts no character, and its marks are those of the text', () => {
  const text = `${'𠮷'.repeat(60)}锅\n冒烟${'了'.repeat(200)}冒烟`;
  const { text: cut, marks } = excerpt(text, marksIn(text, ['冒烟']));
  expect(cut.isWellFormed()).toBe(true);
  expect(cut).toMatch(/^….*…$/);
  expect(cut).not.toContain('\n');
  expect(cut.length).toBeLessThanOrEqual(122);
  expect(marks.map(([from, to]) => cut.slice(from, to))).toEqual(['冒烟']);
  expect(excerpt('短', [])).toEqual({ text: '短', marks: [] });
});
