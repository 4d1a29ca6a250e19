import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { DAY } from '../../domain/basics/milliseconds';
import type { Instant, Language } from '../../domain/basics/types';
import type { SettledBy, TicketState, TrackerKind } from '../../domain/case/trackers';
import { toInstant } from '../../domain/time/duration';
import { iso, run, withoutNulls, type Database, type Statement } from '../database';
import type { CaseTicket, SealedTracker, Ticket, TicketComment, Tracker } from '../records';
import { trackers, trackerTickets } from '../schema';
import { rounds, WENT_WELL } from './rounds';
import { noteAct, noteChange } from './channel-acts';

/** For so long the copies of what was written there are kept once a ticket has ended. */
const COPIES_KEPT = 90 * DAY;

/** Trackers that have something to do, each for one caller at a time. */
const CLAIM: Statement = {
  name: 'trackers_claim',
  text: `
update trackers set busy_until = $2::timestamptz + $3::int * interval '1 millisecond'
where id in (
  select r.id from trackers r
  where coalesce(r.busy_until <= $2::timestamptz, true) and (
    (r.test_at is not null and r.test_code is null)
    or (r.enabled and coalesce(r.waits_until <= $2::timestamptz, true) and exists (
      select 1 from tracker_tickets t
      where t.tracker_id = r.id and t.state in ('new', 'open', 'closing')
        and (t.due_at <= $2::timestamptz or (t.state = 'open' and r.look_at <= $2::timestamptz)))))
  order by r.look_at, r.id limit $1::int
  for update of r skip locked)
returning id, kind, url, place, language, enabled, failures, token, cursor, look_at, waits_until,
  test_at is not null and test_code is null as tested`,
};

interface ClaimRow extends Record<string, unknown> {
  id: string;
  kind: TrackerKind;
  url: string;
  place: string;
  language: Language;
  enabled: boolean;
  failures: number;
  token: string;
  cursor: string | null;
  look_at: Date;
  waits_until: Date | null;
  tested: boolean;
}

const {
  token: _token,
  hookSecret: _hookSecret,
  busyUntil: _busy,
  cursor: _cursor,
  lookAt: _look,
  ...SHOWN
} = getTableColumns(trackers);

/** What an admin says of a tracker; token and secret are sealed. */
export interface TrackerSettings {
  name: string;
  url: string;
  place: string;
  token: string;
  /** Null: none. */
  hookSecret: string | null;
  language: Language;
  /** Null: nothing goes there by itself. */
  department: string | null;
}

/** What an admin's act is about. */
const actOn = ({ id, name }: { id: string; name: string }) => ({ channel: 'trackers' as const, subjectId: id, name });

/** What a tracker says of a ticket. */
export interface TicketSeen {
  key: string;
  url: string;
  status: string;
  assignee: string | undefined;
  changedAt: string;
}

/** Tickets that wait to be made or closed in trackers that are on, and those of them that do not answer. */
export const TRACKERS_WAITING = `
  select t.planned_at from tracker_tickets t join trackers r on r.id = t.tracker_id
  where r.enabled and t.state in ('new', 'closing')`;
export const TRACKERS_FAILING = `select failing_since from trackers where enabled and failures > 0`;

/** Trackers of other departments, and the tickets there. The ledger plans tickets; people hand over further ones. */
export const trackerStore = (database: Database) => ({
  ...administered(database),
  ...ofCases(database),
  ...rounds(database, trackers),
  ...working(database),
  ...ticketsThere(database),
});

