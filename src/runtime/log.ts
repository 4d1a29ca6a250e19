import { pino, type Logger } from 'pino';

/**
 * Fields that hold personal data or a secret. Their values are replaced wherever they stand in a logged object, to a
 * depth of three: a careless `log.info({ complaint })` must not put into a log what could not be erased there.
 * Messages carry ids only.
 */
const PERSONAL = ['name', 'phone', 'email', 'address', 'text', 'accessCode', 'authorization', 'cookie', 'token'];
const paths = PERSONAL.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/**
 * A logger that writes JSON lines to stdout, where the supervisor or the container's log collector takes them.
 * @param service the program, as it stands in each line
 * @param destination for tests: takes the lines instead
 */
export function createLogger(service: string, level = 'info', destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    // `service` and not pino's own key `name`: that one is redacted, because here it holds a customer's name.
    base: { service, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths, censor: '[personal]' },
  };
  // Asynchronous: no request waits for its line to be written. Lines still in memory are
  // written when the process exits.
  return pino(options, destination ?? pino.destination({ sync: false }));
}

export type { Logger };
