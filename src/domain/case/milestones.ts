/**
 * How far a case has come on the way of `MILESTONES`.
 * @module
 */
import { MILESTONES, type Milestone } from '../promises/names';
import type { Outcome } from '../basics/types';
import type { CaseEvent } from './events';

/** The furthest milestone a case has reached: in its present round, and in all rounds together. */
export interface Reached {
  round: Milestone;
  ever: Milestone;
}

/** Which milestone a case reaches by an event; undefined for none. */
export function milestoneOf(cause: CaseEvent): Milestone | undefined {
  switch (cause.type) {
    case 'gradeSuggested':
      return 'received';
    case 'stageEntered':
      return cause.data.stage === 'grade' ? 'receipt' : undefined;
    case 'graded':
      return 'graded';
    case 'assigned':
      return cause.data.provisional ? undefined : 'assigned';
    case 'responded':
    case 'wroteToCustomer':
      return 'responded';
    case 'solutionOffered':
      return 'proposed';
    case 'customerAnswered':
      return cause.data.accepted ? 'agreed' : undefined;
    case 'carriedOut':
      return 'carriedOut';
    case 'resolved':
      return 'resolved';
    case 'revisitRecorded':
      return 'revisited';
    case 'archived':
      return 'archived';
    default:
      return undefined;
  }
}

/** Whether a milestone has been reached when `reached` is: it, or a later one. */
export const isPast = (milestone: Milestone, reached: Milestone): boolean =>
  MILESTONES.indexOf(reached) >= MILESTONES.indexOf(milestone);

/**
 * Whether the case ended without an answer of ours. What was promised for it is then called off instead of being
 * judged.
 */
export const endsEarly = (outcome: Outcome): boolean => outcome === 'merged' || outcome === 'withdrawn';

/** The later of two milestones. */
const further = (one: Milestone, other: Milestone): Milestone => (isPast(one, other) ? other : one);

/**
 * How far a case has come after an event. A further round begins in `resolve`: what leads up to a solution has to be
 * done again. A case that ends early (`endsEarly`) comes no further by it.
 */
export function reachedAfter(cause: CaseEvent, so: Reached = { round: 'received', ever: 'received' }): Reached {
  if (cause.type === 'roundOpened') {
    return isPast('proposed', so.round) ? { ...so, round: 'responded' } : so;
  }
  const milestone = milestoneOf(cause);
  if (milestone === undefined || (cause.type === 'archived' && endsEarly(cause.data.outcome))) return so;
  return { round: further(so.round, milestone), ever: further(so.ever, milestone) };
}
