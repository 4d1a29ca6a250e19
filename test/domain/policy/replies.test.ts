import { checkPolicy } from '../../../src/domain/policy/check';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { filledReply, slipsIn } from '../../../src/domain/policy/replies';

const HOUSE = { users: [], teams: [], calendars: [] };

describe('a canned reply', () => {
  test('is filled in by the English and by the Chinese names of its variables', () => {
    const values = { name: '王小明', caseNo: 'C261122-7KQ4MX', writer: '李娜' };
    expect(filledReply('{客户}，您好，单号{{ caseNo }}，｛我｝', values)).toEqual({
      text: '王小明，您好，单号C261122-7KQ4MX，李娜',
      unfilled: [],
    });
  });

  test('says which variables have no value or do not exist, each once, and leaves them as they are', () => {
    expect(filledReply('{name}：{期限}前，{期限}前，{faktura}', { name: '王小明' })).toEqual({
      text: '王小明：{期限}前，{期限}前，{faktura}',
      unfilled: ['{期限}', '{faktura}'],
    });
  });

  test('fills in a value as it is, also one that looks like a variable or a pattern', () => {
    expect(filledReply('{name} {caseNo}', { name: '{caseNo} $&', caseNo: 'C1' }).text).toBe('{caseNo} $& C1');
  });

  test('is published only with variables that there are, and under an id of its own', () => {
    const reply = (zh: string) => ({ id: 'sorry', name: { zh: '致歉', en: 'sorry' }, text: { zh, en: '{name}' } });
    const faultsOf = (...texts: string[]) =>
      checkPolicy({ ...HOUSE_POLICY, correspondence: { cannedReplies: texts.map(reply) } }, HOUSE).faults;
    expect(faultsOf('{客户}，抱歉')).toEqual([]);
    expect(faultsOf('{订单号}，抱歉')).toEqual([
      {
        path: 'correspondence.cannedReplies.0.text.zh',
        words: { zh: expect.stringContaining('{订单号}') as string, en: expect.stringContaining('{订单号}') as string },
      },
    ]);
    expect(faultsOf('一', '二').map(({ path }) => path)).toEqual(['correspondence.cannedReplies.1.id']);
  });
});

describe('a text to a customer', () => {
  const found = (text: string, internalWords: string[] = []) =>
    Object.values(slipsIn(text, { correspondence: { internalWords } })).flat();

  test.each([
    ['请@李娜看一下', '@李娜看一下'],
    ['＠anna please look', '＠anna'],
    ['最晚{期限}解决', '{期限}'],
    ['Dear {{name}},', '{{name}}'],
    ['此客户在 BLACKLIST 上', 'blacklist'],
    ['ｂｌａｃｋｌｉｓｔ', 'blacklist'],
  ])('%s: stopped for %s', (text, slip) => {
    expect(found(text, ['blacklist'])).toEqual([slip]);
  });

  test.each([
    '请发到 wang@example.com',
    'Write to a.b+c@example.com.',
    '补偿 200 元 { 含运费 200 }',
    '下午 3 点 @ 门店',
    '已为您补发。',
  ])('%s: goes out', (text) => {
    expect(found(text, ['黑名单'])).toEqual([]);
  });
});
