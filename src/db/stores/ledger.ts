import { and, asc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { LRUCache } from 'lru-cache';
import { canonicalJson } from '../../domain/basics/canonical';
import type { CaseEvent, EventOf, EventType } from '../../domain/case/events';
import { evolve } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import { given, run, type Database, type Statement } from '../database';
import { LedgerBroken, LedgerConflict, LedgerGap } from '../errors';
import {
  caseRow,
  changedClocks,
  clockRow,
  linkHash,
  NO_HASH,
  plannedMails,
  redressRows,
  storedEvent,
  type CaseRow,
  type ClockRow,
  type PlannedMail,
  type RedressRow,
} from '../projection';
import { caseClocks, caseEvents, cases, redress } from '../schema';

/** Where a case's ledger ends, and what it folds to up to there. */
interface Head {
  seq: number;
  hash: string;
  state: CaseState | undefined;
}

const EMPTY: Head = { seq: 0, hash: NO_HASH, state: undefined };

/** Each failed attempt means that somebody else wrote; more than this is a fault, not a race. */
const ATTEMPTS = 8;
/** Heads kept in memory. A stale one costs a second round trip, never correctness. */
const HEADS_KEPT = 2_000;

/** Each column of the projection by its name in the database. Generated ones, if there are any, are Postgres' to fill in. */
const COLUMNS = Object.entries(getTableColumns(cases)).filter(([, column]) => column.generated === undefined);
const CASE_COLUMNS = COLUMNS.map(([, { name }]) => `"${name}"`).join(', ');
/** The row as one parameter, so that a column is named in its schema and in `caseRow` and nowhere else. */
const CASE_VALUES = `select ${CASE_COLUMNS} from jsonb_populate_record(null::cases, $4::jsonb)`;
const projected = (row: CaseRow): string =>
  JSON.stringify(Object.fromEntries(COLUMNS.map(([key, { name }]) => [name, row[key as keyof CaseRow]])));

/**
 * Events, projection and outbox in one statement: one round trip, one commit. `head` lets it happen only when the case
 * still ends where the caller saw it end ($2, $3), and locks the case's row; otherwise nothing is written and no row
 * comes back.
 */
const written = (head: string): string => `
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
), mails as (
  insert into outbox (case_no, seq, mail, recipient, recipient_key, message_id, planned_at, next_attempt_at)
  select $1::text, m.seq, m.mail, m.recipient, m."recipientKey", m."messageId", $9::timestamptz, $9::timestamptz
  from head, jsonb_to_recordset($8::jsonb) as m(
    seq int, mail text, recipient jsonb, "recipientKey" text, "messageId" text)
  on conflict (case_no, seq, mail, recipient_key) do nothing
)
select 1 as ok from head`;

const OPEN: Statement = {
  name: 'ledger_open',
  text: written(`
  insert into cases (${CASE_COLUMNS})
  ${CASE_VALUES} where $2::int = 0 and $3::text = ''
  on conflict (case_no) do nothing`),
};

const ADVANCE: Statement = {
  name: 'ledger_advance',
  text: written(`
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

interface StoredEvent {
  event: CaseEvent;
  hash: string;
  prevHash: string;
}

const fromRow = (row: typeof caseEvents.$inferSelect): StoredEvent => {
  const { seq, type, at, actor, data, decision, hash, prevHash } = row;
  return { event: given({ seq, type, at, actor, data, decision }) as CaseEvent, hash, prevHash };
};

export function ledgerStore({ pool, db, clock }: Database) {
  const heads = new LRUCache<string, Head>({ max: HEADS_KEPT });
  const after = db
    .select()
    .from(caseEvents)
    .where(and(eq(caseEvents.caseNo, sql.placeholder('caseNo')), gt(caseEvents.seq, sql.placeholder('seq'))))
    .orderBy(asc(caseEvents.seq))
    .prepare('ledger_after');
  const ofTypes = db
    .select()
    .from(caseEvents)
    .where(
      and(
        eq(caseEvents.caseNo, sql.placeholder('caseNo')),
        sql`${caseEvents.type} = any(${sql.placeholder('types')}::text[])`,
      ),
    )
    .orderBy(asc(caseEvents.seq))
    .prepare('ledger_of_types');

  const readHead = async (caseNo: string): Promise<Head> => {
    const [row] = await run<HeadRow>(pool, HEAD, [caseNo]);
    return row ? { seq: row.last_seq, hash: row.last_hash, state: row.state } : EMPTY;
  };

  /** What is there already must be what was to be written. */
  const compare = async (caseNo: string, events: CaseEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const rows = await db
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
  };

  const advance = async (
    caseNo: string,
    head: Head,
    events: CaseEvent[],
    mailDomain: string,
  ): Promise<Head | undefined> => {
    let { hash, state } = head;
    const rows: (CaseEvent & { hash: string; prev_hash: string })[] = [];
    const mails: PlannedMail[] = [];
    for (const event of events) {
      const linked = linkHash(hash, caseNo, event);
      rows.push({ ...event, hash: linked, prev_hash: hash });
      hash = linked;
      const before = state;
      state = evolve(before, event, caseNo);
      mails.push(...plannedMails(event, { before, state }, mailDomain));
    }
    if (!state) return undefined;
    const done = await run(pool, head.state === undefined ? OPEN : ADVANCE, [
      caseNo,
      head.seq,
      head.hash,
      projected(caseRow(state, hash)),
      JSON.stringify(rows),
      JSON.stringify(changedClocks(head.state, state)),
      JSON.stringify(events.flatMap((event) => redressRows(caseNo, event))),
      JSON.stringify(mails),
      toInstant(clock()),
    ]);
    return done.length > 0 ? { seq: state.seq, hash, state } : undefined;
  };

  return {
    /**
     * The one way into the ledger. Writes what is not there yet; what is there is compared and left alone, so a repeat,
     * an overlap or a second writer does no harm.
     * @throws LedgerConflict when another event stands under a sequence, LedgerGap when events before are missing
     */
    async append(caseNo: string, events: CaseEvent[], options: { mailDomain?: string } = {}): Promise<{ seq: number }> {
      const incoming = events.map(storedEvent);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const cached = attempt === 0 ? heads.get(caseNo) : undefined;
        const head = cached ?? (await readHead(caseNo));
        const fresh = incoming.filter((event) => event.seq > head.seq);
        const gap = fresh.findIndex((event, index) => event.seq !== head.seq + 1 + index);
        if (gap >= 0) {
          if (cached) continue;
          throw new LedgerGap(caseNo, head.seq + 1 + gap, fresh[gap]?.seq ?? 0);
        }
        await compare(
          caseNo,
          incoming.filter((event) => event.seq <= head.seq),
        );
        if (fresh.length === 0) return { seq: head.seq };
        try {
          const next = await advance(caseNo, head, fresh, options.mailDomain ?? 'redress.localhost');
          if (next) {
            heads.set(caseNo, next);
            return { seq: next.seq };
          }
        } catch (error) {
          // Whether it was committed is not known: the next attempt reads before it writes.
          heads.delete(caseNo);
          throw error;
        }
      }
      throw new Error(`case ${caseNo}: the ledger moved on ${ATTEMPTS} times while it was written`);
    },

    async events(caseNo: string, afterSeq = 0): Promise<(CaseEvent & { hash: string })[]> {
      const rows = await after.execute({ caseNo, seq: afterSeq });
      return rows.map((row) => ({ ...fromRow(row).event, hash: row.hash }));
    },

    /** Those of some types, in order: a long case is read for a few of its entries. */
    async eventsOf<Type extends EventType>(caseNo: string, types: readonly Type[]): Promise<EventOf<Type>[]> {
      const rows = await ofTypes.execute({ caseNo, types: [...types] });
      return rows.map((row) => fromRow(row).event as EventOf<Type>);
    },

    /** Recomputes the chain, folds the case and compares with every row of the projection, in one snapshot. */
    verify(caseNo: string): Promise<{ differences: string[] }> {
      return db.transaction(
        async (tx) => {
          const { links, row, clocks, given: remedies } = await stored(tx, caseNo);
          const { state, hash, differences } = replay(caseNo, links);
          if (!state) {
            if (row) differences.push('the projection has a row, the ledger has none');
            return { differences };
          }
          if (!row) return { differences: [...differences, 'the ledger has rows, the projection has none'] };
          return { differences: [...differences, ...compareProjection(state, hash, links, { row, clocks, remedies })] };
        },
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
      );
    },

    /**
     * Folds the ledger again and rewrites the projection from it; the outbox is left alone.
     * @throws LedgerBroken when the chain does not verify: nothing is rewritten from a ledger that cannot be trusted
     */
    async rebuild(caseNo: string): Promise<void> {
      await db.transaction(async (tx) => {
        await tx.select({ seq: cases.lastSeq }).from(cases).where(eq(cases.caseNo, caseNo)).for('update');
        const { links } = await stored(tx, caseNo);
        const { state, hash, differences } = replay(caseNo, links);
        if (differences.length > 0) throw new LedgerBroken(caseNo, differences);
        await tx.delete(caseClocks).where(eq(caseClocks.caseNo, caseNo));
        await tx.delete(redress).where(eq(redress.caseNo, caseNo));
        if (!state) {
          await tx.delete(cases).where(eq(cases.caseNo, caseNo));
          return;
        }
        const row = caseRow(state, hash);
        await tx.insert(cases).values(row).onConflictDoUpdate({ target: cases.caseNo, set: row });
        const clocks = Object.values(state.clocks).map((promise) => clockRow(caseNo, promise));
        if (clocks.length > 0) await tx.insert(caseClocks).values(clocks);
        const remedies = links.flatMap(({ event }) => redressRows(caseNo, event));
        if (remedies.length > 0) await tx.insert(redress).values(remedies);
      });
      heads.delete(caseNo);
    },

    /** Every case that has events or a row, in pages: for checks and rebuilds of everything. */
    async caseNos(last = '', limit = 500): Promise<string[]> {
      const { rows } = await db.execute<{ case_no: string }>(sql`
        (select case_no from ${cases} where case_no > ${last} order by case_no limit ${limit})
        union
        (select distinct case_no from ${caseEvents} where case_no > ${last} order by case_no limit ${limit})
        order by case_no limit ${limit}`);
      return rows.map((row) => row.case_no);
    },
  };
}

type Reader = Pick<NodePgDatabase, 'select'>;

async function stored(
  on: Reader,
  caseNo: string,
): Promise<{ links: StoredEvent[]; row: CaseRow | undefined; clocks: ClockRow[]; given: RedressRow[] }> {
  const rows = await on.select().from(caseEvents).where(eq(caseEvents.caseNo, caseNo)).orderBy(asc(caseEvents.seq));
  const [row] = await on.select().from(cases).where(eq(cases.caseNo, caseNo));
  const clocks = await on.select().from(caseClocks).where(eq(caseClocks.caseNo, caseNo));
  const remedies = await on.select().from(redress).where(eq(redress.caseNo, caseNo));
  return { links: rows.map(fromRow), row, clocks, given: remedies };
}

/** Walks the chain. Goes on behind a difference, so that one fault is told once and does not hide the next. */
function replay(
  caseNo: string,
  links: StoredEvent[],
): { state: CaseState | undefined; hash: string; differences: string[] } {
  const differences: string[] = [];
  let state: CaseState | undefined;
  let last = NO_HASH;
  let lastAt = '';
  for (const [index, { event, hash, prevHash }] of links.entries()) {
    const where = `event ${event.seq}`;
    if (event.seq !== index + 1) differences.push(`${where}: stands where ${index + 1} belongs`);
    if (prevHash !== last) differences.push(`${where}: prev_hash is not the hash of the event before`);
    if (linkHash(prevHash, caseNo, event) !== hash) differences.push(`${where}: its hash does not fit its content`);
    if (event.at < lastAt) differences.push(`${where}: at ${event.at} lies before the event before (${lastAt})`);
    last = hash;
    lastAt = event.at;
    try {
      state = evolve(state, event, caseNo);
    } catch {
      return { state: undefined, hash, differences: [...differences, `${where}: cannot be folded`] };
    }
  }
  return { state, hash: last, differences };
}

function compareProjection(
  state: CaseState,
  hash: string,
  links: StoredEvent[],
  actual: { row: CaseRow; clocks: ClockRow[]; remedies: RedressRow[] },
): string[] {
  const { caseNo } = state;
  const clocks = Object.values(state.clocks).map((promise) => clockRow(caseNo, promise));
  const remedies = links.flatMap(({ event }) => redressRows(caseNo, event));
  const byKey = <Row>(rows: Row[], key: (row: Row) => string | number): Record<string, Row> =>
    Object.fromEntries(rows.map((row) => [key(row), row]));
  const keyOf = (row: RedressRow): string => `${row.seq}/${row.n}`;
  const clockKey = (row: ClockRow): string => row.clock;
  return [
    ...differencesBetween({ ...caseRow(state, hash) }, { ...actual.row }, 'cases'),
    ...differencesBetween(byKey(clocks, clockKey), byKey(actual.clocks, clockKey), 'case_clocks'),
    ...differencesBetween(byKey(remedies, keyOf), byKey(actual.remedies, keyOf), 'redress'),
  ];
}

/**
 * Field by field, ignoring the order of keys. Values of a state are ids, grades, times and amounts: they may be printed.
 */
export function differencesBetween(expected: unknown, actual: unknown, path: string): string[] {
  if (canonicalJson(expected) === canonicalJson(actual)) return [];
  if (!isRecord(expected) || !isRecord(actual)) {
    return [`${path}: ledger ${brief(expected)}, found ${brief(actual)}`];
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
  return keys.flatMap((key) => differencesBetween(expected[key], actual[key], `${path}.${key}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const brief = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : canonicalJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
