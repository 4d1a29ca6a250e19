import {
  and,
  arrayContains,
  arrayOverlaps,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  ne,
  not,
  or,
  sql,
  type Column,
  type SQL,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { CASE_NO } from '../../domain/basics/ids';
import type { CaseState } from '../../domain/case/state';
import { STAGES, type Stage } from '../../domain/basics/types';
import { phoneKey, visible as withoutInvisible } from '../../contact';
import { given, type Database } from '../database';
import { InvalidCursor } from '../errors';
import type { CaseListItem, CaseQuery, CaseSort, Scope } from '../records';
import { cases, complaints, texts, users } from '../schema';
import { identifierKey } from '../schema/columns';

/** Repeats shown with a case at most: more of them say nothing new. */
const REPEATS_KEPT = 50;

/** permissions.maySee in SQL; test/db/stores/cases.test.ts holds the two together. */
export function visible(scope: Scope): SQL | undefined {
  if (scope.kind === 'all') return undefined;
  const { id, team, role } = scope;
  if (role === 'admin') return undefined;
  const complainedOf = arrayContains(cases.against, [id]);
  if (role === 'supervisor' || role === 'manager') return not(complainedOf);
  return and(
    not(complainedOf),
    or(
      eq(cases.owner, id),
      // The second half is that of the index: most cases involve nobody.
      and(arrayOverlaps(cases.involved, [id, `team:${team}`]), sql`${cases.involved} <> '{}'`),
      ...(role === 'agent' ? [isNull(cases.owner), eq(cases.team, team)] : []),
    ),
  );
}

/** The order of a list: by this column, ties by case number in the same direction. */
const SORTS = {
  due: { column: cases.pressingAt, down: false },
  received: { column: cases.receivedAt, down: false },
  '-received': { column: cases.receivedAt, down: true },
  '-updated': { column: cases.updatedAt, down: true },
} as const satisfies Record<CaseSort, { column: unknown; down: boolean }>;

interface Cursor {
  sort: CaseSort;
  /** Null only where nothing is due: those rows come last. */
  key: string | null;
  caseNo: string;
}

const writeCursor = ({ sort, key, caseNo }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, key, caseNo])).toString('base64url');

function readCursor(text: string, sort: CaseSort): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw new InvalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidCursor();
  const [of, key, caseNo] = parts as unknown[];
  // As we wrote it: 30 February is a date to `Date`, and the year 0 to neither calendar nor Postgres.
  const ms = typeof key === 'string' && /^(?:20\d\d|2100)-/.test(key) ? Date.parse(key) : Number.NaN;
  const instant = !Number.isNaN(ms) && new Date(ms).toISOString() === key;
  if (of !== sort || typeof caseNo !== 'string' || !CASE_NO.test(caseNo)) throw new InvalidCursor();
  if (!instant && !(key === null && sort === 'due')) throw new InvalidCursor();
  return { sort, key: instant ? (key as string) : null, caseNo };
}

/** Rows behind the cursor: never one twice and never one left out, whatever is written between two pages. */
function behind({ sort, key, caseNo }: Cursor): SQL | undefined {
  const { column, down } = SORTS[sort];
  if (key === null) return and(isNull(column), gt(cases.caseNo, caseNo));
  if (down) return or(lt(column, key), and(eq(column, key), lt(cases.caseNo, caseNo)));
  const further = or(gt(column, key), and(eq(column, key), gt(cases.caseNo, caseNo)));
  return sort === 'due' ? or(further, isNull(column)) : further;
}

/** Anywhere in the text; without regard to case only where there is any, because that costs ten times as much. */
function contains(column: unknown, text: string): SQL {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const hasCase = text.toLowerCase() !== text.toUpperCase();
  return hasCase ? sql`${column} ilike ${pattern}` : sql`${column} like ${pattern}`;
}

/** `c261126zdjh4h`, or a part of it: its letters and digits, as the number has them. */
const ofCaseNumber = (text: string): string | undefined => {
  const written = text.toUpperCase().replace(/[\s\p{Pd}]/gu, '');
  return /^[0-9A-Z]{3,}$/.test(written) ? written : undefined;
};

/**
 * Part of a case number with or without its dash, of a phone number, of an order or serial number, of a mail address, of a
 * product, of a name, or of any text of the case.
 */
