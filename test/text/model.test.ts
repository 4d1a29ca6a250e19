import { clausesOf, spansOf } from '../../src/text/model/clauses';
import { categoryOf, rulesIn, starterModel } from '../../src/text/model/classify';
import { examplesHash } from '../../src/text/model/examples';
import { gramsOf, PLACES } from '../../src/text/model/grams';
import { type Example, learn, scoreOf } from '../../src/text/model/linear';
import { readModel, writeModel } from '../../src/text/model/model';
import { highestScores, prepare, thresholds, trainCategories, trainRules } from '../../src/text/model/train';
import { suggestGrade } from '../../src/text/suggest';

const examples: Example[] = [
  ...['插座发黑', '插头发黑了', '插座又黑了'].map((text) => ({ grams: gramsOf(text), holds: true, counts: 1 })),
  ...['颜色不好看', '鞋子有点小', '快递慢'].map((text) => ({ grams: gramsOf(text), holds: false, counts: 1 })),
];

test('the shipped model was learnt from the examples that stand beside it', () => {
  // A change of the examples without `npm run train` would have no effect.
  expect(starterModel().examples).toBe(examplesHash());
});

describe('clauses', () => {
  it('end at marks, and not inside a number', () => {
    expect(clausesOf('花了1.5万,修了两次。还是不行').map(({ text }) => text)).toEqual([
      '花了1.5万',
      '修了两次',
      '还是不行',
    ]);
  });

  it('say where they stand in the text', () => {
    const text = ' 坏了, 没人管 。';
    for (const { text: words, start, end } of clausesOf(text)) expect(text.slice(start, end)).toBe(words);
  });

  it('are also read with the one after them', () => {
    expect(spansOf('一踩下去,没反应').map(({ text }) => text)).toEqual(['一踩下去', '一踩下去,没反应', '没反应']);
  });

  it('of nothing there are none', () => expect(spansOf(' 。,')).toEqual([]));
});

describe('learning', () => {
  it('tells what it has learnt from what it has not, and the same examples give the same weights', () => {
    const weights = learn(examples, 5);
    expect(scoreOf(weights, gramsOf('插座全黑了'))).toBeGreaterThan(0);
    expect(scoreOf(weights, gramsOf('鞋子太小'))).toBeLessThan(0);
    expect(learn(examples, 5)).toEqual(weights);
  });

  it('reads of a number only how long it is', () => {
    expect(gramsOf('单号20261128')).toEqual(gramsOf('单号19990401'));
    expect(gramsOf('第3次')).not.toEqual(gramsOf('第300次'));
  });

  const texts = [
    { id: '1', text: '灯泡自己唱歌，晚上听着。', rules: ['M1' as const], category: 'product_quality' as const },
    { id: '2', text: '颜色和图上不一样。', rules: [], category: 'sales_promise' as const },
  ];
  const clauses = [
    { label: 'M1' as const, holds: true, text: '灯泡唱歌' },
    { label: 'M1' as const, holds: false, text: '灯泡好看' },
    { label: 'product_quality' as const, holds: true, text: '灯泡唱歌' },
  ];

  it('finds in a complaint the clause that sounds like the rule', () => {
    const prepared = prepare(texts, clauses);
    const [m1] = trainRules(prepared).filter(({ label }) => label === 'M1');
    const model = {
      rules: [{ label: 'M1' as const, weights: m1?.weights ?? new Float32Array(), from: 0 }],
      categories: trainCategories(prepared),
      version: 'v',
      examples: '',
    };
    const text = '昨天刚买的,灯泡唱歌。';
    expect(rulesIn(text, model).map(({ start, end }) => text.slice(start, end))).toContain('灯泡唱歌');
    expect(suggestGrade({ text, language: 'zh-CN' }, model)).toMatchObject({
      grade: 'major',
      reasons: expect.arrayContaining([{ rule: 'M1', words: ['灯泡唱歌'] }]),
      engine: expect.stringMatching(/\+model@v$/),
    });
    // What is asked has not happened.
    expect(suggestGrade({ text: '请问灯泡唱歌吗？', language: 'zh-CN' }, model).grade).toBe('general');
  });

  it('takes a rule only where it makes grades better, and misses no danger for the sake of the others', () => {
    const scores = (m1: number, i1: number) =>
      new Map([
        ['M1' as const, m1],
        ['I1' as const, i1],
      ]);
    const from = thresholds([
      { grade: 'major', found: [], scores: scores(2, -2) },
      { grade: 'general', found: [], scores: scores(1.5, 2.6) },
      { grade: 'general', found: [], scores: scores(-2, 2.6) },
    ]);
    expect(from.get('M1')).toBeGreaterThanOrEqual(1.5);
    expect(from.get('M1')).toBeLessThan(2);
    expect(from.get('I1')).toBeGreaterThan(2.6);
  });
});

describe('the file of a model', () => {
  const some = Array.from({ length: 100 }, (_, at) => at * 997);

  it('holds what was learnt, but for what a byte rounds off', () => {
    const weights = learn(examples, 3);
    const file = writeModel({
      rules: [{ label: 'M1', weights, from: 1.25 }],
      categories: [{ label: 'other', weights }],
      examples: 'abc',
    });
    const read = readModel(file);
    expect(read).toMatchObject({
      examples: 'abc',
      rules: [{ label: 'M1', from: 1.25 }],
      categories: [{ label: 'other' }],
    });
    const most = weights.slice(0, PLACES).reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0);
    for (const place of some) {
      const difference = (read.rules[0]?.weights[place] ?? NaN) - (weights[place] ?? NaN);
      expect(Math.abs(difference)).toBeLessThanOrEqual(most / 254 + 1e-6);
    }
    expect(readModel(file).version).toMatch(/^[0-9a-f]{8}$/);
  });

  it('is refused when it is none or was cut off', () => {
    const file = writeModel({ rules: [], categories: [{ label: 'other', weights: learn(examples, 1) }], examples: '' });
    expect(() => readModel(Buffer.from('no model'))).toThrow('not a model');
    expect(() => readModel(file.subarray(0, -1))).toThrow('cut off');
  });

  it('without a category leaves the category open', () => {
    expect(categoryOf('坏了', { rules: [], categories: [], version: '', examples: '' })).toEqual({
      category: 'other',
      clause: '',
    });
  });
});

test('the highest score of a rule is that of one clause, however long the text is', () => {
  const rules = [{ label: 'M1' as const, weights: learn(examples, 3) }];
  const alone = highestScores(rules, '插座发黑').get('M1') ?? NaN;
  expect(highestScores(rules, `${'今天天气不错。'.repeat(50)}插座发黑`).get('M1')).toBeCloseTo(alone, 5);
});
