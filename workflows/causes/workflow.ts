import { proxyActivities } from '@temporalio/workflow';
import type { CauseActivities } from '../../activities/causes';

/** An ordinary activity: it reads what no case waits for, and may begin again at any time. */
const { findCauses } = proxyActivities<CauseActivities>({
  startToCloseTimeout: '20 minutes',
  retry: { maximumAttempts: 10, initialInterval: '1 minute' },
});

/**
 * Finds what rises among the causes of complaints, week by week (src/temporal/causes.ts).
 * @returns the Mondays of the weeks that it has found something out about
 */
export async function causes(): Promise<{ weeks: string[] }> {
  return findCauses();
}
