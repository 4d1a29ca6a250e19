import type { Client } from '@temporalio/client';
import { dailyScheduleId, ensureDaily, type Daily } from './daily';

/** Before anybody works, so that who is to be called is there, and greetings wait for the first hour. */
const CARE: Daily = { name: 'care', hour: 5 };

/** The Schedule of the care list: one a task queue. */
export const careScheduleId = (taskQueue: string): string => dailyScheduleId(CARE, taskQueue);

/** As `ensureDaily`. */
export const ensureCare = (client: Client, taskQueue: string, zone: string): Promise<void> =>
  ensureDaily(client, CARE, taskQueue, zone);
