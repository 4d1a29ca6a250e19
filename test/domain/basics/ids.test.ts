import { readCaseNumber } from '../../../src/domain/basics/ids';

describe('a case number as people type it', () => {
  test.each([
    'C261126-ZDJH40',
    'c261126-zdjh40',
    'c261126zdjh4o',
    'Ｃ261126－ＺＤＪＨ４０',
    ' C261126 – ZDJH40 ',
    'C261126\u2011ZDJH40\u200b',
  ])('%j', (typed) => expect(readCaseNumber(typed)).toBe('C261126-ZDJH40'));

  test('letters that look like digits are digits', () =>
    expect(readCaseNumber('C261126-ILOILO')).toBe('C261126-110110'));

  test.each(['', 'C261126', 'C261126-ZDJH4', 'C261126-ZDJH4U', 'D261126-ZDJH40', '../etc', 'C261126-ZDJH400'])(
    '%j stays what it is',
    (typed) => expect(readCaseNumber(typed)).toBe(typed),
  );

  test('a megabyte is not looked at', () => {
    const typed = 'C'.repeat(1_000_000);
    expect(readCaseNumber(typed)).toBe(typed);
  });
});
