import { eq, gt, lte, or, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { iso, type Database } from '../database';
import { signInFailures } from '../schema';

/** How failed tries are answered. */
export interface LockOut {
  /** The first tries that fail without a wait. */
  free: number;
  /** Seconds of wait after each further one; after the last of the list always that many. */
  waits: readonly number[];
  /** Seconds after the last failure until all are forgotten; more than any wait. */
  forget: number;
}

/** Failed tries at a password or code, for all servers together. */
export function signInFailureStore({ db }: Pick<Database, 'db'>) {
  return {
    /**
     * Takes a try, and counts it as failed until `clear` says that it was not. Counting first is what bounds tries that
     * come all at once: none of them can be made before the others are counted.
     * @returns undefined if it may be made; else the moment until which none may
     */
    async take(key: string, at: Instant, { free, waits, forget }: LockOut): Promise<Instant | undefined> {
      const n = sql`(case when ${signInFailures.forgetAt} <= ${at}::timestamptz then 1 else ${signInFailures.failures} + 1 end)`;
      const list = sql`${`{${waits.join(',')}}`}::int[]`;
      // The n-th wait of the list; null, and no lock, for a place before its first.
      const lock = sql`${at}::timestamptz + make_interval(secs => (${list})[least(${n} - ${free}, ${waits.length})])`;
      const { rowCount } = await db.execute(sql`
        insert into ${signInFailures} (key, failures, locked_until, forget_at)
        values (${key}, 1, null, ${at}::timestamptz + make_interval(secs => ${forget}))
        on conflict (key) do update set
          failures = ${n}, locked_until = ${lock}, forget_at = excluded.forget_at
        where ${signInFailures.lockedUntil} is null or ${signInFailures.lockedUntil} <= ${at}::timestamptz`);
      if (rowCount) return undefined;
      const [row] = await db
        .select({ until: signInFailures.lockedUntil })
        .from(signInFailures)
        .where(eq(signInFailures.key, key));
      // Cleared in between: then it is a moment until the next one.
      return row?.until ?? iso(at);
    },

    /** Everything that is locked at this moment: keys, with the moment until which. */
    async locked(at: Instant): Promise<Map<string, Instant>> {
      const rows = await db
        .select({ key: signInFailures.key, until: signInFailures.lockedUntil })
        .from(signInFailures)
        .where(gt(signInFailures.lockedUntil, at));
      return new Map(rows.flatMap(({ key, until }) => (until === null ? [] : [[key, until] as const])));
    },

    /** Forgets the failures of this key, after a try that was right; and those of all keys whose time has come. */
    async clear(key: string, at: Instant): Promise<void> {
      await db.delete(signInFailures).where(or(eq(signInFailures.key, key), lte(signInFailures.forgetAt, at)));
    },
  };
}
