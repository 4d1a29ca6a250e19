import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { canonicalJson } from '../../domain/basics/canonical';
import { textRefs } from '../../domain/basics/text-refs';
import type { CaseEvent } from '../../domain/case/events';
import { evolve } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { REPLY_KINDS } from '../../domain/case/platforms';
import { toInstant } from '../../domain/time/duration';
import { run, type Database, type Statement } from '../database';
import { LedgerConflict, LedgerGap } from '../errors';
import {
  caseRow,
  changedClocks,
  linkHash,
  NO_HASH,
  plannedMails,
  plannedMessages,
  plannedNews,
  plannedReplies,
  plannedTickets,
  plannedWebhooks,
  redressRows,
  storedEvent,
  type CaseRow,
  type PlannedMail,
  type PlannedNews,
  type PlannedTicket,
  type PlannedWebhook,
} from '../projection';
import { caseEvents, cases } from '../schema';
import { CASE_CHANGED } from './case-changes';
import { fromRow } from './ledger-entries';
import { keysIn, saidBy } from './matter-keys';

/** Where a case's ledger ends, and what it folds to up to there. */
interface Head {
  seq: number;
  hash: string;
  state: CaseState | undefined;
}

const EMPTY: Head = { seq: 0, hash: NO_HASH, state: undefined };

export interface AppendOptions {
  mailDomain?: string;
  sms?: boolean;
}

/**
 * An attempt fails only when another writer was quicker. A case has one writer, so more failures than this are a fault.
 */
const ATTEMPTS = 8;
/** Heads kept in memory. A stale one makes the write fail and costs another round trip, never correctness. */
const HEADS_KEPT = 2_000;

/**
 * The columns of the projection by their names in the database, without generated ones, which Postgres fills in itself.
 */
const COLUMNS = Object.entries(getTableColumns(cases)).filter(([, column]) => column.generated === undefined);
const CASE_COLUMNS = COLUMNS.map(([, { name }]) => `"${name}"`).join(', ');
/**
 * The row as one JSON parameter: a new column is named in the schema and in `caseRow`, and this
 * file takes it by itself.
 */
const CASE_VALUES = `select ${CASE_COLUMNS} from jsonb_populate_record(null::cases, $4::jsonb)`;
const projected = (row: CaseRow): string =>
  JSON.stringify(Object.fromEntries(COLUMNS.map(([key, { name }]) => [name, row[key as keyof CaseRow]])));

/**
 * Events, projection, outbox, messages to the customer, replies at platforms, webhooks, news for rooms, tickets, what the
 * search and those of the same matter find the case by, and that its facts are due, in one statement: one round trip, one
 * commit. `head` lets it happen only when the case still ends where the caller saw it end ($2, $3), and locks the case's row;
 * otherwise nothing is written and no row comes back.
 */
/** Kinds of platforms at which customers are replied to. */
const REPLYING = REPLY_KINDS.map((kind) => `'${kind}'`).join(', ');

