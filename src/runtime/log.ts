import { pino, type Logger } from 'pino';

/**
 * Fields that hold a person's data or a way in. They are cut wherever they stand in a logged object (to a depth of
 * three), so that a careless `log.info({ complaint })` does not undo an erasure. Messages themselves carry ids only.
 */
const PERSONAL = ['name', 'phone', 'email', 'address', 'text', 'accessCode', 'authorization', 'cookie', 'token'];
const paths = PERSONAL.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** JSON lines on stdout; the supervisor or the container's collector stores them. `service` says which program speaks. */
export function createLogger(service: string, level = 'info', destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    // Not pino's own `name`: that key is a customer's name here and is redacted.
    base: { service, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths, censor: '[personal]' },
  };
  // A line is handed to the system while the next request is served; what is left is written when the process exits.
  return pino(options, destination ?? pino.destination({ sync: false }));
}

export type { Logger };
