import type { ToRoute } from '../../activities/interface';
import type { Policy } from '../../src/domain/policy/schema';

/** The `route` of a search for an owner: the case's facts and the policy's rules. Empty if the policy has no routing. */
export function toRoute(
  { routing }: Policy,
  { category, channel, language }: Omit<ToRoute, 'routing'>,
): { route?: ToRoute } {
  return routing ? { route: { routing, category, channel, language } } : {};
}
