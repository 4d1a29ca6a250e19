/**
 * `npm run fill -- --cases=100000`: fills an empty database with cases in every stage, nine tenths of them archived, for
 * measuring and for looking at pages at that size. Ledgers, projection, facts and search are as the product writes them, but in
 * bulk and not through Temporal: run a server on it and no worker, which would start a workflow for each open case.
 * @module
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { loadConfig, loadOrExit } from '../src/config';
import { emailKey, phoneKey } from '../src/contact';
import { openDatabase } from '../src/db';
import { caseRow, clockRow, linkHash, NO_HASH, redressRows } from '../src/db/projection';
import * as schema from '../src/db/schema';
import { lockFacts, rewriteFacts } from '../src/db/stores/case-facts';
import { complaintDocs, textDoc } from '../src/db/stores/search-docs';
import { caseNumber } from '../src/domain/basics/ids';
import { isTextRef, textRefs } from '../src/domain/basics/text-refs';
import type { CaseEvent } from '../src/domain/case/events';
import { evolve } from '../src/domain/case/evolve';
import type { CaseState } from '../src/domain/case/state';
import { HOUSE_POLICY } from '../src/domain/policy/house';
import type { Rehearser } from '../src/domain/rehearsal/desk';
import { rehearseOne } from '../src/domain/rehearsal/rehearsal';
import { scenariosFor } from '../src/domain/rehearsal/scenario';
import { toInstant } from '../src/domain/time/duration';

const DAY = 86_400_000;
/** How far back cases go. */
const YEARS = 3 * 365 * DAY;
/** Cases written at once. */
const AT_ONCE = 200;
/** One case of so many was received lately, so that it may still be open. */
const LATELY = 8;
const TEAMS = ['after-sales', 'north', 'south', 'key-accounts'];
/** Agents of each team. */
const AGENTS = 25;

const person = (id: string, role: Rehearser['role'], team = 'after-sales'): Rehearser => ({
  id,
  role,
  team,
  active: true,
});
/** Who acts in the rehearsed lives; the agents stand for those of every team. */
const PEOPLE = [
  ...[0, 1, 2].map((n) => person(`u-agent${n}`, 'agent')),
  ...[0, 1, 2].map((n) => person(`u-supervisor${n}`, 'supervisor')),
  person('u-manager0', 'manager'),
  person('u-quality0', 'colleague', 'quality'),
];

const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗';
const GIVEN = '小明,建国,秀英,伟,芳,娜,敏,静,丽,强,磊,军,洋,艳,勇,杰,娟,涛,霞,超'.split(',');
const PRODUCTS = '空气炸锅,压力锅,电饭煲,冰箱,洗衣机,扫地机器人,热水器,空调,电动牙刷,吹风机,净水器,烤箱'.split(',');
const CLAUSES = [
  '收到货就发现外壳有裂缝',
  '用了三天突然冒烟',
  '客服一直说会回电',
  '申请退款两周没有到账',
  '快递丢件没人负责',
  '安装师傅没有按时上门',
  '屏幕闪烁，按键没有反应',
  '噪音很大，晚上没法睡',
  '漏水把地板泡了',
  '发错了型号',
  '发票一直没有开',
  '七天无理由也不给退',
  '说明书和实物不符',
  '电池充不进电',
  '热得烫手，担心起火',
  '孩子被烫伤，去了医院',
  '价格第二天就降了三百元',
  '维修后问题还在',
  '门店态度很差',
  '赠品没有寄来',
  '希望尽快处理',
  '请给一个说法',
  '已核对物流记录',
  '已请质检查看限压阀',
  '和客户通了电话，约好周四上门',
  '方案是更换同型号新机并承担运费',
];

/** Pseudo-random numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const uuidOf = (...place: (string | number)[]): string => {
  const hex = sha256(place.join('/'));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** What one case puts into the tables, by table. */
interface Rows {
  caseNo: string;
  customer: object;
  complaint: object;
  texts: object[];
  docs: object[];
  events: object[];
  row: object;
  clocks: object[];
  redress: object[];
}

/** Makes cases one after the other, from the lives that the rehearsal of the house policy knows. */
class Maker {
  private readonly lives: CaseEvent[][];
  private readonly random: () => number;
  private readonly taken = new Set<string>();
  private made = 0;

  /** @param now milliseconds since 1970: nothing has happened later */
  constructor(
    private readonly now: number,
    private readonly seed: number,
  ) {
    this.random = randomFrom(seed);
    this.lives = scenariosFor(HOUSE_POLICY, '2027-01-03T16:00:00.000Z')
      .map((scenario) => rehearseOne(HOUSE_POLICY, PEOPLE, scenario).events)
      .filter((events) => events.length > 0);
  }

  private readonly below = (limit: number): number => Math.floor(this.random() * limit);
  private readonly one = (from: ArrayLike<string>): string => from[this.below(from.length)] ?? '';

