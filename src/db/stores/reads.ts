import { and, desc, eq, lt } from 'drizzle-orm';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { run, type Database, type Statement } from '../database';
import type { CaseRead } from '../records';
import { caseReads } from '../schema';

const HALF_HOUR = 30 * MINUTE;

/** The half hour of a look, from :00 and :30. @param at milliseconds since 1970 */
const halfHourOf = (at: number): Instant => toInstant(at - (at % HALF_HOUR));

/** Every answer about a case waits for it. The part that reads sees the table as it was before the part that writes. */
const LOOK: Statement = {
  name: 'reads_look',
  text: `
with written as (
  insert into case_reads (user_id, case_no, kind, half_hour, seq, at)
  select $1::text, $2::text, kind, $4::timestamptz, $5::int, $6::timestamptz from unnest($3::text[]) kind
  on conflict (user_id, case_no, kind, half_hour) do update set seq = excluded.seq
  where case_reads.seq < excluded.seq)
select coalesce(max(seq), 0) as seq from case_reads where user_id = $1::text and case_no = $2::text`,
};

/** Who looked at which case. */
export function readStore({ db, pool, clock }: Database) {
  return {
    /**
     * Writes down that somebody looks at a case. Several looks of a kind within one half hour (from :00 and :30) are one
     * row, which keeps the time of the first and the highest `seq`.
     * @returns the highest `seq` of their looks before this one; 0: none
     */
    async look({
      userId,
      caseNo,
      kinds,
      seq,
    }: Pick<CaseRead, 'userId' | 'caseNo' | 'seq'> & { kinds: readonly CaseRead['kind'][] }): Promise<number> {
      const at = clock();
      const halfHour = halfHourOf(at);
      const rows = await run<{ seq: number }>(pool, LOOK, [userId, caseNo, [...kinds], halfHour, seq, toInstant(at)]);
      return rows[0]?.seq ?? 0;
    },

    /** Writes down that somebody is shown the customers' phone numbers and mail addresses of many cases at once. */
    async lookAtContacts(userId: string, caseNos: readonly string[]): Promise<void> {
      if (caseNos.length === 0) return;
      const at = clock();
      const halfHour = halfHourOf(at);
      await db
        .insert(caseReads)
        .values(
          caseNos.map((caseNo) => ({ userId, caseNo, kind: 'contact' as const, halfHour, seq: 0, at: toInstant(at) })),
        )
        .onConflictDoNothing();
    },

    /** The looks at a case, the newest first. @param before the id of the last one of the page before */
    list: (caseNo: string, limit: number, before?: number): Promise<CaseRead[]> =>
      db
        .select({
          id: caseReads.id,
          userId: caseReads.userId,
          caseNo: caseReads.caseNo,
          kind: caseReads.kind,
          seq: caseReads.seq,
          at: caseReads.at,
        })
        .from(caseReads)
        .where(and(eq(caseReads.caseNo, caseNo), before === undefined ? undefined : lt(caseReads.id, before)))
        .orderBy(desc(caseReads.id))
        .limit(limit),
  };
}
