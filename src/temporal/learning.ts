import { ScheduleAlreadyRunning, type Client, type ScheduleSpec } from '@temporalio/client';

/** At night, when nobody waits for the worker, in the house's zone. */
const HOUR = 3;

/** The Schedule that learns from own cases: one a task queue. */
export const learningScheduleId = (taskQueue: string): string => `learning/${taskQueue}`;

/**
 * Makes the nightly Schedule, or brings an older one up to date. One that an operator has paused stays paused.
 * @param zone the house's
 */
export async function ensureLearning({ schedule }: Client, taskQueue: string, zone: string): Promise<void> {
  const scheduleId = learningScheduleId(taskQueue);
  const spec: ScheduleSpec = { calendars: [{ hour: HOUR }], timezone: zone };
  const action = { type: 'startWorkflow', workflowType: 'learning', workflowId: scheduleId, taskQueue } as const;
  // One at a time, and a night that was missed is made up for within the day.
  const policies = { overlap: 'SKIP', catchupWindow: '20 hours' } as const;
  try {
    await schedule.create({ scheduleId, spec, action, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(scheduleId).update(({ state }) => ({ spec, action, policies, state }));
  }
}
