import { and, asc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import { caseMerges, cases, pendingDecisions } from '../schema';
import type { PendingDecision } from './pending-decisions';

/**
 * Why a merge is refused. `unknown`: one of the cases does not exist. `closed`: the target is archived. `cycle`: the
 * target is the case itself or goes into it. `not_open`: the case is archived or goes elsewhere, the target goes
 * elsewhere, or others go into the case. `leaving`: the customer's withdrawal is on its way to the target.
 */
export type MergeRefusal = 'unknown' | 'closed' | 'cycle' | 'not_open' | 'leaving';

/** Reserves what must not happen to two cases at once: merging one into the other, and withdrawing one. */
export function mergeStore({ db }: Database) {
  return {
    /**
     * Reserves "`caseNo` goes into `into`" before the case itself is told. Both rows are locked, the lower number
     * first: of A→B and B→A at once the second sees the first, and neither waits for the other. A repeat of the same
     * merge is `ok`. A reservation is never taken back, because the case may be writing its event at this very moment.
     */
    claim(wanted: {
      caseNo: string;
      into: string;
      at: Instant;
      decisionId: string;
    }): Promise<{ ok: true } | { ok: false; code: MergeRefusal }> {
      const { caseNo, into, at, decisionId } = wanted;
      return db.transaction(async (tx) => {
        const rows = await tx
          .select({ caseNo: cases.caseNo, stage: cases.stage })
          .from(cases)
          .where(inArray(cases.caseNo, [caseNo, into]))
          .orderBy(asc(cases.caseNo))
          .for('update');
        const target = rows.find((row) => row.caseNo === into);
        const source = rows.find((row) => row.caseNo === caseNo);
        if (!target || !source) return { ok: false, code: 'unknown' } as const;
        if (caseNo === into) return { ok: false, code: 'cycle' } as const;

        const reserved = async (of: string): Promise<string | undefined> => {
          const [row] = await tx.select({ into: caseMerges.into }).from(caseMerges).where(eq(caseMerges.caseNo, of));
          return row?.into;
        };
        const mine = await reserved(caseNo);
        if (mine === into) return { ok: true } as const;
        if (mine !== undefined || source.stage === 'archived') return { ok: false, code: 'not_open' } as const;
        const theirs = await reserved(into);
        if (theirs === caseNo) return { ok: false, code: 'cycle' } as const;
        if (theirs !== undefined) return { ok: false, code: 'not_open' } as const;
        if (target.stage === 'archived') return { ok: false, code: 'closed' } as const;
        const [leaving] = await tx
          .select({ name: pendingDecisions.name })
          .from(pendingDecisions)
          .where(withdrawing(into));
        if (leaving) return { ok: false, code: 'leaving' } as const;
        // Other cases are merged into this one; if it went into a third, their customers would have to follow two
        // steps.
        const [follower] = await tx.select().from(caseMerges).where(eq(caseMerges.into, caseNo)).limit(1);
        if (follower) return { ok: false, code: 'not_open' } as const;
        await tx.insert(caseMerges).values({ caseNo, into, at, decisionId });
        return { ok: true } as const;
      });
    },

    /**
     * Writes a withdrawal into `pending_decisions` before it is sent to the case, unless another case has been, or is
     * just being, merged into this one: no case may end in one that is withdrawn. `claim` looks under the same row
     * lock, so of the two at once the second sees the first. The caller removes the row when the outcome of the
     * decision is known.
     * @returns false when the case may not be withdrawn; nothing is written then. A repeat is true.
     */
    claimWithdrawal(
      decision: Pick<PendingDecision, 'caseNo' | 'decisionId' | 'message'>,
      at: Instant,
    ): Promise<boolean> {
      const { caseNo } = decision;
      return db.transaction(async (tx) => {
        await tx.select({ caseNo: cases.caseNo }).from(cases).where(eq(cases.caseNo, caseNo)).for('update');
        // A reservation whose case was archived for another reason than this merge does not count any more.
        const [coming] = await tx
          .select({ caseNo: caseMerges.caseNo })
          .from(caseMerges)
          .innerJoin(cases, eq(cases.caseNo, caseMerges.caseNo))
          .where(
            and(
              eq(caseMerges.into, caseNo),
              or(ne(cases.stage, 'archived'), sql`${cases.state} ->> 'mergedInto' = ${caseNo}`),
            ),
          )
          .limit(1);
        if (coming) return false;
        await tx
          .insert(pendingDecisions)
          .values({ ...decision, name: 'withdraw', acceptedAt: at, sentAt: at, sends: 1 })
          .onConflictDoNothing();
        return true;
      });
    },
  };
}

/** Withdrawals that may still reach the case: not those that were given up (`lost`). */
const withdrawing = (caseNo: string) =>
  and(eq(pendingDecisions.caseNo, caseNo), eq(pendingDecisions.name, 'withdraw'), isNull(pendingDecisions.lost));
