import type { Client } from '@temporalio/client';
import { dailyScheduleId, ensureDaily, type Daily } from './daily';

/** At night, when nobody waits for the worker. */
const LEARNING: Daily = { name: 'learning', hour: 3 };

/** The Schedule that learns from own cases: one a task queue. */
export const learningScheduleId = (taskQueue: string): string => dailyScheduleId(LEARNING, taskQueue);

/** As `ensureDaily`. */
export const ensureLearning = (client: Client, taskQueue: string, zone: string): Promise<void> =>
  ensureDaily(client, LEARNING, taskQueue, zone);
