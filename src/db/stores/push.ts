import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { iso, run, type Database, type Statement } from '../database';
import type { PushRow, PushSubscription } from '../records';
import { pushes, pushSubscriptions } from '../schema';

const CLAIM: Statement = {
  name: 'pushes_claim',
  text: `
update pushes p set attempts = attempts + 1, next_attempt_at = $3::timestamptz + $2::int * interval '1 millisecond'
from push_subscriptions s
where s.id = p.subscription_id and p.id in (
  select id from pushes where next_attempt_at <= $3::timestamptz
  order by next_attempt_at, id limit $1::int for update skip locked
)
returning p.id, p.subscription_id, p.outbox_id, p.chat_id, p.attempts, p.planned_at, p.failing_since, s.user_id, s.endpoint, s.p256dh, s.auth`,
};

interface Row extends Record<string, unknown> {
  id: string;
  subscription_id: string;
  /** One of the two. */
  outbox_id: string | null;
  chat_id: string | null;
  attempts: number;
  planned_at: Date;
  failing_since: Date | null;
  user_id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** Browsers of staff that are told of notices, and the pushes that are to go there. */
export function pushStore({ db, pool, clock }: Database) {
  return {
    /** Adds a browser, or gives one that is known to this person. Of a person's the newest `most` stay. */
    async add(subscription: Omit<PushSubscription, 'id'>, most: number): Promise<void> {
      const { endpoint: _endpoint, ...rest } = subscription;
      await db
        .insert(pushSubscriptions)
        .values(subscription)
        .onConflictDoUpdate({ target: pushSubscriptions.endpoint, set: rest });
      const tooMany = db
        .select({ id: pushSubscriptions.id })
        .from(pushSubscriptions)
        .where(eq(pushSubscriptions.userId, subscription.userId))
        .orderBy(desc(pushSubscriptions.id))
        .offset(most);
      await db.delete(pushSubscriptions).where(inArray(pushSubscriptions.id, tooMany));
    },

    /** The browsers of a person, the newest first. */
    list: (userId: string): Promise<PushSubscription[]> =>
      db
        .select()
        .from(pushSubscriptions)
        .where(eq(pushSubscriptions.userId, userId))
        .orderBy(desc(pushSubscriptions.id)),

    /** Who of these people has a browser that is told. */
    async having(userIds: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db
        .selectDistinct({ id: pushSubscriptions.userId })
        .from(pushSubscriptions)
        .where(inArray(pushSubscriptions.userId, [...userIds]));
      return new Set(rows.map(({ id }) => id));
    },

    /** Removes one of somebody's browsers, with what waits for it. */
    async remove(userId: string, id: number): Promise<void> {
      await db.delete(pushSubscriptions).where(and(eq(pushSubscriptions.userId, userId), eq(pushSubscriptions.id, id)));
    },

    /** Removes a browser that takes no pushes any more, with what waits for it. */
    async forget(id: number): Promise<void> {
      await db.delete(pushSubscriptions).where(eq(pushSubscriptions.id, id));
    },

    /** Claims up to `limit` pushes that are due, the oldest id first. For `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<PushRow[]> {
      const rows = await run<Row>(pool, CLAIM, [limit, leaseMs, toInstant(clock())]);
      return rows
        .map((row) => ({
          id: Number(row.id),
          subscriptionId: Number(row.subscription_id),
          about: row.chat_id === null ? { outboxId: Number(row.outbox_id) } : { chatId: row.chat_id },
          userId: row.user_id,
          attempts: row.attempts,
          plannedAt: iso(row.planned_at),
          ...(row.failing_since && { failingSince: iso(row.failing_since) }),
          endpoint: row.endpoint,
          p256dh: row.p256dh,
          auth: row.auth,
        }))
        .toSorted((a, b) => a.id - b.id);
    },

    /** The attempt failed: due again at `nextAt`. */
    async retry(id: number, error: string, nextAt: string): Promise<void> {
      const failingSince = sql`coalesce(${pushes.failingSince}, ${toInstant(clock())}::timestamptz)`;
      await db.update(pushes).set({ error, nextAttemptAt: nextAt, failingSince }).where(eq(pushes.id, id));
    },

    /** Waits without a fault, for what `why` names: due again at `until`. */
    async putOff(id: number, why: string, until: string): Promise<void> {
      await db.update(pushes).set({ error: why, nextAttemptAt: until, failingSince: null }).where(eq(pushes.id, id));
    },

    /** It was sent, or need not be. Its notice is told once only, so it is not planned again. */
    async end(id: number): Promise<void> {
      await db.delete(pushes).where(eq(pushes.id, id));
    },
  };
}
