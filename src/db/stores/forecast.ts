import type { PromiseName } from '../../domain/promises/names';
import type { Grade, Instant } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';
import type { Scope } from '../records';

/** How many cases are listed for one owner in one hour; `count` counts all of them. */
const SHOWN = 20;

/**
 * What falls due, hour by hour and owner by owner, and what is overdue already, in one statement. Only running clocks:
 * a paused one has no due time that is known. The clocks `survey`, `pause` and `customerAnswer` are left out: they wait
 * for the customer, no member of staff has to do anything by then.
 */
const FORECAST: Statement = {
  name: 'forecast',
  text: `
with running as (
  select k.case_no, k.clock, k.promise, k.due_at, c.owner, c.grade,
    k.breached_at is not null or k.due_at < $3::timestamptz as overdue
  from case_clocks k join cases c on c.case_no = k.case_no
  where k.status = 'running' and k.due_at < $2::timestamptz and k.promise not in ('survey', 'pause', 'customerAnswer')
    and c.stage <> 'archived'
    and ($4::text is null or c.owner = $4) and ($5::text is null or c.team = $5)
    and ($6::text is null or c.against @> array[$6] is not true)
), due as (
  select *, date_trunc('hour', due_at, $7::text) as hour,
    row_number() over (partition by owner, date_trunc('hour', due_at, $7::text) order by due_at, case_no, clock) as n
  from running where not overdue and due_at >= $1::timestamptz
)
select hour, to_char(hour at time zone $7::text, 'YYYY-MM-DD"T"HH24:MI') as local,
  (extract(epoch from (hour at time zone $7::text) - (hour at time zone 'UTC')) / 60)::int as ahead,
  owner, count(*)::int as count,
  jsonb_agg(jsonb_build_object('caseNo', case_no, 'clock', clock, 'promise', promise, 'grade', grade,
    'dueAt', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by n)
    filter (where n <= ${SHOWN}) as cases
from due group by hour, owner
union all
select null, null, null, owner, count(*)::int, null from running where overdue group by owner
order by 1 nulls last, 5 desc, 4`,
};

/** A clock that falls due. */
export interface ForecastCase {
  caseNo: string;
  clock: string;
  promise: PromiseName;
  grade: Grade;
  dueAt: Instant;
}

interface Row extends Record<string, unknown> {
  hour: Date | null;
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
export function forecastStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /**
     * Clocks due at `from` or later and before `to`, and those that are overdue: broken, or due before `now`.
     * @param wanted `zone`: IANA name of the zone whose clock the hours begin by; `owner`, `team`: only theirs;
     * `scope`: only hides cases whose reader is complained of in them, further limits are the caller's
     */
    async promises(wanted: {
      from: Instant;
      to: Instant;
      now: Instant;
      zone: string;
      owner?: string;
      team?: string;
      scope: Scope;
    }): Promise<ForecastRows> {
      const { scope } = wanted;
      // Staff complained of must not learn of the case here either.
      const hidden = scope.kind === 'staff' && scope.role !== 'admin' ? scope.id : null;
      const rows = await run<Row>(pool, FORECAST, [
        wanted.from,
        wanted.to,
        wanted.now,
        wanted.owner ?? null,
        wanted.team ?? null,
        hidden,
        wanted.zone,
      ]);
      const result: ForecastRows = { due: [], overdue: [] };
      for (const { hour, local, ahead, owner, count, cases } of rows) {
        const whose = owner === null ? {} : { owner };
        if (hour === null) result.overdue.push({ ...whose, count });
        else
          result.due.push({
            hour: iso(hour),
            local: local ?? '',
            aheadMinutes: ahead ?? 0,
            ...whose,
            count,
            cases: cases ?? [],
          });
      }
      return result;
    },
  };
}
