import { desc, eq, inArray } from 'drizzle-orm';
import type { Pool, QueryResultRow } from 'pg';
import type { Cause, Fishbone, Instant } from '../../domain/basics/types';
import {
  GROUPED_BY,
  setsBy,
  type CountedBy,
  type Finding,
  type Group,
  type GroupedBy,
  type WeekCount,
} from '../../domain/causes/groups';
import { daysAfter } from '../../domain/time/calendar';
import type { Database } from '../database';
import { causeWeeks } from '../schema';
import { planHouseMails } from './house-mails';

/** What a week has found. */
export interface CauseWeek {
  /** Its Monday. */
  week: string;
  findings: Finding[];
  madeAt: Instant;
}

/** The complaints of a group, of which a reader may be told. */
export interface GroupCases {
  /** Of the span, the newest first. */
  cases: string[];
  customers: number;
  /** Complaints in the weeks before. */
  before: number;
}

/** One value of what is looked at by, with how often it came. */
export interface Frequent {
  dimension: (typeof LISTED_BY)[number];
  value: string;
  now: number;
  before: number;
}

/** What lists of frequent problems are by. */
export const LISTED_BY = ['category', 'cause', 'product', 'region'] as const satisfies readonly GroupedBy[];

/** How many complaints lie in a bone of the fishbone; `null`: nobody has said in which. */
export interface BoneCount {
  fishbone: Fishbone | null;
  cause: Cause;
  cases: number;
}

/** Complaints of one cause, product and region, for which no corrective action is under way. */
export interface ActionDue {
  cause: Cause;
  product: string;
  region: string;
  /** Since the last action for them ended, the newest first. */
  cases: string[];
  /** The newest in which an action can be planned. */
  caseNo: string | null;
}

/** A corrective action that has not ended. */
export interface OpenAction {
  actionId: string;
  caseNo: string;
  cause: Cause;
  fishbone: Fishbone | null;
  kind: 'urgent' | 'preventive';
  started: boolean;
}

/** The day by which a complaint counts, and which complaints do. */
const DAYS: Record<CountedBy, { day: string; when: string }> = {
  received: { day: 'c.day', when: `c.outcome is distinct from 'merged'` },
  resolved: { day: 'c.resolved_day', when: `c.outcome is distinct from 'merged' and not c.imported` },
};

/** Those that are not against `$4`, or all where that is null. */
const SHOWN = `($4::text is null or not $4::text = any(c.against))`;
/** Cases of a group that are named. */
const NAMED = 200;

const columnsOf = (names: readonly GroupedBy[]): string[] => names.map((name) => `c.${name}`);

/** What the weekly run over causes reads and keeps. */
export const causeWeekStore = ({ db, pool }: Pick<Database, 'db' | 'pool'>) => ({ ...keeping(db), ...counting(pool) });

