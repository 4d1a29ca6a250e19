import { DAY } from '../../domain/basics/milliseconds';
import type { ConnectionName } from '../../domain/case/connections';
import { toInstant } from '../../domain/time/duration';
import { iso, run, type Database, type Statement } from '../database';
import type { SourceTraffic, Traffic } from '../records';
import { messagesUndelivered, messagesWaiting } from './customer-messages';
import { ROOMS_FAILING, ROOMS_WAITING } from './chat-rooms';
import { STILL_TO_SEND } from './outbox';
import { PLATFORMS_FAILING, PLATFORMS_WAITING } from './platforms';
import { TRACKERS_FAILING, TRACKERS_WAITING } from './trackers';
import { WEBHOOKS_FAILING, WEBHOOKS_WAITING } from './webhooks';

/** A failed import is told for so long: nobody mends an old one. */
const TOLD = 7 * DAY;

/** Messages that have come in and are not dealt with, and those that are to go out. */
const WECHAT_WAITING = `
  select arrived_at as since from inbound_messages where channel = 'wechat' and outcome is null
  union all select planned_at from (${messagesWaiting('wechat')}) w`;
/** Messages that somebody has to look at, those that did not arrive, and accounts that refuse us. */
const WECHAT_STUCK = `
  select arrived_at as since from inbound_messages where channel = 'wechat' and outcome = 'quarantined'
  union all select ended_at from (${messagesUndelivered('wechat', '$4')}) u
  union all select failing_since from wechat_accounts where failing_since is not null`;

/** The columns of each select below, in this order. */
const COLUMNS = 'parts, parts_on, waiting, waiting_since, stuck, stuck_since, code, last_in, last_out';

/**
 * What goes through each connection, as one row: how many it has and how many of them are on, what waits and since when, what
 * is stuck and since when and by which code, when something last came in and went out. Parameters: the present moment, the
 * sites that may show the form, the moments since
 * which failed imports, and messages that did not arrive, are told.
 */
const TRAFFIC: Readonly<Record<Exclude<ConnectionName, 'mailIn'>, string>> = {
  mailOut: `
    select 1, 1, count(*), min(planned_at), count(failing_since), min(failing_since),
      mode() within group (order by error) filter (where failing_since is not null), null::timestamptz,
      (select max(sent_at) from (
        (select sent_at from outbox order by id desc limit 500) union all
        (select sent_at from digests order by id desc limit 50) union all
        (select sent_at from access_mails order by id desc limit 50)) newest)
    from (${STILL_TO_SEND}) mails`,
  sms: `
    select 1, 1, (select count(*) from (${messagesWaiting('sms')}) w), (select min(planned_at) from (${messagesWaiting('sms')}) w),
      (select count(*) from (${messagesUndelivered('sms', '$4')}) u), (select min(ended_at) from (${messagesUndelivered('sms', '$4')}) u),
      null::text, null::timestamptz,
      (select max(sent_at) from (select sent_at from customer_messages where way = 'sms' order by id desc limit 500) newest)`,
  wechat: `
    select count(*), count(*) filter (where enabled),
      (select count(*) from (${WECHAT_WAITING}) w), (select min(since) from (${WECHAT_WAITING}) w),
      (select count(*) from (${WECHAT_STUCK}) u), (select min(since) from (${WECHAT_STUCK}) u),
      (select code from wechat_accounts where failing_since is not null order by failing_since limit 1),
      (select arrived_at from inbound_messages where channel = 'wechat' order by id desc limit 1),
      (select max(last_out_at) from wechat_accounts)
    from wechat_accounts`,
  form: `
    select cardinality($2::text[]), cardinality($2::text[]), 0, null::timestamptz, 0, null::timestamptz, null::text,
      (select max(received_at) from complaints where source = any($2::text[]) and source_no is null), null::timestamptz`,
  chat: `
    select 1, 1, count(*), min(waiting_since), 0, null::timestamptz, null::text,
      (select max(last_at) from chats), null::timestamptz
    from chats where status = 'waiting'`,
  hooks: `
    select count(*), count(*) filter (where is_on),
      (select count(*) from inbound_messages where channel = 'webhook' and outcome is null),
      (select min(arrived_at) from inbound_messages where channel = 'webhook' and outcome is null),
      (select count(*) from inbound_messages where channel = 'webhook' and outcome = 'quarantined'),
      (select min(arrived_at) from inbound_messages where channel = 'webhook' and outcome = 'quarantined'),
      null::text, max(last_message_at), null::timestamptz
    from inbound_hooks`,
  telephone: `
    select count(*), count(*), 0, null::timestamptz, 0, null::timestamptz, null::text,
      (select max(rang_at) from calls), null::timestamptz
    from users where active and extension is not null`,
  imports: `
    select count(*), count(*), count(*) filter (where status = 'running'), min(started_at) filter (where status = 'running'),
      count(*) filter (where status = 'failed' and coalesce(ended_at, started_at) > $3::timestamptz),
      min(coalesce(ended_at, started_at)) filter (where status = 'failed' and coalesce(ended_at, started_at) > $3::timestamptz),
      null::text, max(ended_at) filter (where status = 'done'), null::timestamptz
    from imports`,
  webhooks: `
    select count(*), count(*) filter (where enabled),
      (select count(*) from (${WEBHOOKS_WAITING}) w), (select min(planned_at) from (${WEBHOOKS_WAITING}) w),
      (select count(*) from (${WEBHOOKS_FAILING}) f), (select min(failing_since) from (${WEBHOOKS_FAILING}) f),
      null::text, null::timestamptz, (select max(ended_at) from webhook_deliveries where state = 'sent')
    from webhook_endpoints`,
  rooms: `
    select count(*), count(*) filter (where enabled),
      (select count(*) from (${ROOMS_WAITING}) w), (select min(planned_at) from (${ROOMS_WAITING}) w),
      (select count(*) from (${ROOMS_FAILING}) f), (select min(failing_since) from (${ROOMS_FAILING}) f),
      null::text, null::timestamptz, max(sent_at)
    from chat_rooms`,
  trackers: `
    select count(*), count(*) filter (where enabled),
      (select count(*) from (${TRACKERS_WAITING}) w), (select min(planned_at) from (${TRACKERS_WAITING}) w),
      (select count(*) from (${TRACKERS_FAILING}) f), (select min(failing_since) from (${TRACKERS_FAILING}) f),
      null::text, max(looked_at), null::timestamptz
    from trackers`,
  platforms: `
    select count(*), count(*) filter (where enabled),
      (select count(*) from (${PLATFORMS_WAITING}) w), (select min(found_at) from (${PLATFORMS_WAITING}) w),
      (select count(*) from (${PLATFORMS_FAILING}) f), (select min(failing_since) from (${PLATFORMS_FAILING}) f),
      (select mode() within group (order by code) from platform_accounts where enabled and failures > 0),
      greatest(max(looked_at), max(notice_at)), (select max(ended_at) from platform_acts where state = 'done')
    from platform_accounts`,
  push: `
    select (select count(*) from push_subscriptions), (select count(*) from push_subscriptions), count(*), min(planned_at),
      count(failing_since), min(failing_since),
      mode() within group (order by error) filter (where failing_since is not null), null::timestamptz, null::timestamptz
    from pushes`,
};

