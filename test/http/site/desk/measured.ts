import type { Desk } from './support';

/** Writes facts of a department over a hundred days: as if its worker had, from ledgers of so many cases. */
export async function measured({ harness }: Pick<Desk, 'harness'>): Promise<void> {
  const { pool } = harness.database;
  const now = new Date();
  await pool.query(
    `insert into fact_cases (case_no, seq, received_at, day, hour, grade, category, cause, product, channel, person, team,
       policy_version, imported, repeat, graded, suggestion_kept, grade_kept, assigned, reassigned, responded, resolved_at,
       resolved_day, reopened, escalations, lost, won_back, touched_at)
     select 'C260101-' || lpad(n::text, 6, '0'), 9, at, day, 8 + n % 10, (array['general', 'general', 'general', 'important', 'major'])[1 + n % 5],
       (array['product_quality', 'product_quality', 'logistics', 'service_attitude', 'after_sales_efficiency'])[1 + n % 5],
       (array['installation', 'installation', 'installation', 'transport_packing', 'spare_parts', 'spare_parts', 'unknown',
         'staff_skill', 'process_gap', 'design', 'supplier', 'price_policy', 'repair_quality'])[1 + n % 13],
       '净水器', (array['phone', 'web', 'wechat'])[1 + n % 3], (array['anna', 'anna', 'otto', 'sara'])[1 + n % 4], 'after-sales',
       1, false, n % 11 = 0, true, n % 6 > 0, n % 15 > 0, true, (n % 9 = 0)::int, true, at, day, n % 17 = 0, (n % 8 = 0)::int,
       n % 10 = 0, n % 20 = 0, at
     from generate_series(1, 260) n, lateral (select $1::timestamptz - n * interval '9 hours' as at) a,
       lateral (select to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day) d`,
    [now],
  );
  await pool.query(
    `insert into fact_promises (case_no, at, day, person, team, seq, clock, promise, started_at, due_at, verdict, extended)
     select case_no, received_at, day, person, team, s, p, p, received_at, received_at,
       case when (substr(case_no, 9)::int + s) % (case p when 'resolution' then 6 else 40 end) = 0 then 'broken' else 'kept' end, false
     from fact_cases, (values ('firstResponse', 1), ('resolution', 2)) as v(p, s) where case_no like 'C260101-%'`,
  );
  await pool.query(
    `insert into fact_surveys (case_no, at, day, person, team, survey_id, answered, speed, solution, attitude, total)
     select case_no, received_at, day, person, team, 's1', n % 3 > 0, 1 + n % 5, 3 + n % 3, 4, 2 + n % 4
     from fact_cases, lateral (select substr(case_no, 9)::int as n) s where case_no like 'C260101-%'`,
  );
  await pool.query(
    `insert into fact_spans (case_no, at, day, person, team, kind, name, seq, from_at, took_ms)
     select case_no, received_at, day, person, team, 'stage', name, 1, received_at, 600000 * length(name) * (1 + seq)
     from fact_cases, (values ('grade'), ('assign'), ('resolve'), ('feedback')) as v(name) where case_no like 'C260101-%'`,
  );
  await pool.query(
    `insert into fact_redress (case_no, at, day, person, team, seq, n, kind, amount)
     select case_no, received_at, day, person, team, 5, 0, (array['refund', 'coupon'])[1 + hour % 2], 20 * hour
     from fact_cases where case_no like 'C260101-%' and hour > 12`,
  );
}
