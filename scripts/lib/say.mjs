/** Prints a line of our own, marked so that it can be told from what npm or Maven prints. */
export const say = (line) => console.log(`· ${line}`);

/** A fault of the machine or the set-up that the person at the console can mend: printed without a stack trace. */
export class SetupError extends Error {}

/** Prints the error and exits with code 1. Any other error than a `SetupError` is a bug and keeps its stack trace. */
export function fail(error) {
  console.error(error instanceof SetupError ? `\n✖ ${error.message}\n` : error);
  process.exit(1);
}

/**
 * Between two words of progress: short on a terminal, where somebody watches; long in a log, which should stay short.
 */
const TELL_MS = process.stdout.isTTY ? 5_000 : 30_000;

/** Runs long work and prints now and then that it is still going on. Gives what the work gives. */
export async function withProgress(what, work) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  say(`${what} …`);
  const timer = setInterval(() => say(`${what} … ${seconds()} s`), TELL_MS);
  try {
    const result = await work();
    say(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
