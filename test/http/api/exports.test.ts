import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { drizzle } from 'drizzle-orm/node-postgres';
import { createFactKeeping } from '../../../src/cases/figures/keeping';
import { exportLog, figureShown } from '../../../src/cases';
import { BI_ROLE, ensureBi } from '../../../src/db/stores/bi-setup';
import { lockFacts, rewriteFacts } from '../../../src/db/stores/case-facts';
import { BI_LABELS, BI_NAMES, BI_VIEWS, type BiView } from '../../../src/domain/facts/bi';
import { newCaseNo, newComplaint } from '../../db/support';
import { houseOf, type Ledger } from '../../domain/facts/house';
import { createHarness, type Harness } from '../support/harness';

const RECIPES = [
  ...readFileSync(join(__dirname, '../../../docs/bi.md'), 'utf8').matchAll(/```sql\n-- (\w+) by (\w+)\n([^`]+);\n```/g),
].map(([, figure = '', by = '', sql = '']) => ({ figure, by, sql }));
const DAYS = 'from=2026-06-01&to=2027-06-01';

let harness: Harness;
let ledgers: Ledger[];
let folder: string;
let duck: DuckDBConnection;

const caughtUp = async (): Promise<void> => {
  const { look } = createFactKeeping({ facts: harness.stores.facts, log: { warn: () => undefined } });
  while ((await look()) > 0);
};

beforeAll(async () => {
  harness = await createHarness();
  ledgers = await houseOf(40, 20_261_128, newCaseNo);
  for (const [n, { caseNo, events }] of ledgers.entries()) {
    const product = { name: ['空调', '电饭煲', '投诉请回 138 1234 5678'][n % 3] as string };
    await harness.stores.complaints.accept(newComplaint({ caseNo, product }));
    await harness.stores.ledger.append(caseNo, events);
  }
  await caughtUp();
  await harness.database.pool.query(`update fact_cases set against = '{}'`);
  folder = mkdtempSync(join(tmpdir(), 'redress-bi-'));
  duck = await (await DuckDBInstance.create(':memory:')).connect();
}, 120_000);
afterAll(async () => {
  duck.closeSync();
  rmSync(folder, { recursive: true });
  await harness.close();
});

interface Taken {
  status: number;
  bytes: Buffer;
  cursor: string;
}

/** An export, as bytes. */
async function take(table: string, query: Record<string, string> = {}, as = 'mona'): Promise<Taken> {
  const response = await fetch(`${harness.base}/api/exports/${table}?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: `Bearer ${harness.tokens[as]}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, cursor: response.headers.get('x-export-cursor') ?? '' };
}

/** What DuckDB finds in a file, with plain values. */
async function readBack({ bytes }: Taken, format: 'csv' | 'parquet', sql = 'select * from it'): Promise<unknown[]> {
  const path = join(folder, `${randomBytes(6).toString('hex')}.${format}`);
  writeFileSync(path, bytes);
  const from = format === 'csv' ? `read_csv('${path}', nullstr = '')` : `read_parquet('${path}')`;
  return ask(`with it as (from ${from}) ${sql}`);
}

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  return (await duck.runAndReadAll(sql)).getRowObjectsJson();
}

const caseNosIn = (rows: unknown[]): string[] => (rows as { case_no: string }[]).map((row) => row.case_no).toSorted();

test('views, their columns, types and comments are as the code says, and labels name every coded value', async () => {
  const { pool } = harness.database;
  const { rows } = await pool.query<{ view: string; columns: string[]; about: string[]; own: string }>(`
    select c.relname as view, array_agg(a.attname::text order by a.attnum) as columns,
      array_agg(col_description(c.oid, a.attnum) order by a.attnum) as about, obj_description(c.oid) as own
    from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'bi'::regnamespace
    group by c.oid order by 1`);
  const said = ({ en, zh }: { en: string; zh: string }): string => `${en} (${zh})`;
  const told = (Object.entries(BI_VIEWS) as [string, BiView][]).map(([view, { columns, about }]) => ({
    view,
    columns: Object.keys(columns),
    about: Object.values(columns).map((each) => said(each.about)),
    own: said(about),
  }));
  expect(rows.filter(({ view }) => view !== 'staff_names')).toEqual(
    told.toSorted((a, b) => (a.view < b.view ? -1 : 1)),
  );
  expect((await pool.query('select list, value, zh, en from bi.labels')).rows).toHaveLength(BI_LABELS.length);
  // Whatever stands in a column with labels has one.
  const { rows: unnamed } = await pool.query(`
    select l.list, v.value from (
      select 'grade' as list, grade as value from bi.cases union select 'category', category from bi.cases
      union select 'cause', cause from bi.cases union select 'channel', channel from bi.cases
      union select 'outcome', outcome from bi.cases union select 'promise', promise from bi.promises
      union select 'verdict', verdict from bi.promises union select 'remedy', kind from bi.redress
      union select case kind when 'stage' then 'stage' else 'party' end, name from bi.spans
    ) v left join bi.labels l using (list, value) where v.value is not null and l.list is null`);
  expect(unnamed).toEqual([]);
});

test('the role reads the views and nothing else, and nothing personal stands in them', async () => {
  const client = await harness.database.pool.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'v', 'm', 'p', 'S') and n.nspname not in ('pg_catalog', 'information_schema')
         and n.nspname !~ '^pg_toast' and case c.relkind when 'S' then has_sequence_privilege($1, c.oid, 'select, usage, update')
           else has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate')
             or has_any_column_privilege($1, c.oid, 'select') end`,
      [BI_ROLE],
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual(BI_NAMES.map((name) => `bi.${name}`).toSorted());
    await client.query(`set role ${BI_ROLE}`);
    expect((await client.query('select from bi.cases')).rowCount).toBe(ledgers.length);
    for (const forbidden of ['cases', 'complaints', 'users', 'fact_cases', 'bi.staff_names']) {
      await expect(client.query(`select from ${forbidden}`)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(client.query('create table mine ()')).rejects.toMatchObject({ code: '42501' });
    const { rows: products } = await client.query('select distinct product from bi.cases order by 1');
    expect(products.map(({ product }) => product as string).toSorted()).toEqual(['***', '电饭煲', '空调']);
    await client.query('reset role');

    // A user that may not make roles: it is told, and nothing else fails.
    const role = `bi_${randomBytes(6).toString('hex')}`;
    await client.query(`create role ${role}_plain in role pg_read_all_data, pg_write_all_data`);
    await client.query(`set role ${role}_plain`);
    expect(await ensureBi(drizzle(client), role)).toBe(false);
    await client.query('reset role');
    expect(await ensureBi(drizzle(client), role)).toBe(true);
    expect(await ensureBi(drizzle(client), role)).toBe(true);
    await client.query(`drop owned by ${role}; drop role ${role}; drop role ${role}_plain`);
  } finally {
    client.release(true);
  }
});

