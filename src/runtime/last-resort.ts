/** The part of Node's `process` that is needed here, so that tests can give another one. */
interface Process {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (fault: unknown) => void): unknown;
  exit(code: number): void;
}

interface Options {
  log: { fatal(fields: object, message: string): void };
  /** Ends what is under way in good order. */
  finish: () => Promise<void>;
  /** The process exits after this many milliseconds at the latest, whether `finish` has ended or not. */
  boundMs: number;
  process?: Process;
}

/**
 * The exit code after a fault that nobody caught: the process did not end in order, and its supervisor starts another.
 */
export const FAILED = 1;

/**
 * Has the process end after an exception or rejection that nobody caught, because its state cannot be trusted any more.
 * What is in flight may end first, within a bound: one request's fault must not cost the others theirs. Then the
 * process exits with `FAILED`, and its supervisor starts a fresh one. The log gets the kind of the fault and where it
 * was thrown, never its text, which may quote what somebody typed.
 */
export function lastResort({ log, finish, boundMs, process: target = process }: Options): void {
  let leaving = false;
  const leave = (what: string) => (fault: unknown) => {
    log.fatal({ kind: kindOf(fault), at: whereOf(fault) }, what);
    if (leaving) return;
    leaving = true;
    const timer = setTimeout(() => target.exit(FAILED), boundMs);
    finish()
      .catch((error: unknown) => log.fatal({ kind: kindOf(error), at: whereOf(error) }, 'it could not end in order'))
      .finally(() => {
        clearTimeout(timer);
        target.exit(FAILED);
      });
  };
  target.on('uncaughtException', leave('uncaught exception'));
  target.on('unhandledRejection', leave('unhandled rejection'));
}

const kindOf = (fault: unknown): string => (fault instanceof Error ? fault.name : typeof fault);
const whereOf = (fault: unknown): string[] =>
  fault instanceof Error ? (fault.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
