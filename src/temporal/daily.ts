import { ScheduleAlreadyRunning, type Client, type DayOfWeek, type ScheduleSpec } from '@temporalio/client';

/** What runs once a day, or once a week. `name` is its workflow's as well, and begins the Schedule's id. */
export interface Daily {
  name: string;
  /** By the house's clock. */
  hour: number;
  /** Of the week; absent: every day. */
  day?: DayOfWeek;
}

/** The Schedule of such a run: one a task queue. */
export const dailyScheduleId = ({ name }: Daily, taskQueue: string): string => `${name}/${taskQueue}`;

/**
 * Makes the Schedule, or brings an older one up to date. One that an operator has paused stays paused.
 * @param zone the house's
 */
export async function ensureDaily({ schedule }: Client, daily: Daily, taskQueue: string, zone: string): Promise<void> {
  const scheduleId = dailyScheduleId(daily, taskQueue);
  const spec: ScheduleSpec = {
    calendars: [{ hour: daily.hour, ...(daily.day && { dayOfWeek: daily.day }) }],
    timezone: zone,
  };
  const action = { type: 'startWorkflow', workflowType: daily.name, workflowId: scheduleId, taskQueue } as const;
  // One at a time, and a run that was missed is made up for before the next one.
  const policies = { overlap: 'SKIP', catchupWindow: daily.day ? '6 days' : '20 hours' } as const;
  try {
    await schedule.create({ scheduleId, spec, action, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(scheduleId).update(({ state }) => ({ spec, action, policies, state }));
  }
}
