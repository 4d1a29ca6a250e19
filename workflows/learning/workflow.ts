import { proxyActivities } from '@temporalio/workflow';
import type { LearningActivities } from '../../activities/learning';

/** An ordinary activity: it takes minutes, and reads and writes what no case waits for. */
const { learnReading } = proxyActivities<LearningActivities>({
  startToCloseTimeout: '20 minutes',
  retry: { maximumAttempts: 3, initialInterval: '1 minute' },
});

/**
 * Learns from the department's own confirmed cases, night by night (src/temporal/learning.ts).
 * @returns the version of what was learnt, and what it has a say in
 */
export async function learning(): Promise<{ version?: string; used?: string[] }> {
  return learnReading();
}
