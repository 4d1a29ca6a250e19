import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, type PoolClient, type QueryResultRow } from 'pg';

/** A pool of connections, drizzle on top of it, and the clock that the stores work by. */
export interface Database {
  pool: Pool;
  db: NodePgDatabase;
  /**
   * Milliseconds since 1970 by this process' clock. Due times and leases are written and compared by it, so that tests
   * can set it. Times that are only shown or sorted by (`created_at`, `last_assigned_at`, …) may be the server's.
   */
  clock: () => number;
  /** Resolves when every connection is closed. */
  close(): Promise<void>;
}

/** How Postgres is reached, and how long is waited for it. */
export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  max: number;
  /** After this a statement fails as "Postgres is away" (`isDatabaseAway`); default 4 s, 0: never. */
  statementTimeoutMs?: number;
  /** Whoever waits longer than this for a connection of the pool gets the same error; default 3 s. */
  connectTimeoutMs?: number;
  /** Milliseconds since 1970; default: the system's clock. */
  clock?: () => number;
}

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
/** Connecting and preparing cost more than twenty statements, so connections outlive quiet minutes. */
const IDLE_TIMEOUT_MS = 10 * 60_000;

/** Makes the pool. Nothing is connected yet: a server that is away is found out by the first statement. */
export function openDatabase({
  url,
  max,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
  clock = Date.now,
}: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: 'redress',
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    ...(statementTimeoutMs > 0
      ? // The server gives up first; the client's own limit is for a server that does not answer at all.
        { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 1_000 }
      : {}),
  });
  // An `error` event without a listener would end the process. Nothing has to be done about it: the pool replaces an
  // idle connection that breaks, and a query that was running fails by itself.
  pool.on('error', () => undefined);
  // A connection that is checked out for a transaction emits its errors itself; the pool does not listen to it then.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, db: drizzle(pool), clock, close: () => pool.end() };
}

/**
 * A statement of a hot path: Postgres parses and plans it once for each connection, under its name. Different texts
 * need different names.
 */
export interface Statement {
  name: string;
  text: string;
}

/** Runs a prepared statement. The rows are as the driver gives them: timestamps as `Date`, `bigint` as a string. */
export async function run<Row extends QueryResultRow>(
  on: Pick<Pool, 'query'> | Pick<PoolClient, 'query'>,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  return (await on.query<Row>({ ...statement, values })).rows;
}

/** A driver's timestamp as an `Instant`: ISO 8601 in UTC with milliseconds. */
export const iso = (value: Date | string): string => new Date(value).toISOString();

/** A row without its nulls: a nullable column becomes an optional field, absent when the column was null. */
export type WithoutNulls<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>;
};

/** Drops the fields that are null or undefined. */
export const withoutNulls = <T extends object>(fields: T): WithoutNulls<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as WithoutNulls<T>;
