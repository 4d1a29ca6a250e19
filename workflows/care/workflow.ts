import { proxyActivities } from '@temporalio/workflow';
import type { CareActivities } from '../../activities/care';

/** An ordinary activity: it goes through rows that no case waits for, and may begin again at any time. */
const { keepCare } = proxyActivities<CareActivities>({
  startToCloseTimeout: '20 minutes',
  retry: { maximumAttempts: 5, initialInterval: '1 minute' },
});

/**
 * Enters customers on the care list and greets those on it, day by day (src/temporal/care.ts).
 * @returns how many of each
 */
export async function care(): Promise<{ entered: number; greeted: number }> {
  return keepCare();
}
