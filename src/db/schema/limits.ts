import { bigint, integer, pgTable, varchar } from 'drizzle-orm/pg-core';

/**
 * How many requests each address has made in the present minute, for all servers together. The library
 * rate-limiter-flexible writes the rows and removes expired ones. The table is unlogged (see the migration), so that no
 * request waits for the disk; a crash of Postgres empties it, and everybody starts at zero.
 */
export const limits = pgTable('limits', {
  /** The limit's name and the address: IPv4, or the first half of an IPv6 address. */
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint({ mode: 'number' }),
});
