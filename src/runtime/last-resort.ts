/** What of `process` this needs; tests give another one. */
interface Process {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (fault: unknown) => void): unknown;
  exit(code: number): void;
}

interface Options {
  log: { fatal(fields: object, message: string): void };
  /** Ends what is under way in good order. */
  finish: () => Promise<void>;
  /** Longer than this nobody waits for `finish`, in milliseconds. */
  boundMs: number;
  process?: Process;
}

/** After a handler of ours has failed to: there was no place for it any more, and the state behind it is not to be trusted. */
export const FAILED = 1;

/**
 * For faults that nobody has caught. One request's fault must not cost the others theirs: what is in flight may end, within
 * a bound, and then the process goes, so that its supervisor starts a fresh one. The log gets the kind of the fault and
 * where it was thrown; its text may quote what somebody typed.
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
