import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { REMINDERS } from '../../domain/policy/mail-kinds';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, iso, run, type Database, type Statement } from '../database';
import { recipientKey } from '../projection';
import type { OutboxRow } from '../records';
import { outbox } from '../schema';

/**
 * Claims mails that are due, reminders first. SKIP LOCKED keeps two relays from getting the same row. A row
 * still `sending` whose lease is over was left by a relay that died, so nobody knows whether it went out: it
 * is counted as ambiguous.
 */
const CLAIM: Statement = {
  name: 'outbox_claim',
  text: `
update outbox set
  state = 'sending', attempts = attempts + 1, next_attempt_at = $4::timestamptz + $2::int * interval '1 millisecond',
  ambiguous = ambiguous + case when state = 'sending' then 1 else 0 end
where id in (
  select id from outbox where state in ('planned', 'sending') and next_attempt_at <= $4::timestamptz
  -- Whom a broken promise waits for does not wait behind ten thousand receipts.
  order by (mail = any($3::text[])) desc, next_attempt_at, id limit $1::int for update skip locked
)
returning *`,
};

const FIX: Statement = {
  name: 'outbox_fix',
  text: `update outbox set addresses = coalesce(addresses, $2::jsonb) where id = $1::bigint returning addresses`,
};

/** Also when the mail was `failed`: a relay may have given it up while the mail server's yes was on its way. */
const SENT: Statement = {
  name: 'outbox_sent',
  text: `
update outbox set state = 'sent', sent_at = $2::timestamptz, error = null
where id = $1::bigint and state in ('planned', 'sending', 'failed')`,
};

const SKIP: Statement = {
  name: 'outbox_skip',
  text: `update outbox set state = 'skipped', error = $2::text where id = $1::bigint and state in ('planned', 'sending')`,
};

/**
 * Mails that are still to be sent: of cases, digests and those about a way in. A digest is one mail, whatever it carries. What
 * waits for its reader's working hours, or for the end of their quiet ones (`quiet`), is not among them: it is not late.
 * Parameter: the present moment.
 */
export const STILL_TO_SEND = `
  select planned_at, failing_since, error from outbox
  where state in ('planned', 'sending') and (error is distinct from 'quiet' or next_attempt_at <= $1::timestamptz)
  union all
  select planned_at, failing_since, error from digests
  where state in ('planned', 'sending') and (error is distinct from 'quiet' or next_attempt_at <= $1::timestamptz)
  union all
  select planned_at, case when error is not null then planned_at end, error from access_mails
  where state in ('planned', 'sending')`;

/** A row as the driver gives it. */
export interface OutboxSqlRow {
  id: string;
  case_no: string;
  seq: number;
  mail: OutboxRow['mail'];
  recipient: OutboxRow['to'];
  message_id: string;
  addresses: string[] | null;
  state: OutboxRow['state'];
  attempts: number;
  ambiguous: number;
  failing_since: Date | null;
  planned_at: Date;
  next_attempt_at: Date;
  sent_at: Date | null;
  error: string | null;
  digest_id: string | null;
}

/** A row of `select * from outbox` as the stores give it. */
export const outboxFromRow = (row: OutboxSqlRow): OutboxRow =>
  withoutNulls({
    id: Number(row.id),
    caseNo: row.case_no,
    seq: row.seq,
    mail: row.mail,
    to: row.recipient,
    addresses: row.addresses,
    messageId: row.message_id,
    state: row.state,
    attempts: row.attempts,
    ambiguous: row.ambiguous,
    failingSince: row.failing_since && iso(row.failing_since),
    plannedAt: iso(row.planned_at),
    nextAttemptAt: iso(row.next_attempt_at),
    sentAt: row.sent_at && iso(row.sent_at),
    error: row.error,
    digestId: row.digest_id === null ? null : Number(row.digest_id),
  });

/**
 * Mails to send: claimed under a lease, then ended by one of `sent`, `failed` and `skipped`, or put back by `retry`,
 * `putOff` and `ambiguous`. The last five do nothing for a mail that has ended. Errors are codes, never addresses.
 */
