import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { iso, run, withoutNulls, type Database, type Statement } from '../database';
import type { PersonalMail } from '../records';

/** What the rows of these tables have in common, as the driver gives them. */
export interface MailSqlRow extends Record<string, unknown> {
  id: string;
  message_id: string;
  addresses: string[] | null;
  state: PersonalMail['state'];
  attempts: number;
  ambiguous: number;
  planned_at: Date;
  next_attempt_at: Date;
  sent_at: Date | null;
  error: string | null;
}

/** What they have in common, as the stores give it. */
export const mailOf = (row: MailSqlRow): Omit<PersonalMail, 'userId'> =>
  withoutNulls({
    id: Number(row.id),
    messageId: row.message_id,
    addresses: row.addresses,
    state: row.state,
    attempts: row.attempts,
    ambiguous: row.ambiguous,
    plannedAt: iso(row.planned_at),
    nextAttemptAt: iso(row.next_attempt_at),
    sentAt: row.sent_at && iso(row.sent_at),
    error: row.error,
  });

/**
 * Mails that are each a row of their own, without a case: claimed under a lease, then ended by one of `sent`, `failed` and
 * `skipped`, or put back by `retry`, `putOff` and `ambiguous`. The last five do nothing for a mail that has ended. They are
 * looked for after every piece of work of the relay, hence prepared.
 * @param table where they are
 * @param own what only this table's rows have
 */
export function personalMails<Own, Row extends MailSqlRow>(
  { pool, clock }: Pick<Database, 'pool' | 'clock'>,
  table: 'access_mails' | 'house_mails',
  own: (row: Row) => Own,
) {
  const statement = (name: string, text: string): Statement => ({ name: `${table}_${name}`, text });
  /** One whose lease is over was left by a relay that died, so nobody knows whether it went out: it is counted as ambiguous. */
  const claim = statement(
    'claim',
    `
update ${table} set
  state = 'sending', attempts = attempts + 1, next_attempt_at = $3::timestamptz + $2::int * interval '1 millisecond',
  ambiguous = ambiguous + case when state = 'sending' then 1 else 0 end
where id in (
  select id from ${table} where state in ('planned', 'sending') and next_attempt_at <= $3::timestamptz
  order by next_attempt_at, id limit $1::int for update skip locked
)
returning *`,
  );
  const fix = statement(
    'fix',
    `update ${table} set addresses = coalesce(addresses, $2::jsonb) where id = $1::bigint returning addresses`,
  );
  const sent = statement(
    'sent',
    `update ${table} set state = 'sent', error = null, sent_at = $2::timestamptz
where id = $1::bigint and state in ('planned', 'sending', 'failed')`,
  );
  const end = statement(
    'end',
    `update ${table} set state = $2::text, error = $3::text where id = $1::bigint and state in ('planned', 'sending')`,
  );
  const back = statement(
    'back',
    `update ${table} set state = 'planned', error = $2::text, next_attempt_at = $3::timestamptz,
  ambiguous = ambiguous + $4::int, attempts = case when $5::boolean then 0 else attempts end
where id = $1::bigint and state in ('planned', 'sending')`,
  );

  const putBack = async (
    id: number,
    error: string,
    at: Instant,
    { ambiguous = 0, isFault = true }: { ambiguous?: number; isFault?: boolean } = {},
  ): Promise<void> => {
    await run(pool, back, [id, error, at, ambiguous, !isFault]);
  };
  const ended = async (id: number, state: 'skipped' | 'failed', error: string): Promise<void> => {
    await run(pool, end, [id, state, error]);
  };

  return {
    /** Claims up to `limit` mails that are due, the oldest first. For `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<(Omit<PersonalMail, 'userId'> & Own)[]> {
      const rows = await run<Row>(pool, claim, [limit, leaseMs, toInstant(clock())]);
      return rows.map((row) => ({ ...mailOf(row), ...own(row) })).toSorted((a, b) => a.id - b.id);
    },

    /** Fixes the addresses before the first attempt. @returns those that count: fixed ones stay */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const [row] = await run<{ addresses: string[] }>(pool, fix, [id, JSON.stringify(addresses)]);
      return row?.addresses ?? addresses;
    },

    /** The mail server took it; overrules a failure too. */
    async sent(id: number): Promise<void> {
      await run(pool, sent, [id, toInstant(clock())]);
    },
    /** Ends it unsent: there is nothing left to say, or nobody can get it. */
    skipped: (id: number, reason: string): Promise<void> => ended(id, 'skipped', reason),
    /** Refused for good, or tried for too long. */
    failed: (id: number, error: string): Promise<void> => ended(id, 'failed', error),
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff: (id: number, why: string, until: Instant): Promise<void> => putBack(id, why, until, { isFault: false }),
    /** It certainly did not go out: tried again at `nextAt`. */
    retry: (id: number, error: string, nextAt: Instant): Promise<void> => putBack(id, error, nextAt),
    /** Nobody knows whether it went out: tried again at `nextAt`, under the same Message-ID, and counted. */
    ambiguous: (id: number, error: string, nextAt: Instant): Promise<void> =>
      putBack(id, error, nextAt, { ambiguous: 1 }),
  };
}
