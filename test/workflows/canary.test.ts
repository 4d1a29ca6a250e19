import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { CANARY_MS, readCanary, startCanary } from '../../src/temporal/canary';
import { createTimeSkippingEnv, workflowBundle } from '../support/temporal';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
});
afterAll(() => env.teardown());

const QUEUE = 'canary-test';

test('a promise broken on purpose is escalated once, by the rules of the cases; a second start begins anew', async () => {
  expect(await readCanary(env.client, QUEUE, 2_000)).toBe('pending');
  // A worker that never came leaves one open.
  await startCanary(env.client, QUEUE);
  expect(await readCanary(env.client, QUEUE, 2_000)).toBe('pending');
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
  });
  await worker.runUntil(async () => {
    await startCanary(env.client, QUEUE);
    const handle = env.client.workflow.getHandle(`canary/${QUEUE}`);
    const { dueAt, escalatedAt } = (await handle.result()) as { dueAt: string; escalatedAt: string };
    expect(Date.parse(escalatedAt) - Date.parse(dueAt)).toBeLessThan(CANARY_MS);
    expect(await readCanary(env.client, QUEUE, 2_000)).toBe('ok');
  });
});

test.each([
  ['RUNNING', CANARY_MS - 1, 'pending'],
  ['RUNNING', CANARY_MS, 'failed'],
  ['FAILED', 1_000, 'failed'],
  ['TERMINATED', 1_000, 'failed'],
  ['COMPLETED', 10 * CANARY_MS, 'ok'],
] as const)('%s after %d ms is %s', async (name, age, state) => {
  const now = Date.now();
  const client = {
    connection: { withDeadline: (_deadline: number, call: () => Promise<unknown>) => call() },
    workflow: {
      getHandle: () => ({ describe: () => Promise.resolve({ status: { name }, startTime: new Date(now - age) }) }),
    },
  } as unknown as Client;
  expect(await readCanary(client, QUEUE, 2_000, now)).toBe(state);
});