function administered({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All of them, the oldest first, each with its tickets that are open, and whether it can tell us something. */
    async list(): Promise<(Tracker & { open: number; hooked: boolean })[]> {
      const rows = await db
        .select({
          ...SHOWN,
          hooked: sql<boolean>`${trackers.hookSecret} is not null`,
          open: sql<number>`(select count(*)::int from tracker_tickets t
            where t.tracker_id = "trackers"."id" and t.state in ('new', 'open', 'closing'))`,
        })
        .from(trackers)
        .orderBy(trackers.createdAt, trackers.id);
      return rows.map(({ hooked, open, ...row }) => ({ ...withoutNulls(row), hooked, open }));
    },

    /** @returns false: the department has one already */
    async create(tracker: Pick<Tracker, 'id' | 'kind' | 'createdBy'> & TrackerSettings): Promise<boolean> {
      const at = nowInstant();
      return db.transaction(async (tx) => {
        const [made] = await tx
          .insert(trackers)
          .values({ ...tracker, createdAt: at, lookAt: at })
          .onConflictDoNothing({ target: trackers.department })
          .returning();
        if (made) await noteAct(tx, { ...actOn(made), act: 'made', by: tracker.createdBy, at });
        return made !== undefined;
      });
    },

    /**
     * Changes what is given. One that is switched on, or has another address or token, is asked again at once.
     * @returns whether it was there
     */
    async change(id: string, changes: Partial<TrackerSettings> & { enabled?: boolean }, by: string): Promise<boolean> {
      const { enabled, ...settings } = changes;
      const { url, place, token } = settings;
      const anew = url !== undefined || place !== undefined || token !== undefined || enabled === true;
      const at = nowInstant();
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(trackers).where(eq(trackers.id, id)).for('update');
        if (!before) return false;
        await tx
          .update(trackers)
          .set({
            ...changes,
            ...(anew && { failures: 0, failingSince: null, waitsUntil: null, code: null, lookAt: at }),
            ...((url !== undefined || place !== undefined) && { cursor: null }),
            // Drizzle refuses a change of nothing.
            id,
          })
          .where(eq(trackers.id, id));
        const switched = { was: before.enabled, is: enabled };
        await noteChange(
          tx,
          { ...actOn({ ...before, ...settings }), by, at },
          { before, given: settings, enabled: switched },
        );
        return true;
      });
    },

    /** Removes it with its tickets. @returns whether it was there */
    async remove(id: string, by: string): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [row] = await tx.delete(trackers).where(eq(trackers.id, id)).returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'removed', by, at: nowInstant() });
        return row !== undefined;
      });
    },

    /** The kind of one, and what its calls to us are signed with (sealed); undefined: there is none. */
    async hookOf(id: string): Promise<{ kind: TrackerKind; hookSecret?: string } | undefined> {
      const [row] = await db
        .select({ kind: trackers.kind, hookSecret: trackers.hookSecret })
        .from(trackers)
        .where(and(eq(trackers.id, id), eq(trackers.enabled, true)));
      return row && withoutNulls(row);
    },

    /** Keeps the secret that a tracker has told us, unless it has one. @returns whether it was kept */
    async keepHookSecret(id: string, hookSecret: string): Promise<boolean> {
      const kept = await db
        .update(trackers)
        .set({ hookSecret })
        .where(and(eq(trackers.id, id), sql`${trackers.hookSecret} is null`))
        .returning({ id: trackers.id });
      return kept.length > 0;
    },
  };
}

function ofCases({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All tickets of a case, the oldest first. */
    async ofCase(caseNo: string): Promise<CaseTicket[]> {
      const rows = await db
        .select({ ...getTableColumns(trackerTickets), tracker: trackers.name, kind: trackers.kind })
        .from(trackerTickets)
        .innerJoin(trackers, eq(trackers.id, trackerTickets.trackerId))
        .where(eq(trackerTickets.caseNo, caseNo))
        .orderBy(trackerTickets.plannedAt, trackerTickets.id);
      return rows.map((row) => withoutNulls(row));
    },

    /** Those that are on, by name. */
    async offered(): Promise<{ id: string; name: string; department?: string }[]> {
      const rows = await db
        .select({ id: trackers.id, name: trackers.name, department: trackers.department })
        .from(trackers)
        .where(eq(trackers.enabled, true))
        .orderBy(trackers.name, trackers.id);
      return rows.map((row) => withoutNulls(row));
    },

    /** Plans a ticket by hand. @returns false: there is one already for this, or no such tracker */
    async hand(ticket: { caseNo: string; subject: string; trackerId: string; by: string }): Promise<boolean> {
      const made = await pool.query(
        `insert into tracker_tickets (tracker_id, case_no, subject, due_at, planned_at, handed_by)
         select id, $2::text, $3::text, $4::timestamptz, $4::timestamptz, $5::text
         from trackers where id = $1::uuid and enabled
         on conflict do nothing`,
        [ticket.trackerId, ticket.caseNo, ticket.subject, nowInstant(), ticket.by],
      );
      return made.rowCount === 1;
    },
  };
}

