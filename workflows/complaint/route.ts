import type { ToRoute } from '../../activities/interface';
import type { Policy } from '../../src/domain/policy/schema';

/** What looking for an owner goes by under a policy that routes; nothing under any other. */
export function toRoute(
  { routing }: Policy,
  { category, channel, language }: Omit<ToRoute, 'routing'>,
): { route?: ToRoute } {
  return routing ? { route: { routing, category, channel, language } } : {};
}
