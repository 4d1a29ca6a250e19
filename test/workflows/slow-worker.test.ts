import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import type { Policy } from '../../src/domain/policy/schema';
import type { CaseState } from '../../src/domain/case/state';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import type { complaint } from '../../workflows/complaint/workflow';
import { waitUntil } from '../support/processes';
import { createDevServer, workflowBundle } from '../support/temporal';
import { ACTORS, text } from '../domain/walk';
import { inputFor, MemoryDesk, nextCaseNo } from './support';

/**
 * A local activity that outlives its workflow task: the SDK then tells another time than in a replay, and promises that
 * fall due in between are where that shows. Tasks are short here, so that a second is slow.
 */
const TASK_MS = 1_000;

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createDevServer();
});
afterAll(() => env.teardown());

const seconds = (value: number) => ({ value, unit: 'seconds' as const });

/** The first response is due in three seconds, and warned of all along. */
function hurried(): Policy {
  const { firstResponse } = HOUSE_POLICY.promises;
  const length = { general: seconds(3), important: seconds(3), major: seconds(3) };
  return {
    ...HOUSE_POLICY,
    promises: {
      ...HOUSE_POLICY.promises,
      firstResponse: { ...firstResponse, length, warnAt: [0.2, 0.4, 0.6, 0.8], managerAfter: seconds(2) },
    },
  };
}

/** A worker that knows nothing of a case yet rebuilds it from its history. */
const createWorker = (desk: MemoryDesk, taskQueue: string, bundle: Awaited<ReturnType<typeof workflowBundle>>) =>
  Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: bundle,
    activities: desk.activities(),
    maxConcurrentLocalActivityExecutions: 1,
  });

test('cases whose writes outlive their tasks, with promises that fall due meanwhile, replay to the end and to the state that is in the ledger', async () => {
  const desk = new MemoryDesk();
  const { appendEvents } = desk.quick;
  // Each write is quick; but the worker does one at a time, and the last in the row waits longer than its task may.
  desk.appendEvents = async (input) => {
    await sleep(TASK_MS / 4);
    return appendEvents(input);
  };
  const bundle = await workflowBundle();
  const taskQueue = `slow-${randomUUID()}`;
  const worker = await createWorker(desk, taskQueue, bundle);
  const cases = Array.from({ length: 8 }, nextCaseNo);
  const histories = await worker.runUntil(async () => {
    const handles = await Promise.all(
      cases.map((caseNo) =>
        env.client.workflow.start<typeof complaint>('complaint', {
          workflowId: complaintWorkflowId(caseNo),
          taskQueue,
          workflowTaskTimeout: TASK_MS,
          args: [inputFor('general', Date.now(), { caseNo, policy: hurried() })],
        }),
      ),
    );
    const toManager = (caseNo: string): boolean =>
      desk.events(caseNo).some(({ type, data }) => type === 'escalated' && (data as { to: string }).to === 'manager');
    await waitUntil(
      () => cases.every((caseNo) => toManager(caseNo)),
      'all are escalated',
      60_000,
      () => cases.map((caseNo) => desk.types(caseNo).join()).join('\n'),
    );
    // Each case rests now. What begins its next task is dated by the task's time, and the write outlives the task.
    const decisionId = randomUUID();
    const note = { actor: ACTORS.agent, input: { text: text(7) }, decisionId };
    await Promise.all(handles.map((handle) => handle.signal('note', note)));
    // In the ledger it is a moment earlier than in the history: a task that ends with its worker is done again.
    await waitUntil(async () => {
      const states = await Promise.all(handles.map((handle) => handle.query<CaseState>('getCase')));
      return states.every(({ decisions }) => Object.hasOwn(decisions, decisionId));
    }, 'all are noted');
    return Promise.all(
      handles.map(async (handle) => ({ workflowId: handle.workflowId, history: await handle.fetchHistory() })),
    );
  });
  // The provocation worked: tasks were kept alive beyond their time.
  const kept = histories.filter(({ history }) => writesBeyondTasks(history.events ?? []));
  expect(kept.length).toBeGreaterThan(0);
  const failed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, histories)) {
    if (error) failed.push(`${workflowId}: ${error.message}`);
  }
  expect(failed).toEqual([]);

  const another = await createWorker(desk, taskQueue, bundle);
  const states = await another.runUntil(() =>
    Promise.all(
      cases.map((caseNo) => env.client.workflow.getHandle(complaintWorkflowId(caseNo)).query<CaseState>('getCase')),
    ),
  );
  expect(states).toEqual(cases.map((caseNo) => JSON.parse(JSON.stringify(desk.state(caseNo)))));
});

/** A task that ended without a command of its own, and was followed by another at once. */
const writesBeyondTasks = (events: readonly { workflowTaskCompletedEventAttributes?: unknown }[]): boolean =>
  events.some(
    (item, index) =>
      Boolean(item.workflowTaskCompletedEventAttributes) &&
      'workflowTaskScheduledEventAttributes' in (events[index + 1] ?? {}) &&
      Boolean(
        (events[index + 1] as { workflowTaskScheduledEventAttributes?: unknown }).workflowTaskScheduledEventAttributes,
      ),
  );
