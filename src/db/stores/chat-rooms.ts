import { and, eq, getTableColumns, or, sql } from 'drizzle-orm';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { Instant, Language } from '../../domain/basics/types';
import { ROOM_KIND_NAMES, type RoomKind, type RoomNews } from '../../domain/case/rooms';
import type { RoomQuiet } from '../../domain/policy/notice-choices';
import { toInstant } from '../../domain/time/duration';
import { iso, run, withoutNulls, type Database, type Statement } from '../database';
import type { ChatRoom, ClaimedBatch, SealedRoom } from '../records';
import { chatIds, chatRoomNews, chatRooms } from '../schema';
import { noteAct, noteChange } from './channel-acts';

/** What is told to a room within this time becomes one message; what is urgent waits for the shorter one alone. */
const GATHER = MINUTE;
const GATHER_URGENT = 5 * SECOND;
/** What one message tells at most. */
const MOST_TOLD = 60;
/** What waits this long in a room that is off, or has failed as long, is given up. */
const GIVE_UP_AFTER = 72 * HOUR;
const KEPT = 30 * DAY;

/**
 * Of each room that is free one message: the one that was begun and has not ended, or all that waits. A room has one
 * message under way at most, so they go out one after the other whatever the number of workers.
 */
const CLAIM: Statement = {
  name: 'chat_rooms_claim',
  text: `
with free as (
  select r.id, b.batch is not null as begun, coalesce(b.batch, gen_random_uuid()) as batch
  from chat_rooms r
  left join lateral (
    select batch from chat_room_news where room_id = r.id and state = 'waiting' and batch is not null order by id limit 1
  ) b on true
  where r.enabled and coalesce(r.busy_until <= $2::timestamptz, true) and coalesce(r.waits_until <= $2::timestamptz, true)
    and exists (
      select 1 from chat_room_news n
      where n.room_id = r.id and n.state = 'waiting'
        and (n.urgent or coalesce(r.quiet_until <= $2::timestamptz, true))
        and coalesce(
          r.sent_at <= $2::timestamptz - case when n.urgent then ${GATHER_URGENT} else ${GATHER} end * interval '1 millisecond',
          true))
  order by r.sent_at nulls first, r.id limit $1::int
  for update of r skip locked
), chosen as (
  select n.id, f.batch from free f
  cross join lateral (
    select id from chat_room_news
    where room_id = f.id and state = 'waiting' and (batch = f.batch or not f.begun)
    order by urgent desc, id limit ${MOST_TOLD}
  ) n
), batched as (
  update chat_room_news n set batch = c.batch from chosen c where n.id = c.id and n.state = 'waiting'
  returning n.id, n.room_id, n.batch, n.case_no, n.seq, n.news, n.urgent
), leased as (
  update chat_rooms r set busy_until = $2::timestamptz + $3::int * interval '1 millisecond' from free f where r.id = f.id
)
select b.*, r.kind, r.language, r.quiet, r.url, r.secret, r.failures, r.failing_since
from batched b join chat_rooms r on r.id = b.room_id
order by b.room_id, b.urgent desc, b.id`,
};

const CLAIM_TESTS: Statement = {
  name: 'chat_rooms_claim_tests',
  text: `
update chat_rooms set test_code = 'sending'
where id in (
  select id from chat_rooms where test_at is not null and test_code is null limit $1::int for update skip locked)
returning id as room_id, kind, language, quiet, url, secret, failures, failing_since`,
};

/** What waits for rooms that are on; rooms that do not take it, also those that were switched off for that. */
export const ROOMS_WAITING = `
  select n.planned_at from chat_room_news n join chat_rooms r on r.id = n.room_id where n.state = 'waiting' and r.enabled`;
export const ROOMS_FAILING = `
  select failing_since from chat_rooms where off_because = 'refused' or (enabled and failures > 0)`;

