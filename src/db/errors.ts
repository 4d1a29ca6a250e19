import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';

/** The case number is taken already, by chance: the caller draws another one and tries again. */
export class UniqueCaseNo extends Error {
  override name = 'UniqueCaseNo';
  constructor() {
    super('the case number is taken');
  }
}

/** A text id stands for another text already. Stored texts never change, so nothing was written. */
export class TextMismatch extends Error {
  override name = 'TextMismatch';
  constructor(readonly textId: string) {
    super(`text ${textId} is stored with another content`);
  }
}

/** The ledger holds another event under a sequence that was to be written: two writers disagree about what happened. */
export class LedgerConflict extends Error {
  override name = 'LedgerConflict';
  constructor(
    readonly caseNo: string,
    readonly seq: number,
  ) {
    super(`case ${caseNo}: the ledger holds another event under sequence ${seq}`);
  }
}

/** The events to be written leave a gap: those between the end of the ledger and the first of them are missing. */
export class LedgerGap extends Error {
  override name = 'LedgerGap';
  constructor(
    readonly caseNo: string,
    /** The sequence that is missing. */
    readonly expected: number,
    /** The sequence that came in its place. */
    readonly got: number,
  ) {
    super(`case ${caseNo}: the ledger goes on with sequence ${expected}, not ${got}`);
  }
}

/** The stored hash chain does not verify, or an event cannot be folded: no state is worked out from such a ledger. */
export class LedgerBroken extends Error {
  override name = 'LedgerBroken';
  constructor(
    readonly caseNo: string,
    /** One sentence each, as `verify` gives them. */
    readonly differences: string[],
  ) {
    super(`case ${caseNo}: ${differences.join('; ')}`);
  }
}

/** The cursor of a page was not given out by this list, or was given out for another order. */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor';
  constructor() {
    super('the cursor is not one of this list');
  }
}

/** Error codes of Node's sockets and of Postgres that mean: try again later, the statement itself is not at fault. */
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  // SQLSTATE: too many connections; shutting down (57P0x); statement and lock time-outs; disk full; I/O error;
  // connection exceptions; read-only (a standby took over and the old primary is still addressed).
  '53300',
  '53100',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '57014',
  '55P03',
  '58030',
  '25006',
]);

/** The same faults as pg words them where it sets no code. */
const AWAY_MESSAGES =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after|server closed the connection/i;

/**
 * What errors of the driver, of Node and of drizzle have in common. By shape: under Jest
 * `instanceof Error` can be false.
 */
interface Fault {
  code?: unknown;
  message?: unknown;
  constraint?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** The error and the causes it wraps, outermost first; six at most, so that a circle of causes ends. */
function* faults(error: unknown): Generator<Fault> {
  let at = error;
  for (let depth = 0; depth < 6 && typeof at === 'object' && at !== null; depth++) {
    const fault: Fault = at;
    yield fault;
    at = fault.cause;
  }
}

/**
 * Whether Postgres cannot be reached, refuses connections, or was too slow. Then the same statement may succeed later;
 * any other error is a fault of the program.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (const { code, message, errors } of faults(error)) {
    if (typeof code === 'string' && (AWAY_CODES.has(code) || code.startsWith('08'))) return true;
    if (typeof message === 'string' && AWAY_MESSAGES.test(message)) return true;
    // Node's AggregateError: a host name with several addresses fails with one error for each that was tried.
    if (Array.isArray(errors) && errors.some(isDatabaseAway)) return true;
  }
  return false;
}

/** SQLSTATE: a character that the encoding does not have, such as NUL, in a text or in JSON. */
const UNSTORABLE_CODES = new Set(['22021', '22P05']);

/** Whether a statement had a text that Postgres cannot keep: whoever sent it sent what no keyboard types. */
export function isUnstorable(error: unknown): boolean {
  for (const { code } of faults(error)) if (typeof code === 'string' && UNSTORABLE_CODES.has(code)) return true;
  return false;
}

/** The name of the unique constraint or primary key that refused a row; undefined for every other error. */
export function violatedConstraint(error: unknown): string | undefined {
  for (const { code, constraint } of faults(error)) {
    if (code === '23505' && typeof constraint === 'string') return constraint;
  }
  return undefined;
}

/**
 * The same fault without the values of the statement, which are personal data: drizzle puts every parameter into its
 * message, Postgres puts rows into `detail`, and both would end in logs and, from an activity, in Temporal's history.
 * An error of drizzle is replaced by its cause, one of Postgres is changed in place, any other is returned as it is.
 */
export function withoutValues(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) return withoutValues(error.cause ?? new Error('the statement failed'));
  if (error instanceof DatabaseError) {
    error.detail = undefined;
    error.where = undefined;
    error.internalQuery = undefined;
    // SQLSTATE 22…: data exceptions, whose message quotes the value: "invalid input syntax for type date: …".
    if (error.code?.startsWith('22')) error.message = `a value was refused by the database (${error.code})`;
  }
  return error;
}
