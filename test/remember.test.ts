import { createMemory } from '../src/remember';

const start = Date.parse('2026-03-02T01:00:00Z');
let now = start;
const clock = () => now;
beforeEach(() => (now = start));

test('an answer is good for its time, and not a moment longer', async () => {
  const memory = createMemory<number>({ max: 10, forMs: 1_000, clock });
  let asked = 0;
  const get = () => memory.get('a', async () => ++asked);
  expect(await get()).toBe(1);
  now += 999;
  expect(await get()).toBe(1);
  now += 1;
  expect(await get()).toBe(2);
});

test('those who ask at the same time share one answer', async () => {
  const memory = createMemory<number>({ max: 10, forMs: 1_000, clock });
  let asked = 0;
  const ask = async () => ++asked;
  expect(await Promise.all([memory.get('a', ask), memory.get('a', ask), memory.get('b', ask)])).toEqual([1, 1, 2]);
});

test('that there is nothing is an answer too', async () => {
  const memory = createMemory<string | undefined>({ max: 10, forMs: 1_000, clock });
  const ask = jest.fn(async () => undefined);
  await memory.get('a', ask);
  expect(await memory.get('a', ask)).toBeUndefined();
  expect(ask).toHaveBeenCalledTimes(1);
});

test('a failure is not remembered, nor does it take away the answer that came after it', async () => {
  const memory = createMemory<string>({ max: 10, forMs: 1_000, clock });
  let fail: (error: Error) => void = () => undefined;
  const slow = memory.get('a', () => new Promise((_, reject) => (fail = reject)));
  now += 1_000;
  expect(await memory.get('a', async () => 'good')).toBe('good');
  fail(new Error('away'));
  await expect(slow).rejects.toThrow('away');
  expect(await memory.get('a', async () => 'asked again')).toBe('good');
  await expect(memory.get('b', async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await memory.get('b', async () => 'good')).toBe('good');
});

test('when it is full the answer used longest ago goes, and no other', async () => {
  const memory = createMemory<string>({ max: 2, forMs: 1_000, clock });
  const asked: string[] = [];
  const get = (key: string) => memory.get(key, async () => (asked.push(key), key));
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});

test('what is to be forgotten is asked again', async () => {
  const memory = createMemory<number>({ max: 1, forMs: 1_000, clock });
  let asked = 0;
  await memory.get('', async () => ++asked);
  memory.forget();
  expect(await memory.get('', async () => ++asked)).toBe(2);
});
