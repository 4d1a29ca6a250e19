import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { PROJECT_ROOT } from '../../src/paths';
import { WORKFLOW_BUNDLE_OPTIONS } from '../../src/temporal/workflow-bundle';
import { waitUntil } from '../support/processes';
import { createTimeSkippingEnv } from '../support/temporal';
import { failsAtOnce, failsLater, works } from './faulty/workflows';

/** workflows/shared/preload.ts answers questions that the SDK asks of every promise. To be read at every SDK upgrade. */

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
});
afterAll(() => env.teardown());

const TASK_QUEUE = 'preload-test';

test('a promise that fails while nobody waits stops its own workflow, with its stack, and no other', async () => {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      ...WORKFLOW_BUNDLE_OPTIONS,
      workflowsPath: join(PROJECT_ROOT, 'test', 'workflows', 'faulty', 'workflows.ts'),
    }),
  });
  await worker.runUntil(async () => {
    const start = (workflow: typeof failsAtOnce, workflowId: string) =>
      env.client.workflow.start(workflow, { taskQueue: TASK_QUEUE, workflowId });
    const faulty = [await start(failsAtOnce, 'at once'), await start(failsLater, 'later')];
    const faults = async () => {
      const histories = await Promise.all(faulty.map((handle) => handle.fetchHistory()));
      const failed = histories.map(({ events }) => events?.find((item) => item.workflowTaskFailedEventAttributes));
      return failed.map((item) => item?.workflowTaskFailedEventAttributes?.failure?.cause);
    };
    await waitUntil(async () => (await faults()).every(Boolean), 'both have failed', 30_000);
    expect(await faults()).toEqual([
      expect.objectContaining({ message: 'nobody waits', stackTrace: expect.stringContaining('failsAtOnce') }),
      expect.objectContaining({
        message: 'nobody waits any more',
        stackTrace: expect.stringContaining('faulty/workflows.ts'),
      }),
    ]);
    expect(await env.client.workflow.execute(works, { taskQueue: TASK_QUEUE, workflowId: 'works' })).toBe('done');
    await Promise.all(faulty.map((handle) => handle.terminate()));
  });
});

test('the SDK still asks in the words that are answered', () => {
  const asking = readFileSync(require.resolve('@temporalio/worker/lib/workflow/vm-shared.js'), 'utf8');
  const preload = readFileSync(join(PROJECT_ROOT, 'workflows', 'shared', 'preload.ts'), 'utf8');
  const asked = [...asking.matchAll(/\('(return globalThis\.\w+)'\)/g)].map(([, question]) => question);
  expect(asked).toHaveLength(2);
  for (const question of asked) expect(preload).toContain(`'${question}'`);
});
