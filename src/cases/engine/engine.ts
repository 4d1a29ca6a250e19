import { status } from '@grpc/grpc-js';
import {
  isGrpcServiceError,
  ScheduleNotFoundError,
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
import { learningScheduleId } from '../../temporal/learning';
import { searchAttributeKeys } from '../../temporal/search-attributes';
import type { DecisionTaken } from '../../../workflows/complaint/messages';
import type { Fault } from '../../domain/basics/faults';

/**
 * Why a call to Temporal was not answered with a result.
 * - `away`: Temporal could not be reached.
 * - `silent`: nobody answered in time; most often no worker runs. Whether it was done is not known.
 * - `missing`: the workflow has no open run.
 * - `refused`: the workflow refused the decision; `refusal` says why.
 * - `lost`: the workflow task that carried the update failed, and the update with it. What it had written into the ledger
 *   stands: the same update, sent again, is answered from there.
 * - `broken`: anything else; a bug or a misconfiguration.
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

/** A refusal as the workflow reported it: `issues` with `invalid`, `refusal` with the others, `instead` with `conflict`. */
export interface EngineRefusal {
  type: 'invalid' | 'forbidden' | 'conflict';
  refusal?: Refusal;
  instead?: DecisionName[];
  issues?: readonly Fault[];
}

/**
 * What the use cases ask of the workflows of cases; tests put another one in its place.
 *
 * Every call ends within `deadlineMs` milliseconds (plus a fraction of a second) and throws an `EngineError` if it has no
 * answer by then.
 */
export interface Engine {
  /** Starts the workflow of a new complaint. Nothing happens if it runs, or has ended, already. */
  start(input: ComplaintInput, deadlineMs: number): Promise<void>;
  /**
   * Starts another run of a case that has ended (to reopen it) or whose run was lost. Nothing happens if one runs already.
   * @param input with `carry`, the state to go on from; without it, for a case that had written nothing yet
   */
  carryOn(input: ComplaintInput, deadlineMs: number): Promise<void>;
  /**
   * Sends a decision and waits until the ledger has it. Safe to repeat under the same `decisionId`.
   * @param name of the decision
   * @throws EngineError `refused` if the workflow refuses it
   */
  update(caseNo: string, name: string, message: DecisionMessage, deadlineMs: number): Promise<DecisionTaken>;
  /** Sends a signal; resolves when the server has stored it, whether a worker runs or not. */
  signal(caseNo: string, name: string, message: unknown, deadlineMs: number): Promise<void>;
  /** Asks the workflow itself for the state of the case; takes a worker that runs. */
  state(caseNo: string, deadlineMs: number): Promise<CaseState>;
  /** Has it learn from own cases now (`src/temporal/learning.ts`). @throws EngineError `missing` until a worker has run */
  learn(deadlineMs: number): Promise<void>;
  /** Asks whether Temporal answers at all. @throws EngineError `away` if not */
  ping(deadlineMs: number): Promise<void>;
}

/**
 * Gives a function that ends any call of this client within `ms` milliseconds and turns its failure into an EngineError
 * (`WorkflowExecutionAlreadyStartedError` passes unchanged).
 *
 * The gRPC deadline ends a call on the wire. It does not count while the client waits between two attempts, so a timer of
 * our own, a little later, ends the wait in any case.
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

/** Updates to one case at once. The server allows ten, but even fewer make each other's workflow tasks fail. */
const UPDATES_AT_ONCE = 4;

/**
 * The engine over Temporal.
 * @param client on a lazy connection, so that the API starts and takes complaints while Temporal is away
 */
export function createEngine(client: Client, taskQueue: string): Engine {
  const { workflow } = client;

  const within = bounded(client);

  /**
   * Limits the updates that this process has under way in one case; further ones queue here, for milliseconds as a rule.
   * Beyond ten the server refuses updates as if it were overloaded.
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
      // Shown in Temporal UI and never updated, so it says nothing that a regrade makes wrong. The present state of the
      // case is in its current details (`casePage` in domain/views/progress.ts).
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
    // Without an update id, so each call gets a new one: the workflow recognises a repeat by its decisionId. With a repeated
    // update id the server would replay its first answer, even a refusal that no longer holds.
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
    learn: (deadlineMs) =>
      within(deadlineMs, () => client.schedule.getHandle(learningScheduleId(taskQueue)).trigger('SKIP')),
    async ping(deadlineMs) {
      try {
        await within(deadlineMs, () => client.workflowService.getSystemInfo({}));
      } catch (error) {
        throw new EngineError('away', 'Temporal does not answer', undefined, { cause: error });
      }
    },
  };
}

/** The EngineError that tells a caller what an error of the SDK or of gRPC means. */
function classified(error: unknown): unknown {
  if (error instanceof EngineError || error instanceof WorkflowExecutionAlreadyStartedError) return error;
  if (error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError) {
    return new EngineError('missing', 'no open run', undefined, { cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, details, message } = error.cause;
    if (type === 'invalid' || type === 'forbidden' || type === 'conflict') {
      const said = (details?.[0] ?? {}) as Omit<EngineRefusal, 'type'>;
      return new EngineError('refused', message, { type, ...said }, { cause: error });
    }
    // The run ended between the update's arrival and its answer. As with any ended run, the caller looks at what is stored.
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