interface RoomRow extends Record<string, unknown> {
  room_id: string;
  kind: RoomKind;
  language: Language;
  quiet: RoomQuiet;
  url: string;
  secret: string | null;
  failures: number;
  failing_since: Date | null;
}
interface ClaimRow extends RoomRow {
  id: string;
  batch: string;
  case_no: string;
  seq: number;
  news: RoomNews;
  urgent: boolean;
}

const sealedRoom = (row: RoomRow): SealedRoom => ({
  id: row.room_id,
  kind: row.kind,
  language: row.language,
  quiet: row.quiet,
  url: row.url,
  failures: row.failures,
  ...(row.secret !== null && { secret: row.secret }),
  ...(row.failing_since && { failingSince: iso(row.failing_since) }),
});

const {
  url: _url,
  secret: _secret,
  quietUntil: _quietUntil,
  busyUntil: _busyUntil,
  ...SHOWN
} = getTableColumns(chatRooms);

const actOn = ({ id, name }: Pick<ChatRoom, 'id' | 'name'>) => ({ channel: 'rooms', subjectId: id, name }) as const;

/** What an admin says of a room; address and secret are sealed. */
export interface RoomSettings {
  name: string;
  url: string;
  /** Null: none. */
  secret: string | null;
  language: Language;
  /** Null: all teams. */
  team: string | null;
  news: RoomNews[];
  quiet: RoomQuiet;
}

/** Group chats of staff on other platforms, and what is told there. The ledger plans what is told. */
export const chatRoomStore = (database: Database) => ({
  ...rooms(database),
  ...names(database),
  ...sending(database),
});

function rooms({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All of them, the oldest first, each with how much waits for it, since when, and whether it signs. */
    async list(): Promise<(ChatRoom & { signed: boolean; waiting: number; waitingSince?: Instant })[]> {
      const rows = await db
        .select({
          ...SHOWN,
          signed: sql<boolean>`${chatRooms.secret} is not null`,
          waiting: sql<number>`(select count(*)::int from chat_room_news n
            where n.room_id = "chat_rooms"."id" and n.state = 'waiting')`,
          waitingSince: sql<Date | string | null>`(select min(n.planned_at) from chat_room_news n
            where n.room_id = "chat_rooms"."id" and n.state = 'waiting')`,
        })
        .from(chatRooms)
        .orderBy(chatRooms.createdAt, chatRooms.id);
      return rows.map(({ signed, waiting, waitingSince, ...row }) => ({
        ...withoutNulls(row),
        signed,
        waiting,
        ...(waitingSince !== null && { waitingSince: iso(waitingSince) }),
      }));
    },

    async create(room: Pick<ChatRoom, 'id' | 'kind' | 'createdBy'> & RoomSettings): Promise<void> {
      const at = nowInstant();
      await db.transaction(async (tx) => {
        await tx.insert(chatRooms).values({ ...room, createdAt: at });
        await noteAct(tx, { ...actOn(room), act: 'made', by: room.createdBy, at });
      });
    },

    /**
     * Changes what is given. A room that is switched on, or has another address or secret, is asked again at once.
     * @returns whether it was there
     */
    async change(id: string, changes: Partial<RoomSettings> & { enabled?: boolean }, by: string): Promise<boolean> {
      const { enabled, ...settings } = changes;
      const { url, secret, quiet } = settings;
      const anew = url !== undefined || secret !== undefined || enabled === true;
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(chatRooms).where(eq(chatRooms.id, id)).for('update');
        if (!before) return false;
        await tx
          .update(chatRooms)
          .set({
            ...changes,
            ...(enabled !== undefined && { offBecause: enabled ? null : ('admin' as const) }),
            ...(anew && { failures: 0, failingSince: null, waitsUntil: null, code: null }),
            ...(quiet !== undefined && { quietUntil: null }),
            // Drizzle refuses a change of nothing.
            id,
          })
          .where(eq(chatRooms.id, id));
        await noteChange(
          tx,
          { ...actOn({ id, name: settings.name ?? before.name }), by, at: nowInstant() },
          { before, given: settings, enabled: { was: before.enabled, is: enabled } },
        );
        return true;
      });
    },

    /** Removes it with all that waits for it. @param by a user id @returns whether it was there */
    async remove(id: string, by: string): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [row] = await tx.delete(chatRooms).where(eq(chatRooms.id, id)).returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'removed', by, at: nowInstant() });
        return row !== undefined;
      });
    },

    /** Has a test sent to it, also while it is off. @returns whether it was there */
    async wantTest(id: string): Promise<boolean> {
      const found = await db
        .update(chatRooms)
        .set({ testAt: nowInstant(), testCode: null })
        .where(eq(chatRooms.id, id))
        .returning({ id: chatRooms.id });
      return found.length > 0;
    },
  };
}

