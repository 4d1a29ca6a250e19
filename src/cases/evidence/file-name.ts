/**
 * A client's file name as it may be stored and shown: without folders, at most 150 characters, and without invisible
 * characters, which could hide the real ending. It never becomes part of a path. May be empty.
 */
export function cleanFileName(given: string): string {
  const name = given
    .slice(-2_000)
    .replace(/^.*[/\\]/su, '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return Array.from(name).slice(-150).join('');
}
