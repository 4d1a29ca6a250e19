import { REPORT_VERSION } from '../../../../src/cases/reports/answers';
import { createMaking } from '../../../../src/cases/reports/making';
import { periodBefore, periodWith } from '../../../../src/domain/facts/periods';
import { houseDate } from '../../../../src/house';
import type { Desk } from './support';

/** Closes the reports of the last month and quarter, after which some numbers change. @returns their names */
export async function reported({ harness }: Pick<Desk, 'harness'>): Promise<{ month: string; quarter: string }> {
  const { figures, reportCounts: counts, closedReports } = harness.stores;
  const make = createMaking({ figures, counts, clock: Date.now });
  const today = houseDate(Date.now());
  const names: Record<string, string> = {};
  for (const kind of ['month', 'quarter'] as const) {
    const period = periodBefore(periodWith(kind, today));
    const data = await make(period);
    const closedAt = new Date().toISOString();
    await closedReports.close({ kind, period: period.name, version: REPORT_VERSION, data, closedAt });
    names[kind] = period.name;
  }
  const quarter = { kind: 'quarter', period: names.quarter ?? '' } as const;
  await closedReports.writeRemark(quarter, {
    text: '安装队每周抽查五单，李工负责，下季度初复查。\n备件库存低于两周时自动补货。',
    by: 'mona',
  });
  await harness.database.pool.query(
    `update fact_cases set cause = 'weather' where case_no in (
       select case_no from fact_cases where cause = 'installation' and left(day, 7) = $1 order by day desc limit 6)`,
    [names.month],
  );
  return { month: names.month ?? '', quarter: quarter.period };
}
