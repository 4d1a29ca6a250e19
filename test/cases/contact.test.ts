import fc from 'fast-check';
import { maskEmail, maskPhone, readEmail, readPhone } from '../../src/cases/contact';

describe('telephone numbers', () => {
  test.each([
    ['13812345621', '13812345621'],
    ['138 1234 5621', '13812345621'],
    ['(010) 8888-6666', '01088886666'],
    ['+44 20 7946 0958', '+442079460958'],
    ['0044 20 7946 0958', '+442079460958'],
    ['400-820-8820', '4008208820'],
    ['95598', '95598'],
  ])('%s', (typed, stored) => expect(readPhone(typed)).toBe(stored));

  test.each(['', '1234', '+', 'abc', '1'.repeat(21), '138+12345621', '１２', '12 34\n56 78x', '٣٣٣٣٣٣٣'])(
    '%j is none',
    (typed) => expect(readPhone(typed)).toBeUndefined(),
  );

  test('whatever is typed, what is stored is digits with at most one leading plus', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('0123456789+-() ./x')) }), (typed) => {
        expect(readPhone(typed) ?? '00000').toMatch(/^\+?\d{5,20}$/);
      }),
    );
  });

  test('masked they are recognised and not called', () => {
    expect(maskPhone('13812345621')).toBe('138****5621');
    expect(maskPhone('+8613812345621')).toBe('+86138****5621');
    expect(maskPhone('95598')).toBe('****98');
  });
});

describe('addresses', () => {
  test.each(['a@b.cn', 'first.last+tag@mail.example.com', 'A_b%c@x-y.co.uk', '123456@qq.com'])('%s', (typed) =>
    expect(readEmail(typed)).toBe(typed),
  );

  test.each([
    'a',
    'a@b',
    '@b.cn',
    'a@',
    'a b@c.cn',
    '.a@b.cn',
    'a.@b.cn',
    'a..b@c.cn',
    'a@-b.cn',
    'a@b-.cn',
    'a@b..cn',
    'a@b.c',
    'a@[127.0.0.1]',
    '"a"@b.cn',
    'a@b.cn,c@d.cn',
    'a@b.cn\r\nBcc: c@d.cn',
    '<a@b.cn>',
    'a@b.cn;',
    'ä@b.cn',
    'a@例子.cn',
    `${'a'.repeat(65)}@b.cn`,
    `a@${'b.'.repeat(126)}cn`,
  ])('%j is none', (typed) => expect(readEmail(typed)).toBeUndefined());

  test('a megabyte is refused at once', () => {
    const began = performance.now();
    expect(readEmail(`${'a.'.repeat(500_000)}@b.cn`)).toBeUndefined();
    expect(readEmail(`a@${'b.'.repeat(500_000)}`)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(50);
  });

  test('masked the domain stays', () => expect(maskEmail('wang@example.com')).toBe('w***@example.com'));
});
