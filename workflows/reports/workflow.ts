import { proxyActivities } from '@temporalio/workflow';
import type { ReportActivities } from '../../activities/reports';

/** An ordinary activity: no case waits for it, and it may begin again at any time. */
const { closeReports } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '30 minutes',
  retry: { maximumAttempts: 10, initialInterval: '1 minute' },
});

/**
 * Closes the reports of days, weeks, months and quarters that are over, day by day (src/temporal/reports.ts).
 * @returns how many, and how many people are told of one
 */
export async function reports(): Promise<{ closed: number; mailed: number }> {
  return closeReports();
}
