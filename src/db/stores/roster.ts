import { and, asc, eq, gt, gte, inArray, lt, lte, or, sql } from 'drizzle-orm';
import { isWorkingTime, type Calendar } from '../../domain/time/calendar';
import type { Instant } from '../../domain/basics/types';
import { given, run, type Database, type Statement } from '../database';
import type { Leave, Shift } from '../records';
import { calendars, leaves, shifts } from '../schema';

/** What a roster says may be as old as this where a case is given to somebody. */
const FRESH_MS = 2_000;
/** Whoever had a shift this lately works by shifts; a roster that has run out long ago binds nobody. */
const ROSTERED_MS = 7 * 86_400_000;
const INSERTED_AT_ONCE = 1_000;

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

export function rosterStore({ pool, db, clock }: Database) {
  let known: { availability: Promise<Availability>; until: number } | undefined;
  /** A version never changes, and the latest one of an id is asked for each time. */
  const published = new Map<string, Calendar>();

  /** The latest version of each calendar; one that was never published limits nobody. */
  async function latest(ids: string[]): Promise<Map<string, Calendar>> {
    const found = new Map<string, Calendar>();
    if (ids.length === 0) return found;
    const rows = await db
      .select({ id: calendars.id, version: sql<number>`max(${calendars.version})::int` })
      .from(calendars)
      .where(inArray(calendars.id, ids))
      .groupBy(calendars.id);
    for (const { id, version } of rows) {
      const key = `${id}/${version}`;
      let calendar = published.get(key);
      if (!calendar) {
        const [row] = await db
          .select({ calendar: calendars.calendar })
          .from(calendars)
          .where(and(eq(calendars.id, id), eq(calendars.version, version)));
        calendar = row?.calendar;
        if (calendar) published.set(key, calendar);
      }
      if (calendar) found.set(id, calendar);
    }
    return found;
  }

  async function availabilityAt(ms: number): Promise<Availability> {
    const rows = await run<LimitedRow & Record<string, unknown>>(pool, LIMITED, [
      new Date(ms).toISOString(),
      new Date(ms - ROSTERED_MS).toISOString(),
    ]);
    const byCalendar = rows.filter((row) => row.on_shift === null && row.until === null && row.calendar !== null);
    const hours = await latest([...new Set(byCalendar.flatMap(({ calendar }) => calendar ?? []))]);
    const onLeave = new Map<string, { until: Instant; deputy?: string }>();
    const offDuty = new Set<string>();
    for (const { id, until, deputy, on_shift: onShift, calendar } of rows) {
      const week = calendar === null ? undefined : hours.get(calendar);
      if (until) onLeave.set(id, given({ until: until.toISOString(), deputy }));
      else if (onShift === false || (onShift === null && week && !isWorkingTime(week, ms))) offDuty.add(id);
    }
    return { onLeave, offDuty, capped: rows.some((row) => row.capped) };
  }

  const forget = (): void => {
    known = undefined;
  };

  return {
    /** Who is not there now. Read every two seconds at most; `forget` has it read anew. */
    availability(now: number = clock()): Promise<Availability> {
      if (!known || known.until <= now || known.until > now + FRESH_MS) {
        const availability = availabilityAt(now);
        known = { availability, until: now + FRESH_MS };
        // A failed look-up is not remembered.
        availability.catch(forget);
      }
      return known.availability;
    },

    /** Those of these calendars that are published. */
    calendarsAmong: async (ids: string[]): Promise<string[]> => [...(await latest(ids)).keys()],

    /** Who is on leave at an instant, until when, and who stands in for them. */
    async absences(at: Instant): Promise<Map<string, { until: Instant; deputy?: string }>> {
      const rows = await db
        .select({ userId: leaves.userId, until: leaves.to, deputy: leaves.deputy })
        .from(leaves)
        .where(and(lte(leaves.from, at), gt(leaves.to, at)))
        .orderBy(asc(leaves.to), asc(leaves.id));
      return new Map(rows.map(({ userId, until, deputy }) => [userId, given({ until, deputy })]));
    },

    async leaves(filter: { userId?: string; from?: Instant; to?: Instant } = {}): Promise<Leave[]> {
      const rows = await db
        .select()
        .from(leaves)
        .where(
          and(
            filter.userId === undefined ? undefined : eq(leaves.userId, filter.userId),
            filter.from === undefined ? undefined : gt(leaves.to, filter.from),
            filter.to === undefined ? undefined : lt(leaves.from, filter.to),
          ),
        )
        .orderBy(asc(leaves.from), asc(leaves.userId), asc(leaves.id));
      return rows.map(given);
    },

    async leave(id: string): Promise<Leave | undefined> {
      const [row] = await db.select().from(leaves).where(eq(leaves.id, id));
      return row && given(row);
    },

    /** Nothing comes back when the person is on leave at some of that time already: two requests at once, one leave. */
    async addLeave(leave: Omit<Leave, 'id' | 'createdAt'>): Promise<Leave | undefined> {
      return db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`leave ${leave.userId}`}))`);
        const [other] = await tx
          .select({ id: leaves.id })
          .from(leaves)
          .where(and(eq(leaves.userId, leave.userId), lt(leaves.from, leave.to), gt(leaves.to, leave.from)))
          .limit(1);
        if (other) return undefined;
        const [row] = await tx.insert(leaves).values(leave).returning();
        forget();
        return row && given(row);
      });
    },

    async removeLeave(id: string): Promise<boolean> {
      const gone = await db.delete(leaves).where(eq(leaves.id, id)).returning({ id: leaves.id });
      forget();
      return gone.length > 0;
    },

    async shifts(filter: { from: Instant; to: Instant; userId?: string }): Promise<Shift[]> {
      return db
        .select()
        .from(shifts)
        .where(
          and(
            gt(shifts.to, filter.from),
            lt(shifts.from, filter.to),
            filter.userId === undefined ? undefined : eq(shifts.userId, filter.userId),
          ),
        )
        .orderBy(asc(shifts.from), asc(shifts.userId));
    },

    /**
     * Replaces the shifts that begin in a span of time, of the people named or of all. Returns those that would overlap
     * a shift outside the span (one that reaches into it, or that they reach into); then nothing is changed.
     */
    async setShifts(span: { from: Instant; to: Instant; userIds?: string[] }, rows: Shift[]): Promise<Shift[]> {
      return db.transaction(async (tx) => {
        // Two rosters that are sent at once come one after the other; readers go on.
        await tx.execute(sql`lock table ${shifts} in share row exclusive mode`);
        const replaced = and(
          gte(shifts.from, span.from),
          lt(shifts.from, span.to),
          span.userIds === undefined ? undefined : inArray(shifts.userId, span.userIds),
        );
        const users = [...new Set(rows.map((row) => row.userId))];
        const last = rows.reduce((end, row) => (row.to > end ? row.to : end), span.to);
        const around =
          users.length === 0
            ? []
            : await tx
                .select()
                .from(shifts)
                .where(
                  and(
                    inArray(shifts.userId, users),
                    gt(shifts.to, span.from),
                    lt(shifts.from, last),
                    or(lt(shifts.from, span.from), gte(shifts.from, span.to)),
                  ),
                );
        const overlapping = rows.filter((row) =>
          around.some((old) => old.userId === row.userId && old.from < row.to && old.to > row.from),
        );
        if (overlapping.length > 0) return overlapping;
        await tx.delete(shifts).where(replaced);
        for (let at = 0; at < rows.length; at += INSERTED_AT_ONCE) {
          await tx.insert(shifts).values(rows.slice(at, at + INSERTED_AT_ONCE));
        }
        forget();
        return [];
      });
    },

    forget,
  };
}

export type RosterStore = ReturnType<typeof rosterStore>;
