import { createRequire } from 'node:module';

/**
 * Runs a built program as this process's main module, as `node <file> …` would. In the same process on purpose: a
 * signal to the command (Ctrl-C, npm, a process manager, kill -9) then reaches the program itself, and not a parent
 * that may fail to pass it on.
 */
export function runMain(file, args = []) {
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], file, ...args];
  createRequire(import.meta.url)('node:module').runMain(file);
}
