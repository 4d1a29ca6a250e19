import {
  and,
  arrayContains,
  asc,
  desc,
  eq,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  ne,
  or,
  sql,
  type Column,
  type SQL,
} from 'drizzle-orm';
import { CASE_NO } from '../../domain/basics/ids';
import { withoutNulls, type Database } from '../database';
import { InvalidCursor } from '../errors';
import type { CaseCounts, CaseListItem, CaseQuery, CaseSort, PromiseFilter } from '../records';
import { caseGroupMembers, cases, complaints, texts, users } from '../schema';
import { isInvolved, visibleTo } from './case-access';
import { isToInterview } from './repeats';
import { casesFound, contains, hitsIn, soughtIn, type Sought } from './case-search';

/**
 * The column a list is sorted by, and `key`, its value in a row; ties by case number in the same direction, so that the
 * order is total. Only a column that goes upwards may have nulls, which come last then.
 */
type Sort =
  | { column: Column; down: false; key: (item: CaseListItem) => string | undefined }
  | { column: Column; down: true; key: (item: CaseListItem) => string };

const SORTS: Record<CaseSort, Sort> = {
  due: { column: cases.pressingAt, down: false, key: ({ pressingAt }) => pressingAt },
  received: { column: cases.receivedAt, down: false, key: ({ receivedAt }) => receivedAt },
  '-received': { column: cases.receivedAt, down: true, key: ({ receivedAt }) => receivedAt },
  '-updated': { column: cases.updatedAt, down: true, key: ({ updatedAt }) => updatedAt },
};

/** The last row of a page: the next page begins behind it. */
interface Cursor {
  sort: CaseSort;
  /** Its value in the sorted column. Null only where the column has nulls: cases in which nothing is due. */
  key: string | null;
  caseNo: string;
}

const writeCursor = ({ sort, key, caseNo }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, key, caseNo])).toString('base64url');

/** @throws InvalidCursor for a text that `writeCursor` did not write, or wrote for another order */
function readCursor(text: string, sort: CaseSort): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw new InvalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidCursor();
  const [of, key, caseNo] = parts as unknown[];
  // Only the exact spelling of an instant is taken: `Date.parse` also accepts 30 February, and years that Postgres
  // refuses.
  const ms = typeof key === 'string' && /^(?:20\d\d|2100)-/.test(key) ? Date.parse(key) : Number.NaN;
  const instant = !Number.isNaN(ms) && new Date(ms).toISOString() === key;
  if (of !== sort || typeof caseNo !== 'string' || !CASE_NO.test(caseNo)) throw new InvalidCursor();
  if (!instant && !(key === null && !SORTS[sort].column.notNull)) throw new InvalidCursor();
  return { sort, key: instant ? (key as string) : null, caseNo };
}

/**
 * The condition for rows behind the cursor. By value and not by offset: a row is neither repeated nor left out when
 * others are written between two pages.
 */
function behind({ sort, key, caseNo }: Cursor): SQL | undefined {
  const { column, down } = SORTS[sort];
  if (key === null) return and(isNull(column), gt(cases.caseNo, caseNo));
  if (down) return or(lt(column, key), and(eq(column, key), lt(cases.caseNo, caseNo)));
  const further = or(gt(column, key), and(eq(column, key), gt(cases.caseNo, caseNo)));
  return column.notNull ? further : or(further, isNull(column));
}

/** Characters of the customer's words that a list shows. */
const OPENING = 120;

/** Counting stops here, so that a count over all cases stays cheap. */
const COUNTED = 10_000;

/** What a list filters by, without its order and its page. */
type Filters = Omit<CaseQuery, 'sort' | 'limit' | 'cursor'>;

const isOpen = ne(cases.stage, 'archived');

function promiseIs(wanted: PromiseFilter): SQL | undefined {
  switch (wanted.is) {
    case 'broken':
      return eq(cases.breached, true);
    case 'paused':
      return eq(cases.paused, true);
    case 'due':
      return and(
        eq(cases.breached, false),
        wanted.from === undefined ? isNotNull(cases.nextDueAt) : gte(cases.nextDueAt, wanted.from),
        lt(cases.nextDueAt, wanted.before),
      );
  }
}

const waitsFor = (party: NonNullable<CaseQuery['awaits']>): SQL =>
  party === 'anybody' ? sql`${cases.awaits} <> '{}'` : arrayContains(cases.awaits, [party]);

/** Among open cases only: the state of all others need not be read. */
const hasHeard = (what: NonNullable<CaseQuery['heard']>): SQL | undefined =>
  and(
    isOpen,
    what === 'callWanted'
      ? sql`${cases.state} -> 'callBack' is not null`
      : sql`${cases.state} -> 'worse' is not null and ${cases.state} #> '{worse,judged}' is null`,
  );

