import { getTableColumns, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { CaseEvent } from '../../domain/case/events';
import { factsOf, type AboutCase, type CaseFacts } from '../../domain/facts/facts';
import { regionOf, type Routing } from '../../domain/staffing/routing';
import { iso } from '../database';
import {
  complaints,
  factActions,
  factCases,
  factContacts,
  factGone,
  factPromises,
  factRedress,
  factRounds,
  factsDue,
  factSpans,
  factSurveys,
} from '../schema';

type Reader = Pick<NodePgDatabase, 'select' | 'execute'>;

/** The tables beside `fact_cases`: what of a case's facts stands in each, and what tells its rows apart. */
const TABLES = {
  rounds: { table: factRounds, key: ['round'] },
  promises: { table: factPromises, key: ['seq'] },
  redress: { table: factRedress, key: ['seq', 'n'] },
  surveys: { table: factSurveys, key: ['surveyId'] },
  actions: { table: factActions, key: ['actionId'] },
  contacts: { table: factContacts, key: ['seq'] },
  spans: { table: factSpans, key: ['seq', 'kind', 'name'] },
} as const satisfies Record<Exclude<keyof CaseFacts, 'case'>, { table: PgTable; key: readonly string[] }>;
const PARTS = Object.keys(TABLES) as (keyof typeof TABLES)[];

type Row = Record<string, unknown>;

/** The advisory lock of whoever writes facts: one at a time, so that nobody writes those of a case twice at once. */
export const FACTS_LOCK = 7_283_655;

/** Whoever writes facts in this transaction waits for others that do. */
export const lockFacts = async (tx: Reader): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(${FACTS_LOCK})`);
};

/** Names of columns and rows of a table as Postgres takes them: one parameter, however many rows. */
function insertAll(table: PgTable, rows: readonly Row[]) {
  // Those that Postgres counts itself are left to it.
  const columns = Object.entries(getTableColumns(table)).filter(([, { generatedIdentity }]) => !generatedIdentity);
  const names = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  const given = rows.map((row) => Object.fromEntries(columns.map(([key, { name }]) => [name, row[key]])));
  return sql`insert into ${table} (${names})
    select ${names} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(given)}::jsonb)`;
}

/** What these complaints say beside their ledgers; a case without a complaint is left out. */
async function aboutOf(on: Reader, caseNos: readonly string[]): Promise<Map<string, AboutCase>> {
  const { rows } = await on.execute<{
    case_no: string;
    product_name: string | null;
    product_model: string | null;
    place: string | null;
    regions: Routing['regions'] | null;
  }>(sql`
    select k.case_no, k.product_name, k.product_model, k.place, p.policy -> 'routing' -> 'regions' as regions
    from ${complaints} k left join cases c using (case_no) left join policies p on p.version = c.policy_version
    where k.case_no = any(${sql.param([...caseNos])}::text[])`);
  return new Map(
    rows.map(({ case_no, product_name, product_model, place, regions }) => [
      case_no,
      {
        product: product_name,
        model: product_model,
        // The place itself may be somebody's address.
        region: regionOf({ routing: { regions: regions ?? [] } as Routing }, [place ?? undefined]) ?? null,
      },
    ]),
  );
}

interface EventRow extends Row {
  case_no: string;
  seq: number;
  type: CaseEvent['type'];
  at: Date | string;
  actor: CaseEvent['actor'];
  data: CaseEvent['data'];
}

/** The ledgers of these cases, without the plans of clocks, which make most of their size and no fact. */
async function ledgersOf(on: Reader, caseNos: readonly string[]): Promise<Map<string, CaseEvent[]>> {
  const { rows } = await on.execute<EventRow>(sql`
    select case_no, seq, type, at, actor, case when data ? 'plan' then data - 'plan' else data end as data
    from case_events where case_no = any(${sql.param([...caseNos])}::text[]) order by case_no, seq`);
  const ledgers = new Map<string, CaseEvent[]>();
  for (const { case_no, seq, type, at, actor, data } of rows) {
    const event = { seq, type, at: iso(at), actor, data } as CaseEvent;
    const known = ledgers.get(case_no);
    if (known) known.push(event);
    else ledgers.set(case_no, [event]);
  }
  return ledgers;
}

/**
 * The facts of these cases as their ledgers say. Those without a ledger are left out.
 * @param failed told of a ledger that cannot be folded, whose case is left out as well; left out: it throws
 */
export async function factsFolded(
  on: Reader,
  caseNos: readonly string[],
  failed?: (caseNo: string) => void,
): Promise<CaseFacts[]> {
  const ledgers = await ledgersOf(on, caseNos);
  const about = await aboutOf(on, caseNos);
  return [...ledgers].flatMap(([caseNo, events]) => {
    try {
      return factsOf(caseNo, events, about.get(caseNo)) ?? [];
    } catch (error) {
      if (!failed) throw error;
      failed(caseNo);
      return [];
    }
  });
}

/** Writes the facts of these cases anew. To be called in a transaction that has the lock of facts. */
export async function rewriteFacts(
  tx: Reader,
  caseNos: readonly string[],
  failed?: (caseNo: string) => void,
): Promise<void> {
  const facts = await factsFolded(tx, caseNos, failed);
  const tables = [factCases, ...PARTS.map((part) => TABLES[part].table)];
  const gone = tables.map((table, n) =>
    n === tables.length - 1
      ? sql`delete from ${table} where case_no = any(${sql.param([...caseNos])}::text[])`
      : sql`${sql.identifier(`gone_${n}`)} as (delete from ${table} where case_no = any(${sql.param([...caseNos])}::text[]))`,
  );
  await tx.execute(sql`with ${sql.join(gone.slice(0, -1), sql`, `)} ${gone.at(-1)}`);
  const written = PARTS.flatMap((part) => {
    const rows = facts.flatMap((one) => one[part].map((row) => ({ ...row, caseNo: one.case.caseNo })));
    return rows.length > 0 ? [sql`${sql.identifier(`new_${part}`)} as (${insertAll(TABLES[part].table, rows)})`] : [];
  });
  const first = insertAll(
    factCases,
    facts.map((one) => ({ ...one.case })),
  );
  await tx.execute(written.length > 0 ? sql`with ${sql.join(written, sql`, `)} ${first}` : first);
  const kept = new Set(facts.map((one) => one.case.caseNo));
  const left = caseNos.filter((caseNo) => !kept.has(caseNo));
  if (left.length === 0) return;
  // Whoever copies facts is told that these are none any more.
  await tx.execute(sql`
    insert into ${factGone} (case_no, written)
    select case_no, nextval(pg_get_serial_sequence('fact_cases', 'written')) from unnest(${sql.param(left)}::text[]) case_no
    on conflict (case_no) do update set written = excluded.written`);
}

/** Whether the ledger of a case has grown since, and somebody will write its facts. */
export async function areFactsDue(on: Reader, caseNo: string): Promise<boolean> {
  const rows = await on
    .select({ id: factsDue.id })
    .from(factsDue)
    .where(inArray(factsDue.caseNo, [caseNo]))
    .limit(1);
  return rows.length > 0;
}

/** Rows by what tells them apart, so that two lists compare whatever their order. */
const keyed = (rows: readonly Row[], key: readonly string[]): Row =>
  Object.fromEntries(rows.map(({ caseNo: _caseNo, ...row }) => [key.map((part) => String(row[part])).join('/'), row]));

/** Facts as they are compared. */
export const comparable = (facts: CaseFacts | undefined): Row => ({
  case: facts && { ...facts.case },
  ...Object.fromEntries(
    PARTS.map((part) => [
      part,
      keyed(
        (facts?.[part] ?? []).map((row) => ({ ...row })),
        TABLES[part].key,
      ),
    ]),
  ),
});

/** The facts of a case as they are written, in the same form. */
export async function factsWritten(on: Reader, caseNo: string): Promise<Row> {
  const { written: _written, ...columns } = getTableColumns(factCases);
  const [whole] = await on
    .select(columns)
    .from(factCases)
    .where(inArray(factCases.caseNo, [caseNo]));
  const parts: Row = {};
  // One after another: a transaction has one connection.
  for (const part of PARTS) {
    const { table, key } = TABLES[part];
    parts[part] = keyed(
      await on
        .select()
        .from(table)
        .where(inArray(table.caseNo, [caseNo])),
      key,
    );
  }
  return { case: whole, ...parts };
}
