import fc from 'fast-check';
import { chineseNumber, readAmounts } from '../../src/text/amounts';
import { normalise } from '../../src/text/normalise';

const sums = (text: string): number[] => readAmounts(normalise(text)).map(({ cny }) => cny);

describe('readAmounts', () => {
  it.each<[string, number[]]>([
    ['1.2万元', [12000]],
    ['12000元', [12000]],
    ['￥12,800', [12800]],
    ['１２０００元', [12000]],
    ['损失一万二', [12000]],
    ['三千块', [3000]],
    ['三千五百元', [3500]],
    ['兩萬塊錢', [20000]],
    ['赔了3万5', [35000]],
    ['收了我三万六的首期款', [36000]],
    ['一万两千元', [12000]],
    ['一千零五十元', [1050]],
    ['几千块钱', [2000]],
    ['上万元', [10000]],
    ['5000多元', [5000]],
    ['CNY 12000', [12000]],
    ['12k yuan', [12000]],
    ['RMB 1,500.50', [1500.5]],
    ['1.2w元', [12000]],
    ['退200元，赔300元', [200, 300]],
    ['估了得一万二三', [12000]],
    ['七八千块', [7000]],
    ['交了壹万叁仟', [13000]],
    ['这三万八我要退', [38000]],
    ['付了26000', [26000]],
    ['eleven grand', [11000]],
    ['fourteen thousand six hundred yuan', [14600]],
    ['分七笔，每笔三千', [3000, 21000]],
    ['一只八千六一只五千三', [8600, 5300, 13900]],
    ['百万医疗险的保费', []],
    ['$500', []],
    ['500美元', []],
    ['两块电池', []],
    ['订单号12345678', []],
    ['行驶3万公里', []],
    ['功率2000w', []],
    ['万一坏了', []],
    ['交费千万别信', []],
  ])('%s → %j', (text, expected) => {
    expect(sums(text)).toEqual(expected);
  });

  it('reads back every whole sum written with digits and separators', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (n) => {
        expect(sums(`退款${n}元`)).toEqual([n]);
        expect(sums(`refund ¥${n.toLocaleString('en-US')} please`)).toEqual([n]);
      }),
    );
  });

  it('reads back Chinese numerals', () => {
    const write = (n: number): string => {
      const digits = '零一二三四五六七八九';
      if (n >= 10_000) {
        const rest = n % 10_000;
        return `${write(Math.floor(n / 10_000))}万${rest === 0 ? '' : (rest < 1000 ? '零' : '') + write(rest)}`;
      }
      const text = [1000, 100, 10, 1].map((unit, i) => {
        const digit = Math.floor(n / unit) % 10;
        return digit === 0 ? '零' : (digits[digit] ?? '') + ['千', '百', '十', ''][i];
      });
      return text
        .join('')
        .replace(/零+/g, '零')
        .replace(/^零|零$/g, '');
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (n) => {
        expect(chineseNumber(write(n))).toBe(n);
      }),
    );
  });
});
