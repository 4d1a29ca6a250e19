import type { Pool, QueryResultRow } from 'pg';
import { DAY } from '../../domain/basics/milliseconds';
import type { Cause, Instant, Outcome } from '../../domain/basics/types';
import type { PromiseName } from '../../domain/promises/names';
import { iso, type Database } from '../database';
import type { Days } from './figures';

/** A period by its days and by its moments; `end` is not included. */
export interface Within extends Days {
  start: Instant;
  end: Instant;
}

async function query<Row extends QueryResultRow>(pool: Pool, text: string, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ text, values })).rows;
}

/** Up to how many days a complaint took, or is old: the bands of a regulator's return. The last has no end. */
export const BANDS = [1, 3, 15, 56] as const;
/** The number of its band, from 0. */
const bandOf = (ms: string): string =>
  `case ${BANDS.map((days, n) => `when ${ms} <= ${days * DAY} then ${n}`).join(' ')} else ${BANDS.length} end`;

/**
 * Rounds, each with when it ended: by its resolution, else as the next one began, else as its case was archived (withdrawn).
 * What goes on in another case is counted there, and of cases from another system it is not known.
 */
const ROUNDS = `
select r.case_no, r.because, r.at, coalesce(r.outcome, c.outcome) as outcome,
  coalesce(r.resolved_at, lead(r.at) over (partition by r.case_no order by r.round), c.archived_at) as ended_at
from fact_rounds r join fact_cases c using (case_no)
where c.outcome is distinct from 'merged' and not c.imported and r.at < $2::timestamptz`;

/** What a regulator is told: complaints by rounds, so that those outstanding before, come and closed make those left. */
export interface ReturnCounts {
  before: number;
  opened: number;
  reopened: number;
  /** By band of how long they took, and by outcome. */
  closed: { band: number; outcome: Outcome | null; n: number }[];
  /** At the end, by band of how old they are. */
  outstanding: { band: number; n: number }[];
  redress: { cases: number; n: number; amount: number };
}

