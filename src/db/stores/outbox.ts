import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { REMINDERS } from '../../domain/policy/mail-kinds';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { given, iso, run, type Database, type Statement } from '../database';
import { recipientKey } from '../projection';
import type { OutboxRow } from '../records';
import { outbox } from '../schema';

/** SKIP LOCKED: two relays never get the same row. A row whose lease is over was left by a relay that died. */
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

/** Also what was given up: the mail server may have said yes after all. */
const SENT: Statement = {
  name: 'outbox_sent',
  text: `
update outbox set state = 'sent', sent_at = $2::timestamptz, error = null
where id = $1::bigint and state in ('planned', 'sending', 'failed')`,
};

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
  planned_at: Date;
  next_attempt_at: Date;
  sent_at: Date | null;
  error: string | null;
  digest_id: string | null;
}

export const outboxFromRow = (row: OutboxSqlRow): OutboxRow =>
  given({
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
    plannedAt: iso(row.planned_at),
    nextAttemptAt: iso(row.next_attempt_at),
    sentAt: row.sent_at && iso(row.sent_at),
    error: row.error,
    digestId: row.digest_id === null ? null : Number(row.digest_id),
  });

export function outboxStore({ pool, db, clock }: Database) {
  const moment = (): Instant => toInstant(clock());

  /** What has left stays left: a late word of a relay that was thought dead changes nothing. */
  const open = (id: number) => and(eq(outbox.id, id), inArray(outbox.state, ['planned', 'sending']));

  const ofCase = db
    .select()
    .from(outbox)
    .where(eq(outbox.caseNo, sql.placeholder('caseNo')))
    .orderBy(asc(outbox.id))
    .prepare('outbox_list');

  return {
    /**
     * Plans the mail with the link for whoever has lost it; at most one an hour, however often it is asked for. It stands at
     * the last event of the case: the mail is written from what was true then.
     * @param hour the hour it is asked for in, as a number
     */
    async planLostLink(caseNo: string, seq: number, hour: number, mailDomain: string): Promise<void> {
      const at = moment();
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

    /** A mail that no event plans; once for its event and reader. */
    async plan({ to, ...mail }: Pick<OutboxRow, 'caseNo' | 'seq' | 'mail' | 'to' | 'messageId'>): Promise<void> {
      const at = moment();
      const row = { ...mail, recipient: to, recipientKey: recipientKey(to), plannedAt: at, nextAttemptAt: at };
      await db.insert(outbox).values(row).onConflictDoNothing();
    },

    /** The next mails to send, each leased to this caller alone. */
    async claim(limit: number, leaseMs: number): Promise<OutboxRow[]> {
      const rows = await run<OutboxSqlRow & Record<string, unknown>>(pool, CLAIM, [
        limit,
        leaseMs,
        REMINDERS,
        moment(),
      ]);
      return rows.map(outboxFromRow).toSorted((a, b) => a.id - b.id);
    },

    /** Fixes who it goes to, before the first attempt. The first caller's word stands, and is returned. */
    async fixRecipients(id: number, addresses: string[]): Promise<string[]> {
      const [row] = await run<{ addresses: string[] }>(pool, FIX, [id, JSON.stringify(addresses)]);
      return row?.addresses ?? addresses;
    },

    async sent(id: number): Promise<void> {
      await run(pool, SENT, [id, moment()]);
    },

    /** Not delivered, surely; tried again at `nextAt`. */
    async retry(id: number, error: string, nextAt: string): Promise<void> {
      await db.update(outbox).set({ state: 'planned', error, nextAttemptAt: nextAt }).where(open(id));
    },

    /** Given up for good. */
    async failed(id: number, error: string): Promise<void> {
      await db.update(outbox).set({ state: 'failed', error }).where(open(id));
    },

    /** There is nowhere to send it to, and nothing is wrong: a customer without an e-mail address. */
    async skipped(id: number, reason: string): Promise<void> {
      await db.update(outbox).set({ state: 'skipped', error: reason }).where(open(id));
    },

    /** Nobody knows whether it was delivered: tried again, under the same Message-ID. */
    async ambiguous(id: number, error: string, nextAt?: string): Promise<void> {
      await db
        .update(outbox)
        .set({
          state: 'planned',
          error,
          ambiguous: sql`${outbox.ambiguous} + 1`,
          nextAttemptAt: nextAt ?? toInstant(clock() + 60_000),
        })
        .where(open(id));
    },

    /**
     * Mails that are still to be sent: notices that have been gathered count as the one mail that carries them. What
     * waits for its reader's working hours is not late.
     */
    async depth(): Promise<number> {
      // One statement, one moment: what goes from a digest back to the outbox is in one of them.
      const { rows } = await pool.query<{ depth: number }>(
        `
        select (
          (select count(*) from outbox
           where state in ('planned', 'sending') and (error is distinct from 'quiet' or next_attempt_at <= $1::timestamptz))
          + (select count(*) from digests where state in ('planned', 'sending'))
        )::int as depth`,
        [moment()],
      );
      return rows[0]?.depth ?? 0;
    },

    async list(caseNo: string): Promise<OutboxRow[]> {
      const rows = await ofCase.execute({ caseNo });
      return rows.map(({ recipient, recipientKey: _key, ...row }) => given({ ...row, to: recipient }));
    },
  };
}