  next(): Rows {
    const n = this.made++;
    const life = this.lives[this.below(this.lives.length)] ?? [];
    const age = this.below(LATELY) === 0 ? this.random() * 10 * DAY : 10 * DAY + this.random() * YEARS;
    const shift = Math.floor(this.now - age) - Date.parse(life[0]?.at ?? '');
    const receivedAt = toInstant(Date.parse(life[0]?.at ?? '') + shift);
    const caseNo = this.caseNo(receivedAt, n);
    const customerId = uuidOf(this.seed, 'customer', n);
    const agent = this.below(TEAMS.length * AGENTS);
    const said = new Map<string, string>();
    const events = life
      .map((event) => this.moved(event, { caseNo, customerId, shift, agent, said }))
      .filter((event) => Date.parse(event.at) <= this.now);
    return { caseNo, ...this.ledger(caseNo, events), ...this.words(n, caseNo, customerId, receivedAt, events, said) };
  }

  private caseNo(receivedAt: string, n: number): string {
    for (let draw = 0; ; draw++) {
      const bytes = Buffer.from(sha256(`${this.seed}/${n}/${draw}`), 'hex').subarray(0, 6);
      const caseNo = caseNumber(receivedAt.slice(2, 10).replaceAll('-', ''), bytes);
      if (this.taken.has(caseNo)) continue;
      this.taken.add(caseNo);
      return caseNo;
    }
  }

  /** The event at another time, in another case, with other agents and texts. */
  private moved(
    event: CaseEvent,
    to: { caseNo: string; customerId: string; shift: number; agent: number; said: Map<string, string> },
  ): CaseEvent {
    const value = (key: string, old: unknown): unknown => {
      if (isTextRef(old)) {
        const body = [1, 2, 3, 4].map(() => this.one(CLAUSES)).join('，');
        // All that is said in a rehearsal is one text; here each has its own.
        const textId = uuidOf(to.caseNo, event.seq, key);
        to.said.set(textId, body);
        return { textId, sha256: sha256(body) };
      }
      if (key === 'customerId') return to.customerId;
      if (typeof old !== 'string') return old;
      if (INSTANT.test(old)) return toInstant(Date.parse(old) + to.shift);
      if (key === 'team' && old === 'after-sales') return TEAMS[Math.floor(to.agent / AGENTS)];
      return old.replace(/^u-agent(\d)$/, (_all, which: string) =>
        agentId((to.agent + Number(which)) % (TEAMS.length * AGENTS)),
      );
    };
    return JSON.parse(JSON.stringify(event, value)) as CaseEvent;
  }

  private ledger(caseNo: string, events: CaseEvent[]): Pick<Rows, 'events' | 'row' | 'clocks' | 'redress'> {
    let state: CaseState | undefined;
    let hash = NO_HASH;
    const rows = events.map((event) => {
      const prevHash = hash;
      hash = linkHash(prevHash, caseNo, event);
      state = evolve(state, event, caseNo);
      return { ...event, caseNo, hash, prevHash };
    });
    if (!state) throw new Error('a life without events');
    return {
      events: rows,
      row: caseRow(state, hash),
      clocks: Object.values(state.clocks).map((clock) => clockRow(caseNo, clock)),
      redress: events.flatMap((event) => redressRows(caseNo, event)),
    };
  }

  private words(
    n: number,
    caseNo: string,
    customerId: string,
    receivedAt: string,
    events: CaseEvent[],
    said: ReadonlyMap<string, string>,
  ): Pick<Rows, 'customer' | 'complaint' | 'texts' | 'docs'> {
    const first = events[0];
    const name = this.one(SURNAMES) + this.one(GIVEN);
    const phone = `1${3 + (n % 7)}${String(100_000_000 + this.below(900_000_000))}`;
    const email = n % 3 === 0 ? `customer${n}@example.com` : undefined;
    const orderNo = `QH-${receivedAt.slice(0, 10).replaceAll('-', '')}-${String(this.below(10_000)).padStart(4, '0')}`;
    const about = {
      caseNo,
      receivedAt,
      contactName: name,
      contactPhone: phone,
      contactEmail: email ?? null,
      productName: this.one(PRODUCTS),
      productModel: `KX-${this.below(90) + 10}`,
      orderNo,
    };
    const named = new Map(events.flatMap(({ at, data }) => textRefs(data).map((textId) => [textId, at] as const)));
    const written = [...named].map(([textId, at]) => ({ textId, at, body: said.get(textId) ?? '' }));
    const own = first?.type === 'complaintReceived' ? first.data.text.textId : '';
    return {
      customer: {
        id: customerId,
        matchKey: `p:${phoneKey(phone)}/${n}`,
        emailKey: email ?? null,
        name,
        createdAt: receivedAt,
      },
      complaint: {
        ...about,
        customerId,
        channel: first?.type === 'complaintReceived' ? first.data.channel : 'web',
        language: 'zh-CN',
        phoneKey: phoneKey(phone),
        emailKey: emailKey(email) ?? null,
        textId: own,
        suggestion: { grade: 'general', category: 'other', reasons: [], engine: 'bench' },
        policyVersion: 1,
        answerBy: receivedAt,
        resolveBy: receivedAt,
        accessCodeHash: sha256(caseNo),
      },
      texts: written.map(({ textId, at, body }) => ({
        textId,
        caseNo,
        kind: textId === own ? 'complaint' : 'note.text',
        sha256: sha256(body),
        body,
        createdAt: at,
      })),
      docs: [...complaintDocs(about), ...written.map((text) => textDoc({ ...text, shown: true }))].map((doc) => ({
        ...doc,
        caseNo,
      })),
    };
  }
}

