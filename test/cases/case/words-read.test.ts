import { createWordsReader } from '../../../src/cases/case/words-read';
import type { ComplaintRecord } from '../../../src/db/records';
import { CASE_NO, START, text } from '../../domain/walk';

const body = '热水器跳闸，插头发烫。订单号 TB20261101888，要求退货。';
const record: ComplaintRecord = {
  caseNo: CASE_NO,
  receivedAt: START,
  channel: 'phone',
  language: 'zh-CN',
  customer: { id: '00000000-0000-4000-8000-0000000000aa', name: '王女士', phone: '13800005621' },
  text: { ...text(1), body },
  suggestion: {
    grade: 'major',
    category: 'product_quality',
    reasons: [{ rule: 'M1', words: ['发烫'] }],
    engine: 'rules@1',
  },
  policyVersion: 1,
  answerBy: START,
  resolveBy: START,
  accessCodeHash: '',
};

test('a complaint is read once, and each reader has what another would have', () => {
  const wordsOf = createWordsReader();
  const read = wordsOf(record);
  expect(read.marks.map(({ from, to }) => body.slice(from, to))).toEqual(['发烫']);
  expect(read.found.map(({ fact, value }) => [fact, value])).toContainEqual(['product.orderNo', 'TB20261101888']);
  // The same answer, not an equal one: nothing was read again, also for a record that was loaded anew.
  expect(wordsOf(structuredClone(record))).toBe(read);
  expect(createWordsReader()(record)).toEqual(read);
});

test('it is read again when a field is no longer empty, when other words are the reason, and when the text was erased', () => {
  const wordsOf = createWordsReader();
  wordsOf(record);
  const known = wordsOf({ ...record, product: { name: '热水器', orderNo: 'TB1' } });
  expect(known.found.map(({ fact }) => fact)).not.toContain('product.orderNo');
  const other = wordsOf({
    ...record,
    suggestion: { ...record.suggestion, reasons: [{ rule: 'I1', words: ['退货'] }] },
  });
  expect(other.marks.map(({ from, to }) => body.slice(from, to))).toEqual(['退货']);
  expect(wordsOf({ ...record, text: { ...record.text, body: '' } })).toEqual({ marks: [], found: [] });
});
