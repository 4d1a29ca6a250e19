import { sleep } from '@temporalio/workflow';

/** What an older release might have been: its histories do not fit the complaint workflow of today. */
export async function complaint(): Promise<void> {
  await sleep('100 days');
}
