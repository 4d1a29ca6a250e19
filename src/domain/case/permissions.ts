/**
 * Who may see a case and work on it.
 * @module
 */
import { hasRule } from './revision';
import type { CaseState } from './state';
import { RANKS, type Actor, type Rank } from '../basics/types';

/** A member of staff, as an actor. */
export type Staff = Extract<Actor, { kind: 'staff' }>;

/**
 * Whether the actor is staff with this role or a higher one; an auditor has none of them. Comments say "somebody who
 * leads" for `supervisor` or higher.
 */
export const atLeast = (actor: Actor, role: Rank): boolean =>
  actor.kind === 'staff' && (RANKS as readonly string[]).indexOf(actor.role) >= RANKS.indexOf(role);

/** Whether the actor reads everything and decides nothing. */
export const isAuditor = (actor: Actor): boolean => actor.kind === 'staff' && actor.role === 'auditor';

/** Whether the actor reads what staff of this role read. What they may change, `atLeast` says. */
export const readsAs = (actor: Actor, role: Rank): boolean => atLeast(actor, role) || isAuditor(actor);

/** Whether the actor owns the case, also provisionally. */
export const isOwner = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && state.owner?.id === actor.id;

export const onTaskForce = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && state.taskForce.includes(actor.id);

/**
 * Who may work on a case: its owner, agents and higher roles on its task force, and any supervisor or higher. While it
 * has no owner, or a provisional one only, every agent may. Colleagues of other departments on the task force see the
 * case, add notes and evidence, answer what they are asked and carry out their own corrective actions; they decide
 * nothing.
 */
export const worksOn = (actor: Actor, state: CaseState): boolean =>
  isOwner(actor, state) ||
  (onTaskForce(actor, state) && (atLeast(actor, 'agent') || !hasRule(state, 'taskForceHelps'))) ||
  atLeast(actor, 'supervisor') ||
  (atLeast(actor, 'agent') && (state.owner === undefined || state.owner.provisional));

/**
 * Whether the complaint is about the actor, or names them and nobody has cleared them. They have no say in the case.
 */
export const isComplainedOf = (actor: Actor, { against }: Pick<CaseState, 'against'>): boolean =>
  actor.kind === 'staff' && against.includes(actor.id);

/** Whether a case is kept from somebody because they are complained of: not from whoever runs the system (`admin`). */
export const isKeptFrom = (actor: Actor, about: Pick<CaseState, 'against'>): boolean =>
  isComplainedOf(actor, about) && !atLeast(actor, 'admin');

const askedForHelp = (actor: Staff, state: CaseState): boolean =>
  state.helpTasks.some((task) => task.assignee === actor.id || task.department === actor.team);

/**
 * Who of the staff may see a case at all. Whoever leads and auditors see all; agents see what is theirs, their team's or nobody's yet; a colleague sees
 * cases in which their help was asked for. Whoever is complained of sees nothing, unless they run the system (`admin`).
 * Callers answer for an unseen case as for an unknown one. Always false for a customer, whose access is by code or
 * link. Its twin in SQL, and what holds before the receipt: docs/architecture/reading.md.
 */
export function maySee(actor: Actor, state: CaseState): boolean {
  if (actor.kind !== 'staff') return actor.kind === 'system';
  if (isKeptFrom(actor, state)) return false;
  if (readsAs(actor, 'supervisor')) return true;
  if (isOwner(actor, state) || onTaskForce(actor, state) || askedForHelp(actor, state)) return true;
  if (state.followUp?.assignee === actor.id || state.actions.some((action) => action.owner === actor.id)) return true;
  return atLeast(actor, 'agent') && (state.owner === undefined || state.owner.team === actor.team);
}

/**
 * Whether the actor may answer a request for help or take it back: whoever was asked, by name or by department, whoever
 * asked, and any supervisor or higher.
 */
export const mayAnswerHelp = (actor: Actor, task: CaseState['helpTasks'][number]): boolean =>
  actor.kind === 'staff' &&
  (task.assignee === actor.id ||
    task.department === actor.team ||
    task.askedBy === actor.id ||
    atLeast(actor, 'supervisor'));

/** Whether phone and mail address of the customer are shown in full; everybody else sees them masked. */
export const mayCall = (actor: Actor, state: CaseState): boolean =>
  isOwner(actor, state) || onTaskForce(actor, state) || atLeast(actor, 'supervisor');