/** Under which names staff are called in rooms. */
function names({ db }: Database) {
  return {
    /** The platforms of rooms that are on: those for which a name is of use. */
    async kindsInUse(): Promise<RoomKind[]> {
      const rows = await db.selectDistinct({ kind: chatRooms.kind }).from(chatRooms).where(eq(chatRooms.enabled, true));
      return ROOM_KIND_NAMES.filter((kind) => rows.some((row) => row.kind === kind));
    },

    /** Whether a room that is on is to be told of this event, or one was. */
    async isTold(caseNo: string, seq: number): Promise<boolean> {
      const told = or(
        eq(chatRoomNews.state, 'sent'),
        and(eq(chatRoomNews.state, 'waiting'), eq(chatRooms.enabled, true)),
      );
      const rows = await db
        .select({ id: chatRoomNews.id })
        .from(chatRoomNews)
        .innerJoin(chatRooms, eq(chatRooms.id, chatRoomNews.roomId))
        .where(and(eq(chatRoomNews.caseNo, caseNo), eq(chatRoomNews.seq, seq), told))
        .limit(1);
      return rows.length > 0;
    },

    /** A person's names, by platform. */
    async chatIdsOf(userId: string): Promise<Partial<Record<RoomKind, string>>> {
      const rows = await db.select().from(chatIds).where(eq(chatIds.userId, userId));
      return Object.fromEntries(rows.map(({ kind, chatId }) => [kind, chatId]));
    },

    /** Keeps a person's name on a platform in place of the one before; null: none any more. */
    async keepChatId(userId: string, kind: RoomKind, chatId: string | null): Promise<void> {
      if (chatId === null) {
        await db.delete(chatIds).where(and(eq(chatIds.userId, userId), eq(chatIds.kind, kind)));
        return;
      }
      await db
        .insert(chatIds)
        .values({ userId, kind, chatId })
        .onConflictDoUpdate({ target: [chatIds.userId, chatIds.kind], set: { chatId } });
    },
  };
}

