import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs the body of a workflow out of reach of "Request Cancellation", which is the most prominent button of Temporal UI
 * and easily pressed by mistake. A case ends only by a decision, which has a reason and somebody who answers for it.
 * @param onRequest called when somebody requests cancellation, at most once a run
 */
export function uncancelled<T>(body: () => Promise<T>, onRequest: () => void): Promise<T> {
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(() => {
    cancelRequested.catch(onRequest);
    return body();
  });
}

/**
 * Protects a signal or update handler in the same way. The SDK runs handlers in the root scope, not in the body's, so
 * `uncancelled` does not cover them.
 */
export const shielded =
  <Args extends unknown[], T>(handler: (...args: Args) => Promise<T>) =>
  (...args: Args): Promise<T> =>
    CancellationScope.nonCancellable(() => handler(...args));
