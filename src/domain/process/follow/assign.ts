/**
 * `assign`: left when the case has its owner; where the policy asks for it, when the owner has accepted. Then comes
 * `resolve`.
 * @module
 */
import { event, type EventBody } from '../../case/events';
import type { CaseState } from '../../case/state';
import type { Policy } from '../../policy/schema';
import { enter, type Followers, type OnEntering } from './define';

export const onAssign: OnEntering = ({ state, policy }) =>
  policy.steps[state.grade].autoAssign && !routesAnew(state, policy) ? keepFirstHandler(state) : [];

export const assignFollowers: Followers = {
  assigned: ({ data, state, policy }) => (data.provisional ? [] : whenOwned(state, policy)),
  reassigned: ({ state, policy }) => whenOwned(state, policy),
  accepted: ({ state }) => (state.stage === 'assign' ? [enter(state, 'resolve')] : []),
};

const whenOwned = (state: CaseState, policy: Policy): EventBody[] =>
  state.stage !== 'assign' || policy.steps[state.grade].accept ? [] : [enter(state, 'resolve')];

/** Who was named at the receipt was found by the suggestion: judged otherwise, the case may be somebody else's. */
const routesAnew = ({ suggestion, grade, category }: CaseState, { routing }: Policy): boolean =>
  routing !== undefined && (suggestion?.grade !== grade || suggestion.category !== category);

/**
 * Who was named to the customer first keeps the case (首问负责) if its grade is theirs: general an agent's, important a
 * supervisor's. A major one needs a task force.
 */
function keepFirstHandler({ owner, grade, against }: CaseState): EventBody[] {
  if (!owner?.provisional || against.includes(owner.id)) return [];
  if (grade !== (owner.role === 'agent' ? 'general' : 'important')) return [];
  const { id, role, team } = owner;
  return [event('assigned', { owner: id, role, team, taskForce: [], provisional: false })];
}