/**
 * Something is asked of this person in an open case: help, of them or of their department as a whole, a follow-up that is
 * open, or a corrective action that has not ended.
 */
const asksOf = ({ id, team }: NonNullable<CaseQuery['asked']>): SQL | undefined =>
  and(
    isOpen,
    isInvolved(id, team),
    or(
      sql`exists (select from jsonb_array_elements(${cases.state} -> 'helpTasks') task where (task ->> 'open')::boolean
        and (task ->> 'assignee' = ${id} or (task ->> 'assignee' is null and task ->> 'department' = ${team})))`,
      sql`${cases.state} #>> '{followUp,assignee}' = ${id} and ${cases.state} #>> '{followUp,status}' = 'open'`,
      sql`exists (select from jsonb_array_elements(${cases.state} -> 'actions') action
        where action ->> 'owner' = ${id} and action ->> 'status' <> 'ended')`,
    ),
  );

/** The case waits for what this person decides as one who leads: `awaitsLeader` (src/domain/case/awaits.ts). */
const isToDecide = ({ id }: NonNullable<CaseQuery['toDecide']>): SQL | undefined =>
  or(
    waitsFor('approval'),
    and(
      eq(cases.stage, 'feedback'),
      sql`${cases.state} #>> '{followUp,status}' = 'open' and coalesce(${cases.state} #>> '{followUp,assignee}', ${id}) = ${id}`,
    ),
    and(
      eq(cases.stage, 'revisit'),
      sql`${cases.state} #>> '{revisit,status}' = 'planned' and ${cases.state} #>> '{revisit,by}' = 'supervisor'`,
    ),
  );

/** In the group of this case now, if the reader may see it: else nobody is told that it is in one. */
const inGroupOf = (caseNo: string, scope: CaseQuery['scope']): SQL =>
  sql`${cases.caseNo} in (
    select other.case_no from ${caseGroupMembers} own join ${caseGroupMembers} other on other.group_id = own.group_id
    where own.case_no = ${caseNo} and own.left_at is null and other.left_at is null
      and exists (select from ${cases} where ${and(eq(cases.caseNo, caseNo), visibleTo(scope))}))`;

/** The conditions of a list: who may see what, and the filters, without the cursor. Needs `complaints` joined to `cases`. */
function filtersOf(query: Omit<Filters, 'q'>): SQL | undefined {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
    value === undefined ? undefined : condition(value);
  const equal = <T>(column: Column, value: T | undefined): SQL | undefined =>
    given(value, (wanted) => eq(column, wanted));
  return and(
    visibleTo(query.scope),
    equal(cases.stage, query.stage),
    given(query.open, (open) => (open ? isOpen : eq(cases.stage, 'archived'))),
    equal(cases.grade, query.grade),
    equal(cases.category, query.category),
    given(query.product, (part) => or(contains(complaints.productName, part), contains(complaints.productModel, part))),
    equal(cases.channel, query.channel),
    equal(cases.outcome, query.outcome),
    equal(cases.round, query.round),
    equal(cases.repeat, query.repeat),
    given(query.owner, (owner) => (owner === null ? isNull(cases.owner) : eq(cases.owner, owner))),
    equal(cases.team, query.team),
    equal(cases.breached, query.breached),
    equal(cases.paused, query.paused),
    given(query.promise, promiseIs),
    given(query.awaits, waitsFor),
    given(query.heard, hasHeard),
    given(query.asked, asksOf),
    given(query.toDecide, isToDecide),
    given(query.stillSince, (since) => and(isOpen, lt(cases.updatedAt, since))),
    given(query.interview, () => and(isOpen, isToInterview())),
    given(query.group, (caseNo) => inGroupOf(caseNo, query.scope)),
    given(query.resolvedFrom, (from) => gte(cases.resolvedAt, from)),
    given(query.receivedFrom, (from) => gte(cases.receivedAt, from)),
    given(query.receivedBefore, (before) => lt(cases.receivedAt, before)),
  );
}

/** The conditions of a list with its search, and what was sought. */
async function wantedOf(
  db: Database['db'],
  { q, ...query }: Filters,
): Promise<{ where: SQL | undefined; sought?: Sought; found?: string[] }> {
  const filters = filtersOf(query);
  const sought = q === undefined ? undefined : soughtIn(q);
  if (!sought) return { where: filters };
  const found = await casesFound(db, sought, query.scope, filters);
  return { where: and(filters, sql`${cases.caseNo} = any(${sql.param(found)}::text[])`), sought, found };
}

async function count(db: Database['db'], wanted: SQL | undefined): Promise<number> {
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(cases)
    .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
    .where(wanted)
    .limit(COUNTED)
    .as('some');
  const [row] = await db.select({ total: sql<number>`count(*)::int` }).from(some);
  return row?.total ?? 0;
}

