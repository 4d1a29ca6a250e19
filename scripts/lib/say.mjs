// Output of the set-up. One style, so that what is ours can be told from what npm or Maven prints.
export const say = (line) => console.log(`· ${line}`);

/** A fault of the machine or the set-up that the person at the console can mend: printed without a stack. */
export class SetupError extends Error {}

/** Ends the program; any other error is a fault of ours and keeps its stack. */
export function fail(error) {
  console.error(error instanceof SetupError ? `\n✖ ${error.message}\n` : error);
  process.exit(1);
}

/** Somebody who looks on wants to see it move; a log wants to be read. */
const TELL_MS = process.stdout.isTTY ? 5_000 : 30_000;

/** Runs long work and tells now and then that it still goes on. */
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
