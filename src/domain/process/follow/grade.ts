/**
 * `grade`: left as soon as somebody has confirmed or changed the grade; then comes `assign`. A later change of the
 * grade recalculates the promises, and sends the case back to `assign` when it needs another kind of owner.
 * @module
 */
import { event, type CaseEvent, type EventBody } from '../../case/events';
import { hasRule } from '../../case/revision';
import { DANGER, openActions, type CaseState } from '../../case/state';
import { GRADES } from '../../basics/types';
import type { Policy } from '../../policy/schema';
import { ownerFits } from '../../staffing/owning';
import { replanByGrade, startPromise } from './clock-events';
import { enter, type Followers, type OnEntering } from './define';

/** The suggested grade counts as confirmed, where the policy says so. */
export const onGrade: OnEntering = ({ state, policy }) => {
  const suggested = state.suggestion;
  if (!suggested || !policy.steps[suggested.grade].autoConfirmGrade) return [];
  const { grade, category } = suggested;
  return [event('graded', { grade, category, agreesWithSuggestion: true })];
};

/** What follows from a suggested, confirmed or changed grade, and from what is found about a complaint. */
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
  turnedWorse: ({ data, state, policy }) => raiseForDanger(data.rules, state, policy),
};

/** Reports a lowered grade to a supervisor at once, who confirms or undoes it. */
const tellOfLowerGrade = (before: CaseState | undefined, { lowered }: CaseState): EventBody[] =>
  lowered && before?.lowered?.by !== lowered.by
    ? [event('escalated', { because: 'gradedDown', to: 'supervisor' })]
    : [];

/**
 * Tells a supervisor when the complaint turns out to be about the owner, or about the owner of an open corrective
 * action. In stages up to `resolve` another owner is found by the process; in later ones the escalation asks for one
 * (`reassign`).
 */
function tellOfPartiality(before: CaseState | undefined, state: CaseState): EventBody[] {
  if (!before || !hasRule(state, 'impartial')) return [];
  const hasLost = before.owner !== undefined && state.owner === undefined;
  const newly = state.against.filter((id) => !before.against.includes(id));
  if (!hasLost && !openActions(state).some(({ owner }) => newly.includes(owner))) return [];
  const isLate = hasLost && !['receive', 'grade', 'assign', 'resolve'].includes(state.stage);
  return [event('escalated', { because: 'complainedOf', to: 'supervisor', ...(isLate && { action: 'reassign' }) })];
}

/**
 * The one action of a chain step that needs nobody to be found. Reassigning and opening a task force ask the database
 * for people, so the workflow does them (`workflows/complaint/reactions.ts`).
 */
function raiseGrade(data: Extract<CaseEvent, { type: 'escalated' }>['data'], state: CaseState): EventBody[] {
  if (data.action !== 'raiseGrade' || state.grade === 'major') return [];
  const grade = GRADES[GRADES.indexOf(state.grade) + 1] ?? 'major';
  return [event('regraded', { grade, category: state.category, from: state.grade })];
}

/**
 * A message that speaks of danger to people makes the case a major one, where the policy says so. Before somebody has
 * confirmed the first grade it does not: they see the message when they grade.
 */
function raiseForDanger(rules: readonly string[], state: CaseState, policy: Policy): EventBody[] {
  const may = policy.escalation?.raiseOnDanger === true && state.gradeConfirmed && state.stage !== 'archived';
  if (!may || !rules.includes(DANGER) || state.grade === 'major') return [];
  return [event('regraded', { grade: 'major', category: state.category, from: state.grade, because: 'danger' })];
}
