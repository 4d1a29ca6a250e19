/**
 * What follows when somebody was looked for to own a case.
 * @module
 */
import { event, type EventBody } from '../case/events';
import type { Policy } from '../policy/schema';
import { needsOwner } from '../staffing/owning';
import { hasRule } from '../case/revision';
import type { QueueReason } from '../staffing/routing';
import type { CaseState } from '../case/state';
import type { Grade } from '../basics/types';

/** Somebody who was found for a case. */
export interface Dispatch {
  owner: { id: string; role: string; team: string };
  taskForce: string[];
  /** The grade of the case when they were looked for. */
  grade: Grade;
}

/** Names the new owner. Whoever is on the task force stays on it (rule `taskForceStays`). */
function assignedTo({ owner, taskForce: found }: Dispatch, state: CaseState): EventBody {
  const { id, role, team } = owner;
  const taskForce = hasRule(state, 'taskForceStays')
    ? [...new Set([...state.taskForce, ...found])].filter((member) => member !== id && !state.against.includes(member))
    : found;
  return event('assigned', { owner: id, role, team, taskForce, provisional: false });
}

/**
 * Gives the case to somebody who was found, if it is still as it was when they were looked for: in stage `assign`,
 * without an owner, of the same grade, and not about them. Else empty. Every search for an owner ends here, so a case
 * gets one owner however many look for one at once.
 */
export function appointed(state: CaseState, found: Dispatch): EventBody[] {
  return state.stage === 'assign' && needsOwner(state) && fits(state, found) ? [assignedTo(found, state)] : [];
}

/** Whether the case is still of the grade that somebody was found for, and not about them. */
const fits = (state: CaseState, { grade, owner }: Dispatch): boolean =>
  state.grade === grade && !state.against.includes(owner.id);

/** What a search for an owner found, and for which case. */
export interface Search {
  found?: Dispatch;
  /** Why nobody was found. */
  why?: QueueReason;
  /** Who was complained of when the search began. */
  against?: readonly string[];
}

/**
 * Whether an owner has to be looked for once more (rule `searchAgain`): the case still needs one, but has changed during
 * the search, so that whoever was found does not fit. If they did not fit from the beginning, looking for them again
 * would not help.
 */
export const searchesAgain = (state: CaseState, { found, against = [] }: Search): boolean =>
  hasRule(state, 'searchAgain') &&
  found !== undefined &&
  state.stage === 'assign' &&
  needsOwner(state) &&
  !fits(state, found) &&
  !against.includes(found.owner.id);

const UNASSIGNED = event('escalated', { because: 'unassigned', to: 'supervisor' });

/**
 * What follows from a search for an owner. Empty if the case has left stage `assign` or has an owner by now, because a
 * person named one first; and if the search has to be repeated (`searchesAgain`). Under a policy that routes, whoever was
 * found gets the case if it has not changed meanwhile (`appointed`); otherwise the case goes into the queue, and if
 * nobody was found a supervisor is told, once. Without routing, the case goes to whoever was found; if nobody was, a
 * supervisor is told.
 */
export function afterSearch(state: CaseState, search: Search, { routing }: Policy): EventBody[] {
  if (state.stage !== 'assign' || !needsOwner(state) || searchesAgain(state, search)) return [];
  const { found, why = 'nobody' } = search;
  if (!routing) return [found ? assignedTo(found, state) : UNASSIGNED];
  const given = found ? appointed(state, found) : [];
  if (given.length > 0 || state.queued) return given;
  return found ? [event('queued', { why: 'ahead' })] : [event('queued', { why }), UNASSIGNED];
}
