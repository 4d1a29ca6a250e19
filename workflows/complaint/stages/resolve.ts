import type { RunningCase } from '../case';

/**
 * Resolve: verify, ask other departments, propose, approve above the limit, let the customer agree, carry out. All of
 * it is people's decisions; what each makes possible is said in the catalogue.
 */
export async function resolve(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('resolve'));
}
