import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { PromiseName } from '../../domain/promises/names';
import type { Grade, Instant } from '../../domain/basics/types';
import { iso, type Database } from '../database';
import type { Scope } from '../records';
import { cases } from '../schema';
import { visibleTo } from './case-access';

/** How many cases are listed for one owner in one hour; `count` counts all of them. */
const SHOWN = 20;

/**
 * What falls due, hour by hour and owner by owner, and what is overdue already, in one statement. Only running clocks:
 * a paused one has no due time that is known. The clocks `survey`, `pause` and `customerAnswer` are left out: they wait
 * for the customer, no member of staff has to do anything by then.
 */
const statement = ({ from, to, now, zone, owner, team, scope }: ForecastWanted): SQL => sql`
with running as (
  select k.case_no, k.clock, k.promise, k.due_at, ${cases.owner}, ${cases.grade},
    k.breached_at is not null or k.due_at < ${now}::timestamptz as overdue
  from case_clocks k join ${cases} on ${cases.caseNo} = k.case_no
  where k.status = 'running' and k.due_at < ${to}::timestamptz
    and k.promise not in ('survey', 'pause', 'customerAnswer') and ${cases.stage} <> 'archived'
    and ${and(
      sql`true`,
      owner === undefined ? undefined : eq(cases.owner, owner),
      team === undefined ? undefined : eq(cases.team, team),
      visibleTo(scope),
    )}
), hourly as (
  select *, date_trunc('hour', due_at, ${zone}::text) as hour
  from running where not overdue and due_at >= ${from}::timestamptz
), due as (
  select *, row_number() over (partition by owner, hour order by due_at, case_no, clock) as n from hourly
)
select hour, to_char(hour at time zone ${zone}::text, 'YYYY-MM-DD"T"HH24:MI') as local,
  (extract(epoch from (hour at time zone ${zone}::text) - (hour at time zone 'UTC')) / 60)::int as ahead,
  owner, count(*)::int as count,
  jsonb_agg(jsonb_build_object('caseNo', case_no, 'clock', clock, 'promise', promise, 'grade', grade,
    'dueAt', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by n)
    filter (where n <= ${SHOWN}) as cases
from due group by hour, owner
union all
select null, null, null, owner, count(*)::int, null from running where overdue group by owner
order by 1 nulls last, 5 desc, 4`;

/** What to look for. */
export interface ForecastWanted {
  from: Instant;
  to: Instant;
  now: Instant;
  /** IANA name of the zone whose clock the hours begin by. */
  zone: string;
  /** Only theirs. */
  owner?: string;
  team?: string;
  /** Only cases that this reader sees. */
  scope: Scope;
}

/** A clock that falls due. */
export interface ForecastCase {
  caseNo: string;
  clock: string;
  promise: PromiseName;
  grade: Grade;
  dueAt: Instant;
}

interface Row extends Record<string, unknown> {
  hour: string | null;
  local: string | null;
  ahead: number | null;
  owner: string | null;
  count: number;
  cases: ForecastCase[] | null;
}

/** Without `owner`: of cases that nobody owns. */
export interface ForecastRows {
  /**
   * One entry for each hour and owner, in the order of time. `hour` is its beginning, `local` the same on the zone's
   * clock (`2026-11-26T09:00`), `aheadMinutes` how far the zone is ahead of UTC then.
   */
  due: { hour: Instant; local: string; aheadMinutes: number; owner?: string; count: number; cases: ForecastCase[] }[];
  overdue: { owner?: string; count: number }[];
}

/** What falls due when, and on whom. */
export function forecastStore({ db }: Pick<Database, 'db'>) {
  return {
    /** Clocks due at `from` or later and before `to`, and those that are overdue: broken, or due before `now`. */
    async promises(wanted: ForecastWanted): Promise<ForecastRows> {
      const { rows } = await db.execute<Row>(statement(wanted));
      const result: ForecastRows = { due: [], overdue: [] };
      for (const { hour, local, ahead, owner, count, cases: listed } of rows) {
        const whose = owner === null ? {} : { owner };
        if (hour === null) result.overdue.push({ ...whose, count });
        else
          result.due.push({
            hour: iso(hour),
            local: local ?? '',
            aheadMinutes: ahead ?? 0,
            ...whose,
            count,
            cases: listed ?? [],
          });
      }
      return result;
    },
  };
}
