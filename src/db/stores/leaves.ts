import { and, asc, eq, gt, lt, lte, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { Leave } from '../records';
import { leaves } from '../schema';

/**
 * When staff are away; part of `rosterStore`.
 * @param changed called after a leave was added or removed, so that what is remembered of it is read again
 */
export function leaveRecords({ db }: Pick<Database, 'db'>, changed: () => void) {
  return {
    /** Who is on leave at an instant, by user id; of overlapping leaves the one that ends last. */
    async absences(at: Instant): Promise<Map<string, { until: Instant; deputy?: string }>> {
      const rows = await db
        .select({ userId: leaves.userId, until: leaves.to, deputy: leaves.deputy })
        .from(leaves)
        .where(and(lte(leaves.from, at), gt(leaves.to, at)))
        .orderBy(asc(leaves.to), asc(leaves.id));
      return new Map(rows.map(({ userId, until, deputy }) => [userId, withoutNulls({ until, deputy })]));
    },

    /** Leaves of one person or of all that overlap the time from `from` to before `to`, the earliest first. */
    async leaves(filter: { userId?: string; from?: Instant; to?: Instant } = {}): Promise<Leave[]> {
      const rows = await db
        .select()
        .from(leaves)
        .where(
          and(
            filter.userId === undefined ? undefined : eq(leaves.userId, filter.userId),
            filter.from === undefined ? undefined : gt(leaves.to, filter.from),
            filter.to === undefined ? undefined : lt(leaves.from, filter.to),
          ),
        )
        .orderBy(asc(leaves.from), asc(leaves.userId), asc(leaves.id));
      return rows.map(withoutNulls);
    },

    async leave(id: string): Promise<Leave | undefined> {
      const [row] = await db.select().from(leaves).where(eq(leaves.id, id));
      return row && withoutNulls(row);
    },

    /**
     * Adds a leave. An advisory lock for the person keeps two requests at once from both succeeding.
     * @returns undefined, and nothing is written, when it overlaps another leave of the person
     */
    async addLeave(leave: Omit<Leave, 'id' | 'createdAt'>): Promise<Leave | undefined> {
      const added = await db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`leave ${leave.userId}`}))`);
        const [other] = await tx
          .select({ id: leaves.id })
          .from(leaves)
          .where(and(eq(leaves.userId, leave.userId), lt(leaves.from, leave.to), gt(leaves.to, leave.from)))
          .limit(1);
        if (other) return undefined;
        const [row] = await tx.insert(leaves).values(leave).returning();
        return row && withoutNulls(row);
      });
      // After the commit: what is read before it is what was there until now.
      if (added) changed();
      return added;
    },

    /** False: there is no such leave. */
    async removeLeave(id: string): Promise<boolean> {
      const gone = await db.delete(leaves).where(eq(leaves.id, id)).returning({ id: leaves.id });
      changed();
      return gone.length > 0;
    },
  };
}