test('CSV and Parquet have what the views have, with types', async () => {
  for (const name of BI_NAMES) {
    const { columns }: BiView = BI_VIEWS[name];
    const list = Object.entries(columns)
      .map(
        ([column, { type }]) =>
          (type === 'instant' ? `round(extract(epoch from ${column}) * 1000)::bigint` : column) + `::text as ${column}`,
      )
      .join(', ');
    const { rows } = await harness.database.pool.query(`select ${list} from bi.${name}`);
    expect(rows.length).toBeGreaterThan(0);
    const asText = Object.entries(columns)
      .map(([column, { type }]) => (type === 'instant' ? `epoch_ms(${column})` : column) + `::varchar as ${column}`)
      .join(', ');
    const lines = (all: unknown[]): string[] => all.map((row) => JSON.stringify(row)).toSorted();
    for (const format of ['parquet', 'csv'] as const) {
      const sql = `select ${asText.replaceAll('amount::varchar', 'amount::decimal(14, 2)::varchar')} from it where not deleted`;
      expect(lines(await readBack(await take(name, { format }), format, sql))).toEqual(lines(rows));
    }
  }
});

test('each recipe of the docs says the same in Postgres, in DuckDB over the files, and in the figures of the API', async () => {
  await ask('create schema bi');
  for (const name of BI_NAMES) {
    const path = join(folder, `${name}.parquet`);
    writeFileSync(path, (await take(name)).bytes);
    await ask(`create view bi.${name} as from read_parquet('${path}')`);
  }
  expect(RECIPES.map(({ figure }) => figure)).toEqual([
    'responded',
    'received',
    'redress',
    'satisfied',
    'resolutionTime',
  ]);
  for (const { figure, by, sql } of RECIPES) {
    const plain = (rows: Record<string, unknown>[], measure: string) =>
      rows
        // Redress that nobody said a product of is a group as well.
        .map((row) => [row[by] ?? null, Number(row.n), Math.round(Number(row[measure]) * 10) / 10])
        .toSorted((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1));
    const measure = { redress: 'amount', resolutionTime: 'hours', received: 'n' }[figure] ?? 'percent';
    const inPostgres = plain((await harness.database.pool.query(sql)).rows, measure);
    expect(inPostgres.length).toBeGreaterThan(1);
    expect(plain(await ask(sql), measure)).toEqual(inPostgres);
    const { body } = await harness.call('GET', `/api/figures/${figure}?by=${by}&${DAYS}`, { as: 'mona' });
    const groups = figureShown
      .parse(body)
      .groups.map(({ keys, n, value }) => ({ [by]: keys[0]?.value, n, value: Math.round((value ?? 0) * 10) / 10 }))
      // The Pareto is of what is known; what somebody typed is not told as it is.
      .filter((group) => figure !== 'received' || group[by] !== null)
      .map((group) => (group[by] === '投诉请回 138 1234 5678' ? { ...group, [by]: '***' } : group));
    expect(plain(groups, 'value')).toEqual(inPostgres);
  }
});

