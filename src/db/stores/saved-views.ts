import { and, asc, count, eq, or } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import { violatedConstraint } from '../errors';
import type { SavedView } from '../records';
import { savedViews } from '../schema';

type Given = Omit<SavedView, 'id' | 'updatedAt'>;

/** Undefined when the owner has another view of this name. */
async function unlessTaken<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) === 'saved_views_name') return undefined;
    throw error;
  }
}

/** Lists of cases that people have saved under a name. */
export function savedViewStore({ db, clock }: Database) {
  const values = (given: Given) => ({ ...given, team: given.team ?? null, updatedAt: toInstant(clock()) });
  return {
    /** Those that somebody of this team sees: their own, their team's and everybody's, by name. */
    async list({ id, team }: { id: string; team: string }): Promise<SavedView[]> {
      const rows = await db
        .select()
        .from(savedViews)
        .where(
          or(
            eq(savedViews.owner, id),
            eq(savedViews.shared, 'all'),
            and(eq(savedViews.shared, 'team'), eq(savedViews.team, team)),
          ),
        )
        .orderBy(asc(savedViews.name), asc(savedViews.id));
      return rows.map(withoutNulls);
    },

    async get(id: string): Promise<SavedView | undefined> {
      const [row] = await db.select().from(savedViews).where(eq(savedViews.id, id));
      return row && withoutNulls(row);
    },

    async countOf(owner: string): Promise<number> {
      const [row] = await db.select({ count: count() }).from(savedViews).where(eq(savedViews.owner, owner));
      return row?.count ?? 0;
    },

    /** Undefined: the owner has another view of this name. */
    create: (given: Given): Promise<SavedView | undefined> =>
      unlessTaken(async () => {
        const [row] = await db.insert(savedViews).values(values(given)).returning();
        return row && withoutNulls(row);
      }),

    /** `taken`: the owner has another view of this name; undefined: there is no such view. */
    async change(id: string, given: Given): Promise<SavedView | 'taken' | undefined> {
      const rows = await unlessTaken(() =>
        db.update(savedViews).set(values(given)).where(eq(savedViews.id, id)).returning(),
      );
      return rows === undefined ? 'taken' : rows[0] && withoutNulls(rows[0]);
    },

    async remove(id: string): Promise<void> {
      await db.delete(savedViews).where(eq(savedViews.id, id));
    },
  };
}
