import { eq, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Database } from '../database';
import type { platformAccounts, trackers } from '../schema';

/** What a round that has gone well leaves of those before. */
export const WENT_WELL = { busyUntil: null, failures: 0, failingSince: null, waitsUntil: null, code: null } as const;

/** What is written down of somebody else's system that a relay works with in rounds, each under a lease. */
export function rounds(
  { db, clock }: Pick<Database, 'db' | 'clock'>,
  table: typeof trackers | typeof platformAccounts,
) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** Has it tried, also while it is off. @returns whether it was there */
    async wantTest(id: string): Promise<boolean> {
      const found = await db
        .update(table)
        .set({ testAt: nowInstant(), testCode: null })
        .where(eq(table.id, id))
        .returning({ id: table.id });
      return found.length > 0;
    },

    /** How a test ended. One that reached it ends the waiting after failures. */
    async tested(id: string, code: string): Promise<void> {
      await db
        .update(table)
        .set({ testCode: code, ...(code === 'ok' && { waitsUntil: null }) })
        .where(eq(table.id, id));
    },

    /** A round has failed: nothing more until then. */
    async failing(id: string, code: string, until: Instant): Promise<void> {
      await db
        .update(table)
        .set({
          busyUntil: null,
          code,
          waitsUntil: until,
          failures: sql`${table.failures} + 1`,
          failingSince: sql`coalesce(${table.failingSince}, ${nowInstant()}::timestamptz)`,
        })
        .where(eq(table.id, id));
    },

    /** Ends the lease, and says nothing of how it went. */
    async release(id: string): Promise<void> {
      await db.update(table).set({ busyUntil: null }).where(eq(table.id, id));
    },
  };
}
