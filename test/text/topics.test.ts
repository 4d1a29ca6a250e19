import { createTerms, type Terms } from '../../src/text/terms';
import { commonTerms, logLikelihood, risingTerms, type Told } from '../../src/text/topics';

describe('the terms of a complaint', () => {
  let terms: Terms;
  beforeAll(async () => {
    terms = await createTerms();
  });
  const of = (text: string, ...names: string[]): string[] => [...terms.of(text, names)];

  test('are its words and pairs of neighbours, each once', () => {
    expect(of('滤芯漏水，滤芯漏水。')).toEqual(['滤芯', '漏水', '滤芯漏水']);
    expect(of('濾芯漏水')).toEqual(['滤芯', '漏水', '滤芯漏水']);
    expect(of('The compressor leaks. Compressor leaks!')).toEqual(['compressor', 'leaks', 'compressor leaks']);
  });

  test('hold no names, numbers, addresses, nor what every complaint has', () => {
    expect(of('我是王小明，电话 13812345621，订单号 JD20260301，滤芯漏水', '王小明')).toEqual([
      '电话',
      '订单号',
      '滤芯',
      '漏水',
      '滤芯漏水',
    ]);
    expect(of('李师傅说滤芯漏水，信箱是 wang@example.com 或 https://example.com/a')).toEqual([
      '滤芯',
      '漏水',
      '滤芯漏水',
      '信箱',
    ]);
    expect(of('请问怎么办？谢谢你们。')).toEqual([]);
  });
});

/** Complaints of as many customers, numbered from `from`. */
const told = (count: number, from: number, ...terms: string[]): Told[] =>
  Array.from({ length: count }, (_, n) => ({
    caseNo: `C${from + n}`,
    customerId: `u${from + n}`,
    terms: new Set(terms),
  }));

describe('terms on the rise', () => {
  const before = [...told(80, 0, '漏水'), ...told(4, 100, '异响'), ...told(316, 200, '发票')];

  test('are those whose share has grown more than chance explains', () => {
    const week = [...told(10, 1000, '漏水'), ...told(9, 1100, '异响'), ...told(31, 1200, '发票')];
    expect(risingTerms(week, before, 20)).toEqual([
      {
        term: '异响',
        now: 9,
        before: 4,
        customers: 9,
        score: expect.closeTo(25.83, 2) as unknown,
        cases: ['C1100', 'C1101', 'C1102', 'C1103', 'C1104', 'C1105', 'C1106', 'C1107', 'C1108'],
      },
    ]);
  });

  test('are of three complaints of three customers at least, and none where nothing came before', () => {
    const one = told(9, 1100, '异响').map((each) => ({ ...each, customerId: 'u1' }));
    expect(risingTerms([...one, ...told(40, 1200, '发票')], before, 20)).toEqual([]);
    expect(risingTerms([...told(2, 1100, '异响'), ...told(5, 1200, '发票')], before, 20)).toEqual([]);
    expect(risingTerms(told(9, 1100, '异响'), [], 20)).toEqual([]);
  });

  test('are told by the longest that says it', () => {
    const week = [...told(9, 1100, '滤芯', '漏水', '滤芯漏水'), ...told(41, 1200, '发票')];
    expect(risingTerms(week, told(400, 0, '发票'), 20).map(({ term }) => term)).toEqual(['滤芯漏水']);
    const apart = [...told(9, 1100, '滤芯', '滤芯漏水'), ...told(8, 1150, '滤芯'), ...told(41, 1200, '发票')];
    expect(risingTerms(apart, told(400, 0, '发票'), 20).map(({ term }) => term)).toEqual(['滤芯', '滤芯漏水']);
  });

  test('G² is none for the same share, and grows with what is known', () => {
    expect(logLikelihood(10, 100, 80, 800)).toBeCloseTo(0, 9);
    expect(logLikelihood(10, 20, 10, 40)).toBeCloseTo(3.68, 1);
    expect(logLikelihood(100, 200, 100, 400)).toBeCloseTo(36.8, 0);
  });
});

test('the commonest terms are ordered, and those of fewer than three customers are left out', () => {
  const reads = [...told(5, 0, '漏水'), ...told(3, 10, '异响'), ...told(2, 20, '少件')];
  const same = told(4, 30, '王府井').map((one) => ({ ...one, customerId: 'u1' }));
  expect(commonTerms([...reads, ...same], 10)).toEqual([
    { term: '漏水', cases: 5 },
    { term: '异响', cases: 3 },
  ]);
});
