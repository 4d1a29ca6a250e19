import { EngineError } from '../cases/engine/engine';
import { isDatabaseAway } from '../db';

/**
 * What a command prints when it could not do its work: for an outage, what is away and where to look; else the error's
 * own message. Errors of the stores carry no values of the data (`withoutValues`), so the message may be printed.
 */
export function faultOf(error: unknown): string {
  if (isDatabaseAway(error)) {
    return 'Postgres does not answer at DATABASE_URL. Is `npm start` running, and with the same DATA_DIR?';
  }
  if (error instanceof EngineError && (error.kind === 'away' || error.kind === 'silent')) {
    return 'Temporal does not answer at TEMPORAL_ADDRESS. Is `npm start` running, and with the same DATA_DIR?';
  }
  return error instanceof Error ? error.message : 'unknown fault';
}
