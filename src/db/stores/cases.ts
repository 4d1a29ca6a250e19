import {
  and,
  arrayContains,
  arrayOverlaps,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  lt,
  ne,
  not,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { CASE_NO } from '../../domain/ids';
import type { CaseState } from '../../domain/state';
import { STAGES, type Stage } from '../../domain/types';
import { phoneKey } from '../../contact';
import { given, type Database } from '../database';
import { InvalidCursor } from '../errors';
import type { CaseListItem, CaseQuery, CaseSort, Scope } from '../records';
import { cases, complaints, texts, users } from '../schema';

/** Repeats shown with a case at most: more of them say nothing new. */
const REPEATS_KEPT = 50;

/** permissions.maySee in SQL; test/db/scope.test.ts holds the two together. */
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
  due: { column: cases.nextDueAt, down: false },
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

/** Part of a case number, of a phone number from its end, of a name, or of any text of the case. */
function matching(db: Database['db'], q: string): SQL | undefined {
  const text = q.trim();
  if (text === '') return undefined;
  const digits = /^[\d\s+()-]+$/.test(text) ? (phoneKey(text) ?? text.replace(/\D/g, '')) : '';
  return or(
    contains(cases.caseNo, text),
    contains(complaints.contactName, text),
    ...(digits.length >= 4 ? [sql`${complaints.phoneKey} like ${`%${digits}`}`] : []),
    // A single letter stands in every text.
    ...(text.length >= 2
      ? [sql`${cases.caseNo} in ${db.select({ caseNo: texts.caseNo }).from(texts).where(contains(texts.body, text))}`]
      : []),
  );
}

export function caseStore({ db }: Database) {
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

    /** @throws InvalidCursor */
    async list(query: CaseQuery): Promise<{ items: CaseListItem[]; next?: string }> {
      const { sort, limit } = query;
      const { column, down } = SORTS[sort];
      const rows = await db
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
          breached: cases.breached,
          paused: cases.paused,
          chased: sql<number>`coalesce((${cases.state} #>> '{chases,count}')::int, 0)`,
          chasedAt: sql<string | null>`${cases.state} #>> '{chases,lastAt}'`,
          outcome: cases.outcome,
          receivedAt: cases.receivedAt,
          updatedAt: cases.updatedAt,
          archivedAt: cases.archivedAt,
        })
        .from(cases)
        .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
        .leftJoin(users, eq(users.id, cases.owner))
        .where(
          and(
            visible(query.scope),
            query.stage === undefined ? undefined : eq(cases.stage, query.stage),
            query.grade === undefined ? undefined : eq(cases.grade, query.grade),
            query.owner === undefined ? undefined : eq(cases.owner, query.owner),
            query.team === undefined ? undefined : eq(cases.team, query.team),
            query.breached === undefined ? undefined : eq(cases.breached, query.breached),
            query.q === undefined ? undefined : matching(db, query.q),
            query.cursor === undefined ? undefined : behind(readCursor(query.cursor, sort)),
          ),
        )
        .orderBy(down ? desc(column) : asc(column), down ? desc(cases.caseNo) : asc(cases.caseNo))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map(({ ownerId, ownerName, customerName, ...row }): CaseListItem => ({
        ...given(row),
        customerName: customerName ?? '',
        ...(ownerId === null ? {} : { owner: { id: ownerId, name: ownerName ?? ownerId } }),
      }));
      const last = items.at(-1);
      if (rows.length <= limit || !last) return { items };
      const key = { due: last.nextDueAt ?? null, '-updated': last.updatedAt };
      return {
        items,
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

    /** Complaints that came before this one with the same phone, order or serial number; the latest first. */
    async repeats({ caseNo, within }: { caseNo: string; within: number }): Promise<string[]> {
      const mine = alias(complaints, 'mine');
      const rows = await db
        .select({ caseNo: complaints.caseNo })
        .from(mine)
        .innerJoin(
          complaints,
          or(
            eq(complaints.phoneKey, mine.phoneKey),
            eq(complaints.orderNo, mine.orderNo),
            eq(complaints.serialNo, mine.serialNo),
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
