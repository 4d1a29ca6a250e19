import { asc, eq, inArray } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import { caseMerges, cases } from '../schema';

export type MergeRefusal = 'unknown' | 'closed' | 'cycle' | 'not_open';

export function mergeStore({ db }: Database) {
  return {
    /**
     * Reserves "caseNo goes into `into`" before the case itself is told. Both rows are locked, the lower number first, so
     * of A→B and B→A at once the second sees the first. Taken again for a repeat; a reservation is never taken back,
     * because the case may be writing its event at this very moment.
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
        // Others are on their way into this case: moved on, it would take them along to where nobody looks for them.
        const [follower] = await tx.select().from(caseMerges).where(eq(caseMerges.into, caseNo)).limit(1);
        if (follower) return { ok: false, code: 'not_open' } as const;
        await tx.insert(caseMerges).values({ caseNo, into, at, decisionId });
        return { ok: true } as const;
      });
    },
  };
}
