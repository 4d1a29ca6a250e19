import type { RouteQuery } from '../../activities/interface';
import type { Policy } from '../../src/domain/policy/schema';

/** The `route` of a search for an owner: the case's facts and the policy's rules. Empty if the policy has no routing. */
export function routeQueryOf(
  { routing }: Policy,
  { category, channel, language }: Omit<RouteQuery, 'routing'>,
): { route?: RouteQuery } {
  return routing ? { route: { routing, category, channel, language } } : {};
}
