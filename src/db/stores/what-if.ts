import type { CaseEvent } from '../../domain/case/events';
import { toInstant } from '../../domain/time/duration';
import type { Actor, Instant } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';

/**
 * A batch of cases in the order of their receipt, each with the events that its promises hang on, in one array: the pages
 * of one index and, a case, one stretch of the ledger's primary key. Plans are left out: due times are what is compared.
 */
const BATCH: Statement = {
  name: 'what_if_batch',
  text: `
with batch as (
  select case_no, received_at from cases
  where received_at >= $1::timestamptz and received_at < $2::timestamptz
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

type Packed = [seq: number, type: CaseEvent['type'], at: number, who: string | null, by: string | null, data: object];

interface Row {
  case_no: string;
  received_at: Date;
  amount: number | null;
  events: Packed[] | null;
}

export interface RecordedCase {
  caseNo: string;
  receivedAt: Instant;
  amountCny?: number;
  events: CaseEvent[];
}

/** So many cases at once: a batch is worked on in some tens of milliseconds, and others get their turn in between. */
const AT_ONCE = 100;

const SYSTEM: Actor = { kind: 'system' };

/** Which decision an event belongs to is only needed where the time of decisions is asked for. */
function unpack(events: readonly Packed[], withDecisions: boolean): CaseEvent[] {
  let last = { ms: Number.NaN, at: '' };
  return events.map(([seq, type, ms, who, by, data]) => {
    // What follows from something happens in the same moment.
    if (ms !== last.ms) last = { ms, at: toInstant(ms) };
    const actor = who === null ? SYSTEM : { kind: 'staff', id: who, role: 'agent', team: '' };
    const event = { seq, type, at: last.at, actor, data };
    return (
      withDecisions && by !== null ? { ...event, decision: { id: by, name: '', print: '' } } : event
    ) as CaseEvent;
  });
}

export function whatIfStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /** The next cases after `after`, received at or after `from` and before `to`; none when there are no more. */
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