const appendStatement = (head: string): string => `
with head as (${head}
  returning 1
), events as (
  insert into case_events (case_no, seq, type, at, actor, data, decision, hash, prev_hash)
  select $1::text, e.seq, e.type, e.at, e.actor, e.data, e.decision, e.hash, e.prev_hash
  from head, jsonb_to_recordset($5::jsonb) as e(
    seq int, type text, at timestamptz, actor jsonb, data jsonb, decision jsonb, hash text, prev_hash text)
), clocks as (
  insert into case_clocks (
    case_no, clock, promise, version, status, started_at, due_at, stopped_at, breached_at, escalated,
    next_at)
  select $1::text, c."clock", c."promise", c."version", c."status", c."startedAt", c."dueAt", c."stoppedAt",
    c."breachedAt", c."escalated", c."nextAt"
  from head, jsonb_to_recordset($6::jsonb) as c(
    "clock" text, "promise" text, "version" int, "status" text, "startedAt" timestamptz, "dueAt" timestamptz,
    "stoppedAt" timestamptz, "breachedAt" timestamptz, "escalated" int, "nextAt" timestamptz)
  on conflict (case_no, clock) do update set
    promise = excluded.promise, version = excluded.version, status = excluded.status, started_at = excluded.started_at,
    due_at = excluded.due_at, stopped_at = excluded.stopped_at, breached_at = excluded.breached_at,
    escalated = excluded.escalated, next_at = excluded.next_at
), given as (
  insert into redress (case_no, seq, n, kind, amount, at)
  select $1::text, r.seq, r.n, r.kind, r.amount, r.at
  from head, jsonb_to_recordset($7::jsonb) as r(seq int, n int, kind text, amount numeric, at timestamptz)
), replied as (
  -- Who complained at a platform is answered there, at the complaint that came last.
  insert into platform_replies (platform_complaint_id, case_no, seq, mail, planned_at, due_at)
  select c.id, $1::text, m.seq, m.mail, $9::timestamptz, $9::timestamptz
  from head, jsonb_to_recordset($16::jsonb) as m(seq int, mail text), lateral (
    select c.id from platform_complaints c join platform_accounts a on a.id = c.account_id
    where c.case_no = $1::text and a.enabled and a.kind in (${REPLYING}) order by c.found_at desc, c.id limit 1) c
  on conflict (case_no, seq, mail) do nothing
  returning seq, mail
), texted as (
  -- Whoever has written on WeChat; whoever wants text messages, or has left a telephone number alone (newsWay,
  -- src/contact.ts). The mail is kept back for when they fail.
  insert into customer_messages (key, way, case_no, seq, mail, planned_at, next_attempt_at)
  select m.key, w.way, $1::text, m.seq, m.mail, $9::timestamptz, $9::timestamptz
  from head, jsonb_to_recordset($14::jsonb) as m(key text, seq int, mail text), complaints c,
    lateral (select case
      when c.wechat_person is not null and coalesce(c.preferred_channel, '') not in ('sms', 'mail') then 'wechat'
      when $15::boolean and coalesce(c.contact_phone, '') <> ''
        and (c.preferred_channel = 'sms' or coalesce(c.contact_email, '') = '') then 'sms'
    end as way) w
  where c.case_no = $1::text and w.way is not null
    and not exists (select 1 from replied r where r.seq = m.seq and r.mail = m.mail)
  order by m.seq
  on conflict (key) do nothing
  returning seq, mail, way
), mails as (
  insert into outbox (
    case_no, seq, mail, recipient, recipient_key, message_id, planned_at, next_attempt_at, state, error)
  select $1::text, m.seq, m.mail, m.recipient, m."recipientKey", m."messageId", $9::timestamptz, $9::timestamptz,
    case when t.seq is null then 'planned' else 'skipped' end, 'by_' || t.way
  from head, rows from (jsonb_to_recordset($8::jsonb) as (
    seq int, mail text, recipient jsonb, "recipientKey" text, "messageId" text)) with ordinality
    as m(seq, mail, recipient, "recipientKey", "messageId", place)
  left join texted t on t.seq = m.seq and t.mail = m.mail and m."recipientKey" = 'customer'
  -- Ids in the order of planning, in which they are sent.
  order by m.place
  on conflict (case_no, seq, mail, recipient_key) do nothing
), webhooks as (
  insert into webhook_deliveries (endpoint_id, message_id, type, body, planned_at, queued_at, next_attempt_at)
  select w.id, m."messageId", m.type, m.body, $9::timestamptz, $9::timestamptz, $9::timestamptz
  from head, webhook_endpoints w, jsonb_to_recordset($11::jsonb) as m(type text, "messageId" text, body text)
  where w.enabled and (w.events is null or m.type = any(w.events))
  on conflict (endpoint_id, message_id) do nothing
), told as (
  insert into chat_room_news (room_id, case_no, seq, news, urgent, planned_at)
  select r.id, $1::text, n.seq, n.news, n."isUrgent", $9::timestamptz
  from head, chat_rooms r, jsonb_to_recordset($12::jsonb) as n(
    seq int, news text, "isUrgent" boolean, teams jsonb, "isForHouse" boolean)
  where r.enabled and n.news = any(r.news) and case when r.team is null then n."isForHouse" else n.teams ? r.team end
  on conflict (room_id, case_no, seq) do nothing
), handed as (
  insert into tracker_tickets (tracker_id, case_no, subject, due_at, planned_at)
  select r.id, $1::text, t.subject, $9::timestamptz, $9::timestamptz
  from head, trackers r, jsonb_to_recordset($13::jsonb) as t(subject text, department text)
  where r.enabled and r.department = t.department
  on conflict do nothing
), woken as (
  update tracker_tickets set due_at = $9::timestamptz from head
  where case_no = $1::text and state = 'open' and due_at is null
), said as (
  update search_docs set shown = true from head
  where case_no = $1::text and source = any($10::text[]) and not shown
), matter as (
  insert into matter_keys (key, at, case_no)
  select k, $18::timestamptz, $1::text from head, unnest($17::int[]) as k
  on conflict do nothing
), counted as (
  insert into facts_due (case_no) select $1::text from head
)
select 1 as ok, pg_notify('${CASE_CHANGED}', $1::text) from head`;