/** A copy as docs/bi.md says to keep it. */
async function copied(
  table: 'cases' | 'promises',
  copy: unknown[],
  after: string,
): Promise<{ rows: unknown[]; cursor: string; came: unknown[] }> {
  const taken = await take(table, { after });
  const came = await readBack(taken, 'parquet');
  const touched = new Set(caseNosIn(came));
  return {
    came,
    cursor: taken.cursor,
    rows: [
      ...copy.filter((row) => !touched.has((row as { case_no: string }).case_no)),
      ...came.filter((row) => !(row as { deleted: boolean }).deleted),
    ],
  };
}

test('a copy kept by cursor stays equal: changed, committed late, kept from readers, and deleted', async () => {
  const { pool } = harness.database;
  const [late, other, hidden, lost] = ledgers
    .map(({ caseNo }) => caseNo)
    .filter((_, n) => ledgers[n]?.events.some(({ type }) => type === 'promiseStarted')) as [
    string,
    string,
    string,
    string,
  ];
  // A case without a ledger.
  const gone = newCaseNo();
  await pool.query(`update fact_promises set case_no = $2 where case_no = $1`, [lost, gone]);
  await pool.query(`update fact_cases set case_no = $2 where case_no = $1`, [lost, gone]);
  const { cursor, ...first } = await take('promises');
  let copy = { rows: await readBack({ cursor, ...first }, 'parquet'), cursor };
  const goOn = async (): Promise<string[]> => {
    const { came, ...next } = await copied('promises', copy.rows, copy.cursor);
    copy = next;
    return [...new Set(caseNosIn(came))];
  };
  expect(await goOn()).toEqual([]);

  // Somebody writes facts and is not ready, and another case changes: an export tells of neither, and then of both.
  const writer = await pool.connect();
  await writer.query('begin');
  await lockFacts(drizzle(writer));
  await rewriteFacts(drizzle(writer), [late]);
  await pool.query('insert into facts_due (case_no) values ($1)', [other]);
  expect(await harness.stores.facts.keepUp(50, () => undefined)).toBe(0);
  expect(await goOn()).toEqual([]);
  await writer.query('commit');
  await caughtUp();
  // And the one whose facts had been taken from it.
  expect(await goOn()).toEqual([late, other, lost].toSorted());

  await pool.query(`update fact_cases set against = '{anna}', written = default where case_no = $1`, [hidden]);
  await rewriteFacts(drizzle(writer), [gone]);
  writer.release();
  const before = copy.cursor;
  expect(await goOn()).toEqual([hidden, gone].toSorted());
  for (const format of ['csv', 'parquet'] as const) {
    const told = await readBack(
      await take('promises', { after: before, format }),
      format,
      'select case_no, deleted, seq from it',
    );
    expect(told).toEqual(
      expect.arrayContaining([hidden, gone].map((case_no) => ({ case_no, deleted: true, seq: null }))),
    );
    expect(told).toHaveLength(2);
  }
  const lines = (rows: unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(lines(copy.rows)).toEqual(lines(await readBack(await take('promises'), 'parquet')));
  expect(copy.rows.length).toBeGreaterThan(50);
  // What is written now comes to nobody's connection.
  expect(pool.idleCount).toBe(pool.totalCount);
});

test('who may, and which cursor', async () => {
  const faultOf = async (query: Record<string, string>, table = 'cases') => {
    const { status, bytes } = await take(table, query);
    return [status, (JSON.parse(bytes.toString()) as { errors?: { path: string }[] }).errors?.[0]?.path];
  };
  const { cursor } = await take('promises');
  expect(await faultOf({ after: cursor })).toEqual([422, 'after']);
  expect(await faultOf({ after: 'x' })).toEqual([422, 'after']);
  expect(await faultOf({ after: Buffer.from('cases.999999').toString('base64url') })).toEqual([422, 'after']);
  expect(await faultOf({ format: 'xlsx' })).toEqual([422, 'format']);
  expect(await faultOf({}, 'staff_names')).toEqual([404, undefined]);
  expect((await take('cases', {}, 'sara')).status).toBe(403);
  expect((await harness.call('GET', '/api/exports', { as: 'sara' })).status).toBe(403);
  expect((await harness.call('GET', '/api/exports', { as: 'mona' })).text).toContain('in the house’s zone');
  expect((await harness.call('GET', '/api/exports/log', { as: 'mona' })).status).toBe(403);
});

test('every file that leaves is written down with its digest; what was searched for is not', async () => {
  const { caseNo } = await harness.open({ customer: { name: '欧阳晓岚', phone: '13800001234' } });
  const listed = `/api/cases/export?format=csv&q=${encodeURIComponent('欧阳晓岚')}`;
  expect((await harness.call('GET', listed, { as: 'anna' })).text).toContain(caseNo);
  const files = [
    (await take('redress', { format: 'csv' })).bytes,
    ...(await Promise.all(
      ['/api/figures/export?format=csv', '/api/figures/received/export?format=csv&by=grade'].map(async (path) =>
        Buffer.from((await harness.call('GET', path, { as: 'sara' })).text),
      ),
    )),
    Buffer.from((await harness.call('GET', listed, { as: 'anna' })).text),
  ];
  const { reads } = exportLog.parse((await harness.call('GET', '/api/exports/log', { as: 'adam' })).body);
  const told = reads.slice(0, 4);
  expect(told.map(({ what, person }) => `${what} ${person.name}`).toSorted()).toEqual([
    'bi.redress Name of mona',
    'cases Name of anna',
    'figures Name of sara',
    'figures/received Name of sara',
  ]);
  const digests = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  // `text` leaves out the mark at the beginning of a file.
  const marked = files.map((bytes) => createHash('sha256').update('\uFEFF').update(bytes).digest('hex'));
  for (const { what, sha256, rows, endedAt, begunAt } of told) {
    expect([what, [...digests, ...marked].includes(sha256 ?? '')]).toEqual([what, true]);
    expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(begunAt));
    if (what === 'bi.redress') {
      const { rowCount } = await harness.database.pool.query('select from bi.redress');
      expect(rows).toBe(rowCount);
    }
  }
  expect(told.find(({ what }) => what === 'cases')?.filter).toContain('q=…');
  expect(JSON.stringify(reads)).not.toContain('欧阳');
  // So is a document, which has no rows.
  await harness.call('GET', '/api/library/training/export', { as: 'anna' });
  const { reads: after } = exportLog.parse((await harness.call('GET', '/api/exports/log', { as: 'adam' })).body);
  expect(after[0]).toMatchObject({ what: 'training', filter: 'language=zh-CN', person: { name: 'Name of anna' } });
  expect(after[0]).toHaveProperty('sha256');
  expect(after[0]).not.toHaveProperty('rows');
});
