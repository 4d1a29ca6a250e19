import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createEngine } from '../../src/cases/engine/engine';
import { careScheduleId, ensureCare } from '../../src/temporal/care';
import { causesScheduleId, ensureCauses } from '../../src/temporal/causes';
import { ensureLearning, learningScheduleId } from '../../src/temporal/learning';
import { ensureReports, reportsScheduleId } from '../../src/temporal/reports';
import { waitUntil } from '../support/processes';
import { createDevServer, workflowBundle } from '../support/temporal';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createDevServer();
});
afterAll(() => env.teardown());

const QUEUE = 'learning-test';

test('Schedules look after customers and close reports every morning, look at causes on Mondays, and one learns every night in the house’s zone, and at once when it is told to; a second worker changes nothing', async () => {
  const engine = createEngine(env.client, QUEUE);
  await expect(engine.learn(5_000)).rejects.toMatchObject({ kind: 'missing' });
  await ensureLearning(env.client, QUEUE, 'Europe/Berlin');
  await ensureLearning(env.client, QUEUE, 'Asia/Shanghai');
  const handle = env.client.schedule.getHandle(learningScheduleId(QUEUE));
  const { spec, policies, info } = await handle.describe();
  expect([spec.timezone, spec.calendars?.[0]?.hour]).toEqual(['Asia/Shanghai', [{ start: 3, end: 3, step: 1 }]]);
  expect([policies.overlap, info.nextActionTimes.length > 0]).toEqual(['SKIP', true]);

  await ensureCare(env.client, QUEUE, 'Asia/Shanghai');
  const care = env.client.schedule.getHandle(careScheduleId(QUEUE));
  expect((await care.describe()).spec.calendars?.[0]?.hour).toEqual([{ start: 5, end: 5, step: 1 }]);

  await ensureCauses(env.client, QUEUE, 'Asia/Shanghai');
  const causes = env.client.schedule.getHandle(causesScheduleId(QUEUE));
  const weekly = await causes.describe();
  expect([weekly.spec.calendars?.[0]?.hour, weekly.spec.calendars?.[0]?.dayOfWeek]).toEqual([
    [{ start: 4, end: 4, step: 1 }],
    [{ start: 'MONDAY', end: 'MONDAY', step: 1 }],
  ]);
  expect(weekly.policies.catchupWindow).toBe(6 * 86_400_000);

  await ensureReports(env.client, QUEUE, 'Asia/Shanghai');
  const reports = env.client.schedule.getHandle(reportsScheduleId(QUEUE));
  expect((await reports.describe()).spec.calendars?.[0]?.hour).toEqual([{ start: 4, end: 4, step: 1 }]);

  let learnt = 0;
  let cared = 0;
  let found = 0;
  let closed = 0;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
    activities: {
      learnReading: () => Promise.resolve({ version: `v${++learnt}`, used: ['major'] }),
      keepCare: () => Promise.resolve({ entered: ++cared, greeted: 0 }),
      findCauses: () => Promise.resolve({ weeks: [`w${++found}`] }),
      closeReports: () => Promise.resolve({ closed: ++closed, mailed: 0 }),
    },
  });
  await worker.runUntil(async () => {
    await engine.learn(5_000);
    await waitUntil(async () => learnt === 1, 'it has learnt');
    await care.trigger('SKIP');
    await waitUntil(async () => cared === 1, 'it has looked after customers');
    await causes.trigger('SKIP');
    await waitUntil(async () => found === 1, 'it has looked at causes');
    await reports.trigger('SKIP');
    await waitUntil(async () => closed === 1, 'it has closed reports');
  });
});
