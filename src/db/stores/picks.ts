/**
 * Picks the member of staff who gets a case, in one SQL statement. Its parameters: $1 roles in the order of preference,
 * $2 user ids that are left out, $3 team, $4 customer whose last handler goes first, $5 and $6 who is away and their
 * deputies, $7 the case, $8 to $10 what this process has just given to whom; by routing also $11 skills, $12 product
 * line, $13 region, $14 language.
 * @module
 */
import type { Grade, Role } from '../../domain/basics/types';
import { soughtFor } from '../../domain/staffing/owning';
import type { Preference, RoutingFacts, Wish } from '../../domain/staffing/routing';
import { run, type Database, type Statement } from '../database';
import type { Availability } from './availability';

/**
 * Open cases are counted up to here, so that the pick stays cheap; among people with more, whoever waited longest goes.
 */
const COUNTED = 200;
/**
 * A pick counts toward the cap as a reservation until the row of the case is rewritten (it shows the owner then), but
 * at most this long: the pick may have come to nothing.
 */
const RESERVED_MS = 10_000;

/** Sorts the owner of the customer's latest case first, or who stands in for them. */
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

/**
 * Under their cap, reservations included. The case itself ($7) is not counted: it may be theirs, or reserved, already.
 */
const UNDER_CAP = `(u.max_open is null or u.max_open > (
      select count(*) from (select 1 from cases c
        where c.owner = u.id and c.stage <> 'archived' and c.case_no is distinct from $7::text limit u.max_open) as open
    ) + (
      select count(*) from unnest($8::text[], $9::text[], $10::int[]) as given (who, case_no, seq)
      where given.who = u.id and given.case_no is distinct from $7::text
        and not exists (select from cases c where c.case_no = given.case_no and c.last_seq > given.seq)
    ))`;

/**
 * The SQL twin of `fitsWish` (`src/domain/staffing/routing.ts`): `test/db/stores/routing.test.ts` checks that both give
 * the same answers.
 */
const FITS = `u.skills @> $11::text[]
    and ($12::text is null or u.product_lines = '{}' or u.product_lines @> array[$12::text])
    and ($13::text is null or u.regions = '{}' or u.regions @> array[$13::text])
    and (u.languages = '{}' or u.languages @> array[$14::text])`;

/**
 * Always false, so it sorts nothing. It stands in for `LAST_HANDLER`, because Postgres must find $4 to $6 in the text
 * to know their types.
 */
const ANYBODY = `coalesce($4::text, $5::text[]::text, $6::text[]::text, '') is null`;

/**
 * Sorts whoever speaks the customer's language first; then specialists, so that generalists stay free for other cases.
 */
const SPEAKS = `(u.languages <> '{}' or u.language = $14::text) desc`;
const SPECIALIST = `(($12::text is not null and u.product_lines <> '{}')::int
      + ($13::text is not null and u.regions <> '{}')::int) desc`;

/**
 * Picks one person and notes the time in one statement, so two picks never see the same rotation.
 * @param name of the prepared statement, a name for each text
 * @param lock `skip locked` passes over candidates whom another pick has locked and is about to give a case, so that
 * cases that arrive together are spread; empty waits for the lock instead
 * @param order terms of `order by`, behind the roles and before the rotation
 * @param fits a further condition
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

/**
 * The two statements (skipping locked candidates, waiting for them) for an order of preferences of routing, made once.
 * When the last handler is the first preference, they come before the specialists; any other preference comes after.
 */
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

const NO_STAND_INS = { away: [], deputies: [] };

/** Somebody to whom a case may be given. */
export interface Picked {
  id: string;
  role: Role;
  team: string;
}

/** For whom somebody is looked for, and who is out of the question. */
export interface Wanted {
  grade: Grade;
  /** User ids of the staff complained of. */
  against: string[];
  /** Further user ids that are out of the question. */
  exclude: string[];
  /** Only of this team; a route names its own. */
  team?: string;
  /** Id of the customer whose last handler goes first. */
  lastHandlerOf?: string;
  /** The case, so that it is not counted as one more; without it nothing is reserved. */
  caseNo?: string;
  /** What the policy's routing asks for; without it the grade alone decides. */
  route?: { wish: Wish; facts: RoutingFacts };
}

type There = Pick<Availability, 'onLeave' | 'offDuty'>;

/**
 * Deputies who are there, each at the index of the one who is away. The deputy of somebody who is on leave too is
 * looked for in turn; whoever has nobody in the end is left out.
 */
function standIns({ onLeave, offDuty }: There): { away: string[]; deputies: string[] } {
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

/** Picks who gets a case. Make one in each process: it remembers what it has just given to whom. */
export class Picks {
  /** Given by this process, the case not written yet. Kept only for people with a cap. */
  private reserved: { who: string; caseNo: string; seq: number; until: number }[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  /** @param availability who is not there at this moment */
  constructor(
    private readonly database: Pick<Database, 'pool' | 'clock'>,
    private readonly availability: () => Promise<Availability>,
  ) {}

  /**
   * Picks who gets a case, notes it for the rotation, and reserves their place under a cap. Without a route: the role
   * the grade asks for (a higher one when nobody has it), the customer's last handler first, then the fewest open
   * cases, then whoever has waited longest. With a route: whom the wish asks for, in its order of preference. Nobody
   * who is on leave, off duty or at their cap; but without a route there is no queue to wait in, so rather than to
   * nobody the case goes to somebody who is merely off duty.
   * @returns undefined when nobody can take it
   */
  async pick(wanted: Wanted): Promise<Picked | undefined> {
    const there = await this.availability();
    const pick = (of: There): Promise<Picked | undefined> =>
      there.capped ? this.inTurn(() => this.pickNow(wanted, of)) : this.pickNow(wanted, of);
    const picked = await pick(there);
    return picked || wanted.route || there.offDuty.size === 0 ? picked : pick({ ...there, offDuty: new Set() });
  }

  /** Runs picks one after the other: two at once would both see the last place under a cap as free. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work, work);
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async pickNow(wanted: Wanted, { onLeave, offDuty }: There): Promise<Picked | undefined> {
    const now = this.database.clock();
    this.reserved = this.reserved.filter(({ until }) => until > now);
    const { away, deputies } = onLeave.size === 0 ? NO_STAND_INS : standIns({ onLeave, offDuty });
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
      this.reserved.map(({ who }) => who),
      this.reserved.map(({ caseNo }) => caseNo),
      this.reserved.map(({ seq }) => seq),
      ...(wish && facts ? [wish.skills, facts.productLine ?? null, facts.region ?? null, facts.language] : []),
    ];
    type Row = Picked & { max_open: number | null; seq: number } & Record<string, unknown>;
    const [first] = await run<Row>(this.database.pool, free, values);
    const [picked] = first ? [first] : await run<Row>(this.database.pool, waiting, values);
    if (!picked) return undefined;
    if (picked.max_open !== null && wanted.caseNo !== undefined) {
      this.reserved = this.reserved.filter(({ caseNo }) => caseNo !== wanted.caseNo);
      this.reserved.push({ who: picked.id, caseNo: wanted.caseNo, seq: picked.seq, until: now + RESERVED_MS });
    }
    return { id: picked.id, role: picked.role, team: picked.team };
  }
}
