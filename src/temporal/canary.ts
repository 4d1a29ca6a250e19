import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** A promise that is broken on purpose has to be escalated within this, or health turns red. */
export const CANARY_MS = 60_000;

/** `failed`: the breach was not escalated in time, or not rightly; it may still recover. `pending`: it has time left. */
export type CanaryState = 'ok' | 'pending' | 'failed';

/** One a task queue: what the last worker that started has found out. */
const workflowId = (taskQueue: string): string => `canary/${taskQueue}`;

/** Breaks a promise of its own, on the queue of the cases. One that is still open belongs to an older worker. */
export async function startCanary(client: Client, taskQueue: string): Promise<void> {
  await client.workflow.start('canary', {
    taskQueue,
    workflowId: workflowId(taskQueue),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    staticSummary: 'start-up check: a broken promise is escalated · 启动自检：超时会升级',
  });
}

/** @throws when Temporal cannot be asked: that is a fault of its own */
export async function readCanary(
  client: Client,
  taskQueue: string,
  deadlineMs: number,
  now: number = Date.now(),
): Promise<CanaryState> {
  try {
    const { status, startTime } = await client.connection.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.getHandle(workflowId(taskQueue)).describe(),
    );
    if (status.name === 'COMPLETED') return 'ok';
    return status.name === 'RUNNING' && now - startTime.getTime() < CANARY_MS ? 'pending' : 'failed';
  } catch (error) {
    // No worker has started yet, or the one that did so long ago that its history is gone.
    if (error instanceof WorkflowNotFoundError) return 'pending';
    throw error;
  }
}
