import type { ActionRow } from '../../../src/db';
import { DAY, HOUR } from '../../../src/domain/basics/milliseconds';
import type { Clock } from '../../../src/domain/promises/clock';

export const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** The first action of a case, started a month ago, as its workflow would have saved it. */
export function startedAction(caseNo: string, change: Partial<ActionRow> = {}): ActionRow {
  const id = `${caseNo}-A1`;
  const [plannedAt, dueAt, startedAt] = [ago(31 * DAY), ago(28 * DAY), ago(30 * DAY)];
  const containment: Clock = {
    id: 'containment',
    promise: 'review',
    version: 1,
    status: 'met',
    startedAt: plannedAt,
    dueAt,
    lengthMs: 72 * HOUR,
    pausable: false,
    warnAt: [],
    warned: 0,
    pausedMs: 0,
    escalated: 0,
    stoppedAt: startedAt,
  };
  const common = { kind: 'urgent', owner: 'quinn', cause: 'design', status: 'started', startedAt } as const;
  const state = { id, revision: 2, cases: [caseNo], ...common, plannedAt, round: 1, clocks: { containment } };
  const row = { id, revision: 2, caseNos: [caseNo], ...common, dueAt, checkAt: ago(0), rounds: 1, state };
  return { ...row, ...change, state: { ...state, ...change.state } };
}

/** Enters complaints whose cause is known (or, with an empty one, is not) into the facts, received so long ago. */
export async function enterFacts(
  pool: { query(sql: string, values: unknown[]): Promise<unknown> },
  { cause, many, daysAgo, product = '空调' }: { cause: string; many: number; daysAgo: number; product?: string },
): Promise<void> {
  await pool.query(
    `insert into fact_cases (case_no, seq, received_at, day, hour, grade, category, channel, policy_version, imported, repeat,
       graded, assigned, reassigned, responded, reopened, escalations, lost, won_back, cause, product)
     select 'X' || $2::text || $3::text || $5::text || n, 1, $1::timestamptz,
       to_char($1::timestamptz at time zone 'Asia/Shanghai', 'YYYY-MM-DD'), 9,
       'general', 'product_quality', 'web', 1, false, false, true, true, 0, true, false, 0, false, false, nullif($2, ''), $3
     from generate_series(1, $4::int) n`,
    [ago(daysAgo * DAY), cause, product, many, daysAgo],
  );
}
