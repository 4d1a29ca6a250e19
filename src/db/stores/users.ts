import { isSought, soughtFor } from '../../domain/staffing/owning';
import { createHash } from 'node:crypto';
import { and, asc, eq, getTableColumns, inArray, isNotNull, ne, sql } from 'drizzle-orm';
import type { Preference, RoutingFacts, Wish } from '../../domain/staffing/routing';
import type { Grade, Role } from '../../domain/basics/types';
import { given, run, type Database, type Statement } from '../database';
import type { User } from '../records';
import { cases, users, userTokens } from '../schema';
import type { Availability } from './availability';
import type { RosterStore } from './roster';

/** Beyond this many open cases nobody counts on: the rotation alone decides, and the pick stays cheap. */
const COUNTED = 200;
/** A pick counts against the cap at once, until the case is written again; one that came to nothing, this long. */
const RESERVED_MS = 10_000;

/** The customer's last handler, or who stands in for them. */
const LAST_HANDLER = `coalesce(u.id = (
      select coalesce(stand.deputy, c.owner) from cases c
        left join unnest($5::text[], $6::text[]) as stand (away, deputy) on stand.away = c.owner
      where c.customer_id = $4::text and c.owner is not null
      order by c.received_at desc limit 1), false) desc`;

const OPEN = `(select count(*) from (
      select 1 from cases c where c.owner = u.id and c.stage <> 'archived' limit ${COUNTED}) as open)`;

const ORDER: Record<Preference, string> = {
  lastHandler: LAST_HANDLER,
  leastLoad: OPEN,
  rotation: 'u.last_assigned_at nulls first',
};

/** Under the cap, with what has just been given to them and is on its way. The case itself is not counted twice. */
const UNDER_CAP = `(u.max_open is null or u.max_open > (
      select count(*) from (select 1 from cases c
        where c.owner = u.id and c.stage <> 'archived' and c.case_no is distinct from $7::text limit u.max_open) as open
    ) + (
      select count(*) from unnest($8::text[], $9::text[], $10::int[]) as given (who, case_no, seq)
      where given.who = u.id and given.case_no is distinct from $7::text
        and not exists (select from cases c where c.case_no = given.case_no and c.last_seq > given.seq)
    ))`;

/** domain/staffing/routing.ts `fitsWish` in SQL; test/db/stores/routing.test.ts holds the two together. */
const FITS = `u.skills @> $11::text[]
    and ($12::text is null or u.product_lines = '{}' or u.product_lines @> array[$12::text])
    and ($13::text is null or u.regions = '{}' or u.regions @> array[$13::text])
    and (u.languages = '{}' or u.languages @> array[$14::text])`;

/** Without a preference for the last handler the statement takes the same parameters all the same. */
const ANYBODY = `coalesce($4::text, $5::text[]::text, $6::text[]::text, '') is null`;

/** Who speaks the language goes first; then specialists, so that generalists are there for the rest. */
const SPEAKS = `(u.languages <> '{}' or u.language = $14::text) desc`;
const SPECIALIST = `(($12::text is not null and u.product_lines <> '{}')::int
      + ($13::text is not null and u.regions <> '{}')::int) desc`;

/**
 * Picks and stamps in one statement. Candidates that another pick has locked at this moment are passed over (they are
 * about to get a case), so cases that arrive together are spread.
 */
const pickStatement = (name: string, lock: string, order: readonly string[], fits = 'true'): Statement => ({
  name,
  text: `
update users set last_assigned_at = clock_timestamp()
where id = (
  select u.id from users u
  where u.active and u.role = any($1::text[]) and u.id <> all($2::text[]) and ($3::text is null or u.team = $3)
    and ${UNDER_CAP}
    and ${fits}
  order by
    array_position($1::text[], u.role),
    ${order.join(',\n    ')},
    u.last_assigned_at nulls first,
    u.id
  limit 1
  for no key update of u ${lock}
)
returning id, role, team, max_open,
  case when max_open is null then 0 else coalesce((select last_seq from cases where case_no = $7::text), 0) end as seq`,
});

const BY_GRADE = [LAST_HANDLER, OPEN];
const PICK = pickStatement('users_pick', 'skip locked', BY_GRADE);
const PICK_WAITING = pickStatement('users_pick_waiting', '', BY_GRADE);

/** By routing: one statement for each order of preference. Whoever knows the customer comes before the specialists. */
const routed = new Map<string, readonly [Statement, Statement]>();
function routedPick(prefer: readonly Preference[]): readonly [Statement, Statement] {
  const key = prefer.join('_');
  let statements = routed.get(key);
  if (!statements) {
    const [first, ...rest] = prefer;
    const known = first === 'lastHandler' ? [LAST_HANDLER] : [];
    const others = first === undefined || first === 'lastHandler' ? rest : prefer;
    const order = [
      SPEAKS,
      ...(prefer.includes('lastHandler') ? known : [ANYBODY]),
      SPECIALIST,
      ...others.map((one) => ORDER[one]),
    ];
    statements = [
      pickStatement(`users_route_${key}`, 'skip locked', order, FITS),
      pickStatement(`users_route_waiting_${key}`, '', order, FITS),
    ];
    routed.set(key, statements);
  }
  return statements;
}

