import { CATEGORIES, SENTIMENTS } from '../../src/domain/basics/types';
import { LEARNT_RULES } from '../../src/text/lexicon/groups';
import { clausesOf, spansOf } from '../../src/text/model/clauses';
import {
  categoryOf,
  hear,
  likeliest,
  rulesIn,
  sentimentOf,
  starterModel,
  wholeOf,
} from '../../src/text/model/classify';
import { examplesHash } from '../../src/text/model/examples';
import { gramsOf, PLACES, tokensOf } from '../../src/text/model/grams';
import { type Example, learn, scoreOf } from '../../src/text/model/linear';
import { type Model, NOTHING, readModel, scoresOf, tableOf, writeModel } from '../../src/text/model/model';
import { heardFrom, prepare, thresholds, train } from '../../src/text/model/train';
import { suggestGrade } from '../../src/text/suggest';

const gramsIn = (text: string): number[] => gramsOf({ words: tokensOf(text).map(({ word }) => word) });

const examples: Example[] = [
  ...['插座发黑', '插头发黑了', '插座又黑了'].map((text) => ({ grams: gramsIn(text), holds: true, counts: 1 })),
  ...['颜色不好看', '鞋子有点小', '快递慢'].map((text) => ({ grams: gramsIn(text), holds: false, counts: 1 })),
];

test('the shipped model was learnt from the examples that stand beside it', () => {
  // A change of the examples without `npm run train` would have no effect.
  expect(starterModel().examples).toBe(examplesHash());
});

describe('clauses', () => {
  const wordsOf = (text: string): string[] => clausesOf(text).map(({ start, end }) => text.slice(start, end));

  it('end at marks, and not inside a number', () => {
    expect(wordsOf('花了1.5万,修了两次。还是不行')).toEqual(['花了1.5万', '修了两次', '还是不行']);
  });

  it('say where they stand in the text, without blanks, and of which words they consist', () => {
    const text = ' 坏了, nobody  cares 。';
    expect(wordsOf(text)).toEqual(['坏了', 'nobody  cares']);
    expect(clausesOf(text).map(({ words }) => words)).toEqual([
      ['坏', '了'],
      ['nobody', 'cares'],
    ]);
  });

  it('are also read with the one after them', () => {
    const spans = spansOf(clausesOf('一踩下去;没反应'));
    expect(spans.map(({ words, alone }) => [words.join(''), alone])).toEqual([
      ['一踩下去', true],
      ['一踩下去,没反应', false],
      ['没反应', true],
    ]);
  });

  it('of nothing there are none', () => expect(clausesOf(' 。,')).toEqual([]));
});

