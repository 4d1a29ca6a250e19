import { desc } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { AccessAct, AccessLogEntry } from '../records';
import { accessLog } from '../schema';

/** Notes what is done about somebody's way in, in the transaction that does it. @param by left out: nobody signed in */
export async function noteAccess(
  on: Pick<Database['db'], 'insert'>,
  { userId, acts, by, at }: { userId: string; acts: readonly AccessAct[]; by?: string | undefined; at: Instant },
): Promise<void> {
  if (acts.length > 0) await on.insert(accessLog).values(acts.map((act) => ({ userId, act, by, at })));
}

/** What was done about the ways in of staff. */
export function accessLogStore({ db }: Pick<Database, 'db'>) {
  return {
    /** The latest entries, the newest first. */
    async latest(limit: number): Promise<AccessLogEntry[]> {
      const rows = await db.select().from(accessLog).orderBy(desc(accessLog.id)).limit(limit);
      return rows.map((row) => withoutNulls(row));
    },
  };
}