const OPEN: Statement = {
  name: 'ledger_open',
  text: appendStatement(`
  insert into cases (${CASE_COLUMNS})
  ${CASE_VALUES} where $2::int = 0 and $3::text = ''
  on conflict (case_no) do nothing`),
};

const ADVANCE: Statement = {
  name: 'ledger_advance',
  text: appendStatement(`
  update cases set (${CASE_COLUMNS}) = (${CASE_VALUES})
  where case_no = $1::text and last_seq = $2::int and last_hash = $3::text`),
};

const HEAD: Statement = {
  name: 'ledger_head',
  text: 'select last_seq, last_hash, state from cases where case_no = $1::text',
};

interface HeadRow {
  last_seq: number;
  last_hash: string;
  state: CaseState;
}

/**
 * Writes events, what they fold to, and the mails, webhooks, news and tickets they cause. It remembers where ledgers ended, so that most writes are
 * one round trip. Make one in each process: `forget` reaches only its own memory.
 */
export class LedgerAppend {
  private readonly heads = new LRUCache<string, Head>({ max: HEADS_KEPT });

  constructor(private readonly database: Pick<Database, 'pool' | 'db' | 'clock'>) {}

  /**
   * The one way into the ledger. Writes the events that are not there yet, with projection and outbox, in one
   * statement. Events that are there are compared and left alone, so a repeat or an overlap does no harm.
   * @param events one case's, their sequences without gaps
   * @param options `mailDomain`: of the Message-IDs, default `redress.localhost`; `sms`: customers may be told by text message
   * @returns the sequence at which the ledger ends
   * @throws LedgerConflict when another event stands under one of the sequences; nothing is written then
   * @throws LedgerGap when events between the end of the ledger and the first one given are missing
   */
  async append(caseNo: string, events: CaseEvent[], options: AppendOptions = {}): Promise<{ seq: number }> {
    const incoming = events.map(storedEvent);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const cached = attempt === 0 ? this.heads.get(caseNo) : undefined;
      const head = cached ?? (await this.readHead(caseNo));
      const fresh = incoming.filter((event) => event.seq > head.seq);
      const gap = fresh.findIndex((event, index) => event.seq !== head.seq + 1 + index);
      if (gap >= 0) {
        if (cached) continue;
        throw new LedgerGap(caseNo, head.seq + 1 + gap, fresh[gap]?.seq ?? 0);
      }
      await this.compare(
        caseNo,
        incoming.filter((event) => event.seq <= head.seq),
      );
      if (fresh.length === 0) return { seq: head.seq };
      try {
        const next = await this.advance(caseNo, head, fresh, options);
        if (next) {
          this.heads.set(caseNo, next);
          return { seq: next.seq };
        }
      } catch (error) {
        // The statement may have been committed before the error reached us: have the next append read where it ends.
        this.heads.delete(caseNo);
        throw error;
      }
    }
    throw new Error(`case ${caseNo}: the ledger moved on ${ATTEMPTS} times while it was written`);
  }

  /** Has the next append of a case read where its ledger ends: something else has rewritten its row. */
  forget(caseNo: string): void {
    this.heads.delete(caseNo);
  }

  private async readHead(caseNo: string): Promise<Head> {
    const [row] = await run<HeadRow>(this.database.pool, HEAD, [caseNo]);
    return row ? { seq: row.last_seq, hash: row.last_hash, state: row.state } : EMPTY;
  }

  /** @throws LedgerConflict when the ledger holds another event under the sequence of one of these */
  private async compare(caseNo: string, events: CaseEvent[]): Promise<void> {
    if (events.length === 0) return;
    const rows = await this.database.db
      .select()
      .from(caseEvents)
      .where(
        and(
          eq(caseEvents.caseNo, caseNo),
          inArray(
            caseEvents.seq,
            events.map((event) => event.seq),
          ),
        ),
      );
    const known = new Map(rows.map((row) => [row.seq, canonicalJson(fromRow(row).event)]));
    for (const event of events) {
      if (known.get(event.seq) !== canonicalJson(event)) throw new LedgerConflict(caseNo, event.seq);
    }
  }

  /** Writes events that follow `head`. Undefined: the case does not end at `head` any more, and nothing was written. */
  private async advance(
    caseNo: string,
    head: Head,
    events: CaseEvent[],
    { mailDomain = 'redress.localhost', sms = false }: AppendOptions,
  ): Promise<Head | undefined> {
    let { hash, state } = head;
    const rows: (CaseEvent & { hash: string; prev_hash: string })[] = [];
    const mails: PlannedMail[] = [];
    const webhooks: PlannedWebhook[] = [];
    const news: PlannedNews[] = [];
    const tickets: PlannedTicket[] = [];
    for (const event of events) {
      const linked = linkHash(hash, caseNo, event);
      rows.push({ ...event, hash: linked, prev_hash: hash });
      hash = linked;
      const before = state;
      state = evolve(before, event, caseNo);
      mails.push(...plannedMails(event, { before, state }, mailDomain));
      webhooks.push(...plannedWebhooks(event, state));
      news.push(...plannedNews(event, { before, state }));
      tickets.push(...plannedTickets(event, state));
    }
    if (!state) return undefined;
    // With the first entry, so that whoever files a complaint does not wait for it.
    const said = head.state === undefined ? await saidBy(this.database.db, caseNo) : undefined;
    const done = await run(this.database.pool, head.state === undefined ? OPEN : ADVANCE, [
      caseNo,
      head.seq,
      head.hash,
      projected(caseRow(state, hash)),
      JSON.stringify(rows),
      JSON.stringify(changedClocks(head.state, state)),
      JSON.stringify(events.flatMap((event) => redressRows(caseNo, event))),
      JSON.stringify(mails),
      toInstant(this.database.clock()),
      events.flatMap(({ data }) => textRefs(data)),
      JSON.stringify(webhooks),
      JSON.stringify(news),
      JSON.stringify(tickets),
      JSON.stringify(plannedMessages(caseNo, mails)),
      sms,
      JSON.stringify(plannedReplies(mails)),
      said ? keysIn(said) : [],
      said?.at ?? null,
    ]);
    return done.length > 0 ? { seq: state.seq, hash, state } : undefined;
  }
}
