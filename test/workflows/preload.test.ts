import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { PROJECT_ROOT } from '../../src/paths';
import { WORKFLOW_BUNDLE_OPTIONS, withPlainSdk } from '../../src/temporal/workflow-bundle';
import { waitUntil } from '../support/processes';
import { createTimeSkippingEnv } from '../support/temporal';
import { reads, standsSomewhere, tampers } from './faulty/tampering';
import { failsAtOnce, failsLater, works } from './faulty/workflows';

/** What workflows share, and what workflows/shared/sdk-patches.ts changes in the SDK. To be read at every SDK upgrade. */

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
    await waitUntil(async () => (await faults()).every(Boolean), 'both have failed');
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
  const patches = readFileSync(join(PROJECT_ROOT, 'workflows', 'shared', 'sdk-patches.ts'), 'utf8');
  const asked = [...asking.matchAll(/\('(return globalThis\.\w+)'\)/g)].map(([, question]) => question);
  expect(asked).toHaveLength(2);
  for (const question of asked) expect(patches).toContain(`'${question}'`);
});

describe('what workflows share', () => {
  let code: string;
  beforeAll(async () => {
    ({ code } = await bundleWorkflowCode({
      ...WORKFLOW_BUNDLE_OPTIONS,
      workflowsPath: join(PROJECT_ROOT, 'test', 'workflows', 'faulty', 'tampering.ts'),
    }));
  });

  const TAMPERED = ['list', 'decision', 'words', 'set'];

  /** What a case gets through with, what the next one reads of it, and a stack as Temporal UI asks for it. */
  async function tried(bundle: string, taskQueue: string) {
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: { code: bundle },
    });
    return worker.runUntil(async () => {
      const { workflow } = env.client;
      const through = await workflow.execute(tampers, { taskQueue, workflowId: `${taskQueue}-tampers` });
      const left = await workflow.execute(reads, { taskQueue, workflowId: `${taskQueue}-reads` });
      const handle = await workflow.start(standsSomewhere, { taskQueue, workflowId: `${taskQueue}-stands` });
      const stack = await handle.query<string>('__stack_trace');
      await handle.terminate();
      return { through, left, stack };
    });
  }

  test('cannot be changed: an attempt throws, and the next case reads what it was', async () => {
    expect(await tried(code, 'shared')).toEqual({ through: [], left: [], stack: expect.not.stringContaining('at ') });
  });

  test('is nothing with the SDK as it comes: each case has its own rules, and Temporal UI shows its stack', async () => {
    const plain = await tried(withPlainSdk(code), 'plain');
    expect(plain).toEqual({ through: TAMPERED, left: [], stack: expect.stringContaining('standsSomewhere') });
  });
});
