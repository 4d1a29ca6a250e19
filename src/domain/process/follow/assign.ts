/**
 * `assign`: left when the case has its owner; where the policy asks for it, when the owner has accepted. Then comes
 * `resolve`.
 * @module
 */
import { event, type EventBody } from '../../case/events';
import { hasRule } from '../../case/revision';
import type { CaseState } from '../../case/state';
import type { Policy } from '../../policy/schema';
import { keepsAsNamed } from '../../staffing/owning';
import { enter, type Followers, type OnEntering } from './define';

/** Where the policy assigns automatically, the provisional owner may keep the case. */
export const onAssign: OnEntering = ({ state, policy }) =>
  policy.steps[state.grade].autoAssign && !routesAnew(state, policy) ? keepFirstHandler(state) : [];

/** What leads from `assign` to `resolve`. */
export const assignFollowers: Followers = {
  assigned: ({ data, state, policy }) => (data.provisional ? [] : whenOwned(state, policy)),
  reassigned: ({ state, policy }) => whenOwned(state, policy),
  accepted: ({ state }) => (state.stage === 'assign' ? [enter(state, 'resolve')] : []),
};

const whenOwned = (state: CaseState, policy: Policy): EventBody[] =>
  state.stage !== 'assign' || policy.steps[state.grade].accept ? [] : [enter(state, 'resolve')];

/**
 * Whether routing has to look again: the provisional owner was found by the suggested grade and category, and the case
 * has been judged otherwise.
 */
const routesAnew = ({ suggestion, grade, category }: CaseState, { routing }: Policy): boolean =>
  routing !== undefined && (suggestion?.grade !== grade || suggestion.category !== category);

/** The provisional owner keeps the case where they may (`keepsAsNamed`). */
function keepFirstHandler(state: CaseState): EventBody[] {
  const { owner, grade } = state;
  if (!owner || !keepsAsNamed(state)) return [];
  // Without the rule `namedKeeps`, a supervisor or manager does not keep a general case.
  if (!hasRule(state, 'namedKeeps') && owner.role !== 'agent' && grade === 'general') return [];
  const { id, role, team } = owner;
  return [event('assigned', { owner: id, role, team, taskForce: [], provisional: false })];
}
