import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { Database } from '../database';
import type { Evidence } from '../records';
import { evidence } from '../schema';

export function evidenceStore({ db, clock }: Database) {
  return {
    /**
     * Idempotent by id. Counted and written in one transaction, a case's files one after the other: of many that come at
     * once no more are taken than there is room for.
     * @param keep puts the bytes where they stay, before the row can be seen; not called for a file that is refused
     * @returns false when the case has `most` files already
     */
    add(
      file: Omit<Evidence, 'addedAt' | 'namedAs'> & { namedAs?: string },
      most: number,
      keep: () => Promise<void>,
    ): Promise<boolean> {
      const { caseNo, evidenceId } = file;
      return db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('evidence/' || ${caseNo}::text, 0))`);
        const others = and(eq(evidence.caseNo, caseNo), ne(evidence.evidenceId, evidenceId));
        if ((await tx.$count(evidence, others)) >= most) return false;
        await keep();
        await tx
          .insert(evidence)
          .values({ ...file, addedAt: toInstant(clock()) })
          .onConflictDoNothing({ target: evidence.evidenceId });
        return true;
      });
    },

    /** A file is found only together with its case: an id alone opens nothing. */
    async get(caseNo: string, evidenceId: string): Promise<Evidence | undefined> {
      const [row] = await db
        .select()
        .from(evidence)
        .where(and(eq(evidence.caseNo, caseNo), eq(evidence.evidenceId, evidenceId)));
      return row;
    },

    async list(caseNo: string): Promise<Evidence[]> {
      return db
        .select()
        .from(evidence)
        .where(eq(evidence.caseNo, caseNo))
        .orderBy(asc(evidence.addedAt), asc(evidence.evidenceId));
    },
  };
}
