import { z } from 'zod';
import { freezeExports, freezeShared } from '../../../workflows/shared/frozen';

const changes = {
  'a field at the bottom': {
    data: { a: [{ b: { c: 1 } }] },
    change: (d: { a: { b: { c: number } }[] }) => d.a.map((i) => (i.b.c = 2)),
  },
  'a list': { data: { list: [1] }, change: (d: { list: number[] }) => d.list.push(2) },
  'a map': { data: new Map([['a', 1]]), change: (d: Map<string, number>) => d.set('a', 2) },
  'what is in a map': {
    data: new Map([['a', { n: 1 }]]),
    change: (d: Map<string, { n: number }>) => Object.assign(d.get('a') ?? {}, { n: 2 }),
  },
  'a set': { data: new Set([1]), change: (d: Set<number>) => d.clear() },
  'a property of a function': { data: Object.assign(() => 1, { n: 1 }), change: (d: { n: number }) => (d.n = 2) },
  'a method of a class': {
    data: class {
      m() {
        return 1;
      }
    },
    change: (d: { prototype: { m: () => number } }) => (d.prototype.m = () => 2),
  },
  'a circle': { data: circle(), change: (d: { self: { n: number } }) => (d.self.n = 2) },
};
function circle() {
  const one: { n: number; self?: object } = { n: 1 };
  one.self = one;
  return one;
}

test.each(Object.entries(changes))('%s cannot be changed', (_name, { data, change }) => {
  freezeShared(data);
  expect(() => (change as (data: unknown) => unknown)(data)).toThrow(TypeError);
});

test('a schema of zod still works, and so does a pattern that it is given', () => {
  const ID = /^[a-z]+$/;
  const exports = { ID, data: { schema: z.strictObject({ id: z.string().regex(ID) }), words: /a/g } };
  freezeExports(exports);
  expect(exports.data.schema.safeParse({ id: 'abc' }).success).toBe(true);
  expect(exports.data.schema.safeParse({ id: '1', more: 1 }).success).toBe(false);
  expect([exports.data.words.test('aa'), exports.data.words.lastIndex]).toEqual([true, 1]);
  expect(Object.isFrozen(exports.data)).toBe(true);
});
