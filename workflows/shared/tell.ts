import { getExternalWorkflowHandle, isCancellation, log, type SignalDefinition } from '@temporalio/workflow';

/**
 * Signals another workflow and waits until the server has taken the signal. A receiver that has ended is no fault: the
 * sender's ledger has the message, so the failure is logged and the sender goes on.
 * @throws only when this workflow itself is cancelled
 */
export async function tell<T>(workflowId: string, signal: SignalDefinition<[T]>, message: T): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, message);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the other workflow has ended', { workflowId });
  }
}
