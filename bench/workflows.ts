/**
 * The bare workflows: the least that anybody pays who uses Temporal at all, to compare ours with.
 * @module
 */
import { allHandlersFinished, condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './worker';

const { writeRow } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '10 seconds' });

/** Answered at once. */
export const plain = defineUpdate<number, [{ id: string }]>('plain');
/** Answered after a local activity has written one row. */
export const writing = defineUpdate<number, [{ id: string }]>('writing');

/** Ends with its first task. */
export async function trivial(): Promise<void> {
  // Nothing to do.
}

/** Takes so many updates of either kind, then ends. */
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
