import { and, desc, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { calendarSchema, type Calendar } from '../../domain/time/calendar';
import { CN_OFFICE } from '../../domain/time/calendars/cn';
import { canonicalJson } from '../../domain/basics/canonical';
import type { Database } from '../database';
import type { PublishedCalendar } from '../records';
import { calendars } from '../schema';

/** Published calendars. */
export function calendarStore({ db }: Database) {
  /** A version, or without one the newest; undefined when it was never published. */
  const get = async (id: string, version?: number): Promise<PublishedCalendar | undefined> => {
    const [row] = await db
      .select()
      .from(calendars)
      .where(and(eq(calendars.id, id), version === undefined ? undefined : eq(calendars.version, version)))
      .orderBy(desc(calendars.version))
      .limit(1);
    return row && published(row);
  };

  return {
    /** The newest version of each calendar, by id. */
    async list(): Promise<PublishedCalendar[]> {
      const rows = await db
        .selectDistinctOn([calendars.id])
        .from(calendars)
        .orderBy(calendars.id, desc(calendars.version));
      return rows.map(published);
    },

    get,

    /**
     * Publishes the next version, whatever version the draft names. A draft equal to the newest version publishes
     * nothing and gives that version back.
     * @param after the newest version that the caller has seen (0: none); left out, it is not checked
     * @returns undefined when there is a newer version than `after`: somebody else was faster,
     *   and nothing was published
     * @throws ZodError when the draft is no valid calendar
     */
    publish(draft: Calendar, by: string, after?: number): Promise<PublishedCalendar | undefined> {
      return db.transaction(async (tx) => {
        // The lock lets readers go on. A second publisher waits for it, then sees this version and takes the next
        // number.
        await tx.execute(sql`lock table ${calendars} in share row exclusive mode`);
        const [last] = await tx
          .select()
          .from(calendars)
          .where(eq(calendars.id, draft.id))
          .orderBy(desc(calendars.version))
          .limit(1);
        if (after !== undefined && after !== (last?.version ?? 0)) return undefined;
        if (last && canonicalJson(last.calendar) === canonicalJson({ ...draft, version: last.version })) {
          return published(last);
        }
        const calendar = calendarSchema.parse({ ...draft, version: (last?.version ?? 0) + 1 });
        const [row] = await tx
          .insert(calendars)
          .values({ id: calendar.id, version: calendar.version, calendar, publishedBy: by })
          .returning();
        return row && published(row);
      });
    },
  };
}

const published = (row: typeof calendars.$inferSelect): PublishedCalendar => ({
  calendar: calendarSchema.parse(row.calendar),
  publishedBy: row.publishedBy,
  publishedAt: row.publishedAt,
});

/** Inserts the office calendar of China (`CN_OFFICE`) unless it is there. Idempotent. */
export async function ensureCalendars(db: Pick<NodePgDatabase, 'execute'>): Promise<void> {
  await db.execute(sql`
    insert into ${calendars} (id, version, calendar, published_by)
    values (${CN_OFFICE.id}, ${CN_OFFICE.version}::int, ${JSON.stringify(CN_OFFICE)}::jsonb, 'system')
    on conflict (id, version) do nothing`);
}
