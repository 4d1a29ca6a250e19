/**
 * Workflows with a fault that is hard to trace to its workflow: a promise (JavaScript's) that rejects
 * while nothing awaits it.
 * @module
 */
import { sleep } from '@temporalio/workflow';

/** Fails in its first task. */
export async function failsAtOnce(): Promise<void> {
  void Promise.reject(new Error('nobody waits'));
  await sleep('1 hour');
}

/** Fails in the task after a timer. */
export async function failsLater(): Promise<void> {
  void (async () => {
    await sleep(1);
    throw new Error('nobody waits any more');
  })();
  await sleep('1 hour');
}

/** Runs beside the others and must not be affected by them. */
export async function works(): Promise<string> {
  await sleep(1);
  return 'done';
}