/** What else happens in a period than what figures say: counted from facts, suggestions, the care list and policies. */
export function reportCountStore({ pool }: Pick<Database, 'pool'>) {
  async function returned({ start, end }: Within): Promise<ReturnCounts> {
    const [rounds] = await query<QueryResultRow & Omit<ReturnCounts, 'redress'>>(
      pool,
      `with rounds as materialized (${ROUNDS})
       select
         (select count(*)::int from rounds where at < $1 and (ended_at is null or ended_at >= $1)) as before,
         (select count(*)::int from rounds where at >= $1 and because = 'received') as opened,
         (select count(*)::int from rounds where at >= $1 and because <> 'received') as reopened,
         (select coalesce(jsonb_agg(to_jsonb(g) order by band, outcome), '[]') from (
           select ${bandOf('extract(epoch from ended_at - at) * 1000')} as band, outcome, count(*)::int as n
           from rounds where ended_at >= $1 and ended_at < $2 group by 1, 2) g) as closed,
         (select coalesce(jsonb_agg(to_jsonb(g) order by band), '[]') from (
           select ${bandOf('extract(epoch from $2 - at) * 1000')} as band, count(*)::int as n
           from rounds where ended_at is null or ended_at >= $2 group by 1) g) as outstanding
       from (select $1::timestamptz, $2::timestamptz) p`,
      [start, end],
    );
    const [redress] = await query<QueryResultRow & ReturnCounts['redress']>(
      pool,
      `select count(distinct case_no)::int as cases, count(*)::int as n, coalesce(sum(amount), 0)::float8 as amount
       from fact_redress where at >= $1::timestamptz and at < $2::timestamptz`,
      [start, end],
    );
    if (!rounds || !redress) throw new Error('the return gave no row');
    const { before, opened, reopened, closed, outstanding } = rounds;
    return { before, opened, reopened, closed, outstanding, redress };
  }

  return {
    returned,

    /** Promises that were kept or broken, those broken most first. */
    promises: ({ from, to }: Within) =>
      query<{ promise: PromiseName; kept: number; broken: number }>(
        pool,
        `select promise, count(*) filter (where verdict = 'kept')::int as kept,
           count(*) filter (where verdict = 'broken')::int as broken
         from fact_promises where day >= $1 and day <= $2 and verdict in ('kept', 'broken')
         group by promise order by broken desc, promise`,
        [from, to],
      ),

    /** Corrective actions: what was planned, begun and ended, and what is open at the end. */
    actions: ({ from, to, start, end }: Within) =>
      query<{ kind: 'urgent' | 'preventive'; planned: number; begun: number; ended: number; open: number }>(
        pool,
        `select kind, count(*) filter (where day >= $1 and day <= $2)::int as planned,
           count(*) filter (where started_at >= $3::timestamptz and started_at < $4::timestamptz)::int as begun,
           count(*) filter (where ended_at >= $3::timestamptz and ended_at < $4::timestamptz)::int as ended,
           count(*) filter (where at < $4::timestamptz and (ended_at is null or ended_at >= $4::timestamptz))::int as open
         from fact_actions group by kind order by kind desc`,
        [from, to, start, end],
      ),

    /** Actions that ended, by the cause that they were to remove: complaints of it before and after, by the last check. */
    effects: ({ start, end }: Within) =>
      query<{ cause: Cause; n: number; reached: number; before: number; after: number }>(
        pool,
        `select cause, count(*)::int as n, count(*) filter (where reached)::int as reached,
           coalesce(sum(before), 0)::int as before, coalesce(sum(after), 0)::int as after
         from fact_actions where ended_at >= $1::timestamptz and ended_at < $2::timestamptz
         group by cause order by n desc, cause`,
        [start, end],
      ),

    async suggestions({ start, end }: Within) {
      const [row] = await query<{ received: number; adopted: number; declined: number; done: number }>(
        pool,
        `select count(*) filter (where created_at >= $1::timestamptz and created_at < $2::timestamptz)::int as received,
           count(*) filter (where state in ('adopted', 'done') and decided_at >= $1::timestamptz and decided_at < $2::timestamptz)::int as adopted,
           count(*) filter (where state = 'declined' and decided_at >= $1::timestamptz and decided_at < $2::timestamptz)::int as declined,
           count(*) filter (where state = 'done' and done_at >= $1::timestamptz and done_at < $2::timestamptz)::int as done
         from suggestions`,
        [start, end],
      );
      return row ?? { received: 0, adopted: 0, declined: 0, done: 0 };
    },

    /** Customers who came onto the care list, were called, and what they said of buying again. */
    async care({ start, end }: Within) {
      const [row] = await query<{ entered: number; called: number; back: number; gone: number }>(
        pool,
        `select count(*) filter (where since >= $1::timestamptz and since < $2::timestamptz)::int as entered,
           count(*) filter (where called_at >= $1::timestamptz and called_at < $2::timestamptz)::int as called,
           count(*) filter (where win_back in ('boughtAgain', 'saidSo') and win_back_at >= $1::timestamptz and win_back_at < $2::timestamptz)::int as back,
           count(*) filter (where win_back = 'no' and win_back_at >= $1::timestamptz and win_back_at < $2::timestamptz)::int as gone
         from care`,
        [start, end],
      );
      return row ?? { entered: 0, called: 0, back: 0, gone: 0 };
    },

    /** Who worked: people who resolved anything, and how many rounds they resolved. */
    async resources({ start, end }: Within) {
      const [row] = await query<{ people: number; resolved: number }>(
        pool,
        `select count(distinct person)::int as people, count(*)::int as resolved
         from fact_rounds where resolved_at >= $1::timestamptz and resolved_at < $2::timestamptz and person is not null`,
        [start, end],
      );
      return row ?? { people: 0, resolved: 0 };
    },

    /** Versions of the policy that came into force. */
    async policies({ start, end }: Within): Promise<{ version: number; at: Instant }[]> {
      const rows = await query<{ version: number; at: Date }>(
        pool,
        `select version, published_at as at from policies
         where published_at >= $1::timestamptz and published_at < $2::timestamptz order by version`,
        [start, end],
      );
      return rows.map(({ version, at }) => ({ version, at: iso(at) }));
    },

    /** The first day of which there are facts; undefined: there are none. */
    async firstDay(): Promise<string | undefined> {
      const [row] = await query<{ day: string | null }>(pool, 'select min(day) as day from fact_cases', []);
      return row?.day ?? undefined;
    },
  };
}
