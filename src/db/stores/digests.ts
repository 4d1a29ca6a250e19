import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { MailKind } from '../../domain/policy/mail-kinds';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';
import type { DigestRow, OutboxRow } from '../records';
import { outboxFromRow, type OutboxSqlRow } from './outbox';
import { mailOf, type MailSqlRow } from './personal-mails';
import { TELL_EACH } from './telling';

/**
 * Claims as the outbox does: SKIP LOCKED keeps two relays from getting the same digest. One still `sending` whose lease
 * is over was left by a relay that died, so nobody knows whether it went out: it is counted as ambiguous.
 */
const CLAIM: Statement = {
  name: 'digests_claim',
  text: `
update digests set
  state = 'sending', attempts = attempts + 1, next_attempt_at = $3::timestamptz + $2::int * interval '1 millisecond',
  ambiguous = ambiguous + case when state = 'sending' then 1 else 0 end
where id in (
  select id from digests where state in ('planned', 'sending') and next_attempt_at <= $3::timestamptz
  order by next_attempt_at, id limit $1::int for update skip locked
)
returning *`,
};

/** Held to the end of the transaction: one relay at a time gathers for a person; a second waits, then finds it done. */
const LOCK: Statement = {
  name: 'digests_lock',
  text: `select pg_advisory_xact_lock(hashtextextended('digest/' || $1::text, 0))`,
};

/**
 * The latest digest of a person that was sent or is on its way, not one that was put aside or waits for the end of their
 * quiet hours; with `until`: the end of its window; `fresh`: whether that is still to come; `again`:
 * when to look again while it is under way; `lately`: how many digests of theirs are within their window.
 */
const LATEST: Statement = {
  name: 'digests_latest',
  text: `
select state, coalesce(sent_at, planned_at) + $2::int * interval '1 millisecond' as until,
  coalesce(sent_at, planned_at) + $2::int * interval '1 millisecond' > $3::timestamptz as fresh,
  $3::timestamptz + $4::int * interval '1 millisecond' as again,
  (select count(*)::int from digests lately where lately.user_id = $1::text and lately.state <> 'skipped'
    and coalesce(lately.sent_at, lately.planned_at) + $2::int * interval '1 millisecond' > $3::timestamptz) as lately
from digests where user_id = $1::text and state <> 'skipped'
  and not (state = 'planned' and error is not distinct from 'quiet' and next_attempt_at > $3::timestamptz)
order by planned_at desc, id desc limit 1`,
};

/**
 * Reminders to one person that no mail carries yet. One with addresses was attempted before as a mail of its own, and
 * stays one: its retry must go out under the same Message-ID.
 */
const WAITING = `recipient_key = 'user:' || $1::text and mail = any($2::text[]) and state in ('planned', 'sending')
  and addresses is null and digest_id is null`;

/** How many digests a person gets within one window when reminders press and cannot wait for its end. */
const MOST_PRESSING = 5;
/** How soon pressing reminders are looked at again while another digest to the same person is being sent. */
const UNDER_WAY_MS = 2_000;

interface Latest extends Record<string, unknown> {
  state: string;
  until: Date;
  fresh: boolean;
  again: Date;
  lately: number;
}

const WAIT: Statement = {
  name: 'digests_wait',
  text: `
update outbox set state = 'planned', next_attempt_at = $3::timestamptz, error = 'gathering',
  failing_since = case when state = 'planned' then failing_since end
where ${WAITING} and (state = 'sending' or next_attempt_at < $3::timestamptz)`,
};

const TAKE: Statement = {
  name: 'digests_take',
  text: `select id, message_id from outbox where ${WAITING} order by id for update`,
};

/**
 * Turns a notice into one row for each reader, in one statement: all of them or none. When its recipient is among the
 * readers, its own row is used again for them; else that row becomes `skipped` with `handed_on`. The row of who is told
 * on the desk alone is `skipped` with `bell_only`.
 */
