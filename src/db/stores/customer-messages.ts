import { asc, eq, sql } from 'drizzle-orm';
import { DAY } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { run, withoutNulls, type Database, type Statement } from '../database';
import type { CustomerMessage } from '../records';
import { customerMessages } from '../schema';

/** Receipts first: somebody waits for one with the telephone in their hand. */
const CLAIM: Statement = {
  name: 'customer_messages_claim',
  text: `
update customer_messages set
  state = 'sending', attempts = attempts + 1, next_attempt_at = $4::timestamptz + $3::int * interval '1 millisecond'
where id in (
  select id from customer_messages
  where way = $1::text and state in ('planned', 'sending') and next_attempt_at <= $4::timestamptz
  order by (mail = 'receipt') desc, next_attempt_at, id limit $2::int for update skip locked
)
returning id`,
};

const OPEN = `state in ('planned', 'sending')`;

/** What is to be sent to customers this way, without what waits for the morning. Parameter: the present moment. */
export const messagesWaiting = (way: CustomerMessage['way']): string => `
  select planned_at, failing_since from customer_messages
  where way = '${way}' and ${OPEN} and (error is distinct from 'quiet' or next_attempt_at <= $1::timestamptz)`;
/** What did not arrive this way, for all we know. @param since the parameter with the moment since which it ended */
export const messagesUndelivered = (way: CustomerMessage['way'], since: string): string =>
  `select ended_at from customer_messages
   where way = '${way}' and state in ('failed', 'unknown') and ended_at > ${since}::timestamptz`;

