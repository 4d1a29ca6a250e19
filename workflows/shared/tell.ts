import { getExternalWorkflowHandle, isCancellation, log, type SignalDefinition } from '@temporalio/workflow';

/** Signals another workflow. One that has ended meanwhile needs no telling: the ledger has it anyway. */
export async function tell<T>(workflowId: string, signal: SignalDefinition<[T]>, message: T): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, message);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the other workflow has ended', { workflowId });
  }
}
