import { CATEGORIES } from '../../src/domain/basics/types';
import type { ConfirmedCase } from '../../src/text/own/learn';
import { suggestGrade } from '../../src/text/suggest';

/** A word of one house, of which no dictionary knows anything. */
export const HOUSE_WORD = '蓝鲸卡';

const WHEN = ['上周', '昨天', '前天', '上个月', '今天早上', '中秋前', '周末', '月初', '开学那天', '下班后'];
const WHAT = ['的说明看不太明白', '的颜色和想的不同', '放在抽屉里没用', '的介绍写得太短', '的页面字太小'];
const END = ['，希望说明一下。', '，想了解一下。', '，请看一看。', '，麻烦回复。', '，写下来给你们参考。', '，谢谢。'];

/** The nth of 300 different complaints of something harmless. */
export const harmless = (of: string, n: number): string =>
  `${WHEN[n % 10] ?? ''}收到${of}${WHAT[Math.floor(n / 10) % 5] ?? ''}${END[Math.floor(n / 50) % 6] ?? ''}`;

/** Confirmed cases: every other one has the house's word, and people give those `decided`; the others are kept as read. */
export const confirmedCases = (
  count: number,
  decided: Partial<Pick<ConfirmedCase, 'grade' | 'category'>> = {},
): ConfirmedCase[] =>
  Array.from({ length: count }, (_, n) => {
    const text = harmless(n % 2 === 0 ? HOUSE_WORD : '包装盒', Math.floor(n / 2));
    const { grade, category } = suggestGrade({ text, language: 'zh-CN' });
    const one = {
      caseNo: `C261122-${n}`,
      customer: `customer ${n}`,
      language: 'zh-CN' as const,
      text,
      grade,
      category,
    };
    return n % 2 === 0 ? { ...one, ...decided } : one;
  });

/** A category that is not what the rules say of the house's word. */
export const OTHER_CATEGORY = CATEGORIES.find(
  (category) =>
    ![0, 5, 50, 100].some(
      (n) => suggestGrade({ text: harmless(HOUSE_WORD, n), language: 'zh-CN' }).category === category,
    ),
);
