import { and, asc, eq } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { Database } from '../database';
import type { Evidence } from '../records';
import { evidence } from '../schema';

export function evidenceStore({ db, clock }: Database) {
  return {
    /** Idempotent by id. */
    async add(file: Omit<Evidence, 'addedAt' | 'namedAs'> & { namedAs?: string }): Promise<void> {
      await db
        .insert(evidence)
        .values({ ...file, addedAt: toInstant(clock()) })
        .onConflictDoNothing({ target: evidence.evidenceId });
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
