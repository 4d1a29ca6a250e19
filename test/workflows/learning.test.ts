import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createEngine } from '../../src/cases/engine/engine';
import { careScheduleId, ensureCare } from '../../src/temporal/care';
import { ensureLearning, learningScheduleId } from '../../src/temporal/learning';
import { waitUntil } from '../support/processes';
import { createDevServer, workflowBundle } from '../support/temporal';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createDevServer();
});
afterAll(() => env.teardown());

const QUEUE = 'learning-test';

test('Schedules look after customers every morning, and one learns every night in the house’s zone, and at once when it is told to; a second worker changes nothing', async () => {
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

  let learnt = 0;
  let cared = 0;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
    activities: {
      learnReading: () => Promise.resolve({ version: `v${++learnt}`, used: ['major'] }),
      keepCare: () => Promise.resolve({ entered: ++cared, greeted: 0 }),
    },
  });
  await worker.runUntil(async () => {
    await engine.learn(5_000);
    await waitUntil(async () => learnt === 1, 'it has learnt');
    await care.trigger('SKIP');
    await waitUntil(async () => cared === 1, 'it has looked after customers');
  });
});