/** What customers are told by another way than mail. The ledger plans it; errors are codes, never a number. */
export function customerMessageStore({ pool, db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  const change = (text: string, values: unknown[]): Promise<unknown> => pool.query(text, values);
  const fromRow = (row: typeof customerMessages.$inferSelect): CustomerMessage => withoutNulls(row);
  return {
    /** Claims up to `limit` that are due, the oldest first. For `leaseMs` no other caller gets them. */
    async claim(way: CustomerMessage['way'], limit: number, leaseMs: number): Promise<CustomerMessage[]> {
      const claimed = await run<{ id: string }>(pool, CLAIM, [way, limit, leaseMs, nowInstant()]);
      if (claimed.length === 0) return [];
      const ids = claimed.map(({ id }) => Number(id));
      const rows = await db
        .select()
        .from(customerMessages)
        .where(sql`${customerMessages.id} = any(${sql.param(ids)}::bigint[])`)
        .orderBy(asc(customerMessages.id));
      return rows.map(fromRow);
    },

    /** All of a case, the oldest first. */
    async list(caseNo: string): Promise<CustomerMessage[]> {
      const rows = await db
        .select()
        .from(customerMessages)
        .where(eq(customerMessages.caseNo, caseNo))
        .orderBy(asc(customerMessages.id));
      return rows.map(fromRow);
    },

    /** The gateway is about to be called: from now on it may have been sent. */
    async calling(id: number, segments: number): Promise<void> {
      await change(`update customer_messages set called = true, segments = $2::int where id = $1::bigint and ${OPEN}`, [
        id,
        segments,
      ]);
    },

    /** The gateway took it. Also when it had been given up: its yes may have been on its way. */
    async sent(id: number, gatewayId: string | undefined): Promise<void> {
      await change(
        `update customer_messages set state = 'sent', sent_at = $2::timestamptz, gateway_id = $3::text, error = null
         where id = $1::bigint and state in ('planned', 'sending', 'unknown')`,
        [id, nowInstant(), gatewayId ?? null],
      );
    },

    /** It was certainly not taken; due again at `nextAt`. */
    async retry(id: number, code: string, nextAt: Instant): Promise<void> {
      await change(
        `update customer_messages set state = 'planned', called = false, error = $2::text, next_attempt_at = $3::timestamptz,
           failing_since = coalesce(failing_since, $4::timestamptz)
         where id = $1::bigint and ${OPEN}`,
        [id, code, nextAt, nowInstant()],
      );
    },

    /** It may have been taken; due again at `nextAt` under the same key. */
    async ambiguous(id: number, code: string, nextAt: Instant): Promise<void> {
      await change(
        `update customer_messages set state = 'planned', error = $2::text, next_attempt_at = $3::timestamptz,
           failing_since = coalesce(failing_since, $4::timestamptz)
         where id = $1::bigint and ${OPEN}`,
        [id, code, nextAt, nowInstant()],
      );
    },

    /** Waits without a fault, for what `why` names. */
    async putOff(id: number, why: string, until: Instant): Promise<void> {
      await change(
        `update customer_messages set state = 'planned', error = $2::text, next_attempt_at = $3::timestamptz,
           attempts = attempts - 1, failing_since = null
         where id = $1::bigint and ${OPEN}`,
        [id, why, until],
      );
    },

    /** Ends it unsent although nothing is wrong. */
    async skipped(id: number, why: string): Promise<void> {
      await change(
        `update customer_messages set state = 'skipped', error = $2::text, ended_at = $3::timestamptz
         where id = $1::bigint and ${OPEN}`,
        [id, why, nowInstant()],
      );
    },

    /**
     * Ends it: it did not arrive (`failed`), nobody knows (`unknown`), or it cannot go this way (`skipped`).
     * @param fallBack whether its mail goes in its place, which is planned in the same statement
     */
    async ended(
      id: number,
      { state, code, fallBack }: { state: 'failed' | 'unknown' | 'skipped'; code: string; fallBack: boolean },
    ): Promise<void> {
      await change(
        `with ended as (
           update customer_messages set state = $2::text, error = $3::text, fell_back = $4::boolean, ended_at = $5::timestamptz
           where id = $1::bigint and state not in ('delivered', 'failed', 'skipped')
           returning case_no, seq, mail
         )
         update outbox o set state = 'planned', error = null, planned_at = $5::timestamptz, next_attempt_at = $5::timestamptz
         from ended e
         where $4::boolean and o.case_no = e.case_no and o.seq = e.seq and o.mail = e.mail
           and o.recipient_key = 'customer' and o.state = 'skipped' and o.error in ('by_sms', 'by_wechat')`,
        [id, state, code, fallBack, nowInstant()],
      );
    },

    /** The one of this key, or that the gateway knows by this id; undefined: none. */
    async find({
      key,
      gatewayId,
    }: {
      key?: string | undefined;
      gatewayId?: string | undefined;
    }): Promise<CustomerMessage | undefined> {
      if (key === undefined && gatewayId === undefined) return undefined;
      const named = key === undefined ? eq(customerMessages.gatewayId, gatewayId ?? '') : eq(customerMessages.key, key);
      const [row] = await db.select().from(customerMessages).where(named).orderBy(asc(customerMessages.id)).limit(1);
      return row && fromRow(row);
    },

    /** The customer has it, as the gateway reports. */
    async delivered(id: number): Promise<void> {
      await change(
        `update customer_messages set state = 'delivered', ended_at = $2::timestamptz,
           sent_at = coalesce(sent_at, $2::timestamptz), error = null
         where id = $1::bigint and state not in ('delivered', 'failed', 'skipped')`,
        [id, nowInstant()],
      );
    },

    /** How many wait to be sent this way (not those that wait for the morning), and how many of the past day did not arrive for all we know. */
    async backlog(way: CustomerMessage['way'] = 'sms'): Promise<{ waiting: number; undelivered: number }> {
      const { rows } = await pool.query<{ waiting: number; undelivered: number }>(
        `select
           (select count(*) from (${messagesWaiting(way)}) w)::int as waiting,
           (select count(*) from (${messagesUndelivered(way, '$2')}) u)::int as undelivered`,
        [nowInstant(), toInstant(clock() - DAY)],
      );
      return { waiting: rows[0]?.waiting ?? 0, undelivered: rows[0]?.undelivered ?? 0 };
    },
  };
}