/** What is counted of the facts. */
function counting(pool: Pool) {
  const query = async <Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>({ text, values })).rows;

  return {
    /** How many customers complained, week by week from the Monday `from`, by each of the groups. */
    async counts(by: CountedBy, from: string, weeks: number): Promise<WeekCount[]> {
      const { day, when } = DAYS[by];
      const sets = setsBy(by);
      const dimensions = GROUPED_BY.filter((name) => sets.some((set) => set.includes(name)));
      const columns = columnsOf(dimensions);
      const rows = await query<{ week: number; customers: number } & Record<GroupedBy, string | null>>(
        `select r.* from (
           select week, ${columns.join(', ')}, ${columns.map((column, n) => `grouping(${column}) as g${n}`).join(', ')},
             count(distinct coalesce(p.customer_id, c.case_no))::int as customers
           from fact_cases c left join complaints p on p.case_no = c.case_no
           cross join lateral (select (${day}::date - $1::date) / 7 as week) w
           where ${when} and ${day} >= $1::text and ${day} < $2::text
           group by grouping sets (${sets.map((set) => `(${['week', ...columnsOf(set)].join(', ')})`).join(', ')})
         ) r where ${dimensions.map((name, n) => `(r.g${n} = 1 or r.${name} is not null)`).join(' and ')}`,
        [from, daysAfter(from, 7 * weeks)],
      );
      return rows.map(({ week, customers, ...row }) => ({
        by,
        week,
        customers,
        values: Object.fromEntries(dimensions.flatMap((name) => (row[name] === null ? [] : [[name, row[name]]]))),
      }));
    },

    /**
     * The complaints of a group from `spanFrom` to `to`, and how many there were from `from` on.
     * @param reader those against this person are left out
     */
    async casesOf(
      { by, values }: Group,
      { from, spanFrom, to }: { from: string; spanFrom: string; to: string },
      reader: string | undefined,
    ): Promise<GroupCases> {
      const { day, when } = DAYS[by];
      const names = GROUPED_BY.filter((name) => values[name] !== undefined);
      const [row] = await query<GroupCases>(
        `select coalesce((array_agg(c.case_no order by ${day} desc, c.case_no desc) filter (where ${day} >= $2::text))[1:${NAMED}], '{}') as cases,
           count(distinct coalesce(p.customer_id, c.case_no)) filter (where ${day} >= $2::text)::int as customers,
           count(*) filter (where ${day} < $2::text)::int as before
         from fact_cases c left join complaints p on p.case_no = c.case_no
         where ${when} and ${day} >= $1::text and ${day} <= $3::text and ${SHOWN}
         ${columnsOf(names)
           .map((column, n) => ` and ${column} = $${5 + n}::text`)
           .join('')}`,
        [from, spanFrom, to, reader ?? null, ...names.map((name) => values[name])],
      );
      return row ?? { cases: [], customers: 0, before: 0 };
    },

    /** What is complained of most from `spanFrom` to `to`, by the day of receipt, and how often it was from `from` on. */
    async frequent(
      { from, spanFrom, to }: { from: string; spanFrom: string; to: string },
      reader: string | undefined,
    ): Promise<Frequent[]> {
      const columns = columnsOf(LISTED_BY);
      return query<Frequent & QueryResultRow>(
        `select * from (
           select case ${LISTED_BY.map((name) => `when grouping(c.${name}) = 0 then '${name}'`).join(' ')} end as dimension,
             coalesce(${columns.join(', ')}) as value,
             count(*) filter (where c.day >= $2::text)::int as now, count(*) filter (where c.day < $2::text)::int as before
           from fact_cases c where ${DAYS.received.when} and c.day >= $1::text and c.day <= $3::text and ${SHOWN}
           group by grouping sets (${columns.map((column) => `(${column})`).join(', ')})
         ) r where value is not null and now > 0 order by now desc, before desc, value`,
        [from, spanFrom, to, reader ?? null],
      );
    },

    /** In which bones of the fishbone complaints that were received in these days lie. */
    async bones({ from, to }: { from: string; to: string }, reader: string | undefined): Promise<BoneCount[]> {
      return query<BoneCount & QueryResultRow>(
        `select c.fishbone, c.cause, count(*)::int as cases from fact_cases c
         where ${DAYS.received.when} and c.cause is not null and c.day >= $1::text and c.day <= $2::text
           and ($3::text is null or not $3::text = any(c.against))
         group by 1, 2 order by 3 desc, 2`,
        [from, to, reader ?? null],
      );
    },

    /** Groups of `least` complaints or more, received on `from` or later, for which no corrective action is under way. */
    async actionsDue(
      { from, least }: { from: string; least: number },
      reader: string | undefined,
    ): Promise<ActionDue[]> {
      return query<ActionDue & QueryResultRow>(
        `with acted as (
           select f.cause, c.product, c.region, max(coalesce(f.ended_at, 'infinity')) as until
           from fact_actions f join fact_cases c on c.case_no = f.case_no group by 1, 2, 3
         )
         select c.cause, c.product, c.region,
           (array_agg(c.case_no order by c.received_at desc, c.case_no desc))[1:${NAMED}] as cases,
           (array_agg(c.case_no order by c.received_at desc, c.case_no desc)
             filter (where k.stage in ('resolve', 'feedback', 'revisit', 'review')))[1] as "caseNo"
         from fact_cases c left join cases k on k.case_no = c.case_no
         left join acted a on a.cause = c.cause and a.product = c.product and a.region = c.region
         where ${DAYS.received.when} and c.cause <> 'unknown' and c.product is not null and c.region is not null
           and c.day >= $1::text and c.received_at > coalesce(a.until, '-infinity')
           and ($3::text is null or not $3::text = any(c.against))
         group by 1, 2, 3 having count(*) >= $2::int order by count(*) desc, 1, 2, 3 limit 20`,
        [from, least, reader ?? null],
      );
    },

    /** Corrective actions that have not ended, the oldest first. @param reader those of cases against them are left out */
    async openActions(reader: string | undefined): Promise<OpenAction[]> {
      return query<OpenAction & QueryResultRow>(
        `select f.action_id as "actionId", f.case_no as "caseNo", f.cause, c.fishbone, f.kind, f.started_at is not null as started
         from fact_actions f join fact_cases c on c.case_no = f.case_no
         where f.ended_at is null and ($1::text is null or not $1::text = any(c.against))
         order by f.at, f.action_id limit 500`,
        [reader ?? null],
      );
    },
  };
}

/** The weeks that were looked at. */
const keeping = (db: Database['db']) => ({
  /**
   * Keeps what a week has found, and plans the mails that tell of it: both or neither. A week that is kept stays as it is.
   * @param told who is told, and when
   * @returns false: it was kept before
   */
  async keep(
    { week, findings, madeAt }: CauseWeek,
    told: { readers: readonly string[]; at: Instant; mailDomain: string },
  ): Promise<boolean> {
    return db.transaction(async (tx) => {
      const kept = await tx
        .insert(causeWeeks)
        .values({ week, findings, madeAt })
        .onConflictDoNothing()
        .returning({ week: causeWeeks.week });
      if (kept.length === 0) return false;
      const mails = told.readers.map((subject) => ({
        kind: 'causes' as const,
        subject,
        occasion: week,
        at: told.at,
      }));
      await planHouseMails(tx, mails, { now: madeAt, mailDomain: told.mailDomain });
      return true;
    });
  },

  /** Which of these weeks are kept. */
  async keptOf(weeks: readonly string[]): Promise<string[]> {
    const rows = await db
      .select({ week: causeWeeks.week })
      .from(causeWeeks)
      .where(inArray(causeWeeks.week, [...weeks]));
    return rows.map(({ week }) => week);
  },

  async get(week: string): Promise<CauseWeek | undefined> {
    const [row] = await db.select().from(causeWeeks).where(eq(causeWeeks.week, week));
    return row;
  },

  /** The last weeks, the newest first. */
  async last(most: number): Promise<string[]> {
    const rows = await db.select({ week: causeWeeks.week }).from(causeWeeks).orderBy(desc(causeWeeks.week)).limit(most);
    return rows.map(({ week }) => week);
  },
});
