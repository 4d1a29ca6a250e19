import type { RunningCase } from '../case';

/** Review: root cause, corrective actions and the archive. Waiting for actions costs nothing: they report when they end. */
export async function review(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('review'));
}