/** One of each other department, or of each that is named: who leads it last, then whoever has waited longest. */
const TASK_FORCE: Statement = {
  name: 'users_task_force',
  text: `
select id from (
  select distinct on (u.team) u.team, u.id
  from users u
  where u.active and u.role in ('colleague', 'supervisor', 'manager') and u.team <> $1::text and u.id <> all($2::text[])
    and ($4::text[] is null or u.team = any($4::text[]))
  order by u.team, u.id = any($5::text[]), u.role = 'colleague', u.last_assigned_at nulls first, u.id
) as each
order by team limit $3::int`,
};

const EVERYBODY: Availability = { onLeave: new Map(), offDuty: new Set(), capped: false };
const NO_STAND_INS = { away: [], deputies: [] };

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const { createdAt: _createdAt, lastAssignedAt: _lastAssignedAt, ...columns } = getTableColumns(users);

/** As it is written outside: an empty list is a field that is not there. */
const LISTS = ['skills', 'productLines', 'regions', 'languages'] as const;
function shown(row: typeof users.$inferSelect | Omit<typeof users.$inferSelect, 'createdAt' | 'lastAssignedAt'>): User {
  const user: User = given(row);
  for (const list of LISTS) if (user[list]?.length === 0) delete user[list];
  return user;
}

interface Picked {
  id: string;
  role: Role;
  team: string;
}

/** Who a case is given to, and what stands in the way. */
export interface Wanted {
  grade: Grade;
  against: string[];
  exclude: string[];
  team?: string;
  /** Customer whose last handler goes first. */
  lastHandlerOf?: string;
  caseNo?: string;
  /** By routing; without it by grade alone. */
  route?: { wish: Wish; facts: RoutingFacts };
}

/** Somebody who is there as a deputy of the one who is away, or of whom that one stands in for in turn. */
function standIns({ onLeave, offDuty }: Availability): { away: string[]; deputies: string[] } {
  const away: string[] = [];
  const deputies: string[] = [];
  for (const id of onLeave.keys()) {
    let deputy = onLeave.get(id)?.deputy;
    for (let hops = 0; deputy !== undefined && onLeave.has(deputy) && hops < onLeave.size; hops++) {
      deputy = onLeave.get(deputy)?.deputy;
    }
    if (deputy === undefined || onLeave.has(deputy) || offDuty.has(deputy)) continue;
    away.push(id);
    deputies.push(deputy);
  }
  return { away, deputies };
}

/** What may be changed in somebody's entry. */
export type StaffChange = Partial<Pick<User, 'skills' | 'productLines' | 'regions' | 'languages' | 'active'>> & {
  nameEn?: string | null;
  maxOpen?: number | null;
  calendar?: string | null;
};

