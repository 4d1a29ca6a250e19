import { and, desc, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { InboundEnd, InboundMessage, InboundOutcome } from '../records';
import { inboundMessages } from '../schema';

/** A message as its source gives it. */
export type ArrivedMessage = Pick<
  InboundMessage,
  'channel' | 'source' | 'sourceKey' | 'sha256' | 'bytes' | 'envelope' | 'arrivedAt'
>;

/** Messages that have come in: kept first, then taken up until they have an outcome. */
export function inboundStore({ db, clock }: Pick<Database, 'db' | 'clock'>) {
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
    /**
     * Keeps a message. One that this source has given before stays as it was. One whose bytes have come before, from
     * whatever source of the channel, is written down as a repeat of that.
     * @returns whether it is new and waits to be taken up
     */
    async keep(message: ArrivedMessage): Promise<boolean> {
      return db.transaction(async (tx) => {
        // Of two that come at once the second one waits here, and then finds the first.
        const name = `inbound/${message.channel}/${message.sha256}`;
        await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
        const [first] = await tx
          .select({ id: inboundMessages.id, caseNo: inboundMessages.caseNo })
          .from(inboundMessages)
          .where(and(eq(inboundMessages.channel, message.channel), eq(inboundMessages.sha256, message.sha256)))
          .orderBy(inboundMessages.id)
          .limit(1);
        const at = toInstant(clock());
        const rows = await tx
          .insert(inboundMessages)
          .values({
            ...message,
            nextAttemptAt: at,
            ...(first && { outcome: 'repeat' as const, reason: `of_${first.id}`, caseNo: first.caseNo, endedAt: at }),
          })
          .onConflictDoNothing()
          .returning({ outcome: inboundMessages.outcome });
        return rows[0] !== undefined && rows[0].outcome === null;
      });
    },

    /**
     * Claims up to `limit` messages of these channels that wait, the oldest first. For `leaseMs` no other caller gets them.
     */
    async claim(limit: number, leaseMs: number, channels: readonly string[]): Promise<InboundMessage[]> {
      const due = sql`select ${inboundMessages.id} from ${inboundMessages}
        where ${inboundMessages.outcome} is null and ${inArray(inboundMessages.channel, [...channels])} and ${inboundMessages.nextAttemptAt} <= ${toInstant(clock())}::timestamptz
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
