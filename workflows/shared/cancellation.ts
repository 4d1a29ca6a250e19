import { CancellationScope } from '@temporalio/workflow';

/**
 * "Request Cancellation" is the filled button on every page of Temporal UI, and a case is not ended by it: that is a
 * decision with a reason and somebody who answers for it. The body of a workflow runs where the request does not reach
 * it, which is heard of by `onRequest` instead, once a run.
 */
export function uncancelled<T>(body: () => Promise<T>, onRequest: () => void): Promise<T> {
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(() => {
    cancelRequested.catch(onRequest);
    return body();
  });
}

/** Handlers begin outside the body's scope, and need the same. */
export const shielded =
  <Args extends unknown[], T>(handler: (...args: Args) => Promise<T>) =>
  (...args: Args): Promise<T> =>
    CancellationScope.nonCancellable(() => handler(...args));
