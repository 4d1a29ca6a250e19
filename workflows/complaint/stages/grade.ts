import type { RunningCase } from '../case';

/** Grade: a person confirms or changes the suggestion, unless the policy confirms it by itself. */
export async function grade(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('grade'));
}
