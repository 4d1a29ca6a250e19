import fc from 'fast-check';
import { normalise, traced } from '../../src/text/normalise';
import { quotesIn } from '../../src/text/quotes';
import { suggestGrade } from '../../src/text/suggest';
import { volume } from '../support/volume';

/** Texts out of everything that normalising changes, and anything else. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '傷',
        '險',
        '回覆',
        '！',
        '!',
        '!!',
        '。',
        '?',
        ' ',
        '　',
        '\t',
        '\r\n',
        '\n',
        '①',
        'ﷺ',
        '㎏',
        '１２',
      ),
      fc.constantFrom('e\u0301', '\u0301', 'ｶﾞ', 'ﾞ', '한', '\u1112\u1161\u11ab', 'ㅎㅏㄴ', 'İ', 'ΑΣ', 'ΑΣ ', 'Ａｂ'),
      fc.constantFrom(
        '冒烟',
        '没人',
        '退款',
        'Fire',
        '\ud83d',
        '👩‍🔧',
        '𠮷',
        '\u0e19\u0e49\u0e33',
        '\uFFFD',
        '\u200b',
        '“',
        '’',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

test('a traced text is the normalised one, and what its characters come from only moves on', () => {
  fc.assert(
    fc.property(anyText, (written) => {
      const { text, from, to } = traced(written);
      expect(text).toBe(normalise(written));
      expect([from.length, to.length]).toEqual([text.length, text.length]);
      const moves = from.every((start, n) => start >= (from[n - 1] ?? 0) && start < (to[n] ?? -1));
      const ends = to.every((end, n) => end >= (to[n - 1] ?? 0) && end <= written.length);
      expect([moves, ends]).toEqual([true, true]);
    }),
    { numRuns: volume({ usual: 2_000 }) },
  );
});

test('what a quoted word is traced to reads as that word', () => {
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.constantFrom('冒烟', '受傷', '１２，８００元', 'ｶﾞｽ', 'Fire'),
      (before, after, word) => {
        const written = `${before}。${word}。${after}`;
        const read = normalise(word);
        const quotes = quotesIn({ text: written }, [{ rule: 'M1', words: [read] }]);
        expect(quotes).not.toEqual([]);
        for (const { from, to } of quotes) expect(normalise(written.slice(from, to))).toContain(read);
      },
    ),
    { numRuns: volume({ usual: 1_000 }) },
  );
});

/** Code points that NFKC may change because of what stands before them: marks, and what is the second of a pair. */
test('every character that NFKC may join to the one before it is traced together with it', () => {
  const points = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);
  const second = new Set<string>();
  for (const code of points) {
    const char = String.fromCodePoint(code);
    if (char.normalize('NFC') === char) for (const part of Array.from(char.normalize('NFD')).slice(1)) second.add(part);
  }
  const apart = points.filter((code) => {
    const char = String.fromCodePoint(code);
    const [first = ''] = Array.from(char.normalize('NFKD'));
    const joins = second.has(first) || /\p{M}/u.test(first);
    // Traced apart, it would come from its own place alone.
    return joins && traced(`\uAC00${char}x`).from.some((from) => from === 1);
  });
  expect(apart).toEqual([]);
});

const marked = (text: string, reasons: { rule: string; words: string[] }[]): string[] =>
  quotesIn({ text }, reasons).map(({ rule, from, to }) => `${rule} ${text.slice(from, to)}`);

test.each<[string, string, string[], string[]]>([
  ['traditional characters', '熱水器漏電，我受傷了', ['漏电', '受伤'], ['M1 漏電', 'M1 受傷']],
  ['full width and blanks', '损失　１２，８００　元', ['12,800 元'], ['M1 １２，８００　元']],
  ['blanks between characters', '它 冒 烟 了', ['冒烟'], ['M1 冒 烟']],
  ['capitals', 'It caught FIRE!', ['fire'], ['M1 FIRE']],
  ['no part of a word', 'the vexed next ex', ['ex'], ['M1 ex']],
  ['invisible characters', '冒\u200b烟', ['冒烟'], ['M1 冒\u200b烟']],
  ['each place', '先冒烟，再冒烟', ['冒烟'], ['M1 冒烟', 'M1 冒烟']],
  ['not where it is denied', '上次没有冒烟，这次 冒 烟', ['冒烟'], ['M1 冒 烟']],
  ['denied everywhere: the words are the reason all the same', '没有冒烟', ['冒烟'], ['M1 冒烟']],
  [
    'a clause that was cut within a word',
    `It ${'really '.repeat(9)}hurts`,
    [`it ${'really '.repeat(9)}`.slice(0, 40)],
    [`M1 It ${'really '.repeat(5)}re`],
  ],
  ['words over each other are one', '一直没人理我', ['没人理', '人理我'], ['M1 没人理我']],
  ['words that are not there', '包装盒有点脏', ['冒烟', '', ' '], []],
])('%s', (_what, text, words, expected) => {
  expect(marked(text, [{ rule: 'M1', words }])).toEqual(expected);
});

test('what is asked for is looked through as well, and quotes come as they stand', () => {
  const written = { text: '充电器冒烟，客服不理', wantedRemedy: '不赔就找 12315' };
  const reasons = [
    { rule: 'M1', words: ['冒烟'] },
    { rule: 'M4', words: ['找 12315'] },
    { rule: 'I1', words: ['不理'] },
    { rule: 'product_quality', words: ['充电器冒烟'] },
  ];
  expect(quotesIn(written, reasons)).toEqual([
    { rule: 'product_quality', in: 'text', from: 0, to: 5 },
    { rule: 'M1', in: 'text', from: 3, to: 5 },
    { rule: 'I1', in: 'text', from: 8, to: 10 },
    { rule: 'M4', in: 'wantedRemedy', from: 3, to: 10 },
  ]);
});

test.each([
  '電磁爐用了三天，突然冒煙，差點起火！！我打了５次電話都沒人接，要求退款３，２００元',
  'The heater sparked and I got a SHOCK.  I called three times, nobody answers. Refund ￥12,800!',
])('everything that the engine quotes is found: %s', (text) => {
  const { reasons } = suggestGrade({ text, language: 'zh-CN' });
  expect(reasons.length).toBeGreaterThan(1);
  for (const { rule, words } of reasons) {
    for (const word of words) expect(marked(text, [{ rule, words: [word] }])).not.toEqual([]);
  }
});

test('a long text that says one word all the time is marked in a moment, at its beginning', () => {
  expect(quotesIn({ text: '冒烟'.repeat(10_000) }, [{ rule: 'M1', words: ['冒烟'] }])).toHaveLength(20);
});
