import { and, asc, eq, gt, gte, inArray, lt, or, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import type { Shift } from '../records';
import { shifts } from '../schema';

const INSERTED_AT_ONCE = 1_000;

/**
 * The dated roster; part of `rosterStore`.
 * @param changed called after shifts were replaced, so that what is remembered of them is read again
 */
export function shiftRecords({ db }: Pick<Database, 'db'>, changed: () => void) {
  return {
    /** Shifts of one person or of all that overlap the time from `from` to before `to`, the earliest first. */
    async shifts(filter: { from: Instant; to: Instant; userId?: string }): Promise<Shift[]> {
      return db
        .select()
        .from(shifts)
        .where(
          and(
            gt(shifts.to, filter.from),
            lt(shifts.from, filter.to),
            filter.userId === undefined ? undefined : eq(shifts.userId, filter.userId),
          ),
        )
        .orderBy(asc(shifts.from), asc(shifts.userId));
    },

    /**
     * Replaces the shifts that begin in a span of time, of the people named or of all.
     * @returns those of `rows` that would overlap a shift that stays, one that reaches into the span or begins behind
     * it; then nothing is changed. Empty: all are stored
     */
    async setShifts(span: { from: Instant; to: Instant; userIds?: string[] }, rows: Shift[]): Promise<Shift[]> {
      const refused = await db.transaction(async (tx) => {
        // Two rosters sent at once are stored one after the other; the lock lets readers go on.
        await tx.execute(sql`lock table ${shifts} in share row exclusive mode`);
        const replaced = and(
          gte(shifts.from, span.from),
          lt(shifts.from, span.to),
          span.userIds === undefined ? undefined : inArray(shifts.userId, span.userIds),
        );
        const users = [...new Set(rows.map((row) => row.userId))];
        const last = rows.reduce((end, row) => (row.to > end ? row.to : end), span.to);
        const around =
          users.length === 0
            ? []
            : await tx
                .select()
                .from(shifts)
                .where(
                  and(
                    inArray(shifts.userId, users),
                    gt(shifts.to, span.from),
                    lt(shifts.from, last),
                    or(lt(shifts.from, span.from), gte(shifts.from, span.to)),
                  ),
                );
        const overlapping = rows.filter((row) =>
          around.some((old) => old.userId === row.userId && old.from < row.to && old.to > row.from),
        );
        if (overlapping.length > 0) return overlapping;
        await tx.delete(shifts).where(replaced);
        for (let at = 0; at < rows.length; at += INSERTED_AT_ONCE) {
          await tx.insert(shifts).values(rows.slice(at, at + INSERTED_AT_ONCE));
        }
        return [];
      });
      // After the commit: what is read before it is what was there until now.
      if (refused.length === 0) changed();
      return refused;
    },
  };
}