/** What the relay does. */
function sending({ pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  const change = (text: string, values: unknown[]): Promise<unknown> => pool.query(text, values);
  return {
    /** Claims a message for each of up to `limit` rooms; for `leaseMs` no other caller gets anything of these rooms. */
    async claim(limit: number, leaseMs: number): Promise<ClaimedBatch[]> {
      const rows = await run<ClaimRow>(pool, CLAIM, [limit, nowInstant(), leaseMs]);
      const batches = new Map<string, ClaimedBatch>();
      for (const row of rows) {
        const { batch, case_no: caseNo, seq, news, urgent } = row;
        const claimed = batches.get(batch) ?? { room: sealedRoom(row), batch, items: [] };
        claimed.items.push({ id: Number(row.id), caseNo, seq, news, urgent });
        batches.set(batch, claimed);
      }
      return [...batches.values()];
    },

    /** How much waits for rooms that are on, and how many rooms do not take it, also those that were switched off for that. */
    async backlog(): Promise<{ waiting: number; failing: number }> {
      const { rows } = await pool.query<{ waiting: number; failing: number }>(`
        select
          (select count(*) from (${ROOMS_WAITING}) w)::int as waiting,
          (select count(*) from (${ROOMS_FAILING}) f)::int as failing`);
      return { waiting: rows[0]?.waiting ?? 0, failing: rows[0]?.failing ?? 0 };
    },

    /** Claims tests that were asked for; each is given out once. */
    async claimTests(limit: number): Promise<SealedRoom[]> {
      return (await run<RoomRow>(pool, CLAIM_TESTS, [limit])).map(sealedRoom);
    },

    /** How a test ended. One that was taken ends the waiting after failures. */
    async tested(roomId: string, code: string): Promise<void> {
      await change(
        `update chat_rooms set test_code = $2::text,
           waits_until = case when $2::text = 'ok' then null else waits_until end
         where id = $1::uuid`,
        [roomId, code],
      );
    },

    /** The room has taken the message. */
    async sent(roomId: string, batch: string): Promise<void> {
      await change(
        `with told as (
           update chat_room_news set state = 'sent', ended_at = $3::timestamptz
           where room_id = $1::uuid and batch = $2::uuid and state = 'waiting'
         )
         update chat_rooms set sent_at = $3::timestamptz, busy_until = null, waits_until = null, failures = 0,
           failing_since = null, code = null
         where id = $1::uuid`,
        [roomId, batch, nowInstant()],
      );
    },

    /** The attempt failed; the same message is due again at `nextAt`. */
    async retry(roomId: string, code: string, nextAt: Instant): Promise<void> {
      await change(
        `update chat_rooms set busy_until = null, waits_until = $3::timestamptz, failures = failures + 1,
           failing_since = coalesce(failing_since, $4::timestamptz), code = $2::text
         where id = $1::uuid`,
        [roomId, code, nextAt, nowInstant()],
      );
    },

    /** The message is not sent any more; what comes after it is. */
    async giveUp(roomId: string, batch: string, code: string): Promise<void> {
      await change(
        `with lost as (
           update chat_room_news set state = 'failed', ended_at = $4::timestamptz
           where room_id = $1::uuid and batch = $2::uuid and state = 'waiting'
         )
         update chat_rooms set busy_until = null, waits_until = null, failures = failures + 1,
           failing_since = coalesce(failing_since, $4::timestamptz), code = $3::text
         where id = $1::uuid`,
        [roomId, batch, code, nowInstant()],
      );
    },

    /** It takes nothing any more until an admin has put it right. What waits for it stays. */
    async switchOff(roomId: string, code: string): Promise<void> {
      await change(
        `update chat_rooms set enabled = false, off_because = 'refused', code = $2::text where id = $1::uuid`,
        [roomId, code],
      );
    },

    /** These are no news any more. */
    async old(ids: readonly number[]): Promise<void> {
      await change(`update chat_room_news set state = 'old', ended_at = $2::timestamptz where id = any($1::bigint[])`, [
        ids,
        nowInstant(),
      ]);
    },

    /**
     * Puts a message back without a fault: nothing was left to say, or its room is quiet until then. What no attempt was
     * made for goes with what comes meanwhile.
     */
    async putBack(roomId: string, batch: string, quietUntil?: Instant): Promise<void> {
      await change(
        `with freed as (
           update chat_room_news n set batch = null from chat_rooms r
           where n.room_id = $1::uuid and n.batch = $2::uuid and n.state = 'waiting' and r.id = n.room_id and r.failures = 0
         )
         update chat_rooms set busy_until = null, quiet_until = coalesce($3::timestamptz, quiet_until)
         where id = $1::uuid`,
        [roomId, batch, quietUntil ?? null],
      );
    },

    /** Gives up what has waited too long, and removes what is old. @returns how many were given up */
    async tidy(): Promise<number> {
      const now = clock();
      await change('delete from chat_room_news where planned_at < $1::timestamptz', [toInstant(now - KEPT)]);
      const { rowCount } = await pool.query(
        `update chat_room_news n set state = 'failed', ended_at = $2::timestamptz from chat_rooms r
         where r.id = n.room_id and n.state = 'waiting' and n.planned_at < $1::timestamptz
           and (not r.enabled or r.failing_since < $1::timestamptz)
           and coalesce(r.busy_until <= $2::timestamptz, true)`,
        [toInstant(now - GIVE_UP_AFTER), toInstant(now)],
      );
      return rowCount ?? 0;
    },
  };
}
