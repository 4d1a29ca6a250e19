import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '../../src/runtime/log-file';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'redress-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const TWENTY_MB = 'x'.repeat(20 * 1024 * 1024);

test('a full log is put aside and begun anew', () => {
  const path = join(dir, 'logs', 'part.log');
  const log = new LogFile(path);
  log.line('first');
  log.line(TWENTY_MB);
  log.line('second');
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('second\n');
  // Compared as a whole: a pattern over 20 MB can run out of stack, and a difference of that length says nothing.
  expect(readFileSync(`${path}.1`, 'utf8') === `${TWENTY_MB}\n`).toBe(true);
});

test('a log that cannot be put aside writes on, and never into or out of what another file has opened', () => {
  const path = join(dir, 'part.log');
  const log = new LogFile(path);
  log.line(TWENTY_MB);
  rmSync(path);
  log.line('while the file is gone');
  const other = join(dir, 'other');
  const fd = openSync(other, 'w');
  log.line('later');
  writeSync(fd, 'its own');
  closeSync(fd);
  log.close();
  expect(readFileSync(other, 'utf8')).toBe('its own');
});
