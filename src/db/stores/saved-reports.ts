import { and, asc, count, eq, or } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import { violatedConstraint } from '../errors';
import type { SavedReport } from '../records';
import { savedReports } from '../schema';

/** Figures that people look at again and again, under a name. */
export function savedReportStore({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  return {
    /** Those that somebody of this team sees, their own and their team's, by name. */
    async list({ id, team }: { id: string; team: string }): Promise<SavedReport[]> {
      const rows = await db
        .select()
        .from(savedReports)
        .where(or(eq(savedReports.owner, id), eq(savedReports.team, team)))
        .orderBy(asc(savedReports.name), asc(savedReports.id));
      return rows.map((row) => withoutNulls(row));
    },

    async countOf(owner: string): Promise<number> {
      const [row] = await db.select({ n: count() }).from(savedReports).where(eq(savedReports.owner, owner));
      return row?.n ?? 0;
    },

    /** Undefined: its owner has another one of this name. */
    async create(given: Omit<SavedReport, 'id' | 'at'>): Promise<SavedReport | undefined> {
      try {
        const [row] = await db
          .insert(savedReports)
          .values({ ...given, at: toInstant(clock()) })
          .returning();
        return row && withoutNulls(row);
      } catch (error) {
        if (violatedConstraint(error) === 'saved_reports_name') return undefined;
        throw error;
      }
    },

    /** @returns whether it was there, and theirs */
    async remove(id: string, owner: string): Promise<boolean> {
      const rows = await db
        .delete(savedReports)
        .where(and(eq(savedReports.id, id), eq(savedReports.owner, owner)))
        .returning({ id: savedReports.id });
      return rows.length > 0;
    },
  };
}