export const agentId = (n: number): string => `u-agent-${TEAMS[Math.floor(n / AGENTS)]}-${n % AGENTS}`;

/** Inserts rows by the names of the schema; columns that Postgres generates are left to it. */
async function load(pool: Pool, table: PgTable, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => column.generated === undefined);
  const given = columns.filter(([key]) => rows.some((row) => key in row));
  const names = given.map(([, { name }]) => `"${name}"`).join(', ');
  const values = rows.map((row) =>
    Object.fromEntries(given.map(([key, { name }]) => [name, (row as Record<string, unknown>)[key]])),
  );
  const into = getTableName(table);
  await pool.query(
    `insert into ${into} (${names}) select ${names} from jsonb_populate_recordset(null::${into}, $1::jsonb)`,
    [JSON.stringify(values)],
  );
}

/**
 * Fills a migrated database that holds no case yet.
 * @param size `now`: milliseconds since 1970, nothing has happened later; `seed`: the same one gives the same cases
 * @throws Error if there are cases
 */
export async function fill(
  pool: Pool,
  { cases, now, seed = 1 }: { cases: number; now: number; seed?: number },
  say: (line: string) => void = () => undefined,
): Promise<void> {
  const { rows } = await pool.query('select 1 from complaints limit 1');
  if (rows.length > 0) throw new Error('there are cases in this database: fill an empty one');
  const staff = [
    ...Array.from({ length: TEAMS.length * AGENTS }, (_, n) =>
      person(agentId(n), 'agent', TEAMS[Math.floor(n / AGENTS)]),
    ),
    ...PEOPLE.filter(({ role }) => role !== 'agent'),
  ];
  await load(
    pool,
    schema.users,
    staff.map((one) => ({
      ...one,
      name: one.id,
      email: `${one.id}@example.com`,
      language: 'zh-CN',
      createdAt: toInstant(now),
    })),
  );
  // Row by row the index of grams would take most of the time.
  await pool.query('alter index search_docs_grams set (fastupdate = on)');
  const maker = new Maker(now, seed);
  for (let done = 0; done < cases;) {
    const batch = Array.from({ length: Math.min(AT_ONCE, cases - done) }, () => maker.next());
    const all = (of: (rows: Rows) => object | object[]): object[] => batch.flatMap(of);
    await load(
      pool,
      schema.customers,
      all(({ customer }) => customer),
    );
    await load(
      pool,
      schema.complaints,
      all(({ complaint }) => complaint),
    );
    await load(
      pool,
      schema.texts,
      all(({ texts }) => texts),
    );
    await load(
      pool,
      schema.caseEvents,
      all(({ events }) => events),
    );
    await load(
      pool,
      schema.cases,
      all(({ row }) => row),
    );
    await load(
      pool,
      schema.caseClocks,
      all(({ clocks }) => clocks),
    );
    await load(
      pool,
      schema.redress,
      all(({ redress }) => redress),
    );
    await load(
      pool,
      schema.searchDocs,
      all(({ docs }) => docs),
    );
    await drizzle(pool).transaction(async (tx) => {
      await lockFacts(tx);
      await rewriteFacts(
        tx,
        batch.map(({ caseNo }) => caseNo),
      );
    });
    done += batch.length;
    if (done % 10_000 === 0) say(`${done} cases`);
  }
  await pool.query('alter index search_docs_grams set (fastupdate = off)');
  await pool.query(`select gin_clean_pending_list('search_docs_grams')`);
  await pool.query('analyze');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '100000' } } });
  const cases = Number(values.cases);
  if (!Number.isInteger(cases) || cases < 1) throw new Error('--cases takes a whole number');
  const config = loadOrExit(loadConfig);
  const database = openDatabase({ url: config.DATABASE_URL, max: 1, statementTimeoutMs: 0 });
  try {
    await fill(database.pool, { cases, now: Date.now() }, (line) => console.error(`· ${line}`));
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
