import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, type PoolClient, type QueryResultRow } from 'pg';

export interface Database {
  pool: Pool;
  db: NodePgDatabase;
  /** Milliseconds since 1970 by this process' clock: what a store writes and compares is of this one, never of the server's. */
  clock: () => number;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  max: number;
  /** After this a statement is given up and counts as "Postgres is away"; 0 for work that takes its time. */
  statementTimeoutMs?: number;
  /** Whoever waits longer than this for a connection is told that Postgres is away. */
  connectTimeoutMs?: number;
  clock?: () => number;
}

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
/** Connecting and preparing costs more than twenty statements: whoever comes after a quiet minute need not pay for it. */
const IDLE_TIMEOUT_MS = 10 * 60_000;

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
  // An idle connection that breaks is replaced at the next query; whoever runs a query hears of it there.
  pool.on('error', () => undefined);
  // The same inside a transaction, where nobody else listens: an event without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, db: drizzle(pool), clock, close: () => pool.end() };
}

/** A statement of a hot path: prepared once a connection, under its name. */
export interface Statement {
  name: string;
  text: string;
}

export async function run<Row extends QueryResultRow>(
  on: Pick<Pool, 'query'> | Pick<PoolClient, 'query'>,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  return (await on.query<Row>({ ...statement, values })).rows;
}

/** A driver's timestamp as the rest of the program writes instants. */
export const iso = (value: Date | string): string => new Date(value).toISOString();

/** A row as its fields are written outside: what is null in SQL is a field that is not there. */
export type Given<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>;
};

export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as Given<T>;
