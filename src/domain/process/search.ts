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
  /** The grade they were found for. */
  grade: Grade;
}

/** Whoever sits on the task force already goes on under the new lead. */
function assignedTo({ owner, taskForce: found }: Dispatch, state: CaseState): EventBody {
  const { id, role, team } = owner;
  const taskForce = hasRule(state, 'taskForceStays')
    ? [...new Set([...state.taskForce, ...found])].filter((member) => member !== id && !state.against.includes(member))
    : found;
  return event('assigned', { owner: id, role, team, taskForce, provisional: false });
}

/**
 * Somebody was found for the case as it was then; they get it if it is still like that. The last word of everybody who
 * looks for an owner, so that a case has one owner however many look at once.
 */
export function appointed(state: CaseState, found: Dispatch): EventBody[] {
  const fits = state.grade === found.grade && !state.against.includes(found.owner.id);
  return state.stage === 'assign' && needsOwner(state) && fits ? [assignedTo(found, state)] : [];
}

const UNASSIGNED = event('escalated', { because: 'unassigned', to: 'supervisor' });

/**
 * What comes of looking for an owner. A person may have been quicker; under a policy that routes, the case may have been
 * judged otherwise meanwhile, and with nobody free it waits, of which a supervisor is told once.
 */
export function afterSearch(
  state: CaseState,
  { found, why = 'nobody' }: { found?: Dispatch; why?: QueueReason },
  { routing }: Policy,
): EventBody[] {
  if (state.stage !== 'assign' || !needsOwner(state)) return [];
  if (!routing) return [found ? assignedTo(found, state) : UNASSIGNED];
  const given = found ? appointed(state, found) : [];
  if (given.length > 0 || state.queued) return given;
  return found ? [event('queued', { why: 'ahead' })] : [event('queued', { why }), UNASSIGNED];
}
