import { createHash } from 'node:crypto';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { run, type Database, type Statement } from '../database';
import type { InboundMessage, InboundOutcome, Kept } from '../records';

/** A message as its source gives it. */
export type ArrivedMessage = Pick<
  InboundMessage,
  'channel' | 'source' | 'sourceKey' | 'sha256' | 'bytes' | 'envelope' | 'arrivedAt' | 'line' | 'place'
>;

/** By what a message is known again. */
export interface Once {
  /** Left out: the SHA-256 of its bytes. */
  identity?: string;
  /** Messages before this moment are others, even if they are the same; left out: none is. */
  since?: Instant;
  /** Said by the sender of a signed message: no other message since that moment may have it. */
  nonce?: { text: string; since: Instant };
  /** Not to be taken up before this moment; left out: at once. */
  dueAt?: Instant;
}

/**
 * `used` is a message with this nonce, `first` the same message as it came before, `kept` the new row: of a repeat, if there
 * is a first one. With a used nonce nothing is written, nor if the source has given this very message before.
 */
const KEEP: Statement = {
  name: 'inbound_keep',
  text: `
with used as (
  select id, sha256, outcome, reason from inbound_messages
  where channel = $1::text and source = $2::text and nonce = $3::text and arrived_at >= $4::timestamptz
  order by id limit 1
), first as (
  select id, sha256, outcome, reason, case_no from inbound_messages
  where channel = $1::text and identity = $5::text and outcome is distinct from 'repeat'
    and ($6::timestamptz is null or arrived_at >= $6::timestamptz)
  order by id limit 1
), kept as (
  insert into inbound_messages (
    channel, source, source_key, sha256, bytes, envelope, arrived_at, identity, nonce, next_attempt_at,
    outcome, reason, case_no, ended_at, line, place
  )
  select $1::text, $2::text, $7::text, $8::text, $9::int, $10::jsonb, $11::timestamptz, $5::text, $3::text,
    coalesce($13::timestamptz, $12::timestamptz),
    case when first.id is not null then 'repeat' end, 'of_' || first.id, first.case_no,
    case when first.id is not null then $12::timestamptz end, $14::text, $15::text
  from (select) as message left join first on true
  where not exists (select from used)
  on conflict do nothing
  returning id
)
select 'used' as is, id::int, sha256, outcome, reason from used
union all select 'first', id::int, sha256, outcome, reason from first
union all select 'kept', id::int, null, null, null from kept`,
};

const KNOWN: Statement = {
  name: 'inbound_known',
  text: `
select id::int, sha256, outcome, reason from inbound_messages
where channel = $1::text and source = $2::text and source_key = $3::text`,
};

interface Found {
  id: number;
  sha256: string;
  outcome: InboundOutcome | null;
  reason: string | null;
}

/** The id of the message of which this is a repeat, else its own. */
const firstOf = ({ id, outcome, reason }: Found): number =>
  outcome === 'repeat' ? Number(/^of_(\d+)$/u.exec(reason ?? '')?.[1] ?? id) : id;

/** A lock of Postgres by name: of two messages that come at once the second one waits there, and then finds the first. */
const lock = (name: string): string =>
  `select pg_advisory_xact_lock(${createHash('sha256').update(name).digest().readBigInt64BE(0)})`;

/**
 * Keeps a message. One that this source has given before stays as it was. One that has come before, from whatever source of
 * the channel, is written down as a repeat of that. Three round trips, because others wait behind it.
 */
export const keeping =
  ({ pool, clock }: Pick<Database, 'pool' | 'clock'>) =>
  async (message: ArrivedMessage, once: Once = {}): Promise<Kept> => {
    const { channel, source, sourceKey, sha256, bytes, envelope, arrivedAt, line, place } = message;
    const { identity = sha256, since, nonce, dueAt } = once;
    const names = [
      ...(nonce ? [`inbound/${channel}/${source}/nonce/${nonce.text}`] : []),
      `inbound/${channel}/${identity}`,
    ];
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // The locks are statements of their own: the next one sees what was committed while it waited for them.
      await client.query(['begin', ...names.map(lock)].join('; '));
      const rows = await run<Found & { is: 'used' | 'first' | 'kept' }>(client, KEEP, [
        channel,
        source,
        nonce?.text ?? null,
        nonce?.since ?? null,
        identity,
        since ?? null,
        sourceKey,
        sha256,
        bytes,
        JSON.stringify(envelope),
        arrivedAt,
        toInstant(clock()),
        dueAt ?? null,
        line ?? null,
        place ?? null,
      ]);
      await client.query('commit');
      const [used, first, kept] = (['used', 'first', 'kept'] as const).map((is) => rows.find((row) => row.is === is));
      if (used) return used.sha256 === sha256 ? { id: firstOf(used), is: 'again' } : { is: 'nonce_used' };
      if (first) return { id: first.id, is: 'again' };
      if (kept) return { id: kept.id, is: 'new' };
      const [known] = await run<Found>(client, KNOWN, [channel, source, sourceKey]);
      if (!known) throw new Error('a message of this name is kept, and cannot be found');
      return { id: firstOf(known), is: 'again' };
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        broken = fault;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
