import type { CaseEvent } from '../../domain/case/events';
import { toInstant } from '../../domain/time/duration';
import type { Actor, Instant } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';

/**
 * A batch of cases in the order of their receipt, each with its events of the wanted types in one JSON array. It reads
 * one index of `cases` in order and, for each case, one stretch of the ledger's primary key. The plans of clocks are
 * left out, because a what-if compares due times only.
 */
const BATCH: Statement = {
  name: 'what_if_batch',
  text: `
with batch as (
  select case_no, received_at from cases
  -- nothing was promised in a case that came in closed
  where received_at >= $1::timestamptz and received_at < $2::timestamptz and state -> 'imported' is null
    and (received_at, case_no) > ($3::timestamptz, $4::text)
  order by received_at, case_no limit $5::int
)
select b.case_no, b.received_at, (c.suggestion ->> 'amountCny')::float8 as amount, e.events
from batch b
left join complaints c on c.case_no = b.case_no
cross join lateral (
  select json_agg(json_build_array(seq, type, (extract(epoch from at) * 1000)::bigint, actor ->> 'id', decision ->> 'id',
    case when data ? 'plan' then data - 'plan' else data end) order by seq) as events
  from case_events where case_no = b.case_no and type = any ($6::text[])
) e
order by b.received_at, b.case_no`,
};

/**
 * An event as the statement packs it. `at`: milliseconds since 1970; `who`: id of the actor; `by`: id of the decision.
 */
type Packed = [seq: number, type: CaseEvent['type'], at: number, who: string | null, by: string | null, data: object];

interface Row {
  case_no: string;
  received_at: Date;
  amount: number | null;
  events: Packed[] | null;
}

/** A case for a what-if. Actors and decisions of its events are only as complete as a what-if needs them. */
export interface RecordedCase {
  caseNo: string;
  receivedAt: Instant;
  /** The largest amount that the customer mentioned, in yuan. */
  amountCny?: number;
  events: CaseEvent[];
}

/**
 * Cases in a batch: few enough that working on one takes some tens of milliseconds, so that other
 * requests are not held up.
 */
const AT_ONCE = 100;

const SYSTEM: Actor = { kind: 'system' };

/**
 * @param withDecisions also say which decision an event belongs to; left out where nobody asks, because it costs time
 */
function unpack(events: readonly Packed[], withDecisions: boolean): CaseEvent[] {
  let last = { ms: Number.NaN, at: '' };
  return events.map(([seq, type, ms, who, by, data]) => {
    // Events that follow from one another share their time: write it once.
    if (ms !== last.ms) last = { ms, at: toInstant(ms) };
    const actor = who === null ? SYSTEM : { kind: 'staff', id: who, role: 'agent', team: '' };
    const event = { seq, type, at: last.at, actor, data };
    return (
      withDecisions && by !== null ? { ...event, decision: { id: by, name: '', print: '' } } : event
    ) as CaseEvent;
  });
}

/** Recorded cases, for a what-if over them. */
export function whatIfStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /**
     * The next cases received at `from` or later and before `to`, up to 100; empty: there are no more.
     * @param wanted `after`: the last case of the batch before; `types`: the events wanted;
     *   `withDecisions`: see `unpack`
     */
    async batch(wanted: {
      from: Instant;
      to: Instant;
      after?: { receivedAt: Instant; caseNo: string };
      types: readonly string[];
      withDecisions: boolean;
    }): Promise<RecordedCase[]> {
      const { from, to, after, types, withDecisions } = wanted;
      const rows = await run<Row>(pool, BATCH, [
        from,
        to,
        after?.receivedAt ?? '-infinity',
        after?.caseNo ?? '',
        AT_ONCE,
        types,
      ]);
      return rows.map((row) => ({
        caseNo: row.case_no,
        receivedAt: iso(row.received_at),
        ...(row.amount !== null && { amountCny: row.amount }),
        events: unpack(row.events ?? [], withDecisions),
      }));
    },
  };
}
