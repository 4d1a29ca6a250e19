import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { Database } from '../database';
import type { Evidence } from '../records';
import { evidence } from '../schema';

/** Rows of uploaded files; the bytes are the caller's. */
export function evidenceStore({ db, clock }: Database) {
  return {
    /**
     * Adds a file to a case; idempotent by `evidenceId`. Under an advisory lock for the case, uploads are counted
     * and written one after the other, so that many at once cannot exceed the limit.
     * @param most how many files a case may have
     * @param keep stores the bytes, before the row can be seen; not called when the file is refused
     * @returns false, and nothing is stored, when the case has `most` other files already
     * @throws what `keep` throws; then no row is written
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

    /** Asks for the case too: a file is not found by its id alone, or under a case that it does not belong to. */
    async get(caseNo: string, evidenceId: string): Promise<Evidence | undefined> {
      const [row] = await db
        .select()
        .from(evidence)
        .where(and(eq(evidence.caseNo, caseNo), eq(evidence.evidenceId, evidenceId)));
      return row;
    },

    /** The files of a case, the oldest first. */
    async list(caseNo: string): Promise<Evidence[]> {
      return db
        .select()
        .from(evidence)
        .where(eq(evidence.caseNo, caseNo))
        .orderBy(asc(evidence.addedAt), asc(evidence.evidenceId));
    },
  };
}
