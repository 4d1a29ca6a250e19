import { bigint, integer, pgTable, varchar } from 'drizzle-orm/pg-core';

/**
 * What addresses have used of their limits a minute, for all servers together; rate-limiter-flexible writes it, and clears
 * away what is over. Unlogged (see the migration): after a crash of Postgres everybody starts anew, and no request waits
 * for a disk.
 */
export const limits = pgTable('limits', {
  /** The limit's name and the address: IPv4, or the first half of an IPv6 address. */
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint({ mode: 'number' }),
});