/** What the relay does with a tracker as a whole. */
function working({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** Claims up to `limit` trackers with something to do; for `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<SealedTracker[]> {
      const rows = await run<ClaimRow>(pool, CLAIM, [limit, nowInstant(), leaseMs]);
      return rows.map(({ look_at: lookAt, waits_until: waitsUntil, tested, cursor, ...row }) => ({
        ...row,
        lookAt: iso(lookAt),
        isTested: tested,
        ...(waitsUntil && { waitsUntil: iso(waitsUntil) }),
        ...(cursor !== null && { cursor }),
      }));
    },

    /** A round has gone well. @param looked all open tickets were looked at: up to where, and when again */
    async worked(id: string, looked?: { cursor: string | undefined; lookAt: Instant }): Promise<void> {
      const at = nowInstant();
      await db
        .update(trackers)
        .set({
          ...WENT_WELL,
          ...(looked && { cursor: looked.cursor ?? null, lookAt: looked.lookAt, lookedAt: at }),
        })
        .where(eq(trackers.id, id));
      if (!looked) return;
      await db
        .update(trackerTickets)
        .set({ lookedAt: at })
        .where(and(eq(trackerTickets.trackerId, id), eq(trackerTickets.state, 'open')));
    },

    /** It has told us of these tickets: they are looked at next. */
    async hinted(id: string, refs: readonly string[]): Promise<void> {
      const at = nowInstant();
      await db.update(trackers).set({ hookAt: at }).where(eq(trackers.id, id));
      if (refs.length === 0) return;
      await db
        .update(trackerTickets)
        .set({ dueAt: at, seenAt: null })
        .where(
          and(
            eq(trackerTickets.trackerId, id),
            eq(trackerTickets.state, 'open'),
            inArray(trackerTickets.ref, [...refs]),
          ),
        );
    },

    /** How many tickets wait to be made or closed, and how many trackers do not answer. */
    async backlog(): Promise<{ waiting: number; failing: number }> {
      const { rows } = await pool.query<{ waiting: number; failing: number }>(`
        select
          (select count(*) from (${TRACKERS_WAITING}) w)::int as waiting,
          (select count(*) from (${TRACKERS_FAILING}) f)::int as failing`);
      return { waiting: rows[0]?.waiting ?? 0, failing: rows[0]?.failing ?? 0 };
    },

    /** Empties what was copied from tickets that have long ended. */
    async tidy(): Promise<void> {
      await pool.query(
        `update tracker_tickets set comments = '[]', assignee = null
         where ended_at < $1::timestamptz and (comments <> '[]' or assignee is not null)`,
        [toInstant(clock() - COPIES_KEPT)],
      );
    },
  };
}

/** What the relay does with one ticket. */
function ticketsThere({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  const change = async (id: string, changes: Partial<typeof trackerTickets.$inferInsert>): Promise<void> => {
    await db.update(trackerTickets).set(changes).where(eq(trackerTickets.id, id));
  };
  return {
    /** What is to be done now, one by one. */
    async due(trackerId: string, limit: number): Promise<Ticket[]> {
      const rows = await db
        .select()
        .from(trackerTickets)
        .where(
          sql`${trackerTickets.trackerId} = ${trackerId} and ${trackerTickets.state} in ('new', 'open', 'closing')
            and ${trackerTickets.dueAt} <= ${nowInstant()}::timestamptz`,
        )
        .orderBy(trackerTickets.dueAt, trackerTickets.id)
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** Those that are open there, the one first that has not been seen for longest. */
    async openOf(trackerId: string, limit: number): Promise<Ticket[]> {
      const rows = await db
        .select()
        .from(trackerTickets)
        .where(and(eq(trackerTickets.trackerId, trackerId), eq(trackerTickets.state, 'open')))
        .orderBy(sql`${trackerTickets.seenAt} nulls first`, trackerTickets.id)
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** It is about to be made, or closed: whoever comes after a crash looks first. @param again when, if nothing is heard */
    async begin(id: string, again: Instant): Promise<void> {
      await db
        .update(trackerTickets)
        .set({ attempts: sql`${trackerTickets.attempts} + 1`, dueAt: again })
        .where(eq(trackerTickets.id, id));
    },

    /** It is there. It is looked at next, since the case may have gone on. */
    made: (id: string, { ref, key, url }: { ref: string; key: string; url: string }): Promise<void> =>
      change(id, { state: 'open', ref, key, url, attempts: 0, dueAt: nowInstant(), code: null, seenAt: nowInstant() }),

    /** What it looks like there now. @param comments left out: as they were */
    mirror: (id: string, { assignee, ...seen }: TicketSeen, comments?: TicketComment[]): Promise<void> =>
      change(id, {
        ...seen,
        assignee: assignee ?? null,
        lookedAt: nowInstant(),
        seenAt: nowInstant(),
        dueAt: null,
        ...(comments && { comments }),
      }),

    /** Nothing is to be done about it alone. */
    rest: (id: string): Promise<void> => change(id, { dueAt: null }),

    /** It comes again then. @param code why */
    later: (id: string, at: Instant, code: string): Promise<void> => change(id, { dueAt: at, code }),

    /** This is the answer that it gives to the case. */
    answering: (id: string, answer: string): Promise<void> => change(id, { answer }),

    /** It was settled here; it is to be said and closed there. */
    closing: (id: string): Promise<void> =>
      change(id, { state: 'closing', settledBy: 'here', attempts: 0, dueAt: nowInstant() }),

    /** A comment of our own. */
    async said(id: string, commentId: string): Promise<void> {
      await db
        .update(trackerTickets)
        .set({ ownComments: sql`array_append(${trackerTickets.ownComments}, ${commentId}::text)` })
        .where(eq(trackerTickets.id, id));
    },

    /** It has ended. */
    ended: (id: string, state: TicketState, { code, settledBy }: { code?: string; settledBy?: SettledBy } = {}) =>
      change(id, {
        state,
        code: code ?? null,
        dueAt: null,
        endedAt: nowInstant(),
        ...(settledBy !== undefined && { settledBy }),
      }),

    /** Asks the department by mail once more, as when it was asked first: its ticket is gone. */
    async askAgain({ caseNo, subject }: Pick<Ticket, 'caseNo' | 'subject'>): Promise<void> {
      await pool.query(
        `insert into outbox (case_no, seq, mail, recipient, recipient_key, message_id, planned_at, next_attempt_at)
         select o.case_no, o.seq, o.mail, o.recipient, o.recipient_key || ':again',
           regexp_replace(o.message_id, '@', '.again@'), $3::timestamptz, $3::timestamptz
         from outbox o join case_events e on e.case_no = o.case_no and e.seq = o.seq
         where o.case_no = $1::text and o.mail = 'helpRequested' and e.type = 'helpRequested'
           and e.data ->> 'taskId' = $2::text and o.recipient_key not like '%:again'
         on conflict (case_no, seq, mail, recipient_key) do nothing`,
        [caseNo, subject, nowInstant()],
      );
    },
  };
}
