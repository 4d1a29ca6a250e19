import { status } from '@grpc/grpc-js';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DecisionMessage } from '../../domain/decisions/decide';
import type { Refusal } from '../../domain/decisions/define';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { complaintWorkflowId } from '../../domain/basics/ids';
import { CATEGORY_WORDS, GRADE_WORDS } from '../../domain/basics/words';
import type { ComplaintInput } from '../../domain/process/start';
import type { CaseState } from '../../domain/case/state';
import { searchAttributeKeys } from '../../temporal/search-attributes';
import type { DecisionTaken } from '../../../workflows/complaint/messages';
import type { Fault } from '../../domain/basics/faults';

/**
 * What Temporal answered, as far as a caller has to know.
 * `away`: it could not be reached. `silent`: it was, but no worker answered in time. `missing`: no such run is open.
 * `refused`: the workflow said no. `lost`: the workflow task that carried the update failed, and the update with it; what
 * it had written into the ledger stands, and the same update again is answered from there. `broken`: anything else.
 */
export class EngineError extends Error {
  override name = 'EngineError';
  constructor(
    readonly kind: 'away' | 'silent' | 'missing' | 'refused' | 'lost' | 'broken',
    message: string,
    readonly refusal?: EngineRefusal,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface EngineRefusal {
  type: 'invalid' | 'forbidden' | 'conflict';
  refusal?: Refusal;
  instead?: DecisionName[];
  issues?: readonly Fault[];
}

/** The workflows as the use cases see them; tests give another one. */
export interface Engine {
  /** Starts a complaint's workflow. Running or ended already counts as done. */
  start(input: ComplaintInput, deadlineMs: number): Promise<void>;
  /**
   * Starts a further run of a case that has ended (reopening) or whose run was lost; without `carry` one that had written
   * nothing yet. Running already counts as done.
   */
  carryOn(input: ComplaintInput, deadlineMs: number): Promise<void>;
  update(caseNo: string, name: string, message: DecisionMessage, deadlineMs: number): Promise<DecisionTaken>;
  signal(caseNo: string, name: string, message: unknown, deadlineMs: number): Promise<void>;
  /** The workflow's own answer to where the case stands. */
  state(caseNo: string, deadlineMs: number): Promise<CaseState>;
  /** Throws `away` when Temporal cannot be reached. */
  ping(deadlineMs: number): Promise<void>;
}

/**
 * Ends every call in time, and says what became of it as an EngineError.
 *
 * The gRPC deadline ends a call on the wire. The timer of our own ends the wait as well, where the client is between two
 * attempts: a request to us is answered in time whatever the network does.
 */
export const bounded = ({ connection }: Client) =>
  async function within<T>(ms: number, call: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new EngineError('silent', 'no answer in time')), ms + 150);
    });
    try {
      return await Promise.race([connection.withDeadline(Date.now() + ms, call), late]);
    } catch (error) {
      throw classified(error);
    } finally {
      clearTimeout(timer);
    }
  };

const UPDATES_AT_ONCE = 4;

/**
 * @param client on a lazy connection, so that the API starts and takes complaints while Temporal is away
 */
