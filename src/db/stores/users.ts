import { createHash } from 'node:crypto';
import { and, asc, eq, getTableColumns } from 'drizzle-orm';
import type { Grade, Role } from '../../domain/types';
import { given, run, type Database, type Statement } from '../database';
import type { User } from '../records';
import { users, userTokens } from '../schema';

/** Who may be given a case of this grade: the first role that has anybody, never a lower one, never an admin. */
const OWNERS: Record<Grade, readonly Role[]> = {
  general: ['agent', 'supervisor', 'manager'],
  important: ['supervisor', 'manager'],
  major: ['supervisor', 'manager'],
};

/** Beyond this many open cases nobody counts on: the rotation alone decides, and the pick stays cheap. */
const COUNTED = 200;

/**
 * Picks and stamps in one statement. Candidates that another pick has locked at this moment are passed over (they are
 * about to get a case), so cases that arrive together are spread.
 */
const pickStatement = (name: string, lock: string): Statement => ({
  name,
  text: `
update users set last_assigned_at = clock_timestamp()
where id = (
  select u.id from users u
  where u.active and u.role = any($1::text[]) and u.id <> all($2::text[]) and ($3::text is null or u.team = $3)
  order by
    array_position($1::text[], u.role),
    coalesce(u.id = (
      select c.owner from cases c where c.customer_id = $4::text and c.owner is not null
      order by c.received_at desc limit 1), false) desc,
    (select count(*) from (
      select 1 from cases c where c.owner = u.id and c.stage <> 'archived' limit ${COUNTED}) as open),
    u.last_assigned_at nulls first,
    u.id
  limit 1
  for no key update of u ${lock}
)
returning id, role, team`,
});

const PICK = pickStatement('users_pick', 'skip locked');
const PICK_WAITING = pickStatement('users_pick_waiting', '');

/** One of each other department: who leads it first, then whoever has waited longest. */
const TASK_FORCE: Statement = {
  name: 'users_task_force',
  text: `
select id from (
  select distinct on (u.team) u.team, u.id
  from users u
  where u.active and u.role in ('colleague', 'supervisor', 'manager') and u.team <> $1::text and u.id <> all($2::text[])
  order by u.team, u.role = 'colleague', u.last_assigned_at nulls first, u.id
) as each
order by team limit $3::int`,
};

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const { createdAt: _createdAt, lastAssignedAt: _lastAssignedAt, ...columns } = getTableColumns(users);

interface Picked {
  id: string;
  role: Role;
  team: string;
}

export function userStore({ pool, db }: Database) {
  return {
    async byId(id: string): Promise<User | undefined> {
      const [row] = await db.select(columns).from(users).where(eq(users.id, id));
      return row && given(row);
    },

    /** @param hash sha-256 of the token, in hex (`hashToken`). Whoever is not active any more has no valid token. */
    async byTokenHash(hash: string): Promise<User | undefined> {
      const [row] = await db
        .select(columns)
        .from(userTokens)
        .innerJoin(users, eq(users.id, userTokens.userId))
        .where(and(eq(userTokens.tokenHash, hash), eq(users.active, true)));
      return row && given(row);
    },

    async list(filter: { role?: Role; team?: string; active?: boolean } = {}): Promise<User[]> {
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
      return rows.map(given);
    },

    async create(user: User): Promise<void> {
      await db.insert(users).values(user);
    },

    /** Creates whoever is missing and leaves others as they are: somebody may have changed them since. */
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
     * Who gets a case: the role the grade asks for (a higher one when nobody has it), the customer's last handler first,
     * then the fewest open cases, then whoever has waited longest.
     */
    async pick(wanted: {
      grade: Grade;
      against: string[];
      exclude: string[];
      team?: string;
      /** Customer whose last handler goes first. */
      lastHandlerOf?: string;
    }): Promise<Picked | undefined> {
      const values = [
        OWNERS[wanted.grade],
        [...wanted.against, ...wanted.exclude],
        wanted.team ?? null,
        wanted.lastHandlerOf ?? null,
      ];
      const [free] = await run<Picked & Record<string, unknown>>(pool, PICK, values);
      const [picked] = free ? [free] : await run<Picked & Record<string, unknown>>(pool, PICK_WAITING, values);
      return picked && { id: picked.id, role: picked.role, team: picked.team };
    },

    /** For a major complaint: one of each other department that has anybody. */
    async taskForce(wanted: { notOf: string; exclude: string[]; max?: number }): Promise<string[]> {
      const rows = await run<{ id: string }>(pool, TASK_FORCE, [wanted.notOf, wanted.exclude, wanted.max ?? 5]);
      return rows.map((row) => row.id);
    },
  };
}
