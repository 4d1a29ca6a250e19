import { and, asc, desc, eq, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Instant } from '../../domain/basics/types';
import { run, type Database, type Statement } from '../database';
import { DAY } from '../../domain/basics/milliseconds';
import { INTERVIEW } from '../records';
import { cases, complaints } from '../schema';

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

/** The condition on `cases` by which a customer is to be interviewed: as often have they complained up to this case. */
export const isToInterview = (): SQL => sql`(select count(*)::int from ${cases} o
  where o.customer_id = ${cases.customerId} and o.received_at <= ${cases.receivedAt}
    and o.received_at > ${cases.receivedAt} - ${INTERVIEW.days * DAY}::float8 * interval '1 millisecond'
  ) >= ${INTERVIEW.complaints}`;

const UP_TO: Statement = {
  name: 'repeats_up_to',
  text: `
select count(*)::int as count from cases where customer_id = $1::text and received_at <= $2::timestamptz
  and received_at > $2::timestamptz - $3::float8 * interval '1 millisecond'`,
};

/** How often the customer has complained within `INTERVIEW.days` up to a complaint that came then, it included. */
export async function complaintsUpTo(
  pool: Database['pool'],
  { customerId, receivedAt }: { customerId: string; receivedAt: Instant },
): Promise<number> {
  const [row] = await run<{ count: number }>(pool, UP_TO, [customerId, receivedAt, INTERVIEW.days * DAY]);
  return row?.count ?? 0;
}
