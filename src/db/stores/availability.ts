import { and, eq, inArray, sql } from 'drizzle-orm';
import { isWorkingTime, type Calendar } from '../../domain/time/calendar';
import type { Instant } from '../../domain/basics/types';
import { given, run, type Database, type Statement } from '../database';
import { calendars } from '../schema';

/** What a roster says may be as old as this where a case is given to somebody. */
const FRESH_MS = 2_000;
/** Whoever had a shift this lately works by shifts; a roster that has run out long ago binds nobody. */
const ROSTERED_MS = 7 * 86_400_000;

/** Everybody whom something limits at this moment: most houses have few of them, and the rest is not read. */
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

/** Who is not there at a moment. */
export interface Availability {
  onLeave: ReadonlyMap<string, { until: Instant; deputy?: string }>;
  /** Not on leave, but outside their shifts or working hours. */
  offDuty: ReadonlySet<string>;
  /** Somebody has a cap on open cases; who takes none is no matter of counting. */
  capped: boolean;
}

/** Whom leave, shifts, working hours or a cap keep from being given a case. Asked of the database every two seconds at most. */
export class Availabilities {
  private known: { availability: Promise<Availability>; until: number } | undefined;
  /** A version never changes, and the latest one of an id is asked for each time. */
  private readonly published = new Map<string, Calendar>();

  constructor(private readonly database: Pick<Database, 'pool' | 'db' | 'clock'>) {}

  /** @param now milliseconds since 1970; left out: this process' clock */
  at(now: number = this.database.clock()): Promise<Availability> {
    if (!this.known || this.known.until <= now || this.known.until > now + FRESH_MS) {
      const availability = this.read(now);
      this.known = { availability, until: now + FRESH_MS };
      // A failed look-up is not remembered.
      availability.catch(() => this.forget());
    }
    return this.known.availability;
  }

  /** What is known is read anew at the next question. */
  forget(): void {
    this.known = undefined;
  }

  /** Those of these calendars that are published. */
  async calendarsAmong(ids: string[]): Promise<string[]> {
    return [...(await this.latest(ids)).keys()];
  }

  /** The latest version of each calendar; one that was never published limits nobody. */
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
      if (until) onLeave.set(id, given({ until: until.toISOString(), deputy }));
      else if (onShift === false || (onShift === null && week && !isWorkingTime(week, ms))) offDuty.add(id);
    }
    return { onLeave, offDuty, capped: rows.some((row) => row.capped) };
  }
}
