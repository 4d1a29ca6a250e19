import type { Client } from '@temporalio/client';
import { dailyScheduleId, ensureDaily, type Daily } from './daily';

/** Some hours after the day, so that what belongs to it is in the facts, and before anybody works. */
const REPORTS: Daily = { name: 'reports', hour: 4 };

/** The Schedule that closes reports: one a task queue. */
export const reportsScheduleId = (taskQueue: string): string => dailyScheduleId(REPORTS, taskQueue);

/** As `ensureDaily`. */
export const ensureReports = (client: Client, taskQueue: string, zone: string): Promise<void> =>
  ensureDaily(client, REPORTS, taskQueue, zone);
