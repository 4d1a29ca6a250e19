import type { DatabaseOptions } from '../db';

/**
 * How long a command waits for Postgres: longer than a page may. It runs beside a product that may be busy, and who has
 * called it would rather wait than begin again.
 */
export const COMMAND_LIMITS: Pick<DatabaseOptions, 'connectTimeoutMs' | 'statementTimeoutMs'> = {
  connectTimeoutMs: 30_000,
  statementTimeoutMs: 60_000,
};