export function createEngine(client: Client, taskQueue: string): Engine {
  const { workflow } = client;

  const within = bounded(client);

  /**
   * A case has room for a few updates at once: beyond ten the server refuses them as if it were overloaded, and even fewer
   * make it abort each other's workflow tasks. Whoever comes then waits for their turn, which takes milliseconds.
   */
  const lanes = new Map<string, { open: number; waiting: (() => void)[] }>();
  async function inLane<T>(caseNo: string, deadlineMs: number, work: (leftMs: number) => Promise<T>): Promise<T> {
    const end = Date.now() + deadlineMs;
    const lane = lanes.get(caseNo) ?? { open: 0, waiting: [] };
    lanes.set(caseNo, lane);
    if (lane.open >= UPDATES_AT_ONCE) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.open++;
    try {
      const left = end - Date.now();
      if (left <= 0) throw new EngineError('silent', 'too many decisions in one case at once');
      return await work(left);
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.open === 0) lanes.delete(caseNo);
    }
  }

  const options = (input: ComplaintInput) => {
    const grade = input.carry?.grade ?? input.received?.suggestion.grade ?? 'general';
    const category = input.carry?.category ?? input.received?.suggestion.category ?? 'other';
    return {
      taskQueue,
      workflowId: complaintWorkflowId(input.caseNo),
      args: [input] as [ComplaintInput],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      // Read in Temporal UI for as long as the workflow is kept: nothing that a regrade makes wrong. What the case is now
      // stands in its card (domain/views/progress.ts).
      staticSummary: `投诉 complaint ${input.caseNo}`,
      staticDetails: `- 建议等级 suggested grade: ${GRADE_WORDS[grade].zh} ${GRADE_WORDS[grade].en}\n- 建议类别 suggested category: ${CATEGORY_WORDS[category].zh} ${CATEGORY_WORDS[category].en}\n- 政策版本 policy: ${input.policy.version}`,
      typedSearchAttributes: [
        { key: searchAttributeKeys.ComplaintStage, value: input.carry?.stage ?? 'receive' },
        { key: searchAttributeKeys.ComplaintGrade, value: grade },
        { key: searchAttributeKeys.ComplaintCategory, value: category },
      ],
    };
  };

  return {
    async start(input, deadlineMs) {
      try {
        await within(deadlineMs, () =>
          workflow.start('complaint', { ...options(input), workflowIdReusePolicy: 'REJECT_DUPLICATE' }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    async carryOn(input, deadlineMs) {
      await within(deadlineMs, () =>
        workflow.start('complaint', { ...options(input), workflowIdReusePolicy: 'ALLOW_DUPLICATE' }),
      );
    },
    // Under an update id of its own each time: the workflow knows a repeated decision by its decisionId. The server would
    // answer a repeated update id with what it said first, be it a refusal that no longer holds or another decision's yes.
    update: (caseNo, name, message, deadlineMs) =>
      inLane(caseNo, deadlineMs, (leftMs) =>
        within(leftMs, () =>
          workflow
            .getHandle(complaintWorkflowId(caseNo))
            .executeUpdate<DecisionTaken, [DecisionMessage]>(name, { args: [message] }),
        ),
      ),
    signal: (caseNo, name, message, deadlineMs) =>
      within(deadlineMs, () => workflow.getHandle(complaintWorkflowId(caseNo)).signal(name, message)),
    state: (caseNo, deadlineMs) =>
      within(deadlineMs, () => workflow.getHandle(complaintWorkflowId(caseNo)).query<CaseState>('getCase')),
    async ping(deadlineMs) {
      try {
        await within(deadlineMs, () => client.workflowService.getSystemInfo({}));
      } catch (error) {
        throw new EngineError('away', 'Temporal does not answer', undefined, { cause: error });
      }
    },
  };
}

function classified(error: unknown): unknown {
  if (error instanceof EngineError || error instanceof WorkflowExecutionAlreadyStartedError) return error;
  if (error instanceof WorkflowNotFoundError) {
    return new EngineError('missing', 'no open run', undefined, { cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, details, message } = error.cause;
    if (type === 'invalid' || type === 'forbidden' || type === 'conflict') {
      const said = (details?.[0] ?? {}) as Omit<EngineRefusal, 'type'>;
      return new EngineError('refused', message, { type, ...said }, { cause: error });
    }
    // The run ended between the update's arrival and its answer; what stands now is asked anew.
    if (type === 'AcceptedUpdateCompletedWorkflow') {
      return new EngineError('missing', 'the run has just ended', undefined, { cause: error });
    }
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new EngineError('silent', 'no answer in time', undefined, { cause: error });
  }
  const grpc = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(grpc)) {
    if (grpc.code === status.UNAVAILABLE || grpc.code === status.RESOURCE_EXHAUSTED) {
      return new EngineError('away', 'Temporal cannot be reached', undefined, { cause: error });
    }
    if (grpc.code === status.DEADLINE_EXCEEDED || grpc.code === status.CANCELLED) {
      return new EngineError('silent', 'no answer in time', undefined, { cause: error });
    }
    if (grpc.code === status.FAILED_PRECONDITION) {
      return new EngineError('lost', 'the workflow task failed', undefined, { cause: error });
    }
  }
  return new EngineError('broken', error instanceof Error ? error.name : 'unknown', undefined, { cause: error });
}