const FAN_OUT: Statement = {
  name: 'digests_fan_out',
  text: `
with readers as (
  select 'user:' || r.id as key, r.* from jsonb_to_recordset($2::jsonb) as r(
    id text, "messageId" text, state text, until timestamptz, why text)
), notice as (
  update outbox o set
    state = coalesce((select state from readers where key = o.recipient_key), 'skipped'),
    error = case when o.recipient_key in (select key from readers)
      then (select why from readers where key = o.recipient_key) else 'handed_on' end,
    next_attempt_at = coalesce((select until from readers where key = o.recipient_key), $3::timestamptz),
    -- One that goes at once is not handed over yet: gathering it may still fail.
    failing_since = case when exists (select 1 from readers where key = o.recipient_key and until is null)
      then o.failing_since end
  where o.id = $1::bigint and o.state in ('planned', 'sending') and o.addresses is null
  returning o.case_no, o.seq, o.mail, o.recipient_key, o.planned_at
)
insert into outbox (case_no, seq, mail, recipient, recipient_key, message_id, state, planned_at, next_attempt_at, error)
select n.case_no, n.seq, n.mail, jsonb_build_object('kind', 'user', 'id', r.id), r.key, r."messageId", r.state,
  n.planned_at, coalesce(r.until, $3::timestamptz), r.why
from notice n, readers r where r.key <> n.recipient_key
on conflict (case_no, seq, mail, recipient_key) do update
  set state = excluded.state, error = excluded.error, next_attempt_at = excluded.next_attempt_at, failing_since = null
  where outbox.state = 'skipped' and outbox.error = 'handed_on'`,
};

const INSERT: Statement = {
  name: 'digests_insert',
  text: `insert into digests (user_id, message_id, planned_at, next_attempt_at)
values ($1::text, $2::text, $3::timestamptz, $3::timestamptz) returning id`,
};

const GATHER: Statement = {
  name: 'digests_gather',
  text: `update outbox set state = 'gathered', digest_id = $2::bigint, error = null where id = any($1::bigint[])`,
};

interface Row extends MailSqlRow {
  user_id: string;
  failing_since: Date | null;
}

const fromRow = (row: Row): DigestRow => ({
  ...mailOf(row),
  userId: row.user_id,
  ...(row.failing_since && { failingSince: iso(row.failing_since) }),
});

/**
 * What became of the reminders that waited for a person. `gathered`: digest `id` carries so many `notices` now. `wait`:
 * they were put off until `until`. `none`: there were none left, another relay has gathered them.
 */
export type Gathering =
  { kind: 'gathered'; id: number; notices: number } | { kind: 'wait'; until: string } | { kind: 'none' };

/** Somebody who is to read a notice. */
export interface Reader {
  /** User id. */
  id: string;
  /** Until when it waits, and whether for their working hours (`quiet`) or for the window; absent: it goes at once. */
  wait?: { until: string; why: 'quiet' | 'gathering' } | undefined;
  /** Told on the desk, and by no mail. */
  bellOnly?: boolean | undefined;
}

async function inTransaction<T>(pool: Database['pool'], work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection whose rollback fails may still be inside the transaction: handing it the error destroys it.
    await client.query('rollback').then(
      () => client.release(),
      (broken: unknown) => client.release(broken instanceof Error ? broken : true),
    );
    throw error;
  }
}

