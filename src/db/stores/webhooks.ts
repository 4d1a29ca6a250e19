import { and, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import { DAY, HOUR, SECOND } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { WEBHOOK_TEST } from '../../domain/case/webhook-events';
import { toInstant } from '../../domain/time/duration';
import { iso, run, withoutNulls, type Database, type Statement } from '../database';
import type { ClaimedWebhook, WebhookDelivery, WebhookEndpoint } from '../records';
import { webhookDeliveries, webhookEndpoints } from '../schema';
import { noteAct, noteChange } from './channel-acts';

/** From so many failures in a row on an endpoint is left alone for a while, and then asked by one message. */
const BREAKS_AT = 5;
/** For how long at first; twice as long after each further failure, up to the longest. */
const PAUSE = 30 * SECOND;
const LONGEST_PAUSE = 600 * SECOND;
/** What waits this long at an endpoint that has failed as long is given up. */
const GIVE_UP_AFTER = 72 * HOUR;
const KEPT = 30 * DAY;

/**
 * Of every endpoint a few, the longest due first; of one that fails a single one. A test goes out also where it is
 * switched off or left alone.
 */
const CLAIM: Statement = {
  name: 'webhooks_claim',
  text: `
with chosen as (
  select d.id from webhook_endpoints e
  cross join lateral (
    select id, next_attempt_at from webhook_deliveries
    where endpoint_id = e.id and state = 'waiting' and next_attempt_at <= $3::timestamptz
      and (type = '${WEBHOOK_TEST}' or (e.enabled and coalesce(e.paused_until <= $3::timestamptz, true)))
    order by next_attempt_at, id
    limit case when e.failures > 0 then 1 else $4::int end
    for update skip locked
  ) d
  where e.id <> all($5::uuid[])
  order by d.next_attempt_at, d.id limit $1::int
)
update webhook_deliveries d
set attempts = attempts + 1, next_attempt_at = $3::timestamptz + $2::int * interval '1 millisecond'
from webhook_endpoints e
where e.id = d.endpoint_id and d.id in (select id from chosen)
returning d.id, d.endpoint_id, d.message_id, d.type, d.attempts, d.body, d.queued_at, d.failing_since,
  e.url, e.generation, e.rotated_at`,
};

/** What waits for receivers that are on, and those of them that do not take it. */
export const WEBHOOKS_WAITING = `
  select d.planned_at from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
  where d.state = 'waiting' and e.enabled`;
export const WEBHOOKS_FAILING = `select failing_since from webhook_endpoints where enabled and failures > 0`;

interface Row extends Record<string, unknown> {
  id: string;
  endpoint_id: string;
  message_id: string;
  type: WebhookDelivery['type'];
  attempts: number;
  body: string;
  queued_at: Date;
  failing_since: Date | null;
  url: string;
  generation: number;
  rotated_at: Date | null;
}

/** How an attempt ended. */
export interface WebhookAttempt {
  code: string;
  durationMs: number;
}

const { body: _body, queuedAt: _queuedAt, failingSince: _failingSince, ...LOGGED } = getTableColumns(webhookDeliveries);

const endpointOf = (row: typeof webhookEndpoints.$inferSelect): WebhookEndpoint => withoutNulls(row);
/** An address may hold what nobody else is to know: of it the host alone is written down. */
const actOn = ({ id, url }: Pick<WebhookEndpoint, 'id' | 'url'>) =>
  ({ channel: 'webhooks', subjectId: id, name: new URL(url).host }) as const;
const ofEndpoint = (endpointId: string) => eq(webhookDeliveries.endpointId, endpointId);

/** Other systems that are told what happens to cases, and the messages to them. The ledger plans these. */
export const webhookStore = (database: Database) => ({
  ...receivers(database),
  ...messages(database),
  ...sending(database),
});

function receivers({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All of them, the oldest first, each with how many messages wait for it and when it last took one. */
    async list(): Promise<(WebhookEndpoint & { waiting: number; lastSentAt?: Instant })[]> {
      const rows = await db
        .select({
          ...getTableColumns(webhookEndpoints),
          waiting: sql<number>`(select count(*)::int from webhook_deliveries d
            where d.endpoint_id = "webhook_endpoints"."id" and d.state = 'waiting')`,
          lastSentAt: sql<Date | string | null>`(select max(d.ended_at) from webhook_deliveries d
            where d.endpoint_id = "webhook_endpoints"."id" and d.state = 'sent')`,
        })
        .from(webhookEndpoints)
        .orderBy(webhookEndpoints.createdAt, webhookEndpoints.id);
      return rows.map(({ waiting, lastSentAt, ...row }) => ({
        ...endpointOf(row),
        waiting,
        ...(lastSentAt !== null && { lastSentAt: iso(lastSentAt) }),
      }));
    },

    async get(id: string): Promise<WebhookEndpoint | undefined> {
      const [row] = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id));
      return row && endpointOf(row);
    },

    async create(
      endpoint: Pick<WebhookEndpoint, 'id' | 'url' | 'description' | 'events' | 'createdBy'>,
    ): Promise<WebhookEndpoint> {
      const at = nowInstant();
      return db.transaction(async (tx) => {
        const [row] = await tx
          .insert(webhookEndpoints)
          .values({ ...endpoint, createdAt: at })
          .returning();
        if (!row) throw new Error('no row came back');
        await noteAct(tx, { ...actOn(row), act: 'made', by: endpoint.createdBy, at });
        return endpointOf(row);
      });
    },

    /** Changes what is given. An endpoint that is switched on, or has another address, is asked again at once. */
    async change(
      id: string,
      {
        events,
        ...changes
      }: Partial<Pick<WebhookEndpoint, 'url' | 'description' | 'enabled'>> & {
        /** Null: all. */
        events?: WebhookEndpoint['events'] | null | undefined;
      },
      by: string,
    ): Promise<WebhookEndpoint | undefined> {
      const anew = changes.url !== undefined || changes.enabled === true;
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)).for('update');
        if (!before) return undefined;
        const [row] = await tx
          .update(webhookEndpoints)
          .set({
            ...changes,
            ...(events !== undefined && { events }),
            ...(changes.enabled !== undefined && { offBecause: changes.enabled ? null : ('admin' as const) }),
            ...(anew && { failures: 0, failingSince: null, pausedUntil: null }),
            // Drizzle refuses a change of nothing.
            id,
          })
          .where(eq(webhookEndpoints.id, id))
          .returning();
        if (!row) return undefined;
        const { enabled, ...settings } = changes;
        await noteChange(
          tx,
          { ...actOn(row), by, at: nowInstant() },
          { before, given: { ...settings, events }, enabled: { was: before.enabled, is: enabled } },
        );
        return endpointOf(row);
      });
    },

    /** Gives it the next secret. @param by a user id, as everywhere here */
    async rotate(id: string, by: string): Promise<WebhookEndpoint | undefined> {
      const at = nowInstant();
      return db.transaction(async (tx) => {
        const [row] = await tx
          .update(webhookEndpoints)
          .set({ generation: sql`${webhookEndpoints.generation} + 1`, rotatedAt: at })
          .where(eq(webhookEndpoints.id, id))
          .returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'rotated', by, at });
        return row && endpointOf(row);
      });
    },

    /** Removes it with its messages. @returns whether it was there */
    async remove(id: string, by: string): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [row] = await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id)).returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'removed', by, at: nowInstant() });
        return row !== undefined;
      });
    },
  };
}

