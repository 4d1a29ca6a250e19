import { and, asc, desc, eq, isNull, ne, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../database';
import { complaints } from '../schema';

/** How many repeats are found at most: more of them would tell the handler nothing new. */
const REPEATS_KEPT = 50;

/**
 * Numbers of earlier complaints with the same phone, order or serial number, or with the same mail address unless both
 * have a phone and the phones differ (people of one family or firm may share an address). The latest first.
 * @param of `within`: how long before this complaint they may have been received, in milliseconds
 */
export async function repeatsOf(
  db: Database['db'],
  { caseNo, within }: { caseNo: string; within: number },
): Promise<string[]> {
  const mine = alias(complaints, 'mine');
  const rows = await db
    .select({ caseNo: complaints.caseNo })
    .from(mine)
    .innerJoin(
      complaints,
      or(
        eq(complaints.phoneKey, mine.phoneKey),
        eq(complaints.orderKey, mine.orderKey),
        eq(complaints.serialKey, mine.serialKey),
        and(
          eq(complaints.emailKey, mine.emailKey),
          or(isNull(complaints.phoneKey), isNull(mine.phoneKey), eq(complaints.phoneKey, mine.phoneKey)),
        ),
      ),
    )
    .where(
      and(
        eq(mine.caseNo, caseNo),
        ne(complaints.caseNo, caseNo),
        sql`${complaints.receivedAt} <= ${mine.receivedAt}`,
        sql`${complaints.receivedAt} >= ${mine.receivedAt} - ${within}::float8 * interval '1 millisecond'`,
      ),
    )
    .orderBy(desc(complaints.receivedAt), asc(complaints.caseNo))
    .limit(REPEATS_KEPT);
  return rows.map((row) => row.caseNo);
}
