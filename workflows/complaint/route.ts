import type { ToRoute } from '../../activities/interface';
import type { RunningCase } from './case';

/** What looking for an owner goes by under a policy that routes; nothing under any other. */
export function toRoute({ policy, state }: Pick<RunningCase, 'policy' | 'state'>): { route?: ToRoute } {
  const { routing } = policy;
  if (!routing) return {};
  const { category, channel, language } = state;
  return { route: { routing, category, channel, language } };
}