export function outboxStore({ pool, db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());

  /** A mail that has not ended: a late report of a relay whose lease was over must not overrule a later one. */
  const open = (id: number) => and(eq(outbox.id, id), inArray(outbox.state, ['planned', 'sending']));

  const ofCase = db
    .select()
    .from(outbox)
    .where(eq(outbox.caseNo, sql.placeholder('caseNo')))
    .orderBy(asc(outbox.id))
    .prepare('outbox_list');

  return {
    /**
     * Plans the mail with the access link for a customer who has lost it. The hour is part of its key, so it goes at
     * most once an hour, however often it is asked for.
     * @param seq the last event of the case; the mail is written from the state at that event
     * @param hour the hour in which it is asked for, as hours since 1970
     */
    async planLostLink(caseNo: string, seq: number, hour: number, mailDomain: string): Promise<void> {
      const at = nowInstant();
      await db
        .insert(outbox)
        .values({
          caseNo,
          seq,
          mail: 'lostLink',
          recipient: { kind: 'customer' },
          recipientKey: `customer:${hour}`,
          messageId: `<${caseNo}.lost-link.${hour}@${mailDomain}>`,
          plannedAt: at,
          nextAttemptAt: at,
        })
        .onConflictDoNothing();
    },

    /** Plans a mail that `messagesFor` does not make. Idempotent for each event, kind of mail and recipient. */
    async plan({ to, ...mail }: Pick<OutboxRow, 'caseNo' | 'seq' | 'mail' | 'to' | 'messageId'>): Promise<void> {
      const at = nowInstant();
      const row = { ...mail, recipient: to, recipientKey: recipientKey(to), plannedAt: at, nextAttemptAt: at };
      await db.insert(outbox).values(row).onConflictDoNothing();
    },

    /** Claims up to `limit` mails that are due, the oldest id first. For `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<OutboxRow[]> {
      const rows = await run<OutboxSqlRow & Record<string, unknown>>(pool, CLAIM, [
        limit,
        leaseMs,
        REMINDERS,
        nowInstant(),
      ]);
      return rows.map(outboxFromRow).toSorted((a, b) => a.id - b.id);
    },

    /**
     * Fixes the addresses before the first attempt. Addresses that are fixed already stay; those
     * that count are returned.
     */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const [row] = await run<{ addresses: string[] }>(pool, FIX, [id, JSON.stringify(addresses)]);
      return row?.addresses ?? addresses;
    },

    /** The mail server took it. */
    async sent(id: number): Promise<void> {
      await run(pool, SENT, [id, nowInstant()]);
    },

    /** The attempt failed and the mail certainly did not go out: tried again at `nextAt`. */
    async retry(id: number, error: string, nextAt: string): Promise<void> {
      const failingSince = sql`coalesce(${outbox.failingSince}, ${nowInstant()}::timestamptz)`;
      await db.update(outbox).set({ state: 'planned', error, nextAttemptAt: nextAt, failingSince }).where(open(id));
    },

    /** Waits without a fault, for what `why` names: due again at `until`. */
    async putOff(id: number, why: string, until: string): Promise<void> {
      const waits = { state: 'planned' as const, error: why, nextAttemptAt: until, failingSince: null };
      await db.update(outbox).set(waits).where(open(id));
    },

    /** Refused for good, or tried for too long: nobody tries again. */
    async failed(id: number, error: string): Promise<void> {
      await db.update(outbox).set({ state: 'failed', error }).where(open(id));
    },

    /** Its server had taken it, and it was reported as not delivered. */
    async bounced(id: number, error: string): Promise<void> {
      await db
        .update(outbox)
        .set({ state: 'failed', error })
        .where(and(eq(outbox.id, id), eq(outbox.state, 'sent')));
    },

    /** Ends it unsent although nothing is wrong: no address to send it to, or what it says has been overtaken. */
    async skipped(id: number, reason: string): Promise<void> {
      await run(pool, SKIP, [id, reason]);
    },

    /**
     * Nobody knows whether the mail went out: tried again under the same Message-ID, and counted.
     * @param nextAt default: in a minute
     */
    async ambiguous(id: number, error: string, nextAt?: string): Promise<void> {
      await db
        .update(outbox)
        .set({
          state: 'planned',
          error,
          failingSince: sql`coalesce(${outbox.failingSince}, ${nowInstant()}::timestamptz)`,
          ambiguous: sql`${outbox.ambiguous} + 1`,
          nextAttemptAt: nextAt ?? toInstant(clock() + 60_000),
        })
        .where(open(id));
    },

    /** How many mails are still to be sent. */
    async depth(): Promise<number> {
      // One statement, so one snapshot: a notice that moves between outbox and digest is counted exactly once.
      const { rows } = await pool.query<{ depth: number }>(
        `select count(*)::int as depth from (${STILL_TO_SEND}) mails`,
        [nowInstant()],
      );
      return rows[0]?.depth ?? 0;
    },

    /** All mails of a case, the oldest first. */
    async list(caseNo: string): Promise<OutboxRow[]> {
      const rows = await ofCase.execute({ caseNo });
      return rows.map(({ recipient, recipientKey: _key, ...row }) => withoutNulls({ ...row, to: recipient }));
    },
  };
}