/**
 * One page of the cases that the reader may see and the filters let through.
 * @returns `next`: the cursor of the next page, absent on the last; `total`: how many there are, counted up to 10,000 (with
 *   a search up to `MOST_FOUND`), only on the first page (without a cursor)
 * @throws InvalidCursor
 */
export async function caseList(
  db: Database['db'],
  query: CaseQuery,
): Promise<{ items: CaseListItem[]; next?: string; total?: number }> {
  const { sort, limit } = query;
  const { column, down } = SORTS[sort];
  const after = query.cursor === undefined ? undefined : behind(readCursor(query.cursor, sort));
  const { where: wanted, sought, found } = await wantedOf(db, query);
  const counting = query.cursor === undefined ? (found?.length ?? count(db, wanted)) : undefined;
  const page = db
    .select({
      caseNo: cases.caseNo,
      stage: cases.stage,
      grade: cases.grade,
      category: cases.category,
      gradeConfirmed: cases.gradeConfirmed,
      ownerId: cases.owner,
      ownerName: users.name,
      team: cases.team,
      customerName: complaints.contactName,
      phone: complaints.contactPhone,
      email: complaints.contactEmail,
      opening: sql<string | null>`left(${texts.body}, ${OPENING})`,
      product: complaints.productName,
      channel: cases.channel,
      language: cases.language,
      round: cases.round,
      nextDueAt: cases.nextDueAt,
      nextDueClock: cases.nextDueClock,
      pressingAt: cases.pressingAt,
      breached: cases.breached,
      paused: cases.paused,
      awaits: cases.awaits,
      repeat: cases.repeat,
      grouped: sql<boolean>`exists (select from ${caseGroupMembers} g where g.case_no = ${cases.caseNo} and g.left_at is null)`,
      chased: sql<number>`coalesce((${cases.state} #>> '{chases,count}')::int, 0)`,
      chasedAt: sql<string | null>`${cases.state} #>> '{chases,lastAt}'`,
      outcome: cases.outcome,
      resolvedAt: cases.resolvedAt,
      receivedAt: cases.receivedAt,
      updatedAt: cases.updatedAt,
      archivedAt: cases.archivedAt,
      state: cases.state,
    })
    .from(cases)
    .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
    .leftJoin(texts, eq(texts.textId, complaints.textId))
    .leftJoin(users, eq(users.id, cases.owner))
    .where(and(wanted, after))
    .orderBy(down ? desc(column) : asc(column), down ? desc(cases.caseNo) : asc(cases.caseNo))
    .limit(limit + 1);
  const [rows, total] = await Promise.all([page, counting]);
  const shown = rows.slice(0, limit);
  const hits =
    sought &&
    (await hitsIn(
      db,
      sought,
      query.scope,
      shown.map(({ caseNo }) => caseNo),
    ));
  const items = shown.map(({ ownerId, ownerName, customerName, opening, phone, email, ...row }): CaseListItem => ({
    ...withoutNulls({ ...row, hit: hits?.get(row.caseNo) }),
    customerName: customerName ?? '',
    opening: opening ?? '',
    contact: withoutNulls({ phone, email }),
    ...(ownerId === null ? {} : { owner: { id: ownerId, name: ownerName ?? ownerId } }),
  }));
  const last = items.at(-1);
  const counted = total === undefined ? {} : { total };
  if (rows.length <= limit || !last) return { items, ...counted };
  const next = writeCursor({ sort, key: SORTS[sort].key(last) ?? null, caseNo: last.caseNo });
  return { items, ...counted, next };
}

/**
 * How many of the cases that the filters let through stand how, in one query: each number is the length of the list with
 * that filter added.
 * @param marks when "within the hour" ends, and when the day began and ends
 */
export async function caseCounts(
  db: Database['db'],
  query: Filters,
  { inAnHour, dayBegan, dayEnds }: { inAnHour: string; dayBegan: string; dayEnds: string },
): Promise<CaseCounts> {
  const of = (condition: SQL | undefined) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const { where } = await wantedOf(db, query);
  const openAnd = (condition: SQL | undefined) => of(and(isOpen, condition));
  const done = gte(cases.resolvedAt, dayBegan);
  const [row] = await db
    .select({
      open: of(isOpen),
      broken: openAnd(promiseIs({ is: 'broken' })),
      hour: openAnd(promiseIs({ is: 'due', before: inAnHour })),
      today: openAnd(promiseIs({ is: 'due', from: inAnHour, before: dayEnds })),
      waiting: openAnd(waitsFor('anybody')),
      paused: openAnd(promiseIs({ is: 'paused' })),
      done: of(done),
    })
    .from(cases)
    .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
    // Archived cases are most of all and count only if they were resolved today: so an index finds what counts.
    .where(and(where, or(isOpen, done)));
  if (!row) throw new Error('a count gave no row');
  return row;
}
