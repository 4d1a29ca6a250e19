import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, gt, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { run, withoutNulls, type Database, type Statement } from '../database';
import type { Call, CallNews } from '../records';
import { calls } from '../schema';
import { CASE_CHANGED, NOTICED } from './case-changes';

/**
 * Writes down what was told of a call, tells the open pages of whoever sees it, and of the case that it belongs to. Told
 * again, or late and in another order, it changes nothing that stands. Once it is answered it rings nowhere else.
 * Parameters: id, hook, call, extension, caller, line, recording, what it is, the present moment.
 */
const HEAR: Statement = {
  name: 'calls_hear',
  text: `
with heard as (
  insert into calls as c (id, hook_id, call_id, extension, user_id, number, line, recording, rang_at, answered_at, ended_at)
  select $1::uuid, $2::text, $3::text, $4::text, (select id from users where extension = $4::text and active),
    $5::text, $6::text, $7::text, $9::timestamptz,
    case when $8::text = 'answered' then $9::timestamptz end, case when $8::text = 'ended' then $9::timestamptz end
  on conflict on constraint calls_once do update set
    number = coalesce(c.number, excluded.number),
    line = coalesce(c.line, excluded.line),
    recording = coalesce(excluded.recording, c.recording),
    answered_at = coalesce(c.answered_at, excluded.answered_at),
    ended_at = coalesce(c.ended_at, excluded.ended_at)
  returning user_id, case_no
), elsewhere as (
  update calls set ended_at = $9::timestamptz
  where $8::text = 'answered' and hook_id = $2::text and call_id = $3::text and extension <> $4::text
    and answered_at is null and ended_at is null
  returning user_id
), told as (
  select pg_notify('${NOTICED}', user_id)
  from (select user_id from heard union select user_id from elsewhere) who where user_id is not null
), changed as (
  select pg_notify('${CASE_CHANGED}', case_no) from heard where case_no is not null
)
select user_id, (select count(*) from told) as told, (select count(*) from changed) as changed from heard`,
};

/** Puts a call of somebody into a case, unless it belongs to another. Parameters: id, user, case. */
const TIE: Statement = {
  name: 'calls_tie',
  text: `
with tied as (
  update calls set case_no = $3::text
  where id = $1::uuid and user_id = $2::text and (case_no is null or case_no = $3::text) returning user_id, case_no
)
select pg_notify('${NOTICED}', user_id), pg_notify('${CASE_CHANGED}', case_no) from tied`,
};

/** Parameters: id, user, the present moment. */
const PUT_AWAY: Statement = {
  name: 'calls_put_away',
  text: `
with away as (update calls set put_away_at = $3::timestamptz where id = $1::uuid and user_id = $2::text returning user_id)
select pg_notify('${NOTICED}', user_id) from away`,
};

/** Calls, as the house's telephone system tells of them. */
export function callStore({ db, pool }: Pick<Database, 'db' | 'pool'>) {
  const columns = (row: typeof calls.$inferSelect): Call => {
    const { putAwayAt: _putAwayAt, ...call } = withoutNulls(row);
    return call;
  };
  return {
    /** @returns whose extension it was when it rang; undefined: nobody's */
    async hear({ hookId, callId, extension, number, line, recording, is, at }: CallNews): Promise<string | undefined> {
      const values = [randomUUID(), hookId, callId, extension, number, line, recording, is, at];
      const [row] = await run<{ user_id: string | null }>(
        pool,
        HEAR,
        values.map((value) => value ?? null),
      );
      return row?.user_id ?? undefined;
    },

    /** Removes what belongs to no case and rang before this moment. */
    async forget(before: Instant): Promise<void> {
      await db.delete(calls).where(and(isNull(calls.caseNo), lt(calls.rangAt, before)));
    },

    /**
     * Calls at somebody's extension that belong to no case yet and were not put away, the newest first: those that rang
     * after `rangAfter` and go on, or were answered and ended after `endedAfter`.
     */
    async of(
      userId: string,
      { rangAfter, endedAfter, most }: { rangAfter: Instant; endedAfter: Instant; most: number },
    ): Promise<Call[]> {
      const goesOn = isNull(calls.endedAt);
      const justOver = and(isNotNull(calls.answeredAt), gt(calls.endedAt, endedAfter));
      const rows = await db
        .select()
        .from(calls)
        .where(
          and(
            eq(calls.userId, userId),
            gt(calls.rangAt, rangAfter),
            isNull(calls.caseNo),
            isNull(calls.putAwayAt),
            or(goesOn, justOver),
          ),
        )
        .orderBy(desc(calls.rangAt), asc(calls.id))
        .limit(most);
      return rows.map(columns);
    },

    /** Puts a call of somebody into a case. Nothing happens to one that is not theirs, or belongs to another case. */
    async tie(id: string, userId: string, caseNo: string): Promise<void> {
      await run(pool, TIE, [id, userId, caseNo]);
    },

    /** Its agent does not want to see it any more, on any page of theirs. */
    async putAway(id: string, userId: string, at: Instant): Promise<void> {
      await run(pool, PUT_AWAY, [id, userId, at]);
    },

    /** Those of a case, the first at the top. */
    async ofCase(caseNo: string): Promise<Call[]> {
      const rows = await db
        .select()
        .from(calls)
        .where(eq(calls.caseNo, caseNo))
        .orderBy(asc(calls.rangAt), asc(calls.id));
      return rows.map(columns);
    },
  };
}
