import type { RunningCase } from '../case';

/** Revisit: planned by grade when the case was resolved; it has its own promise, and is recorded by a person. */
export async function revisit(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('revisit'));
}