function matching(db: Database['db'], q: string): SQL | undefined {
  const text = withoutInvisible(q.normalize('NFKC')).trim();
  if (text === '') return undefined;
  const caseNo = ofCaseNumber(text);
  const digits = /^[\d\s+().\p{Pd}]+$/u.test(text) ? text.replace(/\D/g, '') : '';
  const phones = digits.length >= 3 ? [...new Set([digits, phoneKey(text) ?? digits])] : [];
  const key = sql`nullif(${identifierKey(sql`${text}::text`)}, '')`;
  const holds = (column: Column): SQL => sql`position(${key} in ${column}) > 0`;
  // As it was typed as well: what is stored is kept as it was typed, too.
  const spellings = [...new Set([text, q.trim()])];
  const anywhere = (column: Column): SQL[] => spellings.map((spelling) => contains(column, spelling));
  return or(
    ...(caseNo === undefined ? [] : [contains(sql`replace(${cases.caseNo}, '-', '')`, caseNo)]),
    ...anywhere(complaints.contactName),
    ...anywhere(complaints.productName),
    ...anywhere(complaints.productModel),
    holds(complaints.orderKey),
    holds(complaints.serialKey),
    ...phones.map((part) => contains(complaints.phoneKey, part)),
    // One letter stands in every address, and in every text unless it is Chinese.
    ...(text.length >= 3 ? [contains(complaints.contactEmail, text)] : []),
    ...(text.length >= 2 || /\p{Script=Han}/u.test(text)
      ? [
          sql`${cases.caseNo} in ${db
            .select({ caseNo: texts.caseNo })
            .from(texts)
            .where(or(...anywhere(texts.body)))}`,
        ]
      : []),
  );
}

/** A list tells how many there are up to here; nobody pages through more. */
const COUNTED = 10_000;

