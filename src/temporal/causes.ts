import type { Client } from '@temporalio/client';
import { dailyScheduleId, ensureDaily, type Daily } from './daily';

/** Before those who lead come to work on Monday. */
const CAUSES: Daily = { name: 'causes', hour: 4, day: 'MONDAY' };

/** The Schedule of the weekly run over causes: one a task queue. */
export const causesScheduleId = (taskQueue: string): string => dailyScheduleId(CAUSES, taskQueue);

/** As `ensureDaily`. */
export const ensureCauses = (client: Client, taskQueue: string, zone: string): Promise<void> =>
  ensureDaily(client, CAUSES, taskQueue, zone);
