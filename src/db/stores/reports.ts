import type { QueryResultRow } from 'pg';
import type { PromiseName } from '../../domain/promises/names';
import { toInstant } from '../../domain/time/duration';
import type { Category, Grade, Instant, Outcome, Stage } from '../../domain/basics/types';
import { run, type Database, type Statement } from '../database';

/** Figures over the complaints received in a period. One statement is one snapshot, so they agree with each other. */
const SUMMARY: Statement = {
  name: 'reports_summary',
  text: `
with period as (
  select * from cases where received_at >= $1::timestamptz and received_at < $2::timestamptz
), counted as (
  select
    (select coalesce(jsonb_object_agg(grade, n), '{}') from (select grade, count(*) n from period group by 1) g) as by_grade,
    (select coalesce(jsonb_object_agg(category, n), '{}')
       from (select category, count(*) n from period group by 1) c) as by_category,
    (select coalesce(jsonb_object_agg(stage, n), '{}') from (select stage, count(*) n from period group by 1) s) as by_stage,
    (select coalesce(jsonb_object_agg(outcome, n), '{}')
       from (select outcome, count(*) n from period where outcome is not null group by 1) o) as by_outcome
), promises as (
  select coalesce(jsonb_object_agg(promise, jsonb_build_object('judged', judged, 'broken', broken)), '{}') as promises
  from (
    select promise,
      count(*) filter (where k.status in ('met', 'late') or k.breached_at is not null) as judged,
      count(*) filter (where k.status = 'late' or k.breached_at is not null) as broken
    from case_clocks k join period using (case_no)
    where k.promise in ('firstResponse', 'resolution')
    group by 1
  ) p
), rated as (
  -- the ledger keeps the survey of every round; the state of a case that was taken up again has the last one only
  select count(*)::int as rated, avg((data ->> 'total')::numeric)::float8 as csat
  from case_events join period using (case_no) where type = 'surveyRecorded'
)
select
  (select count(*)::int from complaints where received_at >= $1::timestamptz and received_at < $2::timestamptz) as received,
  counted.*, promises.promises,
  rated.rated, rated.csat,
  (select coalesce(sum(amount), 0)::float8 from redress join period using (case_no)) as redress
from counted, promises, rated`,
};

/**
 * How late the engine is: for how many seconds the oldest moment of any clock (a warning, a breach, a step of a chain)
 * has been due without being written, and how many cases have one that is two minutes late. Zero when all are written.
 */
const LAG: Statement = {
  name: 'reports_promise_lag',
  text: `
select coalesce(max(extract(epoch from $1::timestamptz - next_at)), 0)::float8 as seconds,
  count(distinct case_no) filter (where next_at < $1::timestamptz - interval '2 minutes')::int as cases
from case_clocks
where next_at < $1::timestamptz`,
};

/** What customers of cases of this category and grade were given in all, where they were given anything. */
const GIVEN_IN_SIMILAR: Statement = {
  name: 'reports_given_in_similar',
  text: `
select count(*)::int as cases, percentile_cont(0.5) within group (order by given)::float8 as median
from (
  select sum(amount) as given from redress join cases using (case_no)
  where category = $1 and grade = $2 and at >= $3::timestamptz
  group by case_no having sum(amount) > 0
) g`,
};

/** How far the workflows are behind their clocks. */
export interface PromiseLag {
  /** For how long the oldest moment that is not written yet has been due; 0: none is. */
  seconds: number;
  /** Cases with a moment that has been due for more than two minutes. */
  cases: number;
}

/**
 * What the statement gives. `received` counts all complaints, the others only those that have a case. `promises`:
 * clocks that were met, late or broken. `rated`, `csat`: surveys answered and the mean of their totals, 1 to 5.
 * `redress`: the sum of what these customers were given, in the house's currency.
 */
interface SummaryRow extends Record<string, unknown> {
  received: number;
  by_grade: Partial<Record<Grade, number>>;
  by_category: Partial<Record<Category, number>>;
  by_stage: Partial<Record<Stage, number>>;
  by_outcome: Partial<Record<Outcome, number>>;
  promises: Partial<Record<PromiseName, { judged: number; broken: number }>>;
  rated: number;
  csat: number | null;
  redress: number;
}

/** Figures for reports and metrics. */
export function reportStore({ pool, clock }: Pick<Database, 'pool' | 'clock'>) {
  return {
    /**
     * The figures of complaints received at `from` or later and before `to`. `breachRate` is `broken / judged`, null
     * when nothing was judged; `mean` is null without a survey.
     */
    async summary(period: { from: string; to: string }) {
      const [row] = await run<SummaryRow>(pool, SUMMARY, [period.from, period.to]);
      if (!row) throw new Error('the summary gave no row');
      const promise = (name: 'firstResponse' | 'resolution') => {
        const { judged, broken } = row.promises[name] ?? { judged: 0, broken: 0 };
        return { judged, broken, breachRate: judged === 0 ? null : broken / judged };
      };
      return {
        ...period,
        received: row.received,
        byGrade: row.by_grade,
        byCategory: row.by_category,
        byStage: row.by_stage,
        byOutcome: row.by_outcome,
        promises: { firstResponse: promise('firstResponse'), resolution: promise('resolution') },
        satisfaction: { rated: row.rated, mean: row.csat },
        redress: row.redress,
      };
    },

    /**
     * What customers of cases of this category and grade were given since a moment: in how many cases, and the median of
     * their sums in the house's currency; null: in none.
     */
    async givenInSimilar(of: { category: Category; grade: Grade }, since: Instant) {
      type Given = { cases: number; median: number | null };
      const [row] = await run<Given>(pool, GIVEN_IN_SIMILAR, [of.category, of.grade, since]);
      return { cases: row?.cases ?? 0, median: row?.median ?? null };
    },

    /** How far the workflows are behind their clocks at this moment; zeros are good. */
    async promiseLag(): Promise<PromiseLag> {
      const [row] = await run<PromiseLag & QueryResultRow>(pool, LAG, [toInstant(clock())]);
      return { seconds: row?.seconds ?? 0, cases: row?.cases ?? 0 };
    },
  };
}
export type ReportStore = ReturnType<typeof reportStore>;