describe('learning', () => {
  it('tells what it has learnt from what it has not, and the same examples give the same weights', () => {
    const weights = learn(examples, 5);
    expect(scoreOf(weights, gramsIn('插座全黑了'))).toBeGreaterThan(0);
    expect(scoreOf(weights, gramsIn('鞋子太小'))).toBeLessThan(0);
    expect(learn(examples, 5)).toEqual(weights);
  });

  it('reads of a number only how long it is', () => {
    expect(gramsIn('单号20261128')).toEqual(gramsIn('单号19990401'));
    expect(gramsIn('第3次')).not.toEqual(gramsIn('第300次'));
  });

  it('takes each gram once, and those of another kind for others', () => {
    const words = ['好', '好', '好', '好'];
    expect(new Set(gramsOf({ words })).size).toBe(gramsOf({ words }).length);
    expect(gramsOf({ words }, { words })).toEqual(gramsOf({ words }));
    expect(gramsOf({ words }, { words, kind: 7 })).toHaveLength(2 * gramsOf({ words }).length);
  });

  const texts = [
    {
      id: '1',
      text: '灯泡自己唱歌，晚上听着。',
      rules: ['M1' as const],
      category: 'product_quality' as const,
      sentiment: 'negative' as const,
    },
    {
      id: '2',
      text: '颜色和图上不一样。',
      rules: [],
      category: 'sales_promise' as const,
      sentiment: 'neutral' as const,
    },
  ];
  const clauses = [
    { label: 'M1' as const, holds: true, text: '灯泡唱歌' },
    { label: 'M1' as const, holds: false, text: '灯泡好看' },
    { label: 'product_quality' as const, holds: true, text: '灯泡唱歌' },
  ];

  it('finds in a complaint the clause that sounds like the rule', () => {
    const model = { ...heardFrom(train(prepare(texts, clauses)), new Map([['M1', 0]])), version: 'v' };
    const text = '昨天刚买的,灯泡唱歌。';
    const heard = rulesIn(hear(text, model), model);
    expect(heard.map(({ rule, start, end }) => [rule, text.slice(start, end)])).toEqual([['M1', '灯泡唱歌']]);
    expect(suggestGrade({ text, language: 'zh-CN' }, model)).toMatchObject({
      grade: 'major',
      reasons: expect.arrayContaining([{ rule: 'M1', words: ['灯泡唱歌'] }]),
      engine: expect.stringMatching(/\+model@v$/),
    });
    // What is asked has not happened.
    expect(suggestGrade({ text: '请问灯泡唱歌吗？', language: 'zh-CN' }, model).grade).toBe('general');
  });

  it('tells the category from the complaint alone, and not from the remedy that is asked for', () => {
    const model = train(prepare(texts, clauses));
    const complaint = '灯泡唱歌';
    const text = `${complaint}\n颜色和图上不一样`;
    const heard = hear(text, model);
    expect(categoryOf(heard, wholeOf(heard, complaint.length, model), model)).toEqual({
      category: 'product_quality',
      clause: complaint,
    });
    const remedy = hear('颜色和图上不一样', model);
    expect(categoryOf(remedy, wholeOf(remedy, undefined, model), model).category).toBe('sales_promise');
  });

  it('hears a clear mood of a text of some words, unless the text is more than general', () => {
    const moods = ['灯泡一直闪,看着心烦', '想问下灯泡有没有暖光的', '灯泡师傅很耐心,十分感谢'];
    const labels = ['negative', 'neutral', 'positive'] as const;
    const examplesOfMoods = moods.map((text, at) => ({
      id: String(at),
      text,
      rules: [],
      category: 'other' as const,
      sentiment: labels[at] ?? 'negative',
    }));
    const model = train(prepare(examplesOfMoods, []));
    const moodOf = (text: string) => sentimentOf(wholeOf(hear(text, model), undefined, model), model);
    expect(moods.map(moodOf)).toEqual(labels);
    expect(moodOf('十分感谢')).toBeUndefined();
    expect(moodOf('包装盒有点脏，希望说明一下。')).toBeUndefined();
    const said = suggestGrade({ text: moods[2] ?? '', language: 'zh-CN' }, model);
    expect(said).toMatchObject({ grade: 'general', sentiment: 'positive' });
    const danger = suggestGrade({ text: `${moods[2]},灯泡爆炸了`, language: 'zh-CN' }, model);
    expect(danger).toMatchObject({ grade: 'major', sentiment: 'negative' });
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

describe('the table of a model', () => {
  it('gives the scores of the weights it was made from, but for what a byte rounds off', () => {
    const learnt = [learn(examples, 3), learn(examples.toReversed(), 1)];
    const table = tableOf(learnt);
    const grams = gramsIn('插座全黑了,鞋子太小');
    const scores = scoresOf(table, grams);
    for (const [label, weights] of learnt.entries()) {
      const most = weights.slice(0, PLACES).reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0);
      const rounded = (grams.length / Math.sqrt(grams.length)) * (most / 254) + 1e-6;
      expect(Math.abs((scores[label] ?? NaN) - scoreOf(weights, grams))).toBeLessThanOrEqual(rounded);
    }
  });
});

describe('the file of a model', () => {
  const model: Model = {
    rules: [{ label: 'M1', from: 1.25 }],
    categories: ['other'],
    sentiments: ['neutral'],
    table: tableOf([learn(examples, 3), learn(examples, 1), learn(examples, 2)]),
    version: '',
    examples: 'abc',
  };

  it('holds what was learnt', () => {
    expect(readModel(writeModel(model))).toEqual({ ...model, version: expect.stringMatching(/^[0-9a-f]{8}$/) });
  });

  it('has another version with every weight', () => {
    const other = { ...model, table: tableOf([learn(examples, 3), learn(examples, 2), learn(examples, 2)]) };
    expect(readModel(writeModel(other)).version).not.toBe(readModel(writeModel(model)).version);
  });

  it('is refused when it is none or was cut off', () => {
    expect(() => readModel(Buffer.from('no model'))).toThrow('not a model');
    expect(() => readModel(writeModel(model).subarray(0, -1))).toThrow('cut off');
  });

  it('without a category leaves the category open', () => {
    const heard = hear('坏了', NOTHING);
    expect(categoryOf(heard, wholeOf(heard, 2, NOTHING), NOTHING)).toEqual({ category: 'other', clause: '' });
  });
});

test('the shipped model knows all rules that are learnt, all categories and sentiments', () => {
  const { rules, categories, sentiments, table } = starterModel();
  expect([rules.map(({ label }) => label), categories, sentiments]).toEqual([LEARNT_RULES, CATEGORIES, SENTIMENTS]);
  expect([table.scales.length, table.biases.length]).toEqual([19, 19]);
});

test('the highest score of a rule is that of one clause, however long the text is', () => {
  const model: Model = { ...NOTHING, rules: [{ label: 'M1', from: 0 }], table: tableOf([learn(examples, 3)]) };
  const [alone] = likeliest(hear('插座发黑', model), model);
  const [among] = likeliest(hear(`${'今天天气不错。'.repeat(50)}插座发黑`, model), model);
  expect(among?.score).toBe(alone?.score);
});
