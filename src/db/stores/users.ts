import { createHash } from 'node:crypto';
import { and, asc, eq, getTableColumns, ne, sql } from 'drizzle-orm';
import type { Role } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { User } from '../records';
import { users, userTokens } from '../schema';
import type { Availability } from './availability';
import { owners } from './owners';
import { Picks, type Picked, type Wanted } from './picks';
import type { RosterStore } from './roster';
import { taskForce } from './task-force';

/** Everybody is there: used without a roster. */
const EVERYBODY: Availability = { onLeave: new Map(), offDuty: new Set(), capped: false };

/** A bearer token as it is stored and looked up: its sha-256 in hex. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const { createdAt: _createdAt, lastAssignedAt: _lastAssignedAt, ...columns } = getTableColumns(users);

const LISTS = ['skills', 'productLines', 'regions', 'languages'] as const;
/** A row without its nulls and empty lists. */
function shown(row: typeof users.$inferSelect | Omit<typeof users.$inferSelect, 'createdAt' | 'lastAssignedAt'>): User {
  const user: User = withoutNulls(row);
  for (const list of LISTS) if (user[list]?.length === 0) delete user[list];
  return user;
}

/** What may be changed in somebody's entry. An absent field stays as it is; null clears it. */
export type StaffChange = Partial<Pick<User, 'skills' | 'productLines' | 'regions' | 'languages' | 'active'>> & {
  nameEn?: string | null;
  maxOpen?: number | null;
  calendar?: string | null;
  /** Whoever had it before has none any more: it goes with the seat. */
  extension?: string | null;
};

/**
 * The staff, and which of them a case is given to.
 * @param roster tells who is there; without it everybody is
 */
export function userStore(database: Database, roster?: Pick<RosterStore, 'availability' | 'forget'>) {
  const availability = (): Promise<Availability> => (roster ? roster.availability() : Promise.resolve(EVERYBODY));
  const entries = userEntries(database, () => roster?.forget());
  const picks = new Picks(database, availability);
  return {
    ...entries,
    ...owners(database, availability, () => entries.list({ active: true })),

    /** Who gets a case: see `Picks`. */
    pick: (wanted: Wanted): Promise<Picked | undefined> => picks.pick(wanted),

    /** User ids for the task force of a major complaint: see `taskForce`. */
    taskForce: async (wanted: Parameters<typeof taskForce>[2]): Promise<string[]> =>
      taskForce(database.pool, await availability(), wanted),
  };
}

/**
 * The entries of staff and their tokens; part of `userStore`.
 * @param changed called after an entry was created or changed, so that what is remembered of it is read again
 */
function userEntries({ db }: Pick<Database, 'db'>, changed: () => void) {
  const withId = db
    .select(columns)
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('users_by_id');
  const withToken = db
    .select(columns)
    .from(userTokens)
    .innerJoin(users, eq(users.id, userTokens.userId))
    .where(and(eq(userTokens.tokenHash, sql.placeholder('hash')), eq(users.active, true)))
    .prepare('users_by_token');

  /** Staff that fit all filters given, by team and id; without a filter everybody, those who have left too. */
  async function list(filter: { role?: Role; team?: string; active?: boolean } = {}): Promise<User[]> {
    const rows = await db
      .select(columns)
      .from(users)
      .where(
        and(
          filter.role === undefined ? undefined : eq(users.role, filter.role),
          filter.team === undefined ? undefined : eq(users.team, filter.team),
          filter.active === undefined ? undefined : eq(users.active, filter.active),
        ),
      )
      .orderBy(asc(users.team), asc(users.id));
    return rows.map(shown);
  }

  return {
    /** Also somebody who has left. */
    async byId(id: string): Promise<User | undefined> {
      const [row] = await withId.execute({ id });
      return row && shown(row);
    },

    /**
     * Whose token this is; undefined: nobody's, or its owner is not active any more.
     * @param hash of the token, by `hashToken`
     */
    async byTokenHash(hash: string): Promise<User | undefined> {
      const [row] = await withToken.execute({ hash });
      return row && shown(row);
    },

    list,

    /** Adds a member of staff; fails when the id is there. */
    async create(user: User): Promise<void> {
      await db.insert(users).values(user);
      changed();
    },

    /** Creates the entry unless the id is there. An entry that is there stays: somebody may have changed it since. */
    async ensure(user: User): Promise<void> {
      await db.insert(users).values(user).onConflictDoNothing({ target: users.id });
    },

    /** Stores the hash of a token; the token itself is kept nowhere. */
    async addToken(userId: string, token: string): Promise<void> {
      await db
        .insert(userTokens)
        .values({ tokenHash: hashToken(token), userId })
        .onConflictDoNothing({ target: userTokens.tokenHash });
    },

    /**
     * Changes entries in one transaction. An id that does not exist is passed over.
     * @returns how many of the ids exist
     */
    async change(changes: readonly { id: string; change: StaffChange }[]): Promise<number> {
      const found = await db.transaction(async (tx) => {
        let count = 0;
        for (const { id, change } of changes) {
          if (typeof change.extension === 'string') {
            const { extension } = change;
            await tx
              .update(users)
              .set({ extension: null })
              .where(and(eq(users.extension, extension), ne(users.id, id)));
          }
          const rows =
            Object.keys(change).length === 0
              ? await tx.select({ id: users.id }).from(users).where(eq(users.id, id))
              : await tx.update(users).set(change).where(eq(users.id, id)).returning({ id: users.id });
          count += rows.length;
        }
        return count;
      });
      changed();
      return found;
    },
  };
}
