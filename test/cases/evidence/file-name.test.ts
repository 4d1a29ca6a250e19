import fc from 'fast-check';
import { cleanFileName } from '../../../src/cases/evidence/file-name';

test('whatever is sent, the name holds no folder, no hidden character and no more than 150 characters', () => {
  const unit = fc.constantFrom(
    'a',
    '.',
    '/',
    '\\',
    '\u0000',
    '\u200b',
    '\u202e',
    '\ud83d',
    '长',
    '😀',
    '\n',
    '\u2028',
    ' ',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 400 }), (given) => {
      const name = cleanFileName(given);
      expect(name).not.toMatch(/[/\\\p{C}\p{Zl}\p{Zp}]/u);
      expect(name.isWellFormed()).toBe(true);
      expect(Array.from(name).length).toBeLessThanOrEqual(150);
      expect(cleanFileName(name)).toBe(name.trim());
    }),
  );
});