/** What becomes of an attempt that has not ended the digest. */
const attemptsIn = (pool: Database['pool'], nowInstant: () => Instant) => ({
  /** The attempt failed and the mail certainly did not go out: tried again at `nextAt`. */
  async retry(id: number, error: string, nextAt: string): Promise<void> {
    await pool.query(
      `update digests set state = 'planned', error = $2, next_attempt_at = $3,
         failing_since = coalesce(failing_since, $4::timestamptz)
       where id = $1 and state in ('planned', 'sending')`,
      [id, error, nextAt, nowInstant()],
    );
  },

  /** Waits without a fault, for what `why` names: due again at `until`. */
  async putOff(id: number, why: string, until: string): Promise<void> {
    await pool.query(
      `update digests set state = 'planned', error = $2, next_attempt_at = $3, failing_since = null
       where id = $1 and state in ('planned', 'sending')`,
      [id, why, until],
    );
  },

  /** Nobody knows whether the mail went out: tried again at `nextAt`, under the same Message-ID, and counted. */
  async ambiguous(id: number, error: string, nextAt: string): Promise<void> {
    await pool.query(
      `update digests set state = 'planned', error = $2, ambiguous = ambiguous + 1, next_attempt_at = $3,
         failing_since = coalesce(failing_since, $4::timestamptz)
       where id = $1 and state in ('planned', 'sending')`,
      [id, error, nextAt, nowInstant()],
    );
  },
});

