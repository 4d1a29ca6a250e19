import { valueAt } from '../../../src/domain/basics/json-pointer';

/** The document and the pointers of RFC 6901, section 5. */
const document = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

test.each([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
])('%j leads where RFC 6901 says', (pointer, value) => {
  expect(valueAt(document, pointer)).toEqual(value);
});

test.each([
  '/nothing',
  '/foo/2',
  '/foo/00',
  '/foo/-',
  '/foo/length',
  '/foo/0/0',
  '/toString',
  '/__proto__',
  '/constructor/name',
])('%j leads to nothing', (pointer) => {
  expect(valueAt(document, pointer)).toBeUndefined();
});
