import { identitiesIn, TAKEN_OUT, withoutIdentities, type KnownIdentities } from '../../src/text/personal';

const KNOWN: KnownIdentities = {
  customers: ['王小明', 'Jane Miller'],
  colleagues: ['李娜'],
  others: ['高原'],
  numbers: [
    { identity: 'phone', value: '138 1234 5621' },
    { identity: 'order', value: 'AB-2026/77' },
  ],
};

/** What is found, as `phone 138…!`; `!`: sure. */
const found = (text: string, known: KnownIdentities = KNOWN): string[] =>
  identitiesIn(text, known).map(
    ({ identity, from, to, sure }) => `${identity} ${text.slice(from, to)}${sure ? '!' : ''}`,
  );

test.each<[string, string[]]>([
  // Of the case.
  ['我是王小明，电话１３８-1234-5621。', ['customer 王小明!', 'phone １３８-1234-5621!']],
  ['王 小明说订单 ab 2026 77 没到', ['customer 王 小明!', 'order ab 2026 77!']],
  ['I am jane  miller, order AB2026/77.', ['customer jane  miller!', 'order AB2026/77!']],
  ['李娜接的电话，高原反应', ['colleague 李娜!', 'colleague 高原']],
  ['见 C261122-7KQ4MX', ['case C261122-7KQ4MX!']],
  // Whoever's it is.
  ['师傅电话 13912345678，让我找他', ['phone 13912345678!']],
  ['写到 zhang.san@qq.com', ['email zhang.san@qq.com!']],
  ['家里 010-62345678', ['phone 010-62345678!']],
  ['订单号：20261103-556677，序列号 SN20260101ABC', ['order 20261103-556677!', 'serial SN20260101ABC!']],
  ['快递单号 SF1234567890123', ['number SF1234567890123!']],
  [
    '卡号 6222 0212 3456 7890 123，身份证11010519491231002X',
    ['number 6222 0212 3456 7890 123!', 'number 11010519491231002X!'],
  ],
  ['加微信 wxid_abc123', ['number wxid_abc123!']],
  // A person looks.
  ['张师傅上门，姓名：赵敏', ['person 张', 'person 赵敏']],
  ['住在北京市朝阳区建国路88号3栋', ['address 北京市朝阳区建国路88号3栋']],
  ['My name is john smith, ask Mr. Brown', ['person john smith', 'person Brown']],
  // What may be said to everybody.
  ['客服热线 010-62345678 或 400-810-8888，拨 95588，写信到 support@house.example', []],
  ['退了 1280000 元，￥12345678，2026-11-03 买的，型号 KFR-35，用了 365 天', []],
  ['请在 7 天内申请，运费由我们承担。', []],
])('%s', (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test('a mark stands in the place of each, and all else stays as it was written', () => {
  const text = '我叫王小明，\n电话13812345621，邮箱wm@example.com；订单号20261103-556677的空调漏水，李娜说换新。';
  const plain = withoutIdentities(text, KNOWN, 'zh-CN');
  expect(plain).toBe('我叫〔姓名〕，\n电话〔电话〕，邮箱〔邮箱〕；订单号〔订单号〕的空调漏水，〔同事〕说换新。');
  expect(identitiesIn(plain, KNOWN).filter(({ sure }) => sure)).toEqual([]);
  expect(plain.match(TAKEN_OUT)).toHaveLength(5);
  expect(withoutIdentities('Call Jane Miller at 138 1234 5621', KNOWN, 'en')).toBe('Call 〔name〕 at 〔phone〕');
});

test('a long text full of numbers is read in time that grows as it does', () => {
  const line = '我叫张三，电话13912345678，订单号20261103556677，住在北京市朝阳区建国路88号。';
  const time = (times: number): number => {
    const text = line.repeat(times);
    const before = performance.now();
    identitiesIn(text, KNOWN);
    return performance.now() - before;
  };
  time(10);
  // 20 times the text: the square of it would be 400 times the time.
  const [short, long] = [Math.max(2, time(20)), time(400)];
  expect(long / short).toBeLessThan(200);
});
