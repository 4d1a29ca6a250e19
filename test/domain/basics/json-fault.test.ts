import fc from 'fast-check';
import { faultIn, repeatedKey } from '../../../src/domain/basics/json-fault';

const lastPlace = (text: string) => {
  const lines = text.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
};

describe('where a text stops being JSON', () => {
  test('what is JSON is read to its end', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(faultIn(text)).toEqual(lastPlace(text));
      }),
    );
  });

  test('no key of it is there twice, however deep', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(repeatedKey(JSON.stringify(value))).toBeUndefined();
      }),
    );
    expect(repeatedKey('[{"a":1},{"a":1}]')).toBeUndefined();
    expect(repeatedKey('{"a":{"b":1,"b":2}}')).toBe('a.b');
  });

  test('a stray character is found where it stands', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(faultIn(`${text} ?`)).toEqual({ ...lastPlace(text), column: lastPlace(text).column + 1 });
      }),
    );
  });

  test.each([
    ['{"a":1,}', 8],
    ['{a:1}', 2],
    ['[1 2]', 4],
    ['[1,]', 4],
    ['{"a" 1}', 6],
    ['{"a":}', 6],
    ['[}', 2],
    ['{]', 2],
    ["{'a':1}", 2],
    ['{"a":01}', 7],
    ['{"a":"\\x"}', 6],
    ['{"a":NaN}', 6],
  ])('%s', (text, column) => expect(faultIn(text)).toEqual({ line: 1, column }));
});
