import { and, eq, inArray, sql } from 'drizzle-orm';
import { isWorkingTime, type Calendar } from '../../domain/time/calendar';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, run, type Database, type Statement } from '../database';
import { calendars } from '../schema';

/** For how long an answer is used again. A case may be given to somebody who went on leave that recently. */
const FRESH_MS = 2_000;
/**
 * Whoever has a shift to come, or had one within this time, works by shifts. For others the roster has run out,
 * and their calendar counts.
 */
const ROSTERED_MS = 7 * 86_400_000;

/**
 * Active staff with a leave, shifts, a calendar or a cap, at the moment $1. Most houses have few of them; everybody
 * else is always available, so their rows are not read.
 */
const LIMITED: Statement = {
  name: 'roster_limited',
  text: `
with gone as (
  select distinct on (user_id) user_id, to_at, deputy from leaves
  where from_at <= $1::timestamptz and to_at > $1::timestamptz
  order by user_id, to_at desc, id
), rota as (
  select user_id, bool_or(from_at <= $1::timestamptz and to_at > $1::timestamptz) as on_shift from shifts
  where to_at > $2::timestamptz group by user_id
)
select u.id, u.calendar, coalesce(u.max_open, 0) > 0 as capped, gone.to_at as until, gone.deputy, rota.on_shift
from users u left join gone on gone.user_id = u.id left join rota on rota.user_id = u.id
where u.active and (u.calendar is not null or u.max_open is not null or gone.user_id is not null or rota.user_id is not null)`,
};

interface LimitedRow {
  id: string;
  calendar: string | null;
  capped: boolean;
  until: Date | null;
  deputy: string | null;
  on_shift: boolean | null;
}

/** Who cannot be given a case at a moment, by user id. Whoever is in neither collection is there. */
export interface Availability {
  /** Of overlapping leaves the one that ends last. */
  onLeave: ReadonlyMap<string, { until: Instant; deputy?: string }>;
  /** Not on leave, but outside their shifts or working hours. */
  offDuty: ReadonlySet<string>;
  /** Whether anybody has a cap above zero on open cases: then picks have to count, one after the other. */
  capped: boolean;
}

/**
 * Tells who is on leave or off duty. An answer is kept for two seconds, so that a rush of cases asks the database once.
 */
export class Availabilities {
  private known: { availability: Promise<Availability>; until: number } | undefined;
  /**
   * Calendars by `id/version`. A published version never changes, so it is read once; which is the latest, each time.
   */
  private readonly published = new Map<string, Calendar>();

  constructor(private readonly database: Pick<Database, 'pool' | 'db' | 'clock'>) {}

  /**
   * Who is not there. Reads the database unless the last answer is less than two seconds old.
   * @param now milliseconds since 1970; default: the database's clock
   */
  at(now: number = this.database.clock()): Promise<Availability> {
    if (!this.known || this.known.until <= now || this.known.until > now + FRESH_MS) {
      const availability = this.read(now);
      this.known = { availability, until: now + FRESH_MS };
      // So that the next caller asks again, instead of getting the same rejected promise.
      availability.catch(() => this.forget());
    }
    return this.known.availability;
  }

  /** Has the next call of `at` read the database: a leave or a shift has changed. */
  forget(): void {
    this.known = undefined;
  }

  /** Those of these calendar ids of which a version is published. */
  async calendarsAmong(ids: string[]): Promise<string[]> {
    return [...(await this.latest(ids)).keys()];
  }

  /** The latest version of each calendar; an id that was never published is left out, and so limits nobody. */
  private async latest(ids: string[]): Promise<Map<string, Calendar>> {
    const found = new Map<string, Calendar>();
    if (ids.length === 0) return found;
    const rows = await this.database.db
      .select({ id: calendars.id, version: sql<number>`max(${calendars.version})::int` })
      .from(calendars)
      .where(inArray(calendars.id, ids))
      .groupBy(calendars.id);
    for (const { id, version } of rows) {
      const key = `${id}/${version}`;
      let calendar = this.published.get(key);
      if (!calendar) {
        const [row] = await this.database.db
          .select({ calendar: calendars.calendar })
          .from(calendars)
          .where(and(eq(calendars.id, id), eq(calendars.version, version)));
        calendar = row?.calendar;
        if (calendar) this.published.set(key, calendar);
      }
      if (calendar) found.set(id, calendar);
    }
    return found;
  }

  private async read(ms: number): Promise<Availability> {
    const rows = await run<LimitedRow & Record<string, unknown>>(this.database.pool, LIMITED, [
      new Date(ms).toISOString(),
      new Date(ms - ROSTERED_MS).toISOString(),
    ]);
    const byCalendar = rows.filter((row) => row.on_shift === null && row.until === null && row.calendar !== null);
    const hours = await this.latest([...new Set(byCalendar.flatMap(({ calendar }) => calendar ?? []))]);
    const onLeave = new Map<string, { until: Instant; deputy?: string }>();
    const offDuty = new Set<string>();
    for (const { id, until, deputy, on_shift: onShift, calendar } of rows) {
      const week = calendar === null ? undefined : hours.get(calendar);
      if (until) onLeave.set(id, withoutNulls({ until: until.toISOString(), deputy }));
      else if (onShift === false || (onShift === null && week && !isWorkingTime(week, ms))) offDuty.add(id);
    }
    return { onLeave, offDuty, capped: rows.some((row) => row.capped) };
  }
}