/** What admins see of the messages, and have sent again. */
function messages({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** Plans a test for one endpoint, whatever it wants. */
    async planTest(endpointId: string, messageId: string, body: string): Promise<WebhookDelivery> {
      const at = nowInstant();
      const [row] = await db
        .insert(webhookDeliveries)
        .values({ endpointId, messageId, type: WEBHOOK_TEST, body, plannedAt: at, queuedAt: at, nextAttemptAt: at })
        .returning(LOGGED);
      if (!row) throw new Error('no row came back');
      return withoutNulls(row);
    },

    /** Its messages, the newest first. @param before the id of the last one of the page before */
    async deliveries(
      endpointId: string,
      limit: number,
      { before, state }: { before?: number | undefined; state?: WebhookDelivery['state'] | undefined } = {},
    ): Promise<WebhookDelivery[]> {
      const rows = await db
        .select(LOGGED)
        .from(webhookDeliveries)
        .where(
          and(
            ofEndpoint(endpointId),
            before === undefined ? undefined : lt(webhookDeliveries.id, before),
            state && eq(webhookDeliveries.state, state),
          ),
        )
        .orderBy(desc(webhookDeliveries.id))
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /**
     * Sends messages again, under the ids that they had: one, or all of events that were planned at `since` or later.
     * One that waits is due at once.
     * @returns how many
     */
    async replay(endpointId: string, which: { id: number } | { since: Instant }): Promise<number> {
      const at = nowInstant();
      const chosen = 'id' in which ? eq(webhookDeliveries.id, which.id) : gte(webhookDeliveries.plannedAt, which.since);
      const rows = await db
        .update(webhookDeliveries)
        .set({ state: 'waiting', attempts: 0, queuedAt: at, nextAttemptAt: at, failingSince: null, endedAt: null })
        .where(and(ofEndpoint(endpointId), chosen))
        .returning({ id: webhookDeliveries.id });
      return rows.length;
    },
  };
}

/** What the relay does with them. */
function sending({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /**
     * Claims up to `limit` messages that are due, of no endpoint more than `perEndpoint`, and of these endpoints none.
     * For `leaseMs` no other caller gets them.
     */
    async claim(
      limit: number,
      leaseMs: number,
      { perEndpoint, except }: { perEndpoint: number; except: readonly string[] },
    ): Promise<ClaimedWebhook[]> {
      const rows = await run<Row>(pool, CLAIM, [limit, leaseMs, nowInstant(), perEndpoint, except]);
      return rows
        .map((row) => ({
          id: Number(row.id),
          endpointId: row.endpoint_id,
          messageId: row.message_id,
          type: row.type,
          attempts: row.attempts,
          body: row.body,
          queuedAt: iso(row.queued_at),
          url: row.url,
          generation: row.generation,
          ...(row.failing_since && { failingSince: iso(row.failing_since) }),
          ...(row.rotated_at && { rotatedAt: iso(row.rotated_at) }),
        }))
        .toSorted((a, b) => a.id - b.id);
    },

    /** How many messages wait for receivers that are on, and how many of these receivers fail. */
    async backlog(): Promise<{ waiting: number; failing: number }> {
      const { rows } = await pool.query<{ waiting: number; failing: number }>(`
        select
          (select count(*) from (${WEBHOOKS_WAITING}) w)::int as waiting,
          (select count(*) from (${WEBHOOKS_FAILING}) f)::int as failing`);
      return { waiting: rows[0]?.waiting ?? 0, failing: rows[0]?.failing ?? 0 };
    },

    /** It has been taken. */
    async sent(id: number, attempt: WebhookAttempt | undefined): Promise<void> {
      await db
        .update(webhookDeliveries)
        .set({ ...attempt, state: 'sent', endedAt: nowInstant() })
        .where(eq(webhookDeliveries.id, id));
    },

    /** The attempt failed: due again at `nextAt`. */
    async retry(id: number, attempt: { code: string; durationMs?: number }, nextAt: Instant): Promise<void> {
      const failingSince = sql`coalesce(${webhookDeliveries.failingSince}, ${nowInstant()}::timestamptz)`;
      await db
        .update(webhookDeliveries)
        .set({ ...attempt, nextAttemptAt: nextAt, failingSince })
        .where(eq(webhookDeliveries.id, id));
    },

    /** It is not sent any more. */
    async giveUp(id: number, attempt: { code: string; durationMs?: number }): Promise<void> {
      await db
        .update(webhookDeliveries)
        .set({ ...attempt, state: 'failed', endedAt: nowInstant() })
        .where(eq(webhookDeliveries.id, id));
    },

    /** The endpoint has taken a message. */
    async works(endpointId: string): Promise<void> {
      await db
        .update(webhookEndpoints)
        .set({ failures: 0, failingSince: null, pausedUntil: null })
        .where(and(eq(webhookEndpoints.id, endpointId), sql`${webhookEndpoints.failures} > 0`));
    },

    /** The endpoint has not taken a message. After several in a row it is left alone for a while. */
    async fails(endpointId: string): Promise<void> {
      const { failures, failingSince } = webhookEndpoints;
      const pause = sql`least(${PAUSE} * power(2, least(${failures} + 1 - ${BREAKS_AT}, 10)), ${LONGEST_PAUSE})`;
      await db
        .update(webhookEndpoints)
        .set({
          failures: sql`${failures} + 1`,
          failingSince: sql`coalesce(${failingSince}, ${nowInstant()}::timestamptz)`,
          pausedUntil: sql`case when ${failures} + 1 >= ${BREAKS_AT}
            then ${nowInstant()}::timestamptz + ${pause} * interval '1 millisecond' end`,
        })
        .where(eq(webhookEndpoints.id, endpointId));
    },

    /** The receiver has said that it is gone: it is switched off. */
    async gone(endpointId: string): Promise<void> {
      await db
        .update(webhookEndpoints)
        .set({ enabled: false, offBecause: 'gone' })
        .where(eq(webhookEndpoints.id, endpointId));
    },

    /**
     * Gives up what has waited for three days at an endpoint that has failed, or was off, as long; removes what is older
     * than a month.
     * @returns how many were given up
     */
    async tidy(): Promise<number> {
      const at = clock();
      await db.delete(webhookDeliveries).where(lt(webhookDeliveries.plannedAt, toInstant(at - KEPT)));
      const over = toInstant(at - GIVE_UP_AFTER);
      const rows = await db
        .update(webhookDeliveries)
        .set({ state: 'failed', code: sql`coalesce(${webhookDeliveries.code}, 'not_sent')`, endedAt: nowInstant() })
        .where(
          and(
            eq(webhookDeliveries.state, 'waiting'),
            lt(webhookDeliveries.queuedAt, over),
            sql`${webhookDeliveries.endpointId} in (select id from webhook_endpoints
              where not enabled or failing_since < ${over}::timestamptz)`,
          ),
        )
        .returning({ id: webhookDeliveries.id });
      return rows.length;
    },
  };
}
