import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';
import { likeness, matterKeys, matterOf, SAME_MATTER, type Told } from '../../src/text/matter';
import { examplesHash } from '../../src/text/model/examples';
import { learnWords, readWords, starterWords, writeWords } from '../../src/text/model/words';

/**
 * Pairs of complaints: the same matter told by two people, or another one of the same place or product (and some of the same
 * kind elsewhere). Weights and words were chosen on the half `chosen`.
 */
interface Pair {
  id: string;
  same: boolean;
  half: 'chosen' | 'held';
  a: string;
  b: string;
}

const pairs = readFileSync(join(PROJECT_ROOT, 'test', 'text', 'matters.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair);
const held = pairs.filter(({ half }) => half === 'held');
const same = held.filter((pair) => pair.same);

const compared = (a: Told, b: Told) => likeness(matterOf(a), matterOf(b));
const score = (a: string, b: string): number => compared({ text: a }, { text: b }).score;

/** How often one of the same matter gets more than another one. */
function auc(ones: readonly number[], others: readonly number[]): number {
  let won = 0;
  for (const one of ones) for (const other of others) won += one > other ? 1 : one === other ? 0.5 : 0;
  return won / (ones.length * others.length);
}

test('the same matter is told from another one of the same place or product, as well as was measured', () => {
  expect(pairs.filter((pair) => pair.same).length).toBeGreaterThanOrEqual(60);
  expect(pairs.filter((pair) => !pair.same).length).toBeGreaterThanOrEqual(60);
  const ones = same.map(({ a, b }) => score(a, b));
  const hard = held.filter((pair) => !pair.same).map(({ a, b }) => score(a, b));
  const strangers = same.flatMap(({ id, a }) => same.flatMap((other) => (other.id === id ? [] : [score(a, other.b)])));
  const from = (scores: readonly number[]): number => scores.filter((one) => one >= SAME_MATTER).length;
  expect({
    hard: auc(ones, hard) >= 0.93,
    strangers: auc(ones, strangers) >= 0.99,
    recall: from(ones) / ones.length >= 0.84,
    wrong: from(hard) / hard.length <= 0.1,
    strange: from(strangers) / strangers.length <= 0.002,
  }).toEqual({ hard: true, strangers: true, recall: true, wrong: true, strange: true });
});

test('nearly all complaints of the same matter have a key in common, and strangers seldom', () => {
  const keys = held.map(({ a, b }) => [matterKeys(matterOf({ text: a })), matterKeys(matterOf({ text: b }))] as const);
  const share = (a: readonly number[], b: readonly number[]): boolean => a.some((key) => b.includes(key));
  const found = keys.filter(([a, b], n) => held[n]?.same && share(a, b)).length;
  expect(found / same.length).toBeGreaterThanOrEqual(0.93);
  for (const each of keys.flat()) {
    expect(each.length).toBeGreaterThan(0);
    expect(each.length).toBeLessThanOrEqual(35);
    for (const key of each) expect(key).toBe(key | 0);
  }
});

test('a copy is the same, in whatever characters, and however little it says', () => {
  expect(score('電梯壞了！', '电梯坏了。')).toBeGreaterThan(SAME_MATTER);
  expect(score('不满意', '不满意')).toBe(1);
  expect(matterKeys(matterOf({ text: '!!!' }))).toHaveLength(1);
  expect(score('', '')).toBeLessThan(SAME_MATTER);
});

test('product and place of the form count where both have them', () => {
  const text = '充电的时候屏幕会闪，客服让我等。';
  const other = '一充电屏幕就闪个不停，找客服没有用。';
  const of = (product: string, place?: string): Told => ({ text: other, product, place });
  const told: Told = { text, product: '平板 T3', place: '杭州西溪店' };
  const unsaid = compared({ text }, { text: other }).score;
  expect(compared(told, of('平板 T3'))).toMatchObject({ sameProduct: true, samePlace: false });
  expect(compared(told, of('平板 T3')).score).toBeGreaterThan(unsaid);
  expect(compared(told, of('电饭锅')).score).toBeLessThan(unsaid);
  expect(compared(told, of('平板 T3', '杭州西溪店')).samePlace).toBe(true);
});

test('why is said in words of the first text, whole ones', () => {
  const { words } = compared(
    { text: '昨晚翠湖花园整个小区停水，事先没有通知。' },
    { text: '住在翠湖花园3栋，周二晚上家里突然没水了。' },
  );
  expect(words).toContain('翠湖花园');
  expect(words).toContain('停水');
});

test('a long text is compared in bounded time', () => {
  const long = '快递柜一直打不开，报修没有人来。'.repeat(1_500);
  const began = process.cpuUsage().user;
  const matter = matterOf({ text: long });
  likeness(matter, matter);
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1_000);
});

test('words were learnt from the examples as they are now', () => {
  expect(starterWords().examples).toBe(examplesHash());
});

test('the same texts give the same words, and a file gives them back', () => {
  const texts = ['水管漏水', '水管渗水', '快递很慢', '快递太慢', '水管滴水', '快递慢了'];
  const model = learnWords(texts, 'x');
  expect(writeWords(learnWords(texts, 'x'))).toBe(writeWords(model));
  const read = readWords(writeWords(model));
  expect([...read.words.keys()]).toEqual([...model.words.keys()]);
  expect(read.words.get('水管')?.vector).toEqual(model.words.get('水管')?.vector);
});
