import { staffNamed } from '../../src/text/staff-names';

const PEOPLE = [
  { id: 'u-1', name: '李娜' },
  { id: 'u-2', name: '李娜娜' },
  { id: 'u-3', name: 'Wang Fang' },
  { id: 'u-4', name: 'Will' },
  { id: 'u-5', name: '李' },
  { id: 'u-6', name: '李娜' },
  { id: 'u-7', name: 'Zoë (Night) O’Neil' },
];

const found = (text: string, more: { wantedRemedy?: string; name?: string } = {}) =>
  staffNamed({ text, wantedRemedy: more.wantedRemedy, customer: { name: more.name ?? '王小明' } }, PEOPLE);
const ids = (...given: Parameters<typeof found>): string[] => found(...given).map(({ id }) => id);

test('says where a name stands, so that the words can be quoted and need not be kept', () => {
  const text = '你们的客服李娜说话很难听，挂我电话。';
  const at = [{ in: 'text', from: 5, to: 7 }];
  // Two people of one name: which of them is for somebody to say.
  expect(found(text)).toEqual([
    { id: 'u-1', at },
    { id: 'u-6', at },
  ]);
  expect(text.slice(5, 7)).toBe('李娜');
});

test.each([
  ['the longer name hides the shorter one', '李娜娜态度很差', ['u-2']],
  ['spaces between the characters', '客服 李 娜 挂我电话', ['u-1', 'u-6']],
  ['either order, any case, as whole words', 'fang, WANG was rude to me', ['u-3']],
  ['no name inside a word', 'Wang Fangs were rude', []],
  ['a single word is only a word', 'Will you help me?', []],
  ['a family name alone is nobody', '小李态度很差', []],
  ['letters that mean something to a pattern', 'I spoke to zoë (night) o’neil.', ['u-7']],
  ['nobody', '包装盒有点脏。', []],
])('%s', (_about, text, expected) => {
  expect(ids(text)).toEqual(expected);
});

test('also in what is asked for, and not the customer of the same name', () => {
  expect(found('很生气', { wantedRemedy: '请李娜娜道歉' })).toEqual([
    { id: 'u-2', at: [{ in: 'wantedRemedy', from: 1, to: 4 }] },
  ]);
  expect(ids('我是李娜，空调坏了', { name: '李 娜' })).toEqual([]);
});

test('a text that is nothing but names stays small in the ledger', () => {
  expect(found('李娜娜'.repeat(2_000))[0]?.at).toHaveLength(10);
});
