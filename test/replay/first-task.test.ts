import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import type { ComplaintInput } from '../../src/domain/process/start';
import { receipt, type Received } from '../../src/domain/process/receipt';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { ACTORS, text } from '../domain/walk';
import { createDevServer, workflowBundle } from '../support/temporal';
import { waitUntil } from '../support/processes';
import { inputFor, MemoryDesk } from '../workflows/support';
import { volume } from '../support/volume';

/**
 * A decision that meets a workflow in its very first task: before a worker has come, or while the receipt is being
 * written. It waits in the workflow for the receipt (`onceReceived`), and the history replays wherever in the task the
 * SDK has handed it over.
 */

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createDevServer();
});
afterAll(() => env?.teardown());

const CASES = volume({ usual: 24 });

interface Said {
  updateId: string;
  decided: Promise<unknown>;
}

/** Each with two or three decisions under way at once. */
function decideAtOnce(handle: WorkflowHandle, n: number): Said[] {
  const say = (name: string, actor: keyof typeof ACTORS, input: object): Said => {
    const updateId = randomUUID();
    const decision = { decisionId: updateId, actor: ACTORS[actor], input };
    return { updateId, decided: handle.executeUpdate(name, { args: [decision], updateId }) };
  };
  return [
    say('note', 'agent', { text: text(n) }),
    say('grade', 'agent', { grade: n % 2 ? 'major' : 'general', category: 'logistics' }),
    ...(n % 3 === 0 ? [say('chase', 'customer', {})] : []),
  ];
}

/** Waits until Temporal has a decision that no worker has taken yet: a busy machine may send it late. */
const arrived = ({ workflowId }: WorkflowHandle, updateId: string): Promise<void> =>
  waitUntil(
    () =>
      env.client.workflowService
        .pollWorkflowExecutionUpdate({
          namespace: env.client.options.namespace,
          updateRef: { workflowExecution: { workflowId }, updateId },
          waitPolicy: { lifecycleStage: ADMITTED },
        })
        .then(
          () => true,
          (error: { code?: number }) => {
            if (error.code === NOT_FOUND) return false;
            throw error;
          },
        ),
    'the decision has arrived',
  );
const ADMITTED =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED;
/** Of gRPC. */
const NOT_FOUND = 5;

/** Started anew from its ledger, with promises that fell due meanwhile. */
function carried(desk: MemoryDesk, { received, ...input }: ComplaintInput): ComplaintInput {
  const prepared = { repeatOf: [], handler: desk.handler };
  const { state, events } = receipt(input.caseNo, received as Received, prepared, input.policy, state0);
  desk.ledger.set(input.caseNo, events);
  return { ...input, carry: state };
}
const state0 = new Date(0).toISOString();

test.each([
  ['before a worker has come', false],
  ['while the receipt is being written', true],
])(
  'decisions %s are taken, and every history replays',
  async (_when, workerFirst) => {
    const desk = new MemoryDesk();
    const { pickOwner, appendEvents } = desk.quick;
    const { prepareCase } = desk;
    const slow = () => sleep(Math.random() * 150);
    desk.prepareCase = () => slow().then(prepareCase);
    desk.pickOwner = (input) => slow().then(() => pickOwner(input));
    desk.appendEvents = (input) => slow().then(() => appendEvents(input));

    const taskQueue = `first-task-${randomUUID()}`;
    const bundle = await workflowBundle();
    const open = async (n: number) => {
      const input = inputFor('general', Date.now() - (n % 3) * 20 * 60_000);
      const args: [ComplaintInput] = [n % 4 === 3 ? carried(desk, input) : input];
      const handle = await env.client.workflow.start('complaint', {
        workflowId: complaintWorkflowId(input.caseNo),
        taskQueue,
        args,
      });
      if (workerFirst) await sleep(Math.random() * 150);
      const said = decideAtOnce(handle, n);
      const decided = Promise.all(said.map((one) => one.decided));
      if (!workerFirst) await Promise.all(said.map(({ updateId }) => arrived(handle, updateId)));
      return { handle, decided };
    };
    const create = () =>
      Worker.create({
        connection: env.nativeConnection,
        namespace: env.namespace,
        taskQueue,
        workflowBundle: bundle,
        activities: desk.activities(),
      });
    const all = Array.from({ length: CASES }, (_, n) => n);
    const before = workerFirst ? [] : await Promise.all(all.map(open));
    const worker = await create();
    const cases = await worker.runUntil(async () => {
      const opened = workerFirst ? await Promise.all(all.map(open)) : before;
      await Promise.all(opened.map(({ decided }) => decided));
      return opened;
    });
    const histories = await Promise.all(
      cases.map(async ({ handle }) => ({ workflowId: handle.workflowId, history: await handle.fetchHistory() })),
    );
    // Temporal lists what a task accepted before the next task is planned.
    const { EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: ACCEPTED, EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: PLANNED } =
      temporal.api.enums.v1.EventType;
    const early = histories.filter(({ history: { events } }) => {
      const types = (events ?? []).map(({ eventType }) => eventType);
      const second = types.indexOf(PLANNED, types.indexOf(PLANNED) + 1);
      return types.slice(0, second < 0 ? types.length : second).includes(ACCEPTED);
    });
    expect(early.length).toBeGreaterThanOrEqual(workerFirst ? 0 : CASES);
    const faults: string[] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, histories)) {
      if (error) faults.push(`${workflowId}: ${error.message}`);
    }
    expect(faults).toEqual([]);
    expect(desk.together).toEqual([]);
  },
  400_000,
);