const ALL: Statement = {
  name: 'connections_traffic',
  text: `with t(name, ${COLUMNS}) as (
${Object.entries(TRAFFIC)
  .map(([name, text]) => `(select '${name}', one.* from (${text}) one)`)
  .join('\nunion all\n')})
select * from t`,
};

/** Of each way by which mail comes in: what waits for us, what waits for somebody to look. Parameter: sources. */
const SOURCES: Statement = {
  name: 'connections_sources',
  text: `
select s.source, p.looked_at,
  (select arrived_at from inbound_messages where channel = 'mail' and source = s.source order by id desc limit 1) as last_in,
  m.*
from unnest($1::text[]) s(source)
left join inbound_places p on p.source = s.source
cross join lateral (
  select count(*) filter (where outcome is null) as waiting, min(arrived_at) filter (where outcome is null) as waiting_since,
    count(*) filter (where outcome is not null) as stuck, min(arrived_at) filter (where outcome is not null) as stuck_since
  from inbound_messages
  where channel = 'mail' and source = s.source and (outcome is null or outcome = 'quarantined')
) m`,
};

interface Counted {
  /** As the driver gives a `bigint`. */
  waiting: string;
  waiting_since: Date | null;
  stuck: string;
  stuck_since: Date | null;
  last_in: Date | null;
}
interface Row extends Counted, Record<string, unknown> {
  name: Exclude<ConnectionName, 'mailIn'>;
  parts: string;
  parts_on: string;
  code: string | null;
  last_out: Date | null;
}
interface SourceRow extends Counted, Record<string, unknown> {
  source: string;
  looked_at: Date | null;
}

const counted = ({ waiting, waiting_since, stuck, stuck_since, last_in }: Counted) => ({
  waiting: Number(waiting),
  ...(waiting_since && { waitingSince: iso(waiting_since) }),
  stuck: Number(stuck),
  ...(stuck_since && { stuckSince: iso(stuck_since) }),
  ...(last_in && { lastInAt: iso(last_in) }),
});

/** What goes through all that is connected. */
export function connectionStore({ pool, clock }: Pick<Database, 'pool' | 'clock'>) {
  return {
    /** Of all connections but mail in. @param sites origins that may show the complaint form */
    async traffic(sites: readonly string[]): Promise<Record<Row['name'], Traffic>> {
      const now = clock();
      const rows = await run<Row>(pool, ALL, [toInstant(now), sites, toInstant(now - TOLD), toInstant(now - DAY)]);
      const found = new Map(
        rows.map((row): [Row['name'], Traffic] => [
          row.name,
          {
            parts: Number(row.parts),
            on: Number(row.parts_on),
            ...counted(row),
            ...(row.code !== null && { code: row.code }),
            ...(row.last_out && { lastOutAt: iso(row.last_out) }),
          },
        ]),
      );
      return Object.fromEntries(found) as Record<Row['name'], Traffic>;
    },

    /** Of each of these ways by which mail comes in, in this order. */
    async sources(names: readonly string[]): Promise<SourceTraffic[]> {
      const rows = await run<SourceRow>(pool, SOURCES, [names]);
      const found = new Map(rows.map((row) => [row.source, row]));
      return names.flatMap((source) => {
        const row = found.get(source);
        if (!row) return [];
        return { source, ...counted(row), ...(row.looked_at && { lookedAt: iso(row.looked_at) }) };
      });
    },
  };
}
