import { allHandlersFinished, condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './worker';

/** The engine without us: what anybody pays who uses Temporal at all. */

const { writeRow } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '10 seconds' });

export const plain = defineUpdate<number, [{ id: string }]>('plain');
export const writing = defineUpdate<number, [{ id: string }]>('writing');

export async function trivial(): Promise<void> {
  // Its first task is its last.
}

/** Takes so many updates, each answered at once (`plain`) or after one row has been written (`writing`). */
export async function updated(updates: number): Promise<number> {
  let taken = 0;
  let rows = 0;
  setHandler(plain, () => ++taken);
  setHandler(writing, async ({ id }) => {
    rows += 1;
    const n = rows;
    await writeRow({ id, n });
    return ++taken;
  });
  await condition(() => taken >= updates && allHandlersFinished());
  return taken;
}
