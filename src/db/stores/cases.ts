import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { CaseState } from '../../domain/case/state';
import { STAGES, type Stage } from '../../domain/basics/types';
import type { Database } from '../database';
import type { CaseCounts, CaseListItem, CaseQuery, Scope } from '../records';
import { cases } from '../schema';
import { visibleTo } from './case-access';
import { caseCounts, caseList } from './case-list';
import { complaintsUpTo, repeatsOf } from './repeats';
import { similarTo } from './similar';

/** Cases as the projection has them: they follow the ledger in the same statement, so they are never behind it. */
export function caseStore({ db, pool }: Database) {
  const byCaseNo = db
    .select({ state: cases.state, hash: cases.lastHash, updatedAt: cases.updatedAt })
    .from(cases)
    .where(eq(cases.caseNo, sql.placeholder('caseNo')))
    .prepare('cases_get');

  return {
    /** `hash`: that of the last event. Undefined: no such case, or its receipt is not written yet. */
    async get(caseNo: string): Promise<{ state: CaseState; hash: string; updatedAt: string } | undefined> {
      const [row] = await byCaseNo.execute({ caseNo });
      return row;
    },

    /**
     * One page: see `caseList`.
     * @throws InvalidCursor
     */
    list: (query: CaseQuery): Promise<{ items: CaseListItem[]; next?: string; total?: number }> => caseList(db, query),

    /** How many of the cases that the filters let through stand how: see `caseCounts`. */
    counts: (
      query: Omit<CaseQuery, 'sort' | 'limit' | 'cursor'>,
      marks: { inAnHour: string; dayBegan: string; dayEnds: string },
    ): Promise<CaseCounts> => caseCounts(db, query, marks),

    /** Those of these cases that the reader may see. */
    async seen(caseNos: readonly string[], scope: Scope): Promise<Set<string>> {
      if (caseNos.length === 0) return new Set();
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(inArray(cases.caseNo, [...new Set(caseNos)]), visibleTo(scope)));
      return new Set(rows.map(({ caseNo }) => caseNo));
    },

    /** Open cases under this version of the policy that the reader may see, the oldest first. */
    async openUnder(version: number, limit: number, scope: Scope): Promise<string[]> {
      const rows = await db
        .select({ caseNo: cases.caseNo })
        .from(cases)
        .where(and(ne(cases.stage, 'archived'), eq(cases.policyVersion, version), visibleTo(scope)))
        .orderBy(asc(cases.receivedAt), asc(cases.caseNo))
        .limit(limit);
      return rows.map(({ caseNo }) => caseNo);
    },

    /**
     * How many cases are open in each stage (0 too, `archived` left out), and how many of all of them have a broken
     * promise whose clock is still open.
     */
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

    /** Earlier complaints of the same customer or about the same order or device: see `repeatsOf`. */
    repeats: (of: { caseNo: string; within: number }): Promise<string[]> => repeatsOf(db, of),

    /** How often the customer has complained up to a complaint: see `complaintsUpTo`. */
    complaintsUpTo: (of: { customerId: string; receivedAt: string }): Promise<number> => complaintsUpTo(pool, of),

    /** Cases that may be of the same matter, and that the reader may see: see `similarTo`. */
    similar: (of: { caseNo: string; scope: Scope }) => similarTo(db, of),
  };
}