export function caseStore({ db }: Database) {
  /** The conditions of a list, without its page. */
  const filtersOf = (query: CaseQuery): SQL | undefined => {
    const equal = <T>(column: Column, value: T | undefined): SQL | undefined =>
      value === undefined ? undefined : eq(column, value);
    return and(
      visible(query.scope),
      equal(cases.stage, query.stage),
      equal(cases.grade, query.grade),
      equal(cases.category, query.category),
      equal(cases.channel, query.channel),
      equal(cases.outcome, query.outcome),
      equal(cases.round, query.round),
      equal(cases.owner, query.owner),
      equal(cases.team, query.team),
      equal(cases.breached, query.breached),
      equal(cases.paused, query.paused),
      query.receivedFrom === undefined ? undefined : gte(cases.receivedAt, query.receivedFrom),
      query.receivedBefore === undefined ? undefined : lt(cases.receivedAt, query.receivedBefore),
      query.q === undefined ? undefined : matching(db, query.q),
    );
  };

  const count = async (wanted: SQL | undefined): Promise<number> => {
    const some = db
      .select({ one: sql`1`.as('one') })
      .from(cases)
      .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
      .where(wanted)
      .limit(COUNTED)
      .as('some');
    const [row] = await db.select({ total: sql<number>`count(*)::int` }).from(some);
    return row?.total ?? 0;
  };

  const byCaseNo = db
    .select({ state: cases.state, hash: cases.lastHash, updatedAt: cases.updatedAt })
    .from(cases)
    .where(eq(cases.caseNo, sql.placeholder('caseNo')))
    .prepare('cases_get');

  return {
    async get(caseNo: string): Promise<{ state: CaseState; hash: string; updatedAt: string } | undefined> {
      const [row] = await byCaseNo.execute({ caseNo });
      return row;
    },

    /**
     * A page. The first one, without a cursor, tells how many there are, up to 10,000.
     * @throws InvalidCursor
     */
    async list(query: CaseQuery): Promise<{ items: CaseListItem[]; next?: string; total?: number }> {
      const { sort, limit } = query;
      const { column, down } = SORTS[sort];
      const wanted = filtersOf(query);
      const counting = query.cursor === undefined ? count(wanted) : undefined;
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
          product: complaints.productName,
          channel: cases.channel,
          language: cases.language,
          round: cases.round,
          nextDueAt: cases.nextDueAt,
          nextDueClock: cases.nextDueClock,
          pressingAt: cases.pressingAt,
          breached: cases.breached,
          paused: cases.paused,
          chased: sql<number>`coalesce((${cases.state} #>> '{chases,count}')::int, 0)`,
          chasedAt: sql<string | null>`${cases.state} #>> '{chases,lastAt}'`,
          outcome: cases.outcome,
          receivedAt: cases.receivedAt,
          updatedAt: cases.updatedAt,
          archivedAt: cases.archivedAt,
          state: cases.state,
        })
        .from(cases)
        .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
        .leftJoin(users, eq(users.id, cases.owner))
        .where(and(wanted, query.cursor === undefined ? undefined : behind(readCursor(query.cursor, sort))))
        .orderBy(down ? desc(column) : asc(column), down ? desc(cases.caseNo) : asc(cases.caseNo))
        .limit(limit + 1);
      const [rows, total] = await Promise.all([page, counting]);
      const items = rows.slice(0, limit).map(({ ownerId, ownerName, customerName, ...row }): CaseListItem => ({
        ...given(row),
        customerName: customerName ?? '',
        ...(ownerId === null ? {} : { owner: { id: ownerId, name: ownerName ?? ownerId } }),
      }));
      const last = items.at(-1);
      const counted = total === undefined ? {} : { total };
      if (rows.length <= limit || !last) return { items, ...counted };
      const key = { due: last.pressingAt ?? null, '-updated': last.updatedAt };
      return {
        items,
        ...counted,
        next: writeCursor({
          sort,
          key: sort === 'due' || sort === '-updated' ? key[sort] : last.receivedAt,
          caseNo: last.caseNo,
        }),
      };
    },

    /** Those of the cases that are the reader's to see. */
    async seen(caseNos: readonly string[], scope: Scope): Promise<Set<string>> {
      if (caseNos.length === 0) return new Set();
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(inArray(cases.caseNo, [...new Set(caseNos)]), visible(scope)));
      return new Set(rows.map(({ caseNo }) => caseNo));
    },

    /** Open cases that live under this version of the policy and are the reader's to see, the oldest first. */
    async openUnder(version: number, limit: number, scope: Scope): Promise<string[]> {
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(ne(cases.stage, 'archived'), eq(cases.policyVersion, version), visible(scope)))
        .orderBy(asc(cases.receivedAt), asc(cases.caseNo))
        .limit(limit);
      return rows.map(({ caseNo }) => caseNo);
    },

    /** How many are open, stage by stage, and how many of those have broken a promise. */
    async openCounts(): Promise<{ byStage: Partial<Record<Stage, number>>; breached: number }> {
      const rows = await db
        .select({
          stage: cases.stage,
          count: sql<number>`count(*)::int`,
          breached: sql<number>`(count(*) filter (where ${cases.breached}))::int`,
        })
        .from(cases)
        .where(ne(cases.stage, 'archived'))
        .groupBy(cases.stage);
      const byStage: Partial<Record<Stage, number>> = {};
      for (const stage of STAGES) if (stage !== 'archived') byStage[stage] = 0;
      for (const row of rows) byStage[row.stage] = row.count;
      return { byStage, breached: rows.reduce((sum, row) => sum + row.breached, 0) };
    },

    /**
     * Complaints that came before this one with the same phone, order or serial number, or with the same mail address and
     * no other phone; the latest first.
     */
    async repeats({ caseNo, within }: { caseNo: string; within: number }): Promise<string[]> {
      const mine = alias(complaints, 'mine');
      const rows = await db
        .select({ caseNo: complaints.caseNo })
        .from(mine)
        .innerJoin(
          complaints,
          or(
            eq(complaints.phoneKey, mine.phoneKey),
            eq(complaints.orderKey, mine.orderKey),
            eq(complaints.serialKey, mine.serialKey),
            and(
              eq(complaints.emailKey, mine.emailKey),
              or(isNull(complaints.phoneKey), isNull(mine.phoneKey), eq(complaints.phoneKey, mine.phoneKey)),
            ),
          ),
        )
        .where(
          and(
            eq(mine.caseNo, caseNo),
            ne(complaints.caseNo, caseNo),
            sql`${complaints.receivedAt} <= ${mine.receivedAt}`,
            sql`${complaints.receivedAt} >= ${mine.receivedAt} - ${within}::float8 * interval '1 millisecond'`,
          ),
        )
        .orderBy(desc(complaints.receivedAt), asc(complaints.caseNo))
        .limit(REPEATS_KEPT);
      return rows.map((row) => row.caseNo);
    },
  };
}
