import { and, desc, eq, gte, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { InboundEnd, InboundMessage, InboundOutcome, Kept } from '../records';
import { inboundMessages } from '../schema';

/** A message as its source gives it. */
export type ArrivedMessage = Pick<
  InboundMessage,
  'channel' | 'source' | 'sourceKey' | 'sha256' | 'bytes' | 'envelope' | 'arrivedAt'
>;

/** By what a message is known again. */
export interface Once {
  /** Left out: the SHA-256 of its bytes. */
  identity?: string;
  /** Messages before this moment are others, even if they are the same; left out: none is. */
  since?: Instant;
  /** Said by the sender of a signed message: no other message since that moment may have it. */
  nonce?: { text: string; since: Instant };
}

type Found = Pick<typeof inboundMessages.$inferSelect, 'id' | 'sha256' | 'caseNo' | 'outcome' | 'reason'>;

/** The id of the message of which this is a repeat, else its own. */
const firstOf = ({ id, outcome, reason }: Found): number =>
  outcome === 'repeat' ? Number(/^of_(\d+)$/u.exec(reason ?? '')?.[1] ?? id) : id;

/**
 * Keeps a message. One that this source has given before stays as it was. One that has come before, from whatever source of
 * the channel, is written down as a repeat of that.
 */
const keeping =
  ({ db, clock }: Pick<Database, 'db' | 'clock'>) =>
  async (message: ArrivedMessage, once: Once = {}): Promise<Kept> => {
    const { channel, source, sourceKey, sha256, arrivedAt } = message;
    const { identity = sha256, since, nonce } = once;
    return db.transaction(async (tx) => {
      // Of two that come at once the second one waits here, and then finds the first.
      const waitFor = (name: string) => tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
      const find = async (...conditions: (SQL | undefined)[]): Promise<Found | undefined> => {
        const [row] = await tx
          .select({
            id: inboundMessages.id,
            sha256: inboundMessages.sha256,
            caseNo: inboundMessages.caseNo,
            outcome: inboundMessages.outcome,
            reason: inboundMessages.reason,
          })
          .from(inboundMessages)
          .where(and(eq(inboundMessages.channel, channel), ...conditions))
          .orderBy(inboundMessages.id)
          .limit(1);
        return row;
      };
      if (nonce) {
        await waitFor(`inbound/${channel}/${source}/nonce/${nonce.text}`);
        const usedBy = await find(
          eq(inboundMessages.source, source),
          eq(inboundMessages.nonce, nonce.text),
          gte(inboundMessages.arrivedAt, nonce.since),
        );
        if (usedBy) return usedBy.sha256 === sha256 ? { id: firstOf(usedBy), is: 'again' } : { is: 'nonce_used' };
      }
      await waitFor(`inbound/${channel}/${identity}`);
      const first = await find(
        eq(inboundMessages.identity, identity),
        sql`${inboundMessages.outcome} is distinct from 'repeat'`,
        since === undefined ? undefined : gte(inboundMessages.arrivedAt, since),
      );
      const at = toInstant(clock());
      const [row] = await tx
        .insert(inboundMessages)
        .values({
          ...message,
          identity,
          nonce: nonce?.text,
          arrivedAt,
          nextAttemptAt: at,
          ...(first && { outcome: 'repeat' as const, reason: `of_${first.id}`, caseNo: first.caseNo, endedAt: at }),
        })
        .onConflictDoNothing()
        .returning({ id: inboundMessages.id });
      if (first) return { id: first.id, is: 'again' };
      if (row) return { id: row.id, is: 'new' };
      const known = await find(eq(inboundMessages.source, source), eq(inboundMessages.sourceKey, sourceKey));
      if (!known) throw new Error('a message of this name is kept, and cannot be found');
      return { id: firstOf(known), is: 'again' };
    });
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
    keep: keeping({ db, clock }),

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
