import { and, eq } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import { signInSubjects } from '../schema';
import { noteAccess } from './access-log';

/** Who staff are at the identity provider. */
export function signInSubjectStore({ db }: Pick<Database, 'db'>) {
  return {
    /** Whose subject it is; undefined: nobody's yet. */
    async userOf(issuer: string, subject: string): Promise<string | undefined> {
      const [row] = await db
        .select({ userId: signInSubjects.userId })
        .from(signInSubjects)
        .where(and(eq(signInSubjects.issuer, issuer), eq(signInSubjects.subject, subject)));
      return row?.userId;
    },

    /** Keeps whose it is, and notes that. A subject that is somebody's already stays theirs. */
    async keep({ issuer, subject, userId }: { issuer: string; subject: string; userId: string }, at: Instant) {
      await db.transaction(async (tx) => {
        const rows = await tx
          .insert(signInSubjects)
          .values({ issuer, subject, userId, createdAt: at })
          .onConflictDoNothing()
          .returning({ userId: signInSubjects.userId });
        await noteAccess(tx, { userId, acts: rows.length > 0 ? ['singleSignOn'] : [], at });
      });
    },
  };
}
