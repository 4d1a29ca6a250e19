/**
 * `grade`: left as soon as somebody has confirmed or changed the grade; then comes `assign`. A later change of the grade
 * plans the promises anew, and sends the case back to `assign` when it needs another kind of owner.
 * @module
 */
import { event, type CaseEvent, type EventBody } from '../../case/events';
import { hasRule } from '../../case/revision';
import { openActions, type CaseState } from '../../case/state';
import { GRADES } from '../../basics/types';
import { ownerFits } from '../../staffing/owning';
import { replanByGrade, startPromise } from './clocks';
import { enter, type Followers, type OnEntering } from './define';

export const onGrade: OnEntering = ({ state, policy }) => {
  const suggested = state.suggestion;
  if (!suggested || !policy.steps[suggested.grade].autoConfirmGrade) return [];
  const { grade, category } = suggested;
  return [event('graded', { grade, category, agreesWithSuggestion: true })];
};

export const gradeFollowers: Followers = {
  gradeSuggested: ({ state, policy }) => [
    startPromise(state, policy, 'firstResponse', state.receivedAt),
    startPromise(state, policy, 'resolution', state.receivedAt),
  ],
  staffNamed: ({ before, state }) => [
    event('escalated', { because: 'named', to: 'supervisor' }),
    ...tellOfPartiality(before, state),
  ],
  repeatFound: ({ data, policy }) => {
    const limit = policy.escalation?.repeats;
    const often = limit !== undefined && data.of.length >= limit;
    return often ? [event('escalated', { because: 'repeat', to: 'supervisor' })] : [];
  },
  graded: ({ before, state, at, policy }) => [
    ...tellOfLowerGrade(before, state),
    ...replanByGrade(state, at, policy),
    enter(state, 'assign'),
  ],
  regraded: ({ before, state, at, policy }) => {
    const told = [
      ...tellOfLowerGrade(before, state),
      ...replanByGrade(state, at, policy),
      ...tellOfPartiality(before, state),
    ];
    return state.stage === 'resolve' && !ownerFits(state, policy) ? [...told, enter(state, 'assign')] : told;
  },
  escalated: ({ data, state }) => raiseGrade(data, state),
};

/** Whoever leads hears of a lower grade at once: it is theirs to confirm or to undo. */
const tellOfLowerGrade = (before: CaseState | undefined, { lowered }: CaseState): EventBody[] =>
  lowered && before?.lowered?.by !== lowered.by
    ? [event('escalated', { because: 'gradedDown', to: 'supervisor' })]
    : [];

/**
 * The case is about somebody who had it, or has an action of it: whoever leads is told. In stage assign somebody else is
 * found anyway, and resolve goes back there; later stages ask for somebody here.
 */
function tellOfPartiality(before: CaseState | undefined, state: CaseState): EventBody[] {
  if (!before || !hasRule(state, 'impartial')) return [];
  const hasLost = before.owner !== undefined && state.owner === undefined;
  const newly = state.against.filter((id) => !before.against.includes(id));
  if (!hasLost && !openActions(state).some(({ owner }) => newly.includes(owner))) return [];
  const isLate = hasLost && !['receive', 'grade', 'assign', 'resolve'].includes(state.stage);
  return [event('escalated', { because: 'complainedOf', to: 'supervisor', ...(isLate && { action: 'reassign' }) })];
}

/** What a step of a chain does beside telling somebody; who is found by routing is asked for in the workflow. */
function raiseGrade(data: Extract<CaseEvent, { type: 'escalated' }>['data'], state: CaseState): EventBody[] {
  if (data.action !== 'raiseGrade' || state.grade === 'major') return [];
  const grade = GRADES[GRADES.indexOf(state.grade) + 1] ?? 'major';
  return [event('regraded', { grade, category: state.category, from: state.grade })];
}
