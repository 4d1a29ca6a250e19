import type { Pool, QueryResultRow } from 'pg';
import type { Dimension, FigureId } from '../../domain/facts/figures';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';

/**
 * How a figure is counted, in SQL. `c`: the case; `f`: the row that is counted, the case itself where there is no `from`.
 * `$1`: the moment.
 */
interface Measure {
  from?: 'promises' | 'surveys' | 'rounds' | 'redress' | 'actions' | 'spans';
  /** Which rows are counted. */
  when: string;
  /** Which of these have it. */
  hit?: string;
  /** Of each row, a number. */
  value?: string;
  /** Left out: `f.day`. */
  day?: string;
  part?: string;
}

/** What goes on in another case is counted there. */
const OWN = `c.outcome is distinct from 'merged'`;
/** How it went is known. */
const LED = `${OWN} and not c.imported`;
const promised = (promise: string, grade?: string): Measure => ({
  from: 'promises',
  when: `f.promise = '${promise}' and f.verdict in ('kept', 'broken')${grade ? ` and c.grade = '${grade}'` : ''}`,
  hit: `f.verdict = 'kept'`,
});
const rated = (what: string): Measure => ({ from: 'surveys', when: 'f.answered', hit: `f.${what} >= 4` });
const RESOLVED = { when: `${LED} and c.resolved_at is not null`, day: 'c.resolved_day' };
const NAMED = `c.cause is not null and c.cause <> 'unknown'`;
const spanned = (kind: string): Measure => ({
  from: 'spans',
  when: `f.kind = '${kind}'`,
  value: 'f.took_ms',
  part: 'f.name',
});

const MEASURES: Record<FigureId, Measure> = {
  received: { when: OWN },
  responded: promised('firstResponse'),
  respondedMajor: promised('firstResponse', 'major'),
  resolvedGeneral: promised('resolution', 'general'),
  resolvedImportant: promised('resolution', 'important'),
  resolvedMajor: promised('resolution', 'major'),
  satisfied: rated('total'),
  satisfiedSpeed: rated('speed'),
  satisfiedSolution: rated('solution'),
  satisfiedAttitude: rated('attitude'),
  surveyAnswered: { from: 'surveys', when: 'true', hit: 'f.answered' },
  repeated: { when: LED, hit: 'c.repeat' },
  reopened: { ...RESOLVED, hit: 'c.reopened' },
  escalated: { when: LED, hit: 'c.escalations > 0' },
  chased: {
    when: LED,
    hit: `exists (select from fact_contacts x where x.case_no = c.case_no and x.kind = 'chased')`,
  },
  omitted: {
    when: `${LED} and (c.touched_at is not null or c.received_at + interval '24 hours' < $1::timestamptz)`,
    hit: `c.touched_at is null or c.touched_at > c.received_at + interval '24 hours'`,
  },
  gradeKept: { when: `${LED} and c.graded`, hit: 'c.grade_kept' },
  suggestionKept: { when: `${LED} and c.suggestion_kept is not null`, hit: 'c.suggestion_kept' },
  assignedRight: { when: `${LED} and c.assigned`, hit: 'c.reassigned = 0' },
  complete: { ...RESOLVED, hit: `c.graded and c.responded and c.product is not null and ${NAMED}` },
  causeNamed: { ...RESOLVED, when: `${RESOLVED.when} and c.outcome is distinct from 'withdrawn'`, hit: NAMED },
  prevented: { from: 'actions', when: `f.kind = 'preventive' and f.reached is not null`, hit: 'f.reached' },
  urgentStarted: {
    from: 'actions',
    when: `f.kind = 'urgent' and (f.started_at is not null or f.at + interval '72 hours' < $1::timestamptz)`,
    hit: `f.started_at <= f.at + interval '72 hours'`,
  },
  wonBack: { when: `${LED} and c.lost`, hit: 'c.won_back' },
  helpAnswered: promised('help'),
  resolutionTime: { from: 'rounds', when: 'f.took_ms is not null and not c.imported', value: 'f.took_ms' },
  stageTime: spanned('stage'),
  waitTime: spanned('wait'),
  redress: { from: 'redress', when: 'true', value: 'f.amount', part: 'f.kind' },
};

/** What each dimension is of a counted row; those of `f` are about the row, all others about its case. */
const COLUMNS: Record<Exclude<Dimension, 'part' | 'day' | 'week' | 'month'>, string> = {
  grade: 'c.grade',
  category: 'c.category',
  subcategory: 'c.subcategory',
  fishbone: 'c.fishbone',
  cause: 'c.cause',
  product: 'c.product',
  model: 'c.model',
  region: 'c.region',
  channel: 'c.channel',
  hour: 'c.hour',
  team: 'f.team',
  person: 'f.person',
  policy: 'c.policy_version',
};

const dayOf = ({ day = 'f.day' }: Measure): string => day;

function columnOf(measure: Measure, dimension: Dimension): string {
  const day = dayOf(measure);
  switch (dimension) {
    case 'part':
      return measure.part ?? 'null';
    case 'day':
      return day;
    case 'week':
      return `to_char(date_trunc('week', ${day}::date), 'YYYY-MM-DD')`;
    case 'month':
      return `left(${day}, 7)`;
    default:
      return COLUMNS[dimension];
  }
}

/** Which rows somebody wants and may see. */
export interface FigureScope {
  /** The moment as of which is counted. */
  now: Instant;
  /** Cases against this person are left out; absent: none is. */
  reader?: string;
  /** Rows of this person or this team alone. */
  onlyPerson?: string;
  onlyTeam?: string;
  /** Values of dimensions; null: those that have none. */
  where?: Partial<Record<Dimension, string | null>>;
}