/** @param roster who is there; without it everybody is */
export function userStore({ pool, db, clock }: Database, roster?: Pick<RosterStore, 'availability' | 'forget'>) {
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

  /** Given by this process and not yet seen in a case. Kept only where somebody has a cap. */
  let reserved: { who: string; caseNo: string; seq: number; until: number }[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: two picks at once would both see the last place under a cap. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function pickNow(
    wanted: Wanted,
    { onLeave, offDuty }: Availability,
    capped: boolean,
  ): Promise<Picked | undefined> {
    const now = clock();
    reserved = reserved.filter(({ until }) => until > now);
    const { away, deputies } = onLeave.size === 0 ? NO_STAND_INS : standIns({ onLeave, offDuty, capped });
    const { wish, facts } = wanted.route ?? {};
    const [free, waiting] = wish ? routedPick(wish.prefer) : ([PICK, PICK_WAITING] as const);
    const values: unknown[] = [
      wish ? [wish.role] : soughtFor(wanted.grade),
      [...wanted.against, ...wanted.exclude, ...onLeave.keys(), ...offDuty],
      wish?.team ?? wanted.team ?? null,
      wanted.lastHandlerOf ?? null,
      away,
      deputies,
      wanted.caseNo ?? null,
      reserved.map(({ who }) => who),
      reserved.map(({ caseNo }) => caseNo),
      reserved.map(({ seq }) => seq),
      ...(wish && facts ? [wish.skills, facts.productLine ?? null, facts.region ?? null, facts.language] : []),
    ];
    type Row = Picked & { max_open: number | null; seq: number } & Record<string, unknown>;
    const [first] = await run<Row>(pool, free, values);
    const [picked] = first ? [first] : await run<Row>(pool, waiting, values);
    if (!picked) return undefined;
    if (picked.max_open !== null && wanted.caseNo !== undefined) {
      reserved = reserved.filter(({ caseNo }) => caseNo !== wanted.caseNo);
      reserved.push({ who: picked.id, caseNo: wanted.caseNo, seq: picked.seq, until: now + RESERVED_MS });
    }
    return { id: picked.id, role: picked.role, team: picked.team };
  }

  return {
    async byId(id: string): Promise<User | undefined> {
      const [row] = await withId.execute({ id });
      return row && shown(row);
    },

    /** @param hash sha-256 of the token, in hex (`hashToken`). Whoever is not active any more has no valid token. */
    async byTokenHash(hash: string): Promise<User | undefined> {
      const [row] = await withToken.execute({ hash });
      return row && shown(row);
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
      return rows.map(shown);
    },

    async create(user: User): Promise<void> {
      await db.insert(users).values(user);
      roster?.forget();
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

    /** Changes entries all together or not at all; how many of the ids are there. */
    async change(changes: readonly { id: string; change: StaffChange }[]): Promise<number> {
      const found = await db.transaction(async (tx) => {
        let count = 0;
        for (const { id, change } of changes) {
          const rows =
            Object.keys(change).length === 0
              ? await tx.select({ id: users.id }).from(users).where(eq(users.id, id))
              : await tx.update(users).set(change).where(eq(users.id, id)).returning({ id: users.id });
          count += rows.length;
        }
        return count;
      });
      roster?.forget();
      return found;
    },

    /** This person, if they are there and may own a case of this grade. */
    async mayOwn(id: string, { grade, against }: { grade: Grade; against: string[] }): Promise<Picked | undefined> {
      const { onLeave } = roster ? await roster.availability() : EVERYBODY;
      if (against.includes(id) || onLeave.has(id)) return undefined;
      const [row] = await db
        .select({ id: users.id, role: users.role, team: users.team })
        .from(users)
        .where(and(eq(users.id, id), eq(users.active, true), inArray(users.role, [...soughtFor(grade)])));
      return row;
    },

    /** Everybody who may own a case, with how many they have open and whether they are there. */
    async present(): Promise<(User & { open: number; away: boolean })[]> {
      const [{ onLeave, offDuty }, loads, people] = await Promise.all([
        roster ? roster.availability() : EVERYBODY,
        this.loads(),
        this.list({ active: true }),
      ]);
      return people
        .filter(({ role }) => isSought(role, 'general'))
        .map((user) => ({
          ...user,
          open: loads.get(user.id) ?? 0,
          away: onLeave.has(user.id) || offDuty.has(user.id),
        }));
    },

    /** Open cases by owner. */
    async loads(): Promise<Map<string, number>> {
      const rows = await db
        .select({ owner: cases.owner, open: sql<number>`count(*)::int` })
        .from(cases)
        .where(and(ne(cases.stage, 'archived'), isNotNull(cases.owner)))
        .groupBy(cases.owner);
      return new Map(rows.map(({ owner, open }) => [owner ?? '', open]));
    },

    /**
     * Who gets a case: the role the grade asks for (a higher one when nobody has it), the customer's last handler first,
     * then the fewest open cases, then whoever has waited longest; by routing, whom the wish asks for, in its order.
     * Nobody who is on leave, off duty or at their cap. Without routing there is no queue to wait in: rather than to
     * nobody, a case goes to somebody who is merely off duty.
     */
    async pick(wanted: Wanted): Promise<Picked | undefined> {
      const there = roster ? await roster.availability() : EVERYBODY;
      const pick = (availability: Availability): Promise<Picked | undefined> =>
        there.capped ? inTurn(() => pickNow(wanted, availability, true)) : pickNow(wanted, availability, false);
      const picked = await pick(there);
      return picked || wanted.route || there.offDuty.size === 0 ? picked : pick({ ...there, offDuty: new Set() });
    },

    /**
     * For a major complaint: one of each other department that has anybody, or of each that is named. Whoever is on leave
     * is left out; whoever is off duty joins when nobody else can.
     */
    async taskForce(wanted: {
      notOf: string;
      exclude: string[];
      max?: number;
      departments?: string[];
    }): Promise<string[]> {
      const { onLeave, offDuty } = roster ? await roster.availability() : EVERYBODY;
      const rows = await run<{ id: string }>(pool, TASK_FORCE, [
        wanted.notOf,
        [...wanted.exclude, ...onLeave.keys()],
        wanted.max ?? (wanted.departments ? 20 : 5),
        wanted.departments ?? null,
        [...offDuty],
      ]);
      return rows.map((row) => row.id);
    },
  };
}
