import { createRequire } from 'node:module';

/**
 * Runs a built program as this process's main module, as `node <file> …` would. In the same process on purpose: whoever signals
 * the command (Ctrl-C, npm, a process manager, kill -9) then deals with the program itself, not with a parent that may or
 * may not pass the signal on.
 */
export function runMain(file, args = []) {
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], file, ...args];
  createRequire(import.meta.url)('node:module').runMain(file);
}
