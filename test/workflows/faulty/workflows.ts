import { sleep } from '@temporalio/workflow';

/** Workflows with the fault that is hardest to place: a promise that fails while nobody waits for it. */

export async function failsAtOnce(): Promise<void> {
  void Promise.reject(new Error('nobody waits'));
  await sleep('1 hour');
}

export async function failsLater(): Promise<void> {
  void (async () => {
    await sleep(1);
    throw new Error('nobody waits any more');
  })();
  await sleep('1 hour');
}

export async function works(): Promise<string> {
  await sleep(1);
  return 'done';
}
