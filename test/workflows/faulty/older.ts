import { sleep } from '@temporalio/workflow';

/** A complaint workflow as an older release might have had it: today's code cannot replay its history. */
export async function complaint(): Promise<void> {
  await sleep('100 days');
}
