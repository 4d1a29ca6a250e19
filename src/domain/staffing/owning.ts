/**
 * Who may own a case, and which case gets a task force. The one home of these rules: decisions, the search for an owner,
 * the checks of policy and routing, the rehearsal and the SQL of queue and users all ask here.
 * @module
 */
import type { Grade, Role } from '../basics/types';

/** General is anybody's; important and major are led by a supervisor or higher (the department's service plan). */
export const mayOwn = (role: string, grade: Grade): boolean => role !== 'agent' || grade === 'general';

/** A colleague of another department helps, and owns nothing. */
export const MAY_OWN_ANY: readonly Role[] = ['agent', 'supervisor', 'manager', 'admin'];

/** Who is looked for, in this order: the first role that has anybody, never a lower one, never an admin. */
export const SOUGHT = ['agent', 'supervisor', 'manager'] as const satisfies readonly Role[];
export const soughtFor = (grade: Grade): readonly Role[] => SOUGHT.filter((role) => mayOwn(role, grade));

export const isSought = (role: string, grade: Grade): boolean => (soughtFor(grade) as readonly string[]).includes(role);

interface Owned {
  owner?: { id: string; role: string; provisional: boolean };
  grade: Grade;
  /** Staff who are complained of. */
  against: readonly string[];
}

/** Nobody owns the case for good, or somebody who may not own it. `NEEDS_OWNER` of db/stores/queue.ts is its SQL twin. */
export const needsOwner = ({ owner, grade, against }: Owned): boolean =>
  owner === undefined || owner.provisional || against.includes(owner.id) || !mayOwn(owner.role, grade);

/** Whether the owner of a case keeps it when it is graded anew; whom it is about counts only where cases are routed. */
export const ownerFits = ({ owner, grade, against }: Owned, { routing }: { routing?: unknown }): boolean =>
  owner !== undefined && mayOwn(owner.role, grade) && !(routing && against.includes(owner.id));

/**
 * Whether a case gets a task force.
 * @param departments those that the route names; undefined without a route: then a major case gets one of every department
 */
export const getsTaskForce = (grade: Grade, departments: readonly string[] | undefined): boolean =>
  departments ? departments.length > 0 : grade === 'major';
