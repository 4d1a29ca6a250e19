import { cpuMs } from './support/cpu';
import fc from 'fast-check';
import {
  emailKey,
  holdsAddress,
  isCutMobile,
  maskEmail,
  maskPhone,
  phoneKey,
  readEmail as read,
  readPhone,
  sendable,
  withoutInvisible,
} from '../src/contact';

const readEmail = (typed: string): string | undefined => {
  const result = read(typed);
  return 'address' in result ? result.address : undefined;
};

describe('telephone numbers', () => {
  test.each([
    ['13812345621', '13812345621'],
    ['+86 138-1234-5621', '+8613812345621'],
    ['+44 (0)20 7946 0958', '+442079460958'],
    ['138 1234 5621', '13812345621'],
    ['(010) 8888-6666', '01088886666'],
    ['+44 20 7946 0958', '+442079460958'],
    ['0044 20 7946 0958', '+442079460958'],
    ['400-820-8820', '4008208820'],
    ['95598', '95598'],
    ['12315', '12315'],
    ['0571-8888666', '05718888666'],
    ['010-88886666转801', '01088886666,801'],
  ])('%s', (typed, stored) => expect(readPhone(typed)).toBe(stored));

  test.each(['', '1234', '+', 'abc', '1'.repeat(21), '138+12345621', '１２', '12 34\n56 78x', '٣٣٣٣٣٣٣'])(
    '%j is none',
    (typed) => expect(readPhone(typed)).toBeUndefined(),
  );

  test('whatever is typed, what is stored is digits with at most one leading plus', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('0123456789+-() ./x')) }), (typed) => {
        expect(readPhone(typed) ?? '00000').toMatch(/^\+?\d{5,20}(,\d{1,7})?$/);
      }),
    );
  });

  test.each([
    ['13800005621', ['\u202d+86 138 0000 5621\u202c', '\u200e13800005621', '138\u200b0000\u200b5621']],
    ['13800005621', ['138 0000 5621\ufe0f', '138\u20110000\u20115621', '138\u20130000\u22125621', '138－0000－5621']],
    [
      '13800005621',
      ['tel:+86-138-0000-5621', '8613800005621', '008613800005621', '１３８００００５６２１', '+8613800005621'],
    ],
    ['02012345678', ['020-12345678', '(020)12345678', '+86 20 12345678', '+86 020 12345678', '+86 (0)20 12345678']],
    [
      '075512345678',
      ['0755-12345678', '+86 755 12345678', '+86 0755 12345678', '(0755)12345678', '0086 755 1234 5678'],
    ],
    ['442079460958', ['+44 20 7946 0958', '+44 (0)20 7946 0958', '0044 20 7946 0958', 'tel:+44-20-7946-0958']],
    ['01088886666,801', ['010-88886666转801', '010-8888 6666 转 801', '(010)88886666 ext. 801', '010-88886666,801']],
    ['01088886666,801', ['+86 10 8888 6666 x801', '010-88886666#801', '010-88886666 分机：801', '010-88886666-801']],
    ['01088886666,801', ['tel:+86-10-88886666;ext=801', '010－88886666－801', '010-88886666 轉801']],
  ])('%s is one number in all its spellings', (key, spellings) => {
    for (const typed of spellings) {
      const stored = readPhone(typed);
      expect([typed, phoneKey(typed)]).toEqual([typed, key]);
      // And as it was stored.
      expect(phoneKey(stored)).toBe(key);
      expect(readPhone(stored ?? '')).toBe(stored);
    }
  });

  test('two extensions, and the switchboard itself, are three', () => {
    expect(new Set(['010-88886666', '010-88886666转801', '010-88886666转802'].map(phoneKey)).size).toBe(3);
  });

  test('a mobile number with a digit too few or too many', () => {
    expect(['1380000562', '138 0000 5621 1', '+86 138-0000-562'].map(isCutMobile)).toEqual([true, true, true]);
    expect(['13800005621', '12315', '010-88886666', '+1 415 555 2671'].map(isCutMobile)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('masked they are recognised and not called', () => {
    expect(maskPhone('13812345621')).toBe('138****5621');
    expect(maskPhone('+8613812345621')).toBe('+86138****5621');
    expect(maskPhone('95598')).toBe('****98');
    expect(maskPhone('01088886666,801')).toBe('010****6666,**');
  });
});

describe('addresses', () => {
  test.each([
    'a@b.cn',
    'first.last+tag@mail.example.com',
    'A_b%c@x-y.co.uk',
    '123456@qq.com',
    "mary.o'kane@example.com",
    'r&d@example.com',
    '#1!{a}|b~@example.com',
    '_a@b.cn',
    'a@例子.cn',
    'info@münchen.de',
    'a@例子.中国',
  ])('%s', (typed) => expect(readEmail(typed)).toBe(typed));

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
    `${'a'.repeat(65)}@b.cn`,
    `a@${'b.'.repeat(126)}cn`,
  ])('%j is none', (typed) => expect(readEmail(typed)).toBeUndefined());

  test('a megabyte is refused at once', async () => {
    const ms = await cpuMs(() => {
      expect(readEmail(`${'a.'.repeat(500_000)}@b.cn`)).toBeUndefined();
      expect(readEmail(`a@${'b.'.repeat(500_000)}`)).toBeUndefined();
    });
    // A few milliseconds, and ten times that beside other work; read again from each letter on, it would be minutes.
    expect(ms).toBeLessThan(2_000);
  });

  test('letters that mail servers do not deliver to are refused with the reason', () => {
    for (const typed of ['王@example.com', 'ä@b.cn']) {
      expect(read(typed)).toMatchObject({
        fault: { zh: expect.stringContaining('@ 前面'), en: expect.stringContaining('before the @') },
      });
    }
  });

  test('a Chinese keyboard and characters nobody sees', () => {
    expect(readEmail('\u200bwang＠qq．com\ufeff')).toBe('wang@qq.com');
    expect(readEmail('wang@qq。com')).toBe('wang@qq.com');
    expect(readEmail('mailto:wang@qq.com')).toBe('wang@qq.com');
  });

  test('sent in the spelling that servers know, compared whatever the spelling', () => {
    expect(sendable("Mary.O'Kane@MÜNCHEN.de")).toBe("Mary.O'Kane@xn--mnchen-3ya.de");
    expect(sendable('a@b.cn')).toBe('a@b.cn');
    expect(emailKey('Wang@例子.CN')).toBe(emailKey('wang@xn--fsqu00a.cn'));
    expect(emailKey('WANG@QQ.com ')).toBe('wang@qq.com');
  });

  test('masked the domain stays', () => expect(maskEmail('wang@example.com')).toBe('w***@example.com'));
});

describe('names', () => {
  test.each([
    'You won: http://evil.example/x',
    'see www.evil.example',
    '加群 evil.com 领奖',
    'evil．com',
    'ev\u200bil.com',
    'evil。com',
    '点击 evil.example/x',
    'mary@example.com',
    'HTTPS://X',
  ])('%s is none', (text) => expect(holdsAddress(text)).toBe(true));

  test.each([
    '王小明',
    'Dr.Wang',
    'J.R. Smith',
    'St. John',
    'Mr.Smith',
    '张三 / 李四',
    '𠮷田',
    'O\u2019Kane',
    '王（3.15）',
    'A & B Co.',
    '@小王',
  ])('%s is one', (text) => expect(holdsAddress(text)).toBe(false));

  test('what nobody sees is dropped, and what writing needs stays', () => {
    expect(withoutInvisible('\u202e王\u200b小\ufeff明')).toBe('王小明');
    expect(withoutInvisible('می\u200cخواهم 葛\u{e0100}')).toBe('می\u200cخواهم 葛\u{e0100}');
  });
});