/** Digests and the reminders they carry: how they come about is told in `docs/architecture/digests.md`. */
export function digestStore({ pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());

  const together = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => inTransaction(pool, work);

  /**
   * Ends a digest, and with it the notices it carries. Only `sent` overrules an earlier end, and only `failed`: the
   * mail server may have taken the mail after all. A digest that was sent or skipped stays so.
   */
  const end = (id: number, state: 'sent' | 'failed' | 'skipped', error: string | null): Promise<void> =>
    together(async (client) => {
      const from = state === 'sent' ? ['planned', 'sending', 'failed'] : ['planned', 'sending'];
      const sentAt = state === 'sent' ? nowInstant() : null;
      const { rowCount } = await client.query(
        `update digests set state = $2, error = $3, sent_at = coalesce($4::timestamptz, sent_at)
         where id = $1 and state = any($5)`,
        [id, state, error, sentAt, from],
      );
      if (rowCount === 0) return;
      await client.query(
        `update outbox set state = $2, error = $3, sent_at = coalesce($4::timestamptz, sent_at)
         where digest_id = $1 and state in ('gathered', 'failed')`,
        [id, state, error, sentAt],
      );
    });

  return {
    /**
     * Turns a notice into one row for each reader, and tells them on the desk: both or neither. Idempotent: a reader who
     * has a row of this event and kind already gets no second one, unless that row was handed on to somebody else; then it
     * is planned again. Plans nothing when the notice has ended or was attempted.
     * @param readers with the Message-ID of each one's row, which must follow from the notice's own
     */
    async fanOut(
      { id: notice, caseNo, seq, mail }: Pick<OutboxRow, 'id' | 'caseNo' | 'seq' | 'mail'>,
      readers: readonly (Reader & { messageId: string })[],
    ): Promise<void> {
      const rows = readers.map(({ id, messageId, wait, bellOnly }) => ({
        id,
        messageId,
        ...(bellOnly ? { state: 'skipped', why: 'bell_only' } : { state: 'planned', ...wait }),
      }));
      await together(async (client) => {
        await run(client, FAN_OUT, [notice, JSON.stringify(rows), nowInstant()]);
        await run(client, TELL_EACH, [caseNo, seq, mail, readers.map(({ id }) => id), nowInstant()]);
      });
    },

    /**
     * Gathers the reminders that wait for a person into one digest, in one transaction. When the person had a digest
     * within the window, or one is still being sent, all of them are put off instead. The Message-ID is fixed here,
     * before any attempt; a reminder that is alone keeps its own.
     * @param kinds kinds of mail that are gathered
     * @param windowMs how long after a digest the next one waits
     * @param presses one of them cannot wait for the window: it goes at once, up to five digests a window
     */
    gather(userId: string, kinds: readonly MailKind[], windowMs: number, presses = false): Promise<Gathering> {
      return together(async (client): Promise<Gathering> => {
        await run(client, LOCK, [userId]);
        const at = nowInstant();
        const [latest] = await run<Latest>(client, LATEST, [
          userId,
          windowMs,
          at,
          presses ? Math.min(windowMs, UNDER_WAY_MS) : windowMs,
        ]);
        const underWay = latest !== undefined && ['planned', 'sending'].includes(latest.state);
        const passes = presses && latest !== undefined && latest.lately < MOST_PRESSING;
        if (latest && (underWay || (latest.fresh && !passes))) {
          const until = iso(underWay ? latest.again : latest.until);
          await run(client, WAIT, [userId, kinds, until]);
          return { kind: 'wait', until };
        }
        const rows = await run<{ id: string; message_id: string }>(client, TAKE, [userId, kinds]);
        const [first] = rows;
        if (!first) return { kind: 'none' };
        const domain = first.message_id.slice(first.message_id.lastIndexOf('@'));
        const messageId = rows.length === 1 ? first.message_id : `<digest.${randomUUID()}${domain}`;
        const [made] = await run<{ id: string }>(client, INSERT, [userId, messageId, at]);
        if (!made) throw new Error('a digest was not written');
        await run(client, GATHER, [rows.map((row) => row.id), made.id]);
        return { kind: 'gathered', id: Number(made.id), notices: rows.length };
      });
    },

    /** Claims up to `limit` digests that are due, the oldest id first. For `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<DigestRow[]> {
      const rows = await run<Row & Record<string, unknown>>(pool, CLAIM, [limit, leaseMs, nowInstant()]);
      return rows.map(fromRow).toSorted((a, b) => a.id - b.id);
    },

    /** What a digest carries, the oldest first. */
    async notices(id: number): Promise<OutboxRow[]> {
      const { rows } = await pool.query<OutboxSqlRow>('select * from outbox where digest_id = $1 order by id', [id]);
      return rows.map(outboxFromRow);
    },

    /** All digests of a person, the oldest first. */
    async list(userId: string): Promise<DigestRow[]> {
      const { rows } = await pool.query<Row>('select * from digests where user_id = $1 order by id', [userId]);
      return rows.map(fromRow);
    },

    /**
     * Fixes the addresses before the first attempt. Addresses that are fixed already stay; those
     * that count are returned.
     */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const { rows } = await pool.query<{ addresses: string[] }>(
        `update digests set addresses = coalesce(addresses, $2::jsonb) where id = $1 returning addresses`,
        [id, JSON.stringify(addresses)],
      );
      return rows[0]?.addresses ?? addresses;
    },

    /**
     * Dissolves a digest that was never attempted, because its reader has left: its notices are planned again at once
     * and find other readers. Does nothing once addresses are fixed.
     */
    release: (id: number): Promise<void> =>
      together(async (client) => {
        const { rowCount } = await client.query(
          `delete from digests where id = $1 and addresses is null and state in ('planned', 'sending')`,
          [id],
        );
        if (rowCount === 0) return;
        await client.query(
          `update outbox set state = 'planned', digest_id = null, next_attempt_at = $2::timestamptz where digest_id = $1`,
          [id, nowInstant()],
        );
      }),

    /**
     * Takes notices out of a digest before it leaves. @param why what they ask for has been done meanwhile (`overtaken`),
     * or their reader wants them on the desk alone (`bell_only`)
     */
    async drop(id: number, notices: readonly number[], why: string): Promise<void> {
      await pool.query(
        `update outbox set state = 'skipped', error = $3, digest_id = null
         where digest_id = $1 and id = any($2::bigint[]) and state = 'gathered'`,
        [id, notices, why],
      );
    },

    /** Ends it unsent: nothing in it is left to say, or nobody can get it. */
    skipped: (id: number, reason: string): Promise<void> => end(id, 'skipped', reason),
    /** The mail server took it. */
    sent: (id: number): Promise<void> => end(id, 'sent', null),
    /** Refused for good, or tried for too long. */
    failed: (id: number, error: string): Promise<void> => end(id, 'failed', error),
    ...attemptsIn(pool, nowInstant),
  };
}
