import { and, desc, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { InboundEnd, InboundMessage, InboundOutcome } from '../records';
import { inboundMessages } from '../schema';
import { keeping } from './keep-inbound';

/** The case that the latest message of a line has become or was added to; undefined: none has. */
const lastCaseOf =
  ({ db }: Pick<Database, 'db'>) =>
  async (line: string): Promise<string | undefined> => {
    const [row] = await db
      .select({ caseNo: inboundMessages.caseNo })
      .from(inboundMessages)
      .where(and(eq(inboundMessages.line, line), inArray(inboundMessages.outcome, ['filed', 'appended'])))
      .orderBy(desc(inboundMessages.endedAt), desc(inboundMessages.id))
      .limit(1);
    return row?.caseNo ?? undefined;
  };

/** Messages that have come in: kept first, then taken up until they have an outcome. */
export function inboundStore({ db, pool, clock }: Pick<Database, 'db' | 'pool' | 'clock'>) {
  const open = (id: number) => and(eq(inboundMessages.id, id), isNull(inboundMessages.outcome));

  /** Takes a message out of the quarantine. @returns whether it was there */
  async function leave(id: number, values: PgUpdateSetSource<typeof inboundMessages>): Promise<boolean> {
    const rows = await db
      .update(inboundMessages)
      .set(values)
      .where(and(eq(inboundMessages.id, id), eq(inboundMessages.outcome, 'quarantined')))
      .returning({ id: inboundMessages.id });
    return rows.length > 0;
  }

  return {
    keep: keeping({ pool, clock }),
    lastCaseOf: lastCaseOf({ db }),

    /**
     * Claims up to `limit` messages of these channels that wait, the oldest first. For `leaseMs` no other caller gets them. Of a
     * line only the first one that has no outcome is claimed.
     */
    async claim(limit: number, leaseMs: number, channels: readonly string[]): Promise<InboundMessage[]> {
      const due = sql`select ${inboundMessages.id} from ${inboundMessages}
        where ${inboundMessages.outcome} is null and ${inArray(inboundMessages.channel, [...channels])} and ${inboundMessages.nextAttemptAt} <= ${toInstant(clock())}::timestamptz
          and not exists (
            select from inbound_messages e
            where e.line = ${inboundMessages.line} and e.outcome is null
              and (e.place collate "C", e.id) < (${inboundMessages.place} collate "C", ${inboundMessages.id}))
        order by ${inboundMessages.nextAttemptAt}, ${inboundMessages.id} limit ${limit} for update skip locked`;
      const rows = await db
        .update(inboundMessages)
        .set({
          attempts: sql`${inboundMessages.attempts} + 1`,
          nextAttemptAt: toInstant(clock() + leaseMs),
        })
        .where(sql`${inboundMessages.id} in (${due})`)
        .returning();
      return rows.map(messageOf).toSorted((a, b) => a.id - b.id);
    },

    /** It has been dealt with. Nothing happens if it had been already. */
    async end(id: number, { outcome, reason, caseNo, senderHash, title }: InboundEnd): Promise<void> {
      const rest = {
        reason: reason ?? null,
        caseNo: caseNo ?? null,
        senderHash: senderHash ?? null,
        title: title ?? null,
      };
      await db
        .update(inboundMessages)
        .set({ outcome, ...rest, endedAt: toInstant(clock()) })
        .where(open(id));
    },

    /** The attempt failed: to be taken up again at `nextAt`. @param uncounted it was no fault of the message */
    async retry(id: number, reason: string, nextAt: Instant, uncounted = false): Promise<void> {
      const attempts = sql`${inboundMessages.attempts} - ${uncounted ? 1 : 0}`;
      await db.update(inboundMessages).set({ reason, nextAttemptAt: nextAt, attempts }).where(open(id));
    },

    /** Takes a message out of the quarantine, to be taken up whatever stood against it. @returns whether it was there */
    release: (id: number): Promise<boolean> =>
      leave(id, {
        outcome: null,
        reason: null,
        endedAt: null,
        attempts: 0,
        forced: true,
        nextAttemptAt: toInstant(clock()),
      }),

    /** Says of a message in the quarantine that nothing has to be done. @returns whether it was there */
    setAside: (id: number): Promise<boolean> =>
      leave(id, { outcome: 'aside', reason: 'by_staff', title: null, endedAt: toInstant(clock()) }),

    /** Has those of a source taken up again that wait for this reason; they are not forced. @returns how many */
    async again(channel: string, source: string, reason: string): Promise<number> {
      const rows = await db
        .update(inboundMessages)
        .set({ outcome: null, reason: null, endedAt: null, attempts: 0, nextAttemptAt: toInstant(clock()) })
        .where(
          and(
            eq(inboundMessages.channel, channel),
            eq(inboundMessages.source, source),
            eq(inboundMessages.outcome, 'quarantined'),
            eq(inboundMessages.reason, reason),
          ),
        )
        .returning({ id: inboundMessages.id });
      return rows.length;
    },

    async get(id: number): Promise<InboundMessage | undefined> {
      const [row] = await db.select().from(inboundMessages).where(eq(inboundMessages.id, id));
      return row && messageOf(row);
    },

    /** Messages with this outcome, the newest first. @param before the id of the last one of the page before */
    async list(outcome: InboundOutcome, limit: number, before?: number): Promise<InboundMessage[]> {
      const rows = await db
        .select()
        .from(inboundMessages)
        .where(
          and(eq(inboundMessages.outcome, outcome), before === undefined ? undefined : lt(inboundMessages.id, before)),
        )
        .orderBy(desc(inboundMessages.id))
        .limit(limit);
      return rows.map(messageOf);
    },

    /** How many have which outcome; `waiting`: none yet. */
    async counts(): Promise<Partial<Record<InboundOutcome | 'waiting', number>>> {
      const rows = await db
        .select({ outcome: inboundMessages.outcome, count: sql<number>`count(*)::int` })
        .from(inboundMessages)
        .groupBy(inboundMessages.outcome);
      return Object.fromEntries(rows.map(({ outcome, count }) => [outcome ?? 'waiting', count]));
    },

    /**
     * What has not been dealt with: for how many seconds the oldest message has waited for us, and how many wait for somebody
     * to look.
     */
    async backlog(): Promise<{ oldestSeconds: number; toLookAt: number }> {
      const { rows } = await pool.query<{ oldest: number; to_look_at: number }>(
        `select
          (select coalesce(extract(epoch from $1::timestamptz - min(arrived_at)), 0)
           from inbound_messages where outcome is null)::float8 as oldest,
          (select count(*) from inbound_messages where outcome = 'quarantined')::int as to_look_at`,
        [toInstant(clock())],
      );
      return { oldestSeconds: Math.max(0, rows[0]?.oldest ?? 0), toLookAt: rows[0]?.to_look_at ?? 0 };
    },

    /** How many cases messages of this sender have opened since a moment. */
    async filedBy(senderHash: string, since: Instant): Promise<number> {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(inboundMessages)
        .where(
          and(
            eq(inboundMessages.senderHash, senderHash),
            eq(inboundMessages.outcome, 'filed'),
            gte(inboundMessages.endedAt, since),
          ),
        );
      return row?.count ?? 0;
    },
  };
}

/** As others see it: when it is due matters here alone. */
const messageOf = ({ nextAttemptAt: _due, ...row }: typeof inboundMessages.$inferSelect): InboundMessage =>
  withoutNulls(row);
