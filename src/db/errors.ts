import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';

/** A case number that is taken: the caller draws another one. */
export class UniqueCaseNo extends Error {
  override name = 'UniqueCaseNo';
  constructor() {
    super('the case number is taken');
  }
}

/** A text id that already stands for another text. */
export class TextMismatch extends Error {
  override name = 'TextMismatch';
  constructor(readonly textId: string) {
    super(`text ${textId} is stored with another content`);
  }
}

/** The ledger holds another event under a sequence that was to be written. */
export class LedgerConflict extends Error {
  override name = 'LedgerConflict';
  constructor(
    readonly caseNo: string,
    readonly seq: number,
  ) {
    super(`case ${caseNo}: the ledger holds another event under sequence ${seq}`);
  }
}

/** Events before the first one to be written are missing. */
export class LedgerGap extends Error {
  override name = 'LedgerGap';
  constructor(
    readonly caseNo: string,
    readonly expected: number,
    readonly got: number,
  ) {
    super(`case ${caseNo}: the ledger goes on with sequence ${expected}, not ${got}`);
  }
}

/** The stored chain does not verify: nothing is folded from it. */
export class LedgerBroken extends Error {
  override name = 'LedgerBroken';
  constructor(
    readonly caseNo: string,
    readonly differences: string[],
  ) {
    super(`case ${caseNo}: ${differences.join('; ')}`);
  }
}

/** A cursor that this list did not give out. */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor';
  constructor() {
    super('the cursor is not one of this list');
  }
}

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

const AWAY_MESSAGES =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after|server closed the connection/i;

/** What errors of the driver, of Node and of drizzle have in common; by shape, because they come from several realms. */
interface Fault {
  code?: unknown;
  message?: unknown;
  constraint?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** The error and the causes it wraps. */
function* faults(error: unknown): Generator<Fault> {
  let at = error;
  for (let depth = 0; depth < 6 && typeof at === 'object' && at !== null; depth++) {
    const fault: Fault = at;
    yield fault;
    at = fault.cause;
  }
}

/** Is Postgres away (or too slow to count as there), as against a fault of ours? */
export function isDatabaseAway(error: unknown): boolean {
  for (const { code, message, errors } of faults(error)) {
    if (typeof code === 'string' && (AWAY_CODES.has(code) || code.startsWith('08'))) return true;
    if (typeof message === 'string' && AWAY_MESSAGES.test(message)) return true;
    // One for each address that was tried.
    if (Array.isArray(errors) && errors.some(isDatabaseAway)) return true;
  }
  return false;
}

/** The unique constraint or primary key that refused a row. */
export function violatedConstraint(error: unknown): string | undefined {
  for (const { code, constraint } of faults(error)) {
    if (code === '23505' && typeof constraint === 'string') return constraint;
  }
  return undefined;
}

/**
 * The same fault without the values of the statement: drizzle puts every parameter into its message, Postgres puts rows
 * into `detail`, and both end in logs and, from an activity, in Temporal.
 */
export function withoutValues(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) return withoutValues(error.cause ?? new Error('the statement failed'));
  if (error instanceof DatabaseError) {
    error.detail = undefined;
    error.where = undefined;
    error.internalQuery = undefined;
    // These name what was typed: "invalid input syntax for type date: …".
    if (error.code?.startsWith('22')) error.message = `a value was refused by the database (${error.code})`;
  }
  return error;
}
