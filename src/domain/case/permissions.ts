import { hasRule } from './revision';
import type { CaseState } from './state';
import type { Actor, Role } from '../basics/types';

export type Staff = Extract<Actor, { kind: 'staff' }>;

const RANK: Record<Role, number> = { colleague: 0, agent: 1, supervisor: 2, manager: 3, admin: 4 };

export const atLeast = (actor: Actor, role: Role): boolean => actor.kind === 'staff' && RANK[actor.role] >= RANK[role];

export const isOwner = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && state.owner?.id === actor.id;

export const onTaskForce = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && state.taskForce.includes(actor.id);

/**
 * Who decides in a case: its owner, agents and those who lead on its task force, or somebody who leads. While nobody has
 * graded the case, every agent may pick it up. Colleagues of other departments on the task force see it, add notes and
 * evidence, answer what they are asked and carry out their own corrective actions: they are there to help.
 */
export const worksOn = (actor: Actor, state: CaseState): boolean =>
  isOwner(actor, state) ||
  (onTaskForce(actor, state) && (atLeast(actor, 'agent') || !hasRule(state, 'taskForceHelps'))) ||
  atLeast(actor, 'supervisor') ||
  (atLeast(actor, 'agent') && (state.owner === undefined || state.owner.provisional));

/** Impartiality: whom the customer complains of has no say in the case. */
export const isComplainedOf = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && state.against.includes(actor.id);

const askedForHelp = (actor: Staff, state: CaseState): boolean =>
  state.helpTasks.some((task) => task.assignee === actor.id || task.department === actor.team);

/**
 * Who may see a case at all. Agents see what is theirs, their team's, or nobody's yet; a colleague sees the cases whose
 * help they were asked for. Whoever is complained of sees nothing, a manager neither: only who runs the system does.
 * An unseen case and an unknown one look the same.
 */
export function maySee(actor: Actor, state: CaseState): boolean {
  if (actor.kind !== 'staff') return actor.kind === 'system';
  if (isComplainedOf(actor, state) && !atLeast(actor, 'admin')) return false;
  if (atLeast(actor, 'supervisor')) return true;
  if (isOwner(actor, state) || onTaskForce(actor, state) || askedForHelp(actor, state)) return true;
  if (state.followUp?.assignee === actor.id || state.actions.some((action) => action.owner === actor.id)) return true;
  return atLeast(actor, 'agent') && (state.owner === undefined || state.owner.team === actor.team);
}

export const mayAnswerHelp = (actor: Actor, task: CaseState['helpTasks'][number]): boolean =>
  actor.kind === 'staff' &&
  (task.assignee === actor.id ||
    task.department === actor.team ||
    task.askedBy === actor.id ||
    atLeast(actor, 'supervisor'));