/** Days of the house, both included. */
export interface Days {
  from: string;
  to: string;
}

/** What is counted of a group of rows. `total`: the sum of their values; `median`: that of their values. */
export interface Counted {
  n: number;
  hits: number;
  total: number;
  median: number | null;
}

/** `from … where …` of the rows of a figure; values are pushed onto `values`. */
function rowsOf(id: FigureId, scope: FigureScope, values: unknown[]): string {
  const measure: Measure = MEASURES[id];
  const param = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const from = measure.from
    ? `fact_${measure.from} f join fact_cases c on c.case_no = f.case_no`
    : // The case is its own row.
      'fact_cases c cross join lateral (select c.day, c.person, c.team) f';
  const conditions = [`(${measure.when})`];
  if (scope.reader !== undefined) conditions.push(`not ${param(scope.reader, 'text')} = any(c.against)`);
  if (scope.onlyPerson !== undefined) conditions.push(`f.person = ${param(scope.onlyPerson, 'text')}`);
  if (scope.onlyTeam !== undefined) conditions.push(`f.team = ${param(scope.onlyTeam, 'text')}`);
  for (const [dimension, value] of Object.entries(scope.where ?? {})) {
    const column = columnOf(measure, dimension as Dimension);
    conditions.push(value === null ? `${column} is null` : `(${column})::text = ${param(value, 'text')}`);
  }
  return `from ${from} where ${conditions.join(' and ')}`;
}

/** What is counted of rows with `hit` and `value`; a span without any has one empty row. */
const COUNTED = `count(r.day)::int as n, count(*) filter (where r.hit)::int as hits,
  coalesce(sum(r.value), 0)::float8 as total, percentile_cont(0.5) within group (order by r.value::float8) as median`;

const shown = ({ hit = 'true', value = 'null::numeric' }: Measure): string =>
  `(${hit}) as hit, (${value})::numeric as value`;

/** Groups that are given at most, the largest. */
const MOST_GROUPS = 500;

async function query<Row extends QueryResultRow>(pool: Pool, text: string, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ text, values })).rows;
}

/** Figures, counted from the facts. */
export function figureStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /** A figure in several spans of days, in their order. */
    async inSpans(id: FigureId, scope: FigureScope, spans: readonly Days[]): Promise<Counted[]> {
      const measure: Measure = MEASURES[id];
      const values: unknown[] = [scope.now];
      const rows = rowsOf(id, scope, values);
      const first = values.push(
        spans.map(({ from }) => from),
        spans.map(({ to }) => to),
      );
      return query<Counted & QueryResultRow>(
        pool,
        `with r as materialized (
           select ${dayOf(measure)} as day, ${shown(measure)} ${rows}
           and ${dayOf(measure)} >= (select min(d) from unnest($${first - 1}::text[]) d)
           and ${dayOf(measure)} <= (select max(d) from unnest($${first}::text[]) d)
         )
         select ${COUNTED}
         from rows from (unnest($${first - 1}::text[]), unnest($${first}::text[])) with ordinality as s(from_day, to_day, place)
         left join r on r.day >= s.from_day and r.day <= s.to_day
         where $1::timestamptz is not null
         group by s.place order by s.place`,
        values,
      );
    },

    /** A figure by one or two dimensions, the largest groups first; groups without a value have null. */
    async by(
      id: FigureId,
      scope: FigureScope,
      { from, to }: Days,
      dimensions: readonly Dimension[],
    ): Promise<(Counted & { keys: (string | null)[] })[]> {
      const measure: Measure = MEASURES[id];
      const values: unknown[] = [scope.now];
      const rows = rowsOf(id, scope, values);
      const last = values.push(from, to);
      const keys = dimensions.map((dimension) => `(${columnOf(measure, dimension)})::text`);
      return query<Counted & { keys: (string | null)[] }>(
        pool,
        `select r.keys, ${COUNTED}
         from (select ${dayOf(measure)} as day, array[${keys.join(', ')}] as keys, ${shown(measure)} ${rows}
           and ${dayOf(measure)} >= $${last - 1}::text and ${dayOf(measure)} <= $${last}::text and $1::timestamptz is not null) r
         group by r.keys order by n desc, r.keys limit ${MOST_GROUPS}`,
        values,
      );
    },

    /** The rows behind a figure, the latest first. @param hit only those that have it, or have it not */
    async rows(id: FigureId, scope: FigureScope, { from, to }: Days, { hit, most }: { hit?: boolean; most: number }) {
      const measure: Measure = MEASURES[id];
      const values: unknown[] = [scope.now];
      const rows = rowsOf(id, scope, values);
      const last = values.push(from, to, hit ?? null, most);
      return query<{ caseNo: string; day: string; hit: boolean; value: number | null; person: string | null }>(
        pool,
        `select r."caseNo", r.day, r.hit, r.value::float8 as value, r.person
         from (select c.case_no as "caseNo", ${dayOf(measure)} as day, f.person, ${shown(measure)} ${rows}
           and ${dayOf(measure)} >= $${last - 3}::text and ${dayOf(measure)} <= $${last - 2}::text and $1::timestamptz is not null) r
         where $${last - 1}::boolean is null or coalesce(r.hit, false) = $${last - 1}::boolean
         order by r.day desc, r."caseNo" limit $${last}::int`,
        values,
      );
    },
  };
}
