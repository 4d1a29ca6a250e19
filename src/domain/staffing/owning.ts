/**
 * Who may own a case, and which case gets a task force. The one home of these rules: decisions, the search for an owner,
 * the checks of policy and routing, the rehearsal and the SQL of queue and users all ask here.
 * @module
 */
import type { Grade, Role } from '../basics/types';

/**
 * Whether one of the roles in `MAY_OWN_ANY` may own a case of this grade: a general one any of them, an important or
 * major one a supervisor or higher. It does not rule other roles out; callers do that with `MAY_OWN_ANY`.
 */
export const mayOwn = (role: string, grade: Grade): boolean => role !== 'agent' || grade === 'general';

/** The roles that may own cases at all. A colleague of another department helps, and owns nothing. */
export const MAY_OWN_ANY: readonly Role[] = ['agent', 'supervisor', 'manager', 'admin'];

/** The roles that join a task force. `TASK_FORCE` in `src/db/stores/task-force.ts` says the same in SQL. */
export const MAY_JOIN: readonly string[] = ['colleague', 'supervisor', 'manager'] satisfies Role[];

/** The roles among which an owner is looked for, in this order. An admin may own a case, but is never looked for. */
export const SOUGHT = ['agent', 'supervisor', 'manager'] as const satisfies readonly Role[];
/** The roles among which an owner for this grade is looked for. The first that has anybody is taken. */
export const soughtFor = (grade: Grade): readonly Role[] => SOUGHT.filter((role) => mayOwn(role, grade));

/** Whether an owner for this grade is looked for in this role. */
export const isSought = (role: string, grade: Grade): boolean => (soughtFor(grade) as readonly string[]).includes(role);

/** A case, as far as its owner is concerned. */
interface Owned {
  owner?: { id: string; role: string; provisional: boolean };
  grade: Grade;
  /** Staff who are complained of. */
  against: readonly string[];
}

/**
 * Whether the case needs an owner: it has none, a provisional one only, one who is complained of, or one who may not
 * own its grade. `NEEDS_OWNER` in `src/db/stores/queue.ts` says the same in SQL.
 */
export const needsOwner = ({ owner, grade, against }: Owned): boolean =>
  owner === undefined || owner.provisional || against.includes(owner.id) || !mayOwn(owner.role, grade);

/**
 * Whether the provisional owner, who was named to the customer at the receipt, keeps the case (首问负责): if it is theirs
 * to own and gets no task force by its grade.
 */
export const keepsAsNamed = ({ owner, grade, against }: Owned): boolean =>
  owner !== undefined &&
  owner.provisional &&
  !against.includes(owner.id) &&
  mayOwn(owner.role, grade) &&
  !getsTaskForce(grade, undefined);

/**
 * Whether the owner keeps the case after a regrade. That the complaint is about them counts only under a policy that
 * routes.
 */
export const ownerFits = ({ owner, grade, against }: Owned, { routing }: { routing?: unknown }): boolean =>
  owner !== undefined && mayOwn(owner.role, grade) && !(routing && against.includes(owner.id));

/**
 * Whether a case gets a task force.
 * @param departments those that the routing rule names. Undefined where none does: then a major case gets somebody of
 *   every other department
 */
export const getsTaskForce = (grade: Grade, departments: readonly string[] | undefined): boolean =>
  departments ? departments.length > 0 : grade === 'major';
