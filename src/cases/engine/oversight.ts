import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { CorrectiveActionInput, CorrectiveActionState } from '../../domain/corrective-action/state';
import { correctiveActionWorkflowId } from '../../domain/basics/ids';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { bounded, EngineError } from './engine';

/**
 * How a workflow stands in Temporal.
 * - `running`: it has an open run. `task` is its pending workflow task, which waits for a worker or keeps failing.
 * - `ended`: its last run is over; `how` is Temporal's status, such as `COMPLETED` or `TERMINATED`.
 * - `unknown`: Temporal has no run of it, or has deleted it.
 */
export type Standing =
  { is: 'running'; runId: string; task?: PendingTask } | { is: 'ended'; how: string; at?: Instant } | { is: 'unknown' };

/** A workflow task that is not done yet. */
export interface PendingTask {
  /** 1: the first try. */
  attempt: number;
  /** Since when it waits. */
  since: Instant;
}

/** Why workflow tasks fail: this code cannot replay the history, the code throws, or the worker does not answer in time. */
export type TaskFault = 'nonDeterminism' | 'error' | 'timeout';

/**
 * What the watch asks of Temporal and does there. Every call takes ten seconds at most and throws an `EngineError` when it
 * gets no answer.
 */
export interface Oversight {
  standing(workflowId: string): Promise<Standing>;
  /** Why the last workflow task failed; undefined if the last one completed, or if none is among the last 100 events. */
  whyFailing(workflowId: string, runId: string): Promise<TaskFault | undefined>;
  /** Ends this one run; nothing happens if it has ended already. */
  terminate(workflowId: string, runId: string, reason: string): Promise<void>;
  /** @throws EngineError `missing` when the workflow has no open run */
  signal(workflowId: string, name: string, message: unknown): Promise<void>;
  /** Starts the workflow of a corrective action; nothing happens if it runs already. */
  startAction(input: CorrectiveActionInput): Promise<void>;
  /** Asks the workflow of a corrective action for its state. */
  actionState(actionId: string): Promise<CorrectiveActionState>;
}

const ANSWER_MS = 10_000;
/** Events read from the end of a history. A repeated failure is one event, but signals may have arrived after it. */
const LOOKED_BACK = 100;
/** From the third try on a task counts as failing: one try may be lost with its worker. */
export const FAILING_ATTEMPTS = 3;

/** Whether the pending workflow task of an open run has been tried `FAILING_ATTEMPTS` times. */
export const isFailing = (standing: Standing): boolean =>
  standing.is === 'running' && (standing.task?.attempt ?? 0) >= FAILING_ATTEMPTS;

const { EventType, WorkflowTaskFailedCause } = temporal.api.enums.v1;

type Timestamp = { seconds?: unknown; nanos?: number | null } | null | undefined;
const instant = (time: Timestamp): Instant | undefined =>
  time ? toInstant(Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6)) : undefined;

/** The oversight over Temporal. @param taskQueue where corrective actions are started */
export function createOversight(client: Client, taskQueue: string): Oversight {
  const { workflow, workflowService } = client;
  const { namespace } = client.options;
  const within = bounded(client);

  return {
    async standing(workflowId) {
      try {
        const { status, runId, closeTime, raw } = await within(ANSWER_MS, () =>
          workflow.getHandle(workflowId).describe(),
        );
        if (status.name !== 'RUNNING') {
          return { is: 'ended', how: status.name, at: closeTime && toInstant(closeTime.getTime()) };
        }
        const pending = raw.pendingWorkflowTask;
        const since = instant(pending?.originalScheduledTime) ?? instant(pending?.scheduledTime);
        return {
          is: 'running',
          runId,
          ...(pending && since ? { task: { attempt: pending.attempt ?? 1, since } } : {}),
        };
      } catch (error) {
        if (error instanceof EngineError && error.cause instanceof WorkflowNotFoundError) return { is: 'unknown' };
        throw error;
      }
    },

    async whyFailing(workflowId, runId) {
      const { history } = await within(ANSWER_MS, () =>
        workflowService.getWorkflowExecutionHistoryReverse({
          namespace,
          execution: { workflowId, runId },
          maximumPageSize: LOOKED_BACK,
        }),
      );
      for (const { eventType, workflowTaskFailedEventAttributes: failed } of history?.events ?? []) {
        if (eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) return undefined;
        if (eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT) return 'timeout';
        if (eventType !== EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) continue;
        return failed?.cause === WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
          ? 'nonDeterminism'
          : 'error';
      }
      return undefined;
    },

    async terminate(workflowId, runId, reason) {
      try {
        await within(ANSWER_MS, () => workflow.getHandle(workflowId, runId).terminate(reason));
      } catch (error) {
        if (!(error instanceof EngineError && error.kind === 'missing')) throw error;
      }
    },

    signal: (workflowId, name, message) =>
      within(ANSWER_MS, () => workflow.getHandle(workflowId).signal(name, message)),

    async startAction(input) {
      await within(ANSWER_MS, () =>
        workflow.start('correctiveAction', {
          taskQueue,
          workflowId: correctiveActionWorkflowId(input.actionId),
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `${input.actionId} · ${input.kind} · ${input.cause}`,
        }),
      );
    },

    actionState: (actionId) =>
      within(ANSWER_MS, () =>
        workflow.getHandle(correctiveActionWorkflowId(actionId)).query<CorrectiveActionState>('getAction'),
      ),
  };
}
